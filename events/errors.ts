import { type RefusalKind, type RefusalValues, RULES, type Rule, type ValuesOf } from "./rules.ts";

/** What went wrong with events or logs. Codes are for programs and say what to do next. */
export type LogErrorCode =
  | "GAP" // events do not follow the checkpoint: fetch from the checkpoint
  | "UNKNOWN_EVENT" // written by a newer release: stop, stay readable, ask for an update
  | "MALFORMED_EVENT" // the bytes break their schema: never skip, never repair
  | "INCONSISTENT_LOG" // an event that no decider would have decided: stop and name it
  | "FORKED" // this history is not the one we hold: keep everything, ask
  | "DUPLICATE" // the id, or the place in its stream, is taken by another event: read what is there, decide again
  | "UNKNOWN_OUTCOME" // the server did not say whether it wrote: look the ids up before answering
  | "CLOCK_SKEW" // the own clock and the log's server's are too far apart to write: set the clock
  | "UNREACHABLE" // no answer from the server: try again later
  | "UNAUTHORIZED" // the server wants a login (or another one)
  | "NOT_A_LOG" // the file, database or address holds no log of ours, or not the one that was named
  | "DAMAGED"; // the file's own checks fail: restore it, or fetch it again

/** A failure of an event or a log. The message is for people: it names the thing, the place, and both values. */
export class LogError extends Error {
  override readonly name = "LogError";
  readonly code: LogErrorCode;

  constructor(code: LogErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** DAMAGED, with the file's path: a caller that can replace this file knows which one it is. */
export class DamagedFileError extends LogError {
  readonly path: string;

  constructor(path: string, problem: string, options?: { cause?: unknown }) {
    super("DAMAGED", `${path}: ${problem}`, options);
    this.path = path;
  }
}

/**
 * A business rule said no, and nothing was appended. `field` is the place in the command that it is about
 * (`lines.3.vatRateBp`; null if about the whole), `values` are what the rule compared.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly rule: Rule;
  readonly field: string | null;
  readonly values: RefusalValues;

  /** `refusal()` makes one, with the values of its rule. */
  constructor(rule: Rule, message: string, { field, values }: { field: string | null; values: RefusalValues }) {
    super(message);
    this.rule = rule;
    this.field = field;
    this.values = values;
  }

  get kind(): RefusalKind {
    return RULES[this.rule].kind;
  }
}

/** A refusal by a rule, to be thrown. The message is for people and names both values. */
export function refusal<R extends Rule>(
  rule: R,
  message: string,
  { field = null, values }: { field?: string | null; values: ValuesOf<R> },
): Refusal {
  return new Refusal(rule, message, { field, values });
}

/**
 * A server said no. `code` is a rule, which may be of a newer release than this one, or another reason of the server's
 * (`TOO_MANY_ATTEMPTS`).
 */
export class ServerRefusal extends Error {
  override readonly name = "ServerRefusal";
  readonly code: string;
  readonly field: string | null;
  readonly values: RefusalValues;

  constructor(code: string, message: string, { field, values }: { field?: string; values?: RefusalValues } = {}) {
    super(message);
    this.code = code;
    this.field = field ?? null;
    this.values = values ?? {};
  }
}
