/** Formats figures for people: counts, sizes, durations, times, amounts. Shared by commands and screens. */
import { decimalsOf } from "../../events/values/currency.ts";
import { usableTimeZone } from "../../events/values/time-zone.ts";

/** `525,461`: rounded to a whole number. */
export function countText(count: number): string {
  return groupDigits(String(Math.round(count)));
}

/** Intl can do this too, but takes longer to load than a small command takes to run. */
function groupDigits(digits: string): string {
  return digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 event`, `2 events` */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `412 bytes`, `1.6 MB` (10⁶) */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return countOf(bytes, "byte");
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min` */
export function durationText(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(ms / 60_000);
  return `${countText(Math.floor(minutes / 60))} h ${twoDigits(minutes % 60)} min`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, "0");
}

/** Per second, as a whole number; 0 if no time has passed. */
export function rateOf(count: number, ms: number): number {
  return ms > 0 ? Math.round((count / ms) * 1000) : 0;
}

/** `1,234.50 GBP`: minor units (numbers up to 2⁵³ − 1) with the currency's own decimals. */
export function amountText(minor: number | bigint, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = String(minor < 0 ? -minor : minor).padStart(decimals + 1, "0");
  const whole = groupDigits(digits.slice(0, digits.length - decimals));
  const fraction = decimals > 0 ? `.${digits.slice(-decimals)}` : "";
  return `${minor < 0 ? "-" : ""}${whole}${fraction} ${currency}`;
}

/** The last time that a JavaScript Date can express, ms. An event's `at` may be later. */
const LAST_TIME_MS = 8.64e15;

/** `2010-06-30T22:59:59.999Z`: exact, and valid for `--at`. */
export function instantText(atMs: number): string {
  return atMs <= LAST_TIME_MS ? new Date(atMs).toISOString() : `${atMs} ms`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2010-06-30T23:59:59+01:00`: to the second, in a time zone, and valid for `--at`, where it means that second's end. */
export function timeText(atMs: number, timeZone: string): string {
  if (atMs > LAST_TIME_MS) return instantText(atMs);
  let format = formats.get(timeZone);
  if (!format) {
    const two = "2-digit";
    const time = { hour: two, minute: two, second: two, hourCycle: "h23", timeZoneName: "longOffset" } as const;
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: usableTimeZone(timeZone),
      year: "numeric",
      month: two,
      day: two,
      ...time,
    });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const offset = part.timeZoneName?.replace("GMT", "") || "+00:00";
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}${offset}`;
}
