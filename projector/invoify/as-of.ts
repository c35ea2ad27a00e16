/** `--at`: the moment up to which a log is read: a sequence, a time, or the end of a day where the organization is. */

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
  /** Up to and with this time, ms since 1970 UTC. */
  | { kind: "time"; untilMs: number }
  /** Up to the end of this day, `YYYY-MM-DD`, in the organization's time zone. */
  | { kind: "day"; date: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/i;

/** @throws UsageError if it is none of the three */
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
  if (!isDate(date)) throw new UsageError(`--at ${text}: ${date} is not a day of the calendar`);
  if (!time) return { kind: "day", date };
  if (!time[2]) throw new UsageError(`--at ${text}: where? Add Z, or an offset such as +01:00`);
  const untilMs = Date.parse(text.toUpperCase());
  if (Number.isNaN(untilMs)) throw new UsageError(`--at ${text}: there is no such time of day`);
  return { kind: "time", untilMs };
}

/**
 * The log as it was at the end of a day, in the time zone that was in force: the one of the last profile up to there. It
 * ends before the first event whose own day, in the time zone in force when it was decided, is a later one.
 */
export function logAtEndOf(date: string, log: EventLog): EventLog {
  return {
    name: log.name,
    id: () => log.id(),
    head: (known) => log.head(known),
    changed: (after, signal) => log.changed(after, signal),
    close: () => log.close(),
    async *read(range, options) {
      if (range.after !== 0) throw new Error("the time zone is known from the first event on only");
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

/** How many events of a batch are within the day, and when it ends by the zone in force after them. */
function withinDay({ after, bodies }: Batch, date: string, endMs: number | null) {
  let count = 0;
  for (const body of bodies) {
    const event = readTime(body, `event ${after + count + 1}`);
    // What is wrong with an event is for the fold to say, which stops there.
    if (event === null) return { count: bodies.length, endMs };
    // A change holds from the next event on; before the first there is no zone but its own.
    const nextMs: number | null = event.timeZone === null ? endMs : endOfDay(date, event.timeZone);
    const lastMs = endMs ?? nextMs;
    if (lastMs !== null && event.at > lastMs) break;
    endMs = nextMs;
    count++;
  }
  return { count, endMs };
}

/** When an event was, and the time zone that it put in force, if it did; null if it cannot be read. */
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
 * About how many events there are up to a time: to show how far a read is. Looks at some twenty of them.
 *
 * @param head the log's
 */
export async function countUntil(log: EventLog, untilMs: number, head: Sequence): Promise<Sequence> {
  let low = 0; // at or before the time, or before the first
  let high = head + 1; // after it, or past the end
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
