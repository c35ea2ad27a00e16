/**
 * Every code of a problem that the API responds with, and what it says about a write. With this table a client tells
 * the API's own responses from those of a proxy or a login page. The API can respond with no other code: one that is
 * missing here does not compile there.
 */
import { RULES } from "./rules.ts";

/** What a problem says about the write that it answers. */
export type WriteEffect =
  | "refused" // the writer decided, after it had looked for the key: no event has this key
  | "not done" // refused before the writer saw it: this attempt wrote nothing, but an earlier one may have
  | "unknown"; // this attempt may have been written

/** Codes that are no rules. Rules refuse in the writer. */
const EFFECTS = {
  // The request.
  BAD_REQUEST: "not done",
  UNKNOWN_PARAMETER: "not done",
  KEY_NOT_VALID: "not done",
  IF_MATCH_NOT_VALID: "not done",
  NOT_VALID: "not done",
  NO_SUCH_ROUTE: "not done",
  METHOD_NOT_ALLOWED: "not done",
  INVITED_USER_INACTIVE: "not done",
  NO_ENCODING: "not done",
  REQUEST_TOO_SLOW: "not done",
  BODY_TOO_LARGE: "not done",
  URL_TOO_LONG: "not done",
  MEDIA_TYPE_NOT_KNOWN: "not done",
  HEADERS_TOO_LARGE: "not done",
  TLS_REQUIRED: "not done",

  // The caller.
  TOKEN_NOT_VALID: "not done",
  SESSION_ENDED: "not done",
  LOGIN_FAILED: "not done",
  REFRESH_NOT_VALID: "not done",
  REFRESH_MISUSED: "not done",
  INVITATION_NOT_VALID: "not done",
  WRONG_PASSWORD: "not done",
  PASSWORD_TOO_WEAK: "not done",
  PASSWORD_CHANGED: "not done",
  TOO_MANY_ATTEMPTS: "not done",
  TOO_MANY_REQUESTS: "not done",

  // The log.
  OTHER_LOG: "not done",
  HEAD_BEFORE_AFTER: "not done",
  NOT_SIGNED: "not done",
  NOT_IN_TREE: "not done",
  NO_SUCH_FILE: "not done",
  FILE_MISSING: "not done",
  FILE_ALTERED: "not done",
  CLIENT_TOO_OLD: "not done",

  // The server, temporarily.
  NOT_READY: "not done",
  SHUTTING_DOWN: "not done",
  BUSY: "not done",
  READ_TOO_LONG: "not done",
  TOO_MANY_WAITING: "not done",
  TOO_MANY_OPEN: "not done",
  OPENING: "not done",
  UNREACHABLE: "unknown",
  UNKNOWN_OUTCOME: "unknown",
  CLOCK_SKEW: "not done", // checked before the batch
  HEAD_IN_FUTURE: "not done", // decided after the key was looked for, and before the append
  FORKED: "unknown",
  ALTERED: "unknown",
  BEHIND: "unknown",
  GAP: "unknown",
  UNKNOWN_EVENT: "unknown",
  NOT_A_CACHE: "unknown",
  STALE_CACHE: "unknown",
  DAMAGED_CACHE: "unknown",
  NO_CACHE: "unknown",
  UNAVAILABLE: "unknown",

  // The server's own errors.
  DOCUMENT_NOT_MADE: "not done",
  INTERNAL: "unknown",
} as const satisfies Readonly<Record<string, WriteEffect>>;

/** A code that is no rule. */
export type ServerCode = keyof typeof EFFECTS;

/** @returns null if this release does not know the code */
export function effectOf(code: string): WriteEffect | null {
  if (Object.hasOwn(RULES, code)) return "refused";
  return Object.hasOwn(EFFECTS, code) ? EFFECTS[code as ServerCode] : null;
}
