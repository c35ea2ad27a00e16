/** Checks the invariants of a whole log, event by event, in bounded memory. */
import type { EventType } from "../../events/encoding/catalogue.ts";
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { BooksOfLog } from "./books-of-log.ts";
import { FOLD, INVARIANTS } from "./invariants.ts";

/** An event that no decider would have decided. */
export interface Violation {
  seq: Sequence;
  type: EventType;
  /** The name of the invariant; `fold` if the event cannot be folded at all, so nothing after it was checked. */
  invariant: string;
  /** What is wrong, for people: it names both values. */
  problem: string;
}

interface CheckOptions {
  /** The last event to check; default: the log's head. */
  upTo?: Sequence;
  signal?: AbortSignal;
  /** Called after each batch with its last sequence. */
  onProgress?: (seq: Sequence) => void;
  /** For temporary files: about as much space as a cache of the log. Default: the system's folder for them. */
  folder?: string;
}

/** Limits of the events that are folded in one transaction. One event may be larger. */
const MAX_BATCH = { events: 1024, bytes: 4 * 1024 * 1024 };

type AnyCheck = (event: LogEvent, books: BooksOfLog["books"]) => Iterable<string>;

/** The checks of each type of event. */
const CHECKS = new Map<string, { invariant: string; check: AnyCheck }[]>();
for (const { name, checks } of INVARIANTS)
  for (const [type, check] of Object.entries(checks)) {
    const list = CHECKS.get(type) ?? [];
    CHECKS.set(type, [...list, { invariant: name, check: check as AnyCheck }]);
  }

/**
 * Checks a log from event 1. Violations come in the order of their events; the caller stops after as many as it wants.
 * An event that cannot be folded is the last one.
 *
 * @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT, DAMAGED: an event that cannot be read, which the message names; any
 *   error from reading the log
 */
export async function* checkInvariants(log: EventLog, options: CheckOptions = {}): AsyncGenerator<Violation> {
  const { upTo = Number.POSITIVE_INFINITY, signal, onProgress, folder } = options;
  const books = new BooksOfLog(folder);
  try {
    for await (const { after, bodies, scanned = false } of log.read({ after: 0, upTo }, signal ? { signal } : {})) {
      let seq = after;
      for (const slice of slicesOf(bodies)) {
        signal?.throwIfAborted();
        const { events, unreadable } = decodeAll(slice, seq, scanned);
        const violations = checkEvents(books, events);
        yield* violations;
        if (violations.at(-1)?.invariant === FOLD) return;
        if (unreadable) throw unreadable;
        seq += events.length;
        onProgress?.(seq);
      }
    }
  } finally {
    books.close();
  }
}

/** Cuts a batch into slices within the limits. */
function* slicesOf(bodies: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let [from, bytes] = [0, 0];
  for (const [n, body] of bodies.entries()) {
    if (n > from && (n - from === MAX_BATCH.events || bytes + body.length > MAX_BATCH.bytes)) {
      yield bodies.slice(from, n);
      [from, bytes] = [n, 0];
    }
    bytes += body.length;
  }
  if (from < bodies.length) yield bodies.slice(from);
}

/** The events before the first one that cannot be read, and its error. */
function decodeAll(
  bodies: readonly Uint8Array[],
  after: Sequence,
  scanned: boolean,
): { events: LogEvent[]; unreadable: LogError | null } {
  const events: LogEvent[] = [];
  for (const body of bodies) {
    const seq = after + events.length + 1;
    try {
      const event = decodeEvent(body, `event ${seq}`, { scanned });
      if (event.seq !== seq) throw new LogError("DAMAGED", `event ${seq}: holds event ${event.seq}`);
      events.push(event);
    } catch (error) {
      if (error instanceof LogError) return { events, unreadable: error };
      throw error;
    }
  }
  return { events, unreadable: null };
}

function checkEvents(books: BooksOfLog, events: readonly LogEvent[]): Violation[] {
  const together = tryFold(books, events);
  if (together.refusal === null) return together.violations;
  // None of them was folded. One by one, the refusal is about a single event.
  const violations: Violation[] = [];
  for (const event of events) {
    const { violations: found, refusal } = tryFold(books, [event]);
    if (refusal === null) {
      violations.push(...found);
      continue;
    }
    const problem = refusal.message.replace(`event ${event.seq} ${event.type}: `, "");
    return [...violations, { seq: event.seq, type: event.type, invariant: FOLD, problem }];
  }
  return violations;
}

function tryFold(
  books: BooksOfLog,
  events: readonly LogEvent[],
): { violations: Violation[]; refusal: LogError | null } {
  const violations: Violation[] = [];
  try {
    books.fold(events, (event) => {
      const { seq, type } = event;
      for (const { invariant, check } of CHECKS.get(type) ?? [])
        for (const problem of check(event, books.books)) violations.push({ seq, type, invariant, problem });
    });
    return { violations, refusal: null };
  } catch (error) {
    if (error instanceof LogError && error.code === "INCONSISTENT_LOG") return { violations, refusal: error };
    throw error;
  }
}
