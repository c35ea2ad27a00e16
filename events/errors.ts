import { type RefusalKind, type RefusalValues, RULES, type Rule, type ValuesOf } from "./rules.ts";

/** What went wrong with events or logs. Codes are for programs and say what to do next. */
export type LogErrorCode =
  | "GAP" // events do not follow the checkpoint: fetch from the checkpoint
  | "UNKNOWN_EVENT" // written by a newer release: stop, stay readable, ask for an update
  | "MALFORMED_EVENT" // the bytes break their schema: never skip, never repair
  | "INCONSISTENT_LOG" // an event that no decider would have decided: stop and name it
  | "FORKED" // the history no longer matches the local copy: keep everything, ask
  | "ALTERED" // a history contradicts what was signed or verified: keep everything, write nothing, tell a person
  | "UNPROVEN" // a signature, a signed checkpoint or a tile does not verify: believe nothing of it, try again later
  | "KEY_CHANGED" // the server signs with a key that the earlier one did not announce, or no longer: ask a person
  | "BEHIND" // the server's history ends before what it once signed: keep everything, ask
  | "UNKNOWN_OUTCOME" // the server did not say whether it wrote: read the log before responding
  | "CLOCK_SKEW" // this machine's clock and that of the log's server are too far apart to write: set the clock
  | "HEAD_IN_FUTURE" // the log's last event is dated after this clock: nothing is written until an operator has looked
  | "UNREACHABLE" // the server does not respond: try again later
  | "FOREIGN_REPLY" // something else answered, such as a Wi-Fi login page or a proxy: try again later
  | "UNAUTHORIZED" // the server requires a login, or a different one
  | "NOT_A_LOG" // the file, database or address holds no Invoify log, or not the named one
  | "DAMAGED"; // the file or the log fails its own checks: restore it, or fetch it again

/** A failure of an event or a log. The message is for people: it names the log, the event or byte, and both values. */
export class LogError extends Error {
  override readonly name = "LogError";
  readonly code: LogErrorCode;

  constructor(code: LogErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * HEAD_IN_FUTURE, with both times. A clock was ahead when the event was written, or it is behind now. Each later event
 * would take the event's time, so nothing is written.
 */
export class HeadInFutureError extends LogError {
  /** The time of the event, ms since 1970 UTC. */
  readonly headAtMs: number;
  readonly nowMs: number;

  constructor(name: string, { headAtMs, nowMs }: { headAtMs: number; nowMs: number }) {
    const [head, now] = [headAtMs, nowMs].map((ms) => new Date(ms).toISOString());
    super("HEAD_IN_FUTURE", `${name}: its last event is dated ${head}, but the clock is at ${now}`);
    this.headAtMs = headAtMs;
    this.nowMs = nowMs;
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

/** NOT_A_LOG: an earlier release stored the log in another way. The message says how to convert it. */
export class EarlierStoreError extends LogError {
  constructor(message: string) {
    super("NOT_A_LOG", message);
  }
}

/** What stands between a client and the answer of its server. */
export type Obstacle =
  | "name" // the host name was not found
  | "network" // there is no network, or no route to the server
  | "refused" // no program listens at this address and port
  | "certificate" // the server's certificate is not valid, or not trusted
  | "protocol" // the other side does not speak TLS, or not HTTP
  | "proxy" // this network's proxy server refuses the connection
  | "timeout" // no answer in time
  | "cut" // the connection was closed before the whole answer arrived
  | "page" // something else answered: a Wi-Fi login page, a web filter, another program
  | "gateway" // a proxy in front of the server answered that it cannot reach it
  | "busy" // the API answered that it cannot do this now
  | "failed" // the API answered that it failed, or something that this release does not understand
  | "unknown"; // none of these

/** The obstacles that an Invoify API reported itself, so there is a connection. */
const REPORTED: ReadonlySet<Obstacle> = new Set(["busy", "failed"]);

/** A request got no usable answer: UNREACHABLE, or FOREIGN_REPLY if something other than the API answered. */
export class ConnectionError extends LogError {
  readonly obstacle: Obstacle;
  /** False: the request certainly did nothing: it was not sent, or the API refused it before it began. */
  readonly mayBeDone: boolean;
  /** The code of the API's problem; null if the API did not answer. */
  readonly problem: string | null;

  constructor(
    obstacle: Obstacle,
    message: string,
    { mayBeDone = true, problem = null, cause }: { mayBeDone?: boolean; problem?: string | null; cause?: unknown } = {},
  ) {
    super(obstacle === "page" || obstacle === "gateway" ? "FOREIGN_REPLY" : "UNREACHABLE", message, { cause });
    this.obstacle = obstacle;
    this.mayBeDone = mayBeDone;
    this.problem = problem;
  }

  /** True if an Invoify API answered: there is a connection, but the API cannot do this now. */
  get isFromApi(): boolean {
    return isReported(this.obstacle);
  }
}

/** True for an obstacle that an Invoify API reported itself. */
export function isReported(obstacle: Obstacle): boolean {
  return REPORTED.has(obstacle);
}

/**
 * A business rule refused a command, and nothing was appended. `field` is the path of the field in the command's input
 * (`lines.3.vatRate3`), or null if the refusal is about the whole command. `values` are what the rule compared.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly rule: Rule;
  readonly field: string | null;
  readonly values: RefusalValues;

  /** Use `refusal()`, which checks that the values are those of the rule. */
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

/** Makes the refusal of a rule; the caller throws it. The message is for people and names both values. */
export function refusal<R extends Rule>(
  rule: R,
  message: string,
  { field = null, values }: { field?: string | null; values: ValuesOf<R> },
): Refusal {
  return new Refusal(rule, message, { field, values });
}

/**
 * A server refused a command. `code` is a rule, which a newer release may have added, or one of the server's own
 * reasons, such as `TOO_MANY_ATTEMPTS`.
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
