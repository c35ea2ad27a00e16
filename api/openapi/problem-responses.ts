/** The problems that a route can respond with: the codes by status, with the meaning of each. */
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
  403: "Not allowed for this role, or for another log",
  404: "Not found",
  406: "No encoding that the client accepts",
  409: "Refused by a rule",
  412: "Changed by another user: the version differs",
  413: "The body is too large",
  415: "The body has an unsupported media type",
  422: "The request does not fit its schema or breaks a rule",
  426: "This client cannot read the next event: update it",
  429: "Too many attempts or requests: try again after Retry-After",
  500: "The server failed",
  503: "Try again after Retry-After, with the same key",
};

/** Failures of the log that are temporary. */
const logFailures = (Object.keys(LOG_FAILURES) as LogErrorCode[]).filter(
  (code): code is LogErrorCode & ResponseCode => LOG_FAILURES[code] !== null,
);

/** Temporary failures of this process, its log or its cache, which every route can report. */
const TEMPORARY: readonly ResponseCode[] = [
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

/** The codes of a route by status: its own, and those of every route of its kind. */
export function problemsOf(
  { url, access, tls, method }: DeclaredRoute,
  { query, body, headers = [], problems = {}, shared = false }: RouteDocs,
): Readonly<Record<number, readonly ResponseCode[]>> {
  const all = new Map(Object.entries(problems).map(([status, codes]) => [Number(status), [...codes]]));
  const add = (status: number, ...codes: ResponseCode[]) =>
    all.set(status, [...new Set([...(all.get(status) ?? []), ...codes])]);
  const isForUsers = Array.isArray(access);
  add(400, "BAD_REQUEST", "UNKNOWN_PARAMETER");
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
  if (shared) add(429, "TOO_MANY_REQUESTS");
  add(500, "INTERNAL");
  add(503, ...TEMPORARY, ...(shared ? (["BUSY"] as const) : []));
  return Object.fromEntries(all);
}

/** The response of a route with one status, with its codes. */
export function responseOf(status: number, codes: readonly ResponseCode[]): JsonSchema {
  const waits = status === 429 || status === 503;
  const list = codes.map((code) => `- \`${code}\`: ${meaningOf(code)}`);
  const own = { type: "object", properties: { code: { enum: codes } } };
  return {
    description: `${MEANINGS[status] ?? "Another problem"}\n\n${list.join("\n")}`,
    ...(waits && { headers: { "retry-after": { description: "seconds", schema: { type: "integer" } } } }),
    content: { "application/problem+json": { schema: { allOf: [reference("Problem"), own] } } },
  };
}

/** Problems that occur before a route runs. */
export const SOME_PROBLEM: JsonSchema = {
  description: "Another problem",
  content: { "application/problem+json": { schema: reference("Problem") } },
};

function meaningOf(code: ResponseCode): string {
  return { ...PROBLEM_DOCS, ...RULE_DOCS }[code];
}

/** Every code that is not a rule, with its meaning. */
export const CODE_SCHEMA: JsonSchema = {
  description: "A kind of failure that is not a business rule",
  oneOf: Object.entries(PROBLEM_DOCS).map(([code, description]) => ({ const: code, description })),
};
