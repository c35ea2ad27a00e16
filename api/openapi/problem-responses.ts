/** The problems that a route can answer: the codes by status, with what each one means. */
import type { LogErrorCode } from "../../events/errors.ts";
import { LOG_FAILURES } from "../http/problem-codes.ts";
import { PROBLEM_DOCS, type ResponseCode } from "../http/problem-docs.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import { type DeclaredRoute, READERS } from "../sessions/access.ts";
import { type JsonSchema, reference } from "./json-schema.ts";
import { RULE_DOCS } from "./rule-docs.ts";

const MEANINGS: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not logged in, or the session has ended",
  403: "Not for this role, or of another log",
  404: "There is no such thing",
  406: "No encoding that the client takes",
  409: "A rule says no",
  412: "Changed by somebody else: the version is another one",
  413: "The body is too large",
  415: "The body is of another type",
  422: "It does not fit its schema, or a rule",
  429: "Too many attempts: try again after Retry-After",
  500: "Something went wrong in the server",
  503: "Try again after Retry-After, with the same key",
};

/** Failures of the log that pass. */
const logFailures = (Object.keys(LOG_FAILURES) as LogErrorCode[]).filter(
  (code): code is LogErrorCode & ResponseCode => LOG_FAILURES[code] !== null,
);

/** What may be wrong with this process, its log or its cache, whatever is asked of it. */
const PASSING: readonly ResponseCode[] = [
  "SHUTTING_DOWN",
  "TOO_MANY_OPEN",
  "OPENING",
  ...logFailures,
  "NOT_A_CACHE",
  "STALE_CACHE",
  "DAMAGED_CACHE",
  "NO_CACHE",
  "UNAVAILABLE",
];

/** By status: its own, and those of every route of its kind. */
export function problemsOf(
  { url, access, tls, method }: DeclaredRoute,
  { query, body, headers = [], problems = {} }: RouteDocs,
): Readonly<Record<number, readonly ResponseCode[]>> {
  const all = new Map(Object.entries(problems).map(([status, codes]) => [Number(status), [...codes]]));
  const add = (status: number, ...codes: ResponseCode[]) =>
    all.set(status, [...new Set([...(all.get(status) ?? []), ...codes])]);
  const isForUsers = Array.isArray(access);
  add(400, "BAD_REQUEST");
  if (headers.includes("IdempotencyKey")) add(400, "KEY_NOT_VALID");
  if (headers.includes("IfMatch")) add(400, "IF_MATCH_NOT_VALID");
  if (access !== "public") add(401, "TOKEN_NOT_VALID");
  if (isForUsers) add(401, "SESSION_ENDED");
  if (tls) add(403, "TLS_REQUIRED");
  if (isForUsers && access.length < READERS.length) add(403, "ROLE_TOO_WEAK");
  if (method !== "GET") {
    add(413, "BODY_TOO_LARGE");
    add(415, "MEDIA_TYPE_NOT_KNOWN");
  }
  if (query || body || url.includes(":id")) add(422, "NOT_VALID");
  add(500, "INTERNAL");
  add(503, ...PASSING);
  return Object.fromEntries(all);
}

/** One status of a route's, with its codes. */
export function responseOf(status: number, codes: readonly ResponseCode[]): JsonSchema {
  const waits = status === 429 || status === 503;
  const list = codes.map((code) => `- \`${code}\`: ${meaningOf(code)}`);
  const own = { type: "object", properties: { code: { enum: codes } } };
  return {
    description: `${MEANINGS[status] ?? "Something else is wrong"}\n\n${list.join("\n")}`,
    ...(waits && { headers: { "retry-after": { description: "seconds", schema: { type: "integer" } } } }),
    content: { "application/problem+json": { schema: { allOf: [reference("Problem"), own] } } },
  };
}

/** What the server answers before a route is found, or has begun. */
export const SOME_PROBLEM: JsonSchema = {
  description: "Something else is wrong",
  content: { "application/problem+json": { schema: reference("Problem") } },
};

export function meaningOf(code: ResponseCode): string {
  return { ...PROBLEM_DOCS, ...RULE_DOCS }[code];
}

/** Every code that is no rule, with what it means. */
export const CODE_SCHEMA: JsonSchema = {
  description: "A kind of failure that is no business rule",
  oneOf: Object.entries(PROBLEM_DOCS).map(([code, description]) => ({ const: code, description })),
};
