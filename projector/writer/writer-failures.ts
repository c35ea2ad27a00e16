/** Which failures a writer survives. */
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import { CacheError, type CacheErrorCode } from "../cache/errors.ts";

/**
 * True for a failure that a writer does not survive: its cache belongs to another history, or is unreliable. A new code
 * does not compile without a row here.
 */
const BREAKS_WRITER: Readonly<Record<LogErrorCode | CacheErrorCode, boolean>> = {
  FORKED: true,
  GAP: true,
  NOT_A_CACHE: true,
  STALE_CACHE: true,
  DAMAGED_CACHE: true,
  NO_CACHE: true,
  UNAVAILABLE: false, // a full disk

  UNREACHABLE: false,
  FOREIGN_REPLY: false,
  UNAUTHORIZED: false,
  UNKNOWN_OUTCOME: false,
  CLOCK_SKEW: false,
  HEAD_IN_FUTURE: false,
  UNKNOWN_EVENT: false,
  MALFORMED_EVENT: false,
  INCONSISTENT_LOG: false,
  ALTERED: false,
  UNPROVEN: false,
  KEY_CHANGED: false,
  BEHIND: false,
  NOT_A_LOG: false,
  DAMAGED: false,
};

/** True if the writer cannot continue: close it, remove its cache, and open a new one. */
export function breaksWriter(failure: unknown): boolean {
  return (failure instanceof LogError || failure instanceof CacheError) && BREAKS_WRITER[failure.code];
}
