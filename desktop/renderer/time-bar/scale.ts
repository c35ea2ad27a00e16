/** Where moments stand on the bar, and which moment a place on it means. */
import { dayIn } from "../text/moments/zoned-time.ts";

/** What the bar shows: from the first event to now, ms since 1970 UTC. */
export interface Span {
  from: number;
  to: number;
}

export interface Month {
  /** `2010-06`, in the organization's time zone. */
  month: string;
  events: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The shortest span: a history of one event a second ago is still a bar. */
const LEAST_MS = MINUTE_MS;

export function spanOf(beginsMs: number, nowMs: number): Span {
  return { from: beginsMs, to: Math.max(nowMs, beginsMs + LEAST_MS) };
}

/** The place of a time, from 0 to 1. */
export function placeAt({ from, to }: Span, atMs: number): number {
  return Math.min(1, Math.max(0, (atMs - from) / (to - from)));
}

/** The time at a place, whole ms. */
export function timeAt({ from, to }: Span, place: number): number {
  return Math.round(from + Math.min(1, Math.max(0, place)) * (to - from));
}

/**
 * The moment at a place, as addresses write it: the end of a day where a pixel is hours, or a minute. Null at the right
 * end: now.
 *
 * @param width of the bar, CSS pixels
 */
export function momentAtPlace(
  span: Span,
  place: number,
  { width, zone }: { width: number; zone: string },
): string | null {
  if (place >= 1 - 1 / Math.max(1, width)) return null;
  const perPixel = (span.to - span.from) / Math.max(1, width);
  const atMs = Math.max(span.from, timeAt(span, place));
  if (perPixel < DAY_MS / 12) return minuteAt(atMs);
  const day = dayIn(atMs, zone);
  return day === dayIn(span.to, zone) ? minuteAt(atMs) : day;
}

/** The end of a minute, in UTC: `2010-06-30T23:59:59Z`. */
function minuteAt(atMs: number): string {
  const end = Math.floor(atMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS - 1;
  return `${new Date(end).toISOString().slice(0, 19)}Z`;
}

/** A bar of the backdrop. Places are from 0 to 1, heights from 0 to 1. */
export interface Bar {
  month: string;
  events: number;
  from: number;
  to: number;
  height: number;
}

/** The bars of the months. Heights grow with the square root, so that a quiet month is still seen beside a busy one. */
export function barsOf(months: readonly Month[], span: Span): Bar[] {
  const most = Math.max(1, ...months.map(({ events }) => events));
  return months.map(({ month, events }) => {
    const [from, to] = [placeAt(span, monthStart(month, 0)), placeAt(span, monthStart(month, 1))];
    return { month, events, from, to, height: Math.max(0.04, Math.sqrt(events / most)) };
  });
}

/** The first instant of a month, or of a month after it, as if it were UTC: an hour is less than a pixel. */
function monthStart(month: string, later: number): number {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return Date.UTC(year, number - 1 + later, 1);
}

/** A mark below the bar. */
export interface Tick {
  place: number;
  text: string;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/**
 * The marks: years, or months, or days, as many as have room.
 *
 * @param most how many have room
 */
export function ticksOf(span: Span, most: number): Tick[] {
  const years = yearsIn(span);
  if (years.length >= 2) {
    const every = Math.ceil(years.length / Math.max(1, most));
    const marks = years.filter((year) => year % every === 0).map((year) => tick(span, Date.UTC(year, 0, 1), `${year}`));
    if (years.length > 2) return marks;
  }
  const first = new Date(span.from);
  const starts: number[] = [];
  for (let n = 1; n < MOST_MONTHS; n++) {
    const start = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + n, 1);
    if (start >= span.to) break;
    starts.push(start);
  }
  const every = STEPS.find((step) => starts.length / step <= most) ?? 12;
  return starts
    .map((start) => ({ start, month: new Date(start).getUTCMonth() }))
    .filter(({ month }) => month % every === 0)
    .map(({ start, month }) =>
      tick(span, start, month === 0 ? `${new Date(start).getUTCFullYear()}` : (MONTHS[month] ?? "")),
    );
}

/** Months from one mark to the next: January always has one. */
const STEPS = [1, 2, 3, 4, 6] as const;
/** Above this, years are marked. */
const MOST_MONTHS = 60;

function yearsIn({ from, to }: Span): number[] {
  const [first, last] = [new Date(from).getUTCFullYear() + 1, new Date(to).getUTCFullYear()];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
}

function tick(span: Span, atMs: number, text: string): Tick {
  return { place: placeAt(span, atMs), text };
}

/** The last day of the month, quarter or year before a day. YYYY-MM-DD */
export function endBefore(day: string, period: "month" | "quarter" | "year"): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const first = period === "year" ? 1 : period === "quarter" ? Math.floor((month - 1) / 3) * 3 + 1 : month;
  return isoDay(Date.UTC(year, first - 1, 0));
}

/** The last day of a day's own month, or of the next month if the day is that. YYYY-MM-DD */
export function monthEndAfter(day: string): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const own = isoDay(Date.UTC(year, month, 0));
  return own > day ? own : isoDay(Date.UTC(year, month + 1, 0));
}

/** The day some days later. YYYY-MM-DD */
export function dayLater(day: string, days: number): string {
  return isoDay(Date.parse(day) + days * DAY_MS);
}

function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
