/**
 * Says in plain words what is wrong with input that does not fit its schema, for the API, the command lines and screens.
 * A message continues the name of its field, so it begins with `is`, `has` or `must`. Words that a schema brings along stay.
 */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

interface FieldFault {
  /** The path of the field, such as `lines.3.vatRate3`; empty for the whole input. */
  field: string;
  message: string;
}

/** Choices that a message lists. */
const MAX_CHOICES = 12;

/** The first faults of input, each with its field. @param max the longest list: input can have very many faults */
export function faultsOf(issues: readonly Issue[], max = Number.POSITIVE_INFINITY): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const issue of issues)
    for (const fault of faultsIn(issue)) {
      if (faults.length >= max) return faults;
      faults.push(fault);
    }
  return faults;
}

function* faultsIn(issue: Issue): Iterable<FieldFault> {
  const { path } = issue;
  if (issue.code === "unrecognized_keys")
    for (const key of issue.keys) yield { field: [...path, key].join("."), message: "is not a known field" };
  else yield { field: path.join("."), message: wordsOf(issue) };
}

function wordsOf(issue: Issue): string {
  return ownWords(issue) ?? plainWords(issue);
}

function plainWords(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return isMissing(issue) ? "is missing" : `is not ${nameOf(issue.expected)}`;
    case "too_small":
    case "too_big":
      return sizeWords(issue);
    case "invalid_format":
      return FORMATS[issue.format] ?? "has the wrong format";
    case "invalid_value":
      return choiceWords(issue.values);
    case "invalid_union":
      return unionWords(issue);
    case "not_multiple_of":
      return `is not a multiple of ${issue.divisor}`;
    case "invalid_key":
      return "is not a name that is allowed here";
    case "invalid_element":
      return "has an entry that is not valid";
    case "unrecognized_keys":
      return `has fields that are not known: ${issue.keys.slice(0, MAX_CHOICES).join(", ")}`;
    case "custom":
      return "is not valid";
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  email: "is not an e-mail address",
  url: "is not an address, such as https://invoices.example",
  uuid: "is not a UUID",
  base64: "is not base64",
  datetime: "is not a time, such as 2026-01-31T12:00:00Z",
  date: "is not a day, such as 2026-01-31",
};

/** The schema's own words; null if the message is one of zod's. */
function ownWords({ message }: Issue): string | null {
  return /^(?:Invalid|Too small|Too big|Unrecognized)\b/.test(message) ? null : message;
}

function sizeWords(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const isSmall = issue.code === "too_small";
  const limit = isSmall ? issue.minimum : issue.maximum;
  const { origin, exact = false, inclusive = true } = issue;
  if (isSmall && origin === "string" && Number(limit) <= 1) return "is missing";
  const [least, most] = inclusive ? ["at least", "at most"] : ["more than", "less than"];
  const amount = `${exact ? "exactly" : isSmall ? least : most} ${limit}`;
  if (origin === "string") return `is too ${isSmall ? "short" : "long"}: ${amount} characters`;
  if (origin === "array" || origin === "set" || origin === "map")
    return `has too ${isSmall ? "few" : "many"} entries: ${amount}`;
  return `is too ${isSmall ? "small" : "large"}: ${amount}`;
}

function choiceWords(values: readonly unknown[]): string {
  if (values.length === 1) return `is not ${values[0]}`;
  return values.length > MAX_CHOICES ? "is not one of the choices" : `is not one of ${values.join(", ")}`;
}

/** A union fails in one way for each of its forms: the form that fits best, with its first fault, says most. */
function unionWords(issue: z.core.$ZodIssueInvalidUnion): string {
  const forms = issue.errors.filter((issues) => issues.length > 0);
  const near = forms.filter((issues) => !issues.some(({ code, path }) => code === "invalid_type" && path.length === 0));
  const best = near.sort((one, other) => one.length - other.length)[0]?.[0];
  if (best) return best.path.length > 0 ? `has ${best.path.join(".")}, which ${wordsOf(best)}` : wordsOf(best);
  const types = forms.flatMap(([first]) => (first?.code === "invalid_type" ? [nameOf(first.expected)] : []));
  return types.length > 0 ? `is not ${[...new Set(types)].join(" or ")}` : "has none of the forms that are allowed";
}

/** Only the message of zod says that the value is undefined. */
function isMissing({ message }: Issue): boolean {
  return /received (?:undefined|null)/.test(message);
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  int: "a whole number",
  bigint: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  tuple: "a list",
  null: "null",
  date: "a date",
};

function nameOf(type: string): string {
  return TYPES[type] ?? `a ${type}`;
}
