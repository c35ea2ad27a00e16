/** The meaning of each problem code, for the API's documentation. `openapi/rule-docs.ts` has those of rules. */
import type { ServerCode } from "../../events/response-codes.ts";
import type { Rule } from "../../events/rules.ts";

/** A code that is not explained here does not compile, and neither does an explanation of a code that there is not. */
export const PROBLEM_DOCS = {
  // The request.
  BAD_REQUEST:
    "the request is not HTTP or not JSON that this server understands: bytes that are not UTF-8, or a key, header or parameter that is there twice",
  UNKNOWN_PARAMETER: "the address has a parameter that the route does not know",
  KEY_NOT_VALID: "the Idempotency-Key is not a UUIDv7",
  IF_MATCH_NOT_VALID: "If-Match is not a version",
  NOT_VALID: "the request does not fit its schema: `errors` names each field",
  NO_SUCH_ROUTE: "the server has no such route",
  METHOD_NOT_ALLOWED: "the path has no route for this method: `Allow` lists the methods that it has",
  NO_ENCODING: "Accept-Encoding allows neither zstd nor gzip nor identity",
  REQUEST_TOO_SLOW:
    "the request took more than a minute to arrive; with a valid token, a body may take longer while each half minute brings 16 KiB",
  BODY_TOO_LARGE:
    "the body is longer than 512 KiB (4 MiB for a draft), or than 16 KiB where no token is needed (64 KiB for a founding)",
  URL_TOO_LONG: "the address is too long",
  MEDIA_TYPE_NOT_KNOWN: "the body is not application/json, or is compressed",
  HEADERS_TOO_LARGE: "the headers are too long",
  TLS_REQUIRED: "this server accepts only requests over https",

  // The caller.
  TOKEN_NOT_VALID: "the token is missing, has expired, or was not issued by this server",
  SESSION_ENDED: "the session has ended: log in again",
  LOGIN_FAILED: "the e-mail address or the password is wrong",
  REFRESH_NOT_VALID: "the refresh token belongs to no session, or its session has ended",
  REFRESH_MISUSED: "the refresh token was used before, so its session has been ended",
  INVITED_USER_INACTIVE: "the user to invite is deactivated: reactivate the user first",
  INVITATION_NOT_VALID: "the one-time link was used, has expired, or does not exist",
  WRONG_PASSWORD: "the current password is wrong",
  PASSWORD_TOO_WEAK: "the new password is easy to guess: `values` has the reason",
  PASSWORD_CHANGED: "the password was changed a moment ago by another request",
  TOO_MANY_ATTEMPTS: "too many attempts on this account or from this address",

  TOO_MANY_REQUESTS: "too many requests of this user or from this address are in progress",

  // The log.
  OTHER_LOG: "the token is for another log",
  HEAD_BEFORE_AFTER: "the log ends before `after`: its history no longer matches the client's",
  NOT_SIGNED: "this server has no key, so it signs no checkpoints",
  NOT_IN_TREE:
    "the signed tree has no such event or tile: it is smaller, or the address is not in the form of tlog-tiles",
  NO_SUCH_FILE: "no file of the organization has this SHA-256",
  FILE_MISSING: "the file that was delivered first is not in the server's store: its operator has to restore it",
  FILE_ALTERED: "the bytes in the server's store are not those that were delivered: its operator has to restore them",

  CLIENT_TOO_OLD:
    "the next event is longer than 65,535 bytes, which an app of release 0.1 cannot read: update the app; another client sends `Invoify-Reads: blocks` if it can",

  // The server, temporarily: the same request may succeed later.
  SHUTTING_DOWN: "the server is shutting down",
  NOT_READY: "a check fails: `values` names it",
  BUSY: "too many passwords are being checked at once, or too many reads wait",
  READ_TOO_LONG: "the read took too long at this moment of the past, and was ended",
  TOO_MANY_WAITING: "too many requests are waiting for events",
  TOO_MANY_OPEN: "the server has as many organizations open as it can",
  OPENING: "the organization is being opened",
  UNREACHABLE: "the log's database does not respond",
  UNKNOWN_OUTCOME: "the database did not say whether it wrote: retry with the same key",
  CLOCK_SKEW: "the server's clock is too far from its database's to write",
  HEAD_IN_FUTURE:
    "the log's last event is dated more than a minute after the server's clock, so nothing is written: `values` has both times",
  FORKED: "the log's history no longer matches the server's copy, which is opened again",
  ALTERED: "the log contradicts what this server signed, so nothing more is signed",
  BEHIND: "the log ends before what this server signed: it was set back, and nothing more is signed",
  GAP: "the server's copy of the log has a gap, and is opened again",
  UNKNOWN_EVENT: "a newer release has written to the log: update this server",
  NOT_A_CACHE: "the server's cache file is another kind of file",
  STALE_CACHE: "the server's cache is being rebuilt",
  DAMAGED_CACHE: "the server's cache is damaged, and is being rebuilt",
  NO_CACHE: "the server has no cache yet",
  UNAVAILABLE: "the server's disk is full, or its folder cannot be written",

  // The server's own errors.
  DOCUMENT_NOT_MADE: "the document's file could not be made: the server's log has the reason under `requestId`",
  INTERNAL: "the server failed: its log has the details under `requestId`",
} as const satisfies Record<ServerCode, string>;

/** Every code that a response can have. */
export type ResponseCode = Rule | keyof typeof PROBLEM_DOCS;
