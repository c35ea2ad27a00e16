/** The codes of the API's own problems, each with its status, and the responses to failures of the log. */
import type { LogErrorCode } from "../../events/errors.ts";
import type { ServerCode } from "../../events/response-codes.ts";
import type { Rule } from "../../events/rules.ts";

/**
 * Problems that routes report. A refusal gets the status of its kind (`STATUS_OF_REFUSAL`). A code that clients do not
 * know (`events/response-codes.ts`) does not compile.
 */
export const PROBLEM_STATUS = {
  BAD_REQUEST: 400,
  UNKNOWN_PARAMETER: 400,
  KEY_NOT_VALID: 400, // Idempotency-Key
  IF_MATCH_NOT_VALID: 400,

  LOGIN_FAILED: 401,
  TOKEN_NOT_VALID: 401,
  REFRESH_NOT_VALID: 401,
  REFRESH_MISUSED: 401,
  SESSION_ENDED: 401,

  TLS_REQUIRED: 403,
  ROLE_TOO_WEAK: 403,
  OTHER_LOG: 403,
  INVITATION_NOT_VALID: 403,

  NO_SUCH_ROUTE: 404,
  NOT_SIGNED: 404,
  NOT_IN_TREE: 404,
  NO_SUCH_FILE: 404,
  UNKNOWN_USER: 404,
  UNKNOWN_CLIENT: 404,
  UNKNOWN_ITEM: 404,
  UNKNOWN_INVOICE: 404,
  UNKNOWN_PAYMENT: 404,
  UNKNOWN_REFUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NO_ENCODING: 406,

  FILE_MISSING: 409, // an event names it
  FILE_ALTERED: 409,
  EMAIL_TAKEN: 409,
  INVITED_USER_INACTIVE: 409,
  PASSWORD_CHANGED: 409,
  HEAD_BEFORE_AFTER: 409, // the log ends before the reader's last event
  CLIENT_TOO_OLD: 426, // an old client cannot read this event
  MEDIA_TYPE_NOT_KNOWN: 415,
  WRONG_PASSWORD: 422,
  PASSWORD_TOO_WEAK: 422,
  TOO_MANY_ATTEMPTS: 429,
  TOO_MANY_REQUESTS: 429, // one caller's share of the server is used up

  DOCUMENT_NOT_MADE: 500, // the server's log has the reason

  // api/README.md explains these to operators.
  OPENING: 503,
  TOO_MANY_OPEN: 503,
  TOO_MANY_WAITING: 503,
  BUSY: 503,
  READ_TOO_LONG: 503,
  NOT_READY: 503,
  SHUTTING_DOWN: 503,
} as const satisfies Partial<Record<ServerCode | Rule, number>>;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

const AGAIN = "the log is not available now; try again";

/**
 * The message of a 503 for a failure of the log; the client retries with the same key. Null means a 500, whose reason
 * only the server's log has. A new code does not compile without its row.
 */
export const LOG_FAILURES = {
  UNREACHABLE: AGAIN,
  FOREIGN_REPLY: null,
  UNKNOWN_OUTCOME: "the log did not confirm the write, which may have happened; retry with the same key",
  CLOCK_SKEW: "the server's clock is wrong, so nothing is written; its operator must set it",
  HEAD_IN_FUTURE:
    "the log's last event is dated after the server's clock, so nothing is written; the server's operator must correct the clock or the log",
  // The log's history no longer matches the server's cache: the next request opens the log again.
  FORKED: AGAIN,
  GAP: AGAIN,
  UNKNOWN_EVENT: "a newer release has written to the log; this server must be updated",
  ALTERED: "the log contradicts what this server signed, so nothing more is signed; its operator must look at it",
  BEHIND: "the log ends before what this server signed, so nothing more is signed; its operator must look at it",
  MALFORMED_EVENT: null,
  INCONSISTENT_LOG: null,
  UNPROVEN: null,
  KEY_CHANGED: null,
  UNAUTHORIZED: null, // the store refuses the server's login
  NOT_A_LOG: null,
  DAMAGED: null,
} as const satisfies Readonly<Record<LogErrorCode, string | null>>;

/** The failures of a log that a response names. */
export type NamedFailure = {
  [Code in LogErrorCode]: (typeof LOG_FAILURES)[Code] extends null ? never : Code;
}[LogErrorCode];
