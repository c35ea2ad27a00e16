/**
 * What follows a failed sync: one row for each error code of logs and caches. In every case the data on this device stays
 * readable.
 */
import { ConnectionError, LogError, type LogErrorCode } from "../../../events/errors.ts";
import { CacheError, type CacheErrorCode } from "../../../projector/cache/errors.ts";
import type { Needs } from "../../contract/contract.ts";

/** A repair: done at once, before the same work is tried again. */
export type Repair =
  | "renewToken" // exchanges the refresh token for a new access token
  | "replaceMirror" // starts the next generation of the mirror, which is fetched again; the damaged file stays
  | "reopenCache"; // opens the cache's file again: rebuilds it from the mirror if necessary

interface Recovery {
  /** Done at most once in a sync. Null: there is no repair. */
  repair: Repair | null;
  /** What the user must do if there is no repair, or if the repair fails for the same reason. Null: a later sync retries. */
  needs: Needs;
  /** Whether an Invoify API answered, so there is a connection; null: the error does not say. */
  online: boolean | null;
}

/** Retried after a pause that gets longer with each failure. */
const LATER: Recovery = { repair: null, needs: null, online: null };
const OFFLINE: Recovery = { ...LATER, online: false };
const REOPEN_CACHE: Recovery = { ...LATER, repair: "reopenCache" };

/** A code without a row does not compile. */
const RECOVERY: Readonly<Record<LogErrorCode | CacheErrorCode, Recovery>> = {
  UNREACHABLE: OFFLINE,
  FOREIGN_REPLY: OFFLINE, // a Wi-Fi login page, or a proxy whose server is down
  UNAUTHORIZED: { repair: "renewToken", needs: "login", online: true },
  NOT_A_LOG: OFFLINE, // the server sends another log, or no log
  // Nothing is overwritten until the user agrees to fetch the server's history. Retried, because its operator may put it right.
  FORKED: { repair: null, needs: "agreement", online: true },
  // The same for what was signed: nothing is written until a person has looked.
  ALTERED: { repair: null, needs: "altered", online: true },
  KEY_CHANGED: { repair: null, needs: "key", online: true },
  BEHIND: { repair: null, needs: "behind", online: true },
  UNPROVEN: { ...LATER, online: true }, // damaged on its way, or forged: nothing of it is taken
  GAP: LATER, // events do not follow, or the server has more than it sends

  UNKNOWN_EVENT: { ...LATER, needs: "update" }, // the cache stops before it, the mirror continues
  MALFORMED_EVENT: LATER, // as above if the mirror contains it; otherwise it is not taken from the server
  INCONSISTENT_LOG: LATER, // as above

  DAMAGED: { ...LATER, repair: "replaceMirror" }, // if it is the mirror's file; a damaged response is retried later

  NO_CACHE: REOPEN_CACHE,
  STALE_CACHE: REOPEN_CACHE,
  DAMAGED_CACHE: REOPEN_CACHE,
  NOT_A_CACHE: REOPEN_CACHE,
  UNAVAILABLE: LATER, // the disk is full, or another program uses the file

  // Only writers throw these.
  UNKNOWN_OUTCOME: LATER,
  CLOCK_SKEW: LATER,
  HEAD_IN_FUTURE: LATER,
};

/** The row of an error. Errors that do not come from a log or a cache are retried later. */
export function recoveryOf(error: unknown): Recovery {
  if (error instanceof ConnectionError && error.isFromApi) return { ...LATER, online: true };
  return error instanceof LogError || error instanceof CacheError ? RECOVERY[error.code] : LATER;
}

/** The code of an error of a log or a cache; null for all other errors. */
export function recoverableCode(error: unknown): string | null {
  return error instanceof LogError || error instanceof CacheError ? error.code : null;
}
