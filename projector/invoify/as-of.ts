/** `--at`: where a replay stops: at a sequence, a time, or the end of a day in the organization's time zone. */

import type { OrganizationProfile } from "../../events/business/organization.ts";
import { decodeEvent, decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { Batch, EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { endOfDay } from "../../events/values/calendar.ts";
import { isDate } from "../../events/values/date.ts";
import { UsageError } from "../command-line/failure.ts";

export type AsOf =
  | { kind: "sequence"; seq: Sequence }
  /** Up to and including this time, ms since 1970 UTC. */
  | { kind: "time"; untilMs: number }
  /** Up to the end of this day, `YYYY-MM-DD`, in the organization's time zone. */
  | { kind: "day"; date: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/i;

/** @throws UsageError if the text is none of the three */
export function parseAsOf(text: string): AsOf {
  if (/^\d+$/.test(text)) {
    const seq = Number(text);
    if (!Number.isSafeInteger(seq)) throw new UsageError(`--at ${text}: no log has that many events`);
    return { kind: "sequence", seq };
  }
  const time = TIME.exec(text);
  const date = DAY.test(text) ? text : time?.[1];
  if (date === undefined)
    throw new UsageError(`--at ${text}: not a sequence (1234), a day (2010-06-30) or a time (2010-06-30T23:59:59Z)`);
  if (!isDate(date)) throw new UsageError(`--at ${text}: ${date} is not a calendar day`);
  if (!time) return { kind: "day", date };
  if (!time[2]) throw new UsageError(`--at ${text}: add a time zone: Z, or an offset such as +01:00`);
  const untilMs = Date.parse(text.toUpperCase());
  if (Number.isNaN(untilMs)) throw new UsageError(`--at ${text}: not a time of day`);
  return { kind: "time", untilMs };
}

/**
 * The log as it was at the end of a day. It ends before the first event of a later day. The day of an event follows the
 * time zone that was in force when the event was decided: that of the last profile before it.
 */
export function logAtEndOf(date: string, log: EventLog): EventLog {
  return {
    name: log.name,
    id: () => log.id(),
    head: (known) => log.head(known),
    changed: (after, signal) => log.changed(after, signal),
    close: () => log.close(),
    async *read(range, options) {
      if (range.after !== 0) throw new Error("a read must begin at 0, or the time zone is unknown");
      let endMs: number | null = null;
      for await (const batch of log.read(range, options)) {
        const day = withinDay(batch, date, endMs);
        if (day.count > 0) yield { ...batch, bodies: batch.bodies.slice(0, day.count) };
        if (day.count < batch.bodies.length) return;
        endMs = day.endMs;
      }
    },
  };
}

/** How many events of a batch are within the day, and when the day ends in the time zone in force after them. */
function withinDay({ after, bodies }: Batch, date: string, endMs: number | null) {
  let count = 0;
  for (const body of bodies) {
    const event = readTime(body, `event ${after + count + 1}`);
    // Leave a bad event in the batch: the fold stops at it and names it.
    if (event === null) return { count: bodies.length, endMs };
    // A change applies from the next event on. The first event is judged by its own time zone.
    const nextMs: number | null = event.timeZone === null ? endMs : endOfDay(date, event.timeZone);
    const lastMs = endMs ?? nextMs;
    if (lastMs !== null && event.at > lastMs) break;
    endMs = nextMs;
    count++;
  }
  return { count, endMs };
}

/** The time of an event, and the time zone that it puts in force, if any; null if it cannot be decoded. */
function readTime(body: Uint8Array, where: string): { at: number; timeZone: string | null } | null {
  try {
    const { at, type } = decodeHeader(body, where);
    if (type !== "OrganizationRegistered" && type !== "OrganizationProfileChanged") return { at, timeZone: null };
    return { at, timeZone: (decodeEvent(body, where).data as OrganizationProfile).timeZone };
  } catch (error) {
    if (error instanceof LogError) return null;
    throw error;
  }
}

/**
 * Estimates how many events there are up to a time, to show progress. A binary search: it reads about twenty events.
 *
 * @param head the log's head
 */
export async function countUntil(log: EventLog, untilMs: number, head: Sequence): Promise<Sequence> {
  let low = 0; // at or before the time, or before the first event
  let high = head + 1; // after the time, or past the end
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((await timeOf(log, middle)) <= untilMs) low = middle;
    else high = middle;
  }
  return low;
}

async function timeOf(log: EventLog, seq: Sequence): Promise<number> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq })) {
    const [body] = bodies;
    if (body) return decodeHeader(body, `event ${seq}`).at;
  }
  return Number.POSITIVE_INFINITY;
}
