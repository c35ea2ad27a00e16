/** Texts that name a point in a log's history: an event, a time, or the end of a day in the organization's time zone. */
import type { Sequence } from "../sequence.ts";
import { isDate } from "./date.ts";

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
 * @returns what is wrong, if the text is none of the three, or is a number that looks like a date
 */
export function readAsOf(text: string): AsOf | { problem: string } {
  const named = EVENT.exec(text)?.[1];
  if (named === undefined && LIKE_A_DATE.test(text))
    return {
      problem: `an event or a date? Write event:${text} for the event, or ${dayLike(text)} for the end of a day`,
    };
  if (named !== undefined || /^[\d,]+$/.test(text)) {
    const seq = parseSequence(named ?? text);
    if (seq !== null) return { kind: "sequence", seq };
    return {
      problem: /^\d+$/.test(text) ? "no log has that many events" : "not a sequence; write 1234 or event:1234",
    };
  }
  const time = TIME.exec(text)?.groups;
  const date = DAY.test(text) ? text : time?.date;
  if (date === undefined)
    return { problem: "not a sequence (1234), a day (2010-06-30) or a time (2010-06-30T23:59:59Z)" };
  if (!isDate(date)) return { problem: `${date} is not a calendar day` };
  if (!time) return { kind: "day", date };
  if (!time.zone) return { problem: "add a time zone: Z, or an offset such as +01:00" };
  const span = spanOf(time);
  return span === null ? { problem: "not a time of day" } : { kind: "time", ...span };
}

/**
 * A sequence as people write it; what a command prints, such as `1,234`, can be typed back.
 *
 * @returns null if the text is not a whole number from 0, of plain digits or grouped by thousands
 */
export function parseSequence(text: string): Sequence | null {
  if (!/^(?:\d{1,16}|\d{1,3}(?:,\d{3}){1,5})$/.test(text)) return null;
  const seq = Number(text.replaceAll(",", ""));
  return Number.isSafeInteger(seq) ? seq : null;
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
