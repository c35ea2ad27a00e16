/** `--at` and `--known-at`: a moment of a log: a sequence, a time, or the end of a day in the organization's time zone. */

import type { OrganizationProfile } from "../../events/business/organization.ts";
import { decodeEvent, decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { Batch, EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { endOfDay } from "../../events/values/calendar.ts";
import { isDate } from "../../events/values/date.ts";
import { isTimeZone } from "../../events/values/time-zone.ts";
import { UsageError } from "../command-line/failure.ts";
import { parseSequence } from "../command-line/sequence-text.ts";

export type AsOf =
  | { kind: "sequence"; seq: Sequence }
  /** Up to and including `untilMs`, the end of the minute, second or fraction that begins at `fromMs`; ms since 1970 UTC. */
  | { kind: "time"; fromMs: number; untilMs: number }
  /** Up to the end of this day, `YYYY-MM-DD`, in the organization's time zone. */
  | { kind: "day"; date: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** As RFC 3339, and without seconds; also with blanks, as in spreadsheets and databases. */
const TIME =
  /^(?<date>\d{4}-\d{2}-\d{2})[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)? ?(?<zone>Z|[+-]\d{2}:\d{2}(?::\d{2})?)?$/i;

/** Numbers that are more likely to be a year, a month or a day of this age than an event. */
const LIKE_A_DATE = /^(?:19|20)\d{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?$/;
/** `event:2025` is always an event. */
const EVENT = /^event:(.*)$/i;

/**
 * Parses a point in a log's history. A time covers the unit that it is written in: `16:31:18` includes all events of that
 * second, `16:31` those of the minute. So a time that a command printed includes the event that it was printed for.
 *
 * @param option how the user named it, for errors
 * @throws UsageError if the text is none of the three, or is a number that looks like a date
 */
export function parseAsOf(text: string, option = "--at"): AsOf {
  const named = EVENT.exec(text)?.[1];
  if (named === undefined && LIKE_A_DATE.test(text))
    throw new UsageError(
      `${option} ${text}: an event or a date? Write event:${text} for the event, or ${dayLike(text)} for the end of a day`,
    );
  if (named !== undefined || /^[\d,]+$/.test(text)) {
    const seq = parseSequence(named ?? text);
    if (seq === null)
      throw new UsageError(
        `${option} ${text}: ${/^\d+$/.test(text) ? "no log has that many events" : "not a sequence; write 1234 or event:1234"}`,
      );
    return { kind: "sequence", seq };
  }
  const time = TIME.exec(text)?.groups;
  const date = DAY.test(text) ? text : time?.date;
  if (date === undefined)
    throw new UsageError(
      `${option} ${text}: not a sequence (1234), a day (2010-06-30) or a time (2010-06-30T23:59:59Z)`,
    );
  if (!isDate(date)) throw new UsageError(`${option} ${text}: ${date} is not a calendar day`);
  if (!time) return { kind: "day", date };
  if (!time.zone) throw new UsageError(`${option} ${text}: add a time zone: Z, or an offset such as +01:00`);
  const span = spanOf(time);
  if (span === null) throw new UsageError(`${option} ${text}: not a time of day`);
  return { kind: "time", ...span };
}

/** `2025-12-31` for `2025`, `2026-06-30` for `202606` and `20260630`. */
function dayLike(digits: string): string {
  const [year, month = "12", day] = [digits.slice(0, 4), digits.slice(4, 6) || undefined, digits.slice(6) || undefined];
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return `${year}-${month}-${day ?? last}`;
}

/** The minute, second or fraction that is named; null if there is no such time of day. */
function spanOf(time: Record<string, string | undefined>): { fromMs: number; untilMs: number } | null {
  const { date, hour, minute, second, fraction, zone = "" } = time;
  const startMs = Date.parse(
    `${date}T${hour}:${minute}:${second ?? "00"}.${(fraction ?? "").padEnd(3, "0").slice(0, 3)}Z`,
  );
  const offset = /^([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(zone)?.slice(1) ?? ["+", "0", "0", "0"];
  const [hours = 0, minutes = 0, seconds = 0] = offset.slice(1).map((part) => Number(part ?? 0));
  // ISO 8601's 24:00:00 would begin a second of the next day, so it would not be the end of the day that was meant.
  if (Number.isNaN(startMs) || Number(hour) > 23 || hours > 23 || minutes > 59 || seconds > 59) return null;
  const offsetMs = ((hours * 60 + minutes) * 60 + seconds) * 1000 * (offset[0] === "-" ? -1 : 1);
  const unitMs = second === undefined ? 60_000 : 10 ** Math.max(0, 3 - (fraction?.length ?? 0));
  const fromMs = startMs - offsetMs;
  return { fromMs, untilMs: fromMs + unitMs - 1 };
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
