/** What zod finds wrong, in words for the people who typed it. */
import type { z } from "zod";
import type { FieldError } from "../../contract/call-error.ts";

/** The places that an issue is about, each with its words. */
export function wordsOfIssue(issue: z.core.$ZodIssue): FieldError[] {
  const field = issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ field: [...issue.path, key].join("."), message: "is not known here" }));
  return [{ field, message: wordsOf(issue) }];
}

function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return isMissing(issue) ? "is missing" : `is not ${nameOf(issue.expected)}`;
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) <= 1) return "is missing";
      if (issue.origin === "string") return `is too short: at least ${issue.minimum} letters`;
      if (issue.origin === "array") return `is too short: at least ${issue.minimum}`;
      return `is too small: ${issue.minimum} at least`;
    case "too_big":
      if (issue.origin === "string") return `is too long: at most ${issue.maximum} letters`;
      if (issue.origin === "array") return `are too many: at most ${issue.maximum}`;
      return `is too large: ${issue.maximum} at most`;
    case "invalid_format":
      return issue.format === "email" ? "is not an e-mail address" : "is not written as it should be";
    case "invalid_value":
      return isMissing(issue) ? "is missing" : "is not one of those that there are";
    default:
      return issue.message;
  }
}

/** zod says what it got in its message alone. */
function isMissing({ input, message }: z.core.$ZodIssue): boolean {
  return input === null || input === "" || /received (?:undefined|null)/.test(message);
}

function nameOf(type: string): string {
  return type === "int" || type === "number" ? "a number" : type === "string" ? "a text" : `a ${type}`;
}
