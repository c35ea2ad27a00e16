/**
 * Reads what people type for a moment: an event (`184203`, `event 184,203`, `event:184203`), a day (`30 June 2010`,
 * `30/06/2010`, `2010-06-30`), a month, quarter or year, which mean their ends (`June 2010`, `Q2 2010`, `end of 2010`),
 * each day with a time if one is typed (`30 June 2010 14:05`), and `now`, `today`, `yesterday`. Without a year, a day,
 * month or quarter is the last one up to today. And every time as addresses and the API write it.
 */
import { zonedTime } from "../text/moments/zoned-time.ts";

export interface Typed {
  /** The moment as addresses write it; null: now. */
  at: string | null;
  kind: "now" | "event" | "day" | "time";
}

interface Known {
  /** The organization's. */
  zone: string;
  /** Today there, YYYY-MM-DD. */
  today: string;
  /** The day of the moment on display: a time alone is meant on that day. */
  day: string;
  /** Whether days come first, as in 30/06/2010, or months. */
  order: "day" | "month";
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** A time at the end, such as `14:05`, `2:05 pm` or `14:05:30 UTC`. */
const TIME = /(?:^|[\s,T]+)(?:at\s+)?(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*(am|pm)?\s*(utc|z)?$/i;
/** A time that is exact to the second, with its zone. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** @returns null if it is not understood */
export function readMoment(typed: string, known: Known): Typed | null {
  const text = typed.trim().replaceAll(/\s+/g, " ");
  if (text === "") return null;
  if (/^now$/i.test(text)) return { at: null, kind: "now" };
  const event = /^(?:event[ :]|#)? ?(\d{1,3}(?:[., '’\u00a0\u202f]\d{3})+|\d{1,15})$/i.exec(text);
  if (event) return { at: String(Number((event[1] ?? "").replaceAll(/\D/g, ""))), kind: "event" };
  const exact = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(exact)) return { at: new Date(exact).toISOString().replace(".000Z", "Z"), kind: "time" };
  const time = timeIn(text);
  const dayText = time ? text.slice(0, -time.length).trim() : text;
  const day = dayText === "" && time ? known.day : readDay(dayText, known);
  if (day === null || !isDay(day)) return null;
  if (!time) return { at: day, kind: "day" };
  const atMs = zonedTime(day, time.clock, time.isUtc ? "UTC" : known.zone);
  return { at: `${new Date(atMs).toISOString().slice(0, 19)}Z`, kind: "time" };
}

/** A time at the end of a text. */
function timeIn(text: string): { clock: string; length: number; isUtc: boolean } | null {
  const found = TIME.exec(text);
  if (!found) return null;
  // 30.06.2010 is a day.
  if (found[0].includes(".") && !found[0].includes(":")) return null;
  const [whole, hours = "", minutes = "", seconds = "", half = "", zone = ""] = found;
  const wanted = Number(hours);
  if (half !== "" && (wanted < 1 || wanted > 12)) return null;
  const hour = half === "" ? wanted : (wanted % 12) + (/pm/i.test(half) ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  // "14:05" is the whole minute: what was recorded in it is in the books.
  const clock = `${String(hour).padStart(2, "0")}:${minutes}:${seconds === "" ? "59" : seconds}`;
  return { clock, length: whole.length, isUtc: zone !== "" };
}

/** @returns YYYY-MM-DD, which may not exist; null if it is not understood */
function readDay(text: string, { today, order }: Known): string | null {
  const words = text.toLowerCase().replace(/^(?:the )?end of /, "");
  const isEnd = words.length < text.length;
  if (words === "today") return today;
  if (words === "yesterday") return dayOf(Date.parse(today) - 86_400_000);
  if (/^\d{4}-\d\d-\d\d$/.test(words)) return words;
  if (isEnd && /^\d{4}$/.test(words)) return `${words}-12-31`;
  return readNumbers(words, order) ?? lastInYear(words, today);
}

/** A day, month or quarter in words; without its year, the last one up to today. */
function lastInYear(words: string, today: string): string | null {
  const stated = readInYear(words);
  if (stated !== null) return stated;
  const thisYear = Number(today.slice(0, 4));
  for (let year = thisYear; year >= thisYear - LEAP_YEARS; year--) {
    const day = readInYear(`${words} ${year}`);
    if (day === null) return null;
    if (day <= today && isDay(day)) return day;
  }
  return null;
}

/** 29 February comes at least once in so many years. */
const LEAP_YEARS = 8;

/** `Q2 2010`, `30 June 2010`, `June 2010` */
function readInYear(words: string): string | null {
  const quarter = /^q(?<n>[1-4])[ /-]?(?<year>\d{4})$|^(?<year>\d{4})[ /-]?q(?<n>[1-4])$/.exec(words)?.groups;
  if (quarter) return dayOf(Date.UTC(Number(quarter["year"]), Number(quarter["n"]) * 3, 0));
  return readNamedMonth(words);
}

/** `30 June 2010`, `June 30, 2010`, `June 2010` */
function readNamedMonth(words: string): string | null {
  const named =
    /^(?:(\d{1,2})(?:st|nd|rd|th)?\.? )?(?:of )?([a-z]{3,9})\.?,? (?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4})$/.exec(
      words,
    );
  if (!named) return null;
  const [, before, name = "", behind, year = ""] = named;
  const month = MONTHS.findIndex((short) => name.startsWith(short)) + 1;
  if (month === 0) return null;
  const day = before ?? behind;
  return day === undefined ? dayOf(Date.UTC(Number(year), month, 0)) : dayText(Number(year), month, Number(day));
}

/** `30/06/2010`, `30.6.2010`, `06/30/2010` where months come first, `2010-06`, `06/2010` */
function readNumbers(words: string, order: Known["order"]): string | null {
  const [, year, month] = /^(\d{4})[-/](\d{1,2})$/.exec(words) ?? [];
  if (year !== undefined) return dayOf(Date.UTC(Number(year), Number(month), 0));
  const [, onlyMonth, itsYear] = /^(\d{1,2})[./-](\d{4})$/.exec(words) ?? [];
  if (onlyMonth !== undefined) return dayOf(Date.UTC(Number(itsYear), Number(onlyMonth), 0));
  const [, first, second, third] = /^(\d{1,2})[./-] ?(\d{1,2})[./-] ?(\d{4})$/.exec(words) ?? [];
  if (first === undefined) return null;
  // Where a dot separates them, days come first everywhere.
  const dayFirst = order === "day" || words.includes(".") || Number(first) > 12;
  return dayText(Number(third), Number(dayFirst ? second : first), Number(dayFirst ? first : second));
}

function dayText(year: number, month: number, day: number): string {
  return [String(year).padStart(4, "0"), ...[month, day].map((part) => String(part).padStart(2, "0"))].join("-");
}

function dayOf(atMs: number): string {
  return Number.isNaN(atMs) ? "" : new Date(atMs).toISOString().slice(0, 10);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && dayOf(Date.parse(text)) === text;
}
