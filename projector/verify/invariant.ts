/** An invariant of a log: what is true of every event that a decider has decided, on the books before that event. */
import type { Books } from "../../events/business/books.ts";
import type { EventType } from "../../events/encoding/catalogue.ts";
import type { LogEvent } from "../../events/encoding/event.ts";

export type EventOf<T extends EventType> = Extract<LogEvent, { type: T }>;

/** Yields a problem for each thing that is wrong; it names both values. The fold has not taken the event yet. */
type Check<T extends EventType> = (event: EventOf<T>, books: Books) => Iterable<string>;

export interface Invariant {
  /** Its name in results and in the documentation. It never changes. */
  readonly name: string;
  /** What is true, for auditors. */
  readonly sentence: string;
  /** The types of events that it is about. */
  readonly checks: { readonly [T in EventType]?: Check<T> };
}

/** How far the time zone with the latest day is ahead of UTC. */
export const LATEST_ZONE_MS = 14 * 3_600_000;
