/**
 * What a failed sync leads to: one row for each code with which a log or a cache can fail. Whatever the row says, what is
 * on this device stays readable.
 */
import { LogError, type LogErrorCode } from "../../../events/errors.ts";
import { CacheError, type CacheErrorCode } from "../../../projector/cache/errors.ts";
import type { Needs } from "../../contract/contract.ts";

/** What is done at once, before the same work is tried again. */
export type Repair =
  | "renewToken" // exchanges the refresh token for a new access token
  | "replaceMirror" // begins the next generation of the mirror, which is fetched again; the damaged file stays
  | "reopenCache"; // looks at the cache's file again: it is rebuilt from the mirror if it must be

export interface Recovery {
  /** At most once for one sync. Null: there is nothing to do at once. */
  repair: Repair | null;
  /** What a person must do, where the repair fails for the same reason or there is none. Null: it is tried again later. */
  needs: Needs;
  /** True if it means that there is no connection. */
  offline: boolean;
}

/** Tried again after a pause, which gets longer. */
const LATER: Recovery = { repair: null, needs: null, offline: false };
const REOPEN_CACHE: Recovery = { ...LATER, repair: "reopenCache" };

/** A new code does not compile without its row. */
const RECOVERY: Readonly<Record<LogErrorCode | CacheErrorCode, Recovery>> = {
  UNREACHABLE: { ...LATER, offline: true },
  UNAUTHORIZED: { ...LATER, repair: "renewToken", needs: "login" },
  NOT_A_LOG: LATER, // something else answers at the server's address: a proxy's page, another log
  FORKED: { ...LATER, needs: "agreement" }, // nothing is overwritten before somebody agrees to fetch the server's history
  GAP: LATER, // events do not follow, or the server has more than it sends

  UNKNOWN_EVENT: { ...LATER, needs: "update" }, // the cache stops before it, the mirror goes on
  MALFORMED_EVENT: LATER, // as above, where the mirror has it; else it is not taken from the server
  INCONSISTENT_LOG: LATER, // as above

  DAMAGED: { ...LATER, repair: "replaceMirror" }, // if it is the mirror's file; a damaged answer is asked for again later

  NO_CACHE: REOPEN_CACHE,
  STALE_CACHE: REOPEN_CACHE,
  DAMAGED_CACHE: REOPEN_CACHE,
  NOT_A_CACHE: REOPEN_CACHE,
  UNAVAILABLE: LATER, // a full disk, or another program holds the file

  // Only writers meet these.
  DUPLICATE: LATER,
  UNKNOWN_OUTCOME: LATER,
  CLOCK_SKEW: LATER,
};

/** The row of an error. Whatever no log and no cache has thrown is tried again later. */
export function recoveryOf(error: unknown): Recovery {
  return error instanceof LogError || error instanceof CacheError ? RECOVERY[error.code] : LATER;
}

/** The code of a log's error or a cache's; null for every other error. */
export function recoverableCode(error: unknown): string | null {
  return error instanceof LogError || error instanceof CacheError ? error.code : null;
}
