/** `--at`: a log up to a sequence, a time, or the end of a day in the organization's time zone. */

import type { OrganizationProfile } from "../../events/business/organization.ts";
import { decodeEvent, decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { Batch, EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { type AsOf, readAsOf } from "../../events/values/as-of.ts";
import { endOfDay } from "../../events/values/calendar.ts";
import { isTimeZone } from "../../events/values/time-zone.ts";
import { UsageError } from "../command-line/failure.ts";

/** @param option how the user named it, for errors @throws UsageError as `readAsOf` says */
export function parseAsOf(text: string, option = "--at"): AsOf {
  const asOf = readAsOf(text);
  if ("problem" in asOf) throw new UsageError(`${option} ${text}: ${asOf.problem}`);
  return asOf;
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
    const nextMs: number | null = event.timeZone === null ? endMs : endOfDayIn(event.timeZone, date);
    const lastMs = endMs ?? nextMs;
    if (lastMs !== null && event.at > lastMs) break;
    endMs = nextMs;
    count++;
  }
  return { count, endMs };
}

/** @throws UsageError if this Node does not know the time zone: which events the day has is then unknown too */
function endOfDayIn(timeZone: string, date: string): number {
  if (isTimeZone(timeZone)) return endOfDay(date, timeZone);
  const what = `this Node does not know the organization's time zone ${timeZone}`;
  throw new UsageError(`${date}: ${what}; name a time, such as ${date}T23:59:59Z`);
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

/** True if the log's first event is after this moment: nothing had happened yet. */
export async function isBeforeFirstEvent(asOf: AsOf, log: EventLog): Promise<boolean> {
  if (asOf.kind === "sequence") return asOf.seq === 0;
  if (asOf.kind === "time") return (await timeOf(log, 1)) > asOf.untilMs;
  for await (const { bodies } of logAtEndOf(asOf.date, log).read({ after: 0, upTo: 1 })) return bodies.length === 0;
  return true;
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

/** The time of an event; Infinity if the log has no such event. */
export async function timeOf(log: EventLog, seq: Sequence): Promise<number> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq })) {
    const [body] = bodies;
    if (body) return decodeHeader(body, `event ${seq}`).at;
  }
  return Number.POSITIVE_INFINITY;
}
