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

/** What kind of no: it decides what a client does next (and, in the API, the status of the answer). */
export type RefusalKind =
  | "invalid" // the input breaks a rule whatever the state: correct it
  | "conflict" // the state forbids it: look at the state
  | "missing" // what the input names does not exist
  | "forbidden" // the role does not allow it
  | "stale"; // the stream is not at the version that the client saw

/**
 * A business rule said no, and nothing was appended. `rule` is its stable name, `field` the place in the
 * command that it is about (`lines.3.vatRateBp`; null if about the whole), `values` what was compared.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly rule: string;
  readonly kind: RefusalKind;
  readonly field: string | null;
  readonly values: Readonly<Record<string, string | number | null>>;

  constructor(
    rule: string,
    message: string,
    options: {
      kind?: RefusalKind;
      field?: string;
      values?: Readonly<Record<string, string | number | null>>;
    } = {},
  ) {
    super(message);
    this.rule = rule;
    this.kind = options.kind ?? "conflict";
    this.field = options.field ?? null;
    this.values = options.values ?? {};
  }
}
