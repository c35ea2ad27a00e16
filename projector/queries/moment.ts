/**
 * A moment: an event, and what time it is there. On a connection that stands at one, every table shows the books as they
 * stood then (`projector/moments`).
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../events/sequence.ts";
import { type AsOf, readAsOf } from "../../events/values/as-of.ts";
import { endOfDay } from "../../events/values/calendar.ts";
import { readCheckpoint } from "../cache/checkpoint.ts";
import { prepare, prepareValue } from "./prepared.ts";

export interface Moment {
  /** Everything that was recorded up to this event is known, itself included. 0: nothing yet. */
  seq: Sequence;
  /** The time there, ms since 1970 UTC: it decides which day it is, and so what is overdue. */
  atMs: number;
}

/** The last day that is a date: `YYYY-MM-DD`. */
const LAST_DATE = "9999-12-31";

const standing = new WeakMap<Database.Database, Moment>();

/** The moment that a connection stands at; null: it shows the present. */
export function momentOf(db: Database.Database): Moment | null {
  return standing.get(db) ?? null;
}

/** Says that a connection stands at a moment. Only who gives it the tables of that moment may say so. */
export function standAt(db: Database.Database, moment: Moment): void {
  standing.set(db, moment);
}

/** A moment as users write it. */
export function momentWord() {
  return z
    .string()
    .max(40)
    .transform((text, context): AsOf => {
      const asOf = readAsOf(text);
      if (!("problem" in asOf)) return asOf;
      context.addIssue({ code: "custom", message: asOf.problem, input: text });
      return z.NEVER;
    })
    .meta({ type: "string" });
}

/**
 * The moment that is named. A time, or a day, that the log has not reached is allowed: its events are those up to now.
 *
 * @param db a connection that shows the present
 * @throws ZodError for an event that this cache does not contain yet
 */
export function momentAt(db: Database.Database, asOf: AsOf): Moment {
  return db.transaction((): Moment => {
    if (asOf.kind === "time") return endingAt(db, asOf.untilMs);
    if (asOf.kind === "day") return endOf(db, asOf.date);
    const { seq: last } = readCheckpoint(db);
    if (asOf.seq > last) throw wrongMoment(asOf.seq, `must be an event up to ${last}, the last one that is known here`);
    // Before the first event it is as late as at it.
    return { seq: asOf.seq, atMs: timeOfEvent(db, Math.max(1, asOf.seq)) ?? 0 };
  })();
}

/** The day there is a date in the organization's time zone, however late the time is. */
function endingAt(db: Database.Database, untilMs: number): Moment {
  const seq = sequenceAt(db, untilMs);
  const zone = zonesOf(db).findLast(({ since }) => since <= seq)?.time_zone ?? "UTC";
  return { seq, atMs: Math.min(untilMs, endOfDay(LAST_DATE, zone)) };
}

/** The time zones that were in force, each with the event from which on. */
function zonesOf(db: Database.Database): { since: number; time_zone: string }[] {
  return prepare<[], { since: number; time_zone: string }>(
    db,
    `SELECT since, time_zone FROM main.organization_past UNION ALL SELECT since, time_zone FROM main.organization ORDER BY 1`,
  ).all();
}

/** The last sequence whose time is not after `atMs`; 0 if every event is later. A binary search: `at` never decreases. */
export function sequenceAt(db: Database.Database, atMs: number): Sequence {
  const atOf = prepare<[number], { at: number }>(db, "SELECT at FROM main.activity WHERE seq = ?");
  let low = 0;
  let high = readCheckpoint(db).seq;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const row = atOf.get(middle);
    if (row === undefined) throw new Error(`event ${middle} is missing from the activity`);
    if (row.at <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The time of an event, ms since 1970 UTC; undefined if there is no such event. */
export function timeOfEvent(db: Database.Database, seq: Sequence): number | undefined {
  return prepareValue<[number], number>(db, "SELECT at FROM main.activity WHERE seq = ?").get(seq);
}

/**
 * The end of a day: before the first event of a later day. The day of an event follows the time zone that was in force when
 * it was decided, that of the last profile before it; the first event's day follows its own.
 */
function endOf(db: Database.Database, date: string): Moment {
  const zones = zonesOf(db);
  let end = { seq: 0, atMs: endOfDay(date, "UTC") };
  for (const [n, { time_zone }] of zones.entries()) {
    // The event that changes the zone is the last one that is judged by the zone before.
    const last = zones[n + 1]?.since ?? readCheckpoint(db).seq;
    const atMs = endOfDay(date, time_zone);
    const seq = Math.min(last, sequenceAt(db, atMs));
    // Before the first event, the organization has no time zone: it is UTC's day.
    if (seq === 0) return end;
    end = { seq: Math.max(end.seq, seq), atMs };
    if (seq < last) return end;
  }
  return end;
}

function wrongMoment(input: unknown, message: string): z.ZodError {
  return new z.ZodError([{ code: "custom", path: ["at"], message, input }]);
}
