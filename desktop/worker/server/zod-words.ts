/** Describes the issues that zod finds to the user. A message continues the name of its field, so it begins with `is` or `has`. */
import type { z } from "zod";
import type { FieldError } from "../../contract/call-error.ts";

/** The fields of an issue, each with a message. */
export function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const field = issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ field: [...issue.path, key].join("."), message: "is not a known field" }));
  return [{ field, message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return isMissing(issue) ? "is missing" : `is not ${nameOf(issue.expected)}`;
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) <= 1) return "is missing";
      if (issue.origin === "string") return `is too short: at least ${issue.minimum} characters`;
      if (issue.origin === "array") return `has too few entries: at least ${issue.minimum}`;
      return `is too small: at least ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "string") return `is too long: at most ${issue.maximum} characters`;
      if (issue.origin === "array") return `has too many entries: at most ${issue.maximum}`;
      return `is too large: at most ${issue.maximum}`;
    case "invalid_format":
      return issue.format === "email" ? "is not an e-mail address" : "has the wrong format";
    case "invalid_value":
      return isMissing(issue) ? "is missing" : "is not one of the choices";
    default:
      return issue.message;
  }
}

/** Only the message of zod says that the value is undefined. */
function isMissing({ input, message }: z.core.$ZodIssue): boolean {
  return input === null || input === "" || /received (?:undefined|null)/.test(message);
}

function nameOf(type: string): string {
  return type === "int" || type === "number" ? "a number" : type === "string" ? "a text" : `a ${type}`;
}
