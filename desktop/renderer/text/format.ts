/**
 * Writes amounts, numbers, dates and times. The app's language is English, so every word is English, in any locale:
 * names of months, units, "2 minutes ago". Figures follow the user's locale: separators, digits, where the currency's
 * sign stands, whether the day or the month comes first, and 12 or 24 hours.
 */
import { decimalsOf } from "../../../events/values/currency.ts";
import { correctedSeparators, type Separators } from "./number-style.ts";

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function cachedFormat<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, create: () => F): F {
  const format = (formats.get(key) as F | undefined) ?? create();
  formats.set(key, format);
  return format;
}

/** `1,234.50`, exact for minor units up to 2⁵³ − 1. */
export function amount(minor: number, currency: string, locale: string): string {
  return numberOf(minor, decimalsOf(currency), locale);
}

/** `£1,234.50` */
export function money(minor: number, currency: string, locale: string): string {
  const decimals = decimalsOf(currency);
  const format = cachedFormat(`money ${locale} ${currency}`, () => {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits });
  });
  const style = { currency, locale };
  const value = decimalText(minor, decimals);
  if (correctionOf(style) === null) return format.format(value);
  return currencyParts(format, value, style)
    .map((part) => part.value)
    .join("");
}

const corrections = new Map<string, Separators | null>();

interface MoneyStyle {
  currency: string;
  locale: string;
}

/** Null: `Intl` is right. */
function correctionOf({ currency, locale }: MoneyStyle): Separators | null {
  const key = `${locale} ${currency}`;
  let separators = corrections.get(key);
  if (separators === undefined) {
    separators = correctedSeparators(locale, currency);
    corrections.set(key, separators);
  }
  return separators;
}

/** Where `Intl` contradicts itself, an amount is written like a number. */
function currencyParts(
  format: Intl.NumberFormat,
  value: Intl.StringNumericLiteral | number,
  style: MoneyStyle,
): Intl.NumberFormatPart[] {
  const separators = correctionOf(style);
  const parts = format.formatToParts(value);
  if (separators === null) return parts;
  const { group, decimal } = separators;
  return parts.map(({ type, value }) => ({
    type,
    value: type === "group" ? group : type === "decimal" ? decimal : value,
  }));
}

const SHORT = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "K"],
] as const;

/** `£1.2M`, for the axes of charts, which need no exact figures. */
export function shortMoney(minor: number, currency: string, locale: string): string {
  const format = cachedFormat(`short ${locale} ${currency}`, () => {
    const digits = { minimumFractionDigits: 0, maximumFractionDigits: 1 };
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits });
  });
  const value = minor / 10 ** decimalsOf(currency);
  const [unit, letter] = SHORT.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  const parts = currencyParts(format, value / unit, { currency, locale });
  const last = parts.findLastIndex(({ type }) => type === "integer" || type === "fraction");
  return parts.map(({ value }, n) => (n === last ? value + letter : value)).join("");
}

/** A number in 10⁻⁶, with as many decimals as it has. @param options.least decimals that are always written */
export function millionths(value6: number, locale: string, { least = 0 }: { least?: number } = {}): string {
  const format = cachedFormat(
    `millionths ${locale} ${least}`,
    () => new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: 6 }),
  );
  return format.format(decimalText(value6, 6));
}

/** A unit price in 10⁻⁶, with at least the decimals of its currency. */
export function price(price6: number, currency: string, locale: string): string {
  return millionths(price6, locale, { least: currency === "" ? 0 : decimalsOf(currency) });
}

/** `12.5 MB` */
export function bytes(value: number, locale: string): string {
  const [unit, of] =
    value < 1e6 ? (["kB", 1e3] as const) : value < 1e9 ? (["MB", 1e6] as const) : (["GB", 1e9] as const);
  return `${oneDecimal(value / of, locale)} ${unit}`;
}

/**
 * `71.5 kB`, rounded so that a size above its limit never reads like the limit. Never in MB, which would need as many
 * decimals.
 */
export function kilobytes(value: number, direction: "up" | "down", locale: string): string {
  const perKilobyte = value < 100_000 ? 10 : 1;
  const rounded = Math[direction === "up" ? "ceil" : "floor"]((value / 1000) * perKilobyte) / perKilobyte;
  return `${oneDecimal(rounded, locale)} kB`;
}

/** At most one decimal. */
function oneDecimal(value: number, locale: string): string {
  const create = () => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return cachedFormat(`one decimal ${locale}`, create).format(value);
}

/** `12,345` */
export function count(value: number, locale: string): string {
  return numberOf(value, 0, locale);
}

/** `9.975%` from thousandths of a per cent; empty for null. */
export function rate(rate3: number | null, locale: string): string {
  return rate3 === null ? "" : percentage(rate3 * 1_000, locale);
}

/** `33.333333%` from 10⁻⁶ per cent, up to 9 × 10¹⁵ of them. */
export function percentage(percent6: number, locale: string): string {
  const format = cachedFormat(
    `percentage ${locale}`,
    () => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 6 }),
  );
  return format.format(decimalText(percent6, 8));
}

/** `30 Jun 2010`, or `Jun 30, 2010`, from `2010-06-30`; empty for null. */
export function day(date: string | null, locale: string): string {
  if (date === null) return "";
  const format = cachedFormat(
    `day ${locale}`,
    () =>
      new Intl.DateTimeFormat(englishFor(locale), { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  );
  return format.format(Date.parse(date));
}

/** `30 June 2010` from `2010-06-30`; the locale decides the order. */
export function longDay(date: string, locale: string): string {
  const format = cachedFormat(
    `long day ${locale}`,
    () =>
      new Intl.DateTimeFormat(englishFor(locale), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }),
  );
  return format.format(Date.parse(date));
}

/** Whether days or months come first in dates of figures alone. */
export function dateOrder(locale: string): "day" | "month" {
  return englishFor(locale) === "en-US" || englishFor(locale) === "en" ? "month" : "day";
}

/** `Jun` from `2010-06`. */
export function month(yearMonth: string): string {
  const format = cachedFormat("month", () => new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" }));
  return format.format(Date.parse(`${yearMonth}-01`));
}

/** `Jun 2010` from `2010-06`. */
export function monthAndYear(yearMonth: string): string {
  return `${month(yearMonth)} ${yearMonth.slice(0, 4)}`;
}

/** `30 Jun 2010, 23:59`. @param timeZone default: that of the device */
export function time(atMs: number, locale: string, timeZone?: string): string {
  const format = cachedFormat(`time ${locale} ${timeZone}`, () => {
    const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions();
    return new Intl.DateTimeFormat(englishFor(locale), {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone,
      ...(hourCycle && { hourCycle }),
    });
  });
  return format.format(atMs);
}

/** `23:59`, or `11:59 PM` where the locale counts 12 hours. */
export function clockTime(atMs: number, timeZone: string, locale: string): string {
  const format = cachedFormat(`clock ${locale} ${timeZone}`, () => {
    const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions();
    return new Intl.DateTimeFormat(englishFor(locale), {
      timeStyle: "short",
      timeZone,
      ...(hourCycle && { hourCycle }),
    });
  });
  return format.format(atMs);
}

/** `2 minutes ago` */
export function ago(atMs: number, nowMs: number, locale: string): string {
  const seconds = Math.max(0, (nowMs - atMs) / 1000);
  const of = (value: number, unit: string) => `${count(value, locale)} ${unit}${value === 1 ? "" : "s"} ago`;
  if (seconds < 45) return "just now";
  if (seconds < 45 * 60) return of(Math.max(1, Math.round(seconds / 60)), "minute");
  if (seconds < 22 * 3600) return of(Math.max(1, Math.round(seconds / 3600)), "hour");
  const days = Math.max(1, Math.round(seconds / 86_400));
  return days === 1 ? "yesterday" : of(days, "day");
}

/** The English whose dates suit a locale: the locale itself if it is English, otherwise by the order of day and month. */
function englishFor(locale: string): string {
  const { language, region } = new Intl.Locale(locale);
  if (language === "en") return region === undefined ? "en" : `en-${region}`;
  const parts = new Intl.DateTimeFormat(locale, { dateStyle: "short" }).formatToParts(0).map(({ type }) => type);
  const isMonthFirst = parts[0] === "month" || (parts[0] === "literal" && parts[1] === "month");
  return isMonthFirst ? "en-US" : "en-GB";
}

function numberOf(value: number, decimals: number, locale: string): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const format = cachedFormat(`number ${locale} ${decimals}`, () => new Intl.NumberFormat(locale, digits));
  return format.format(decimalText(value, decimals));
}

/** The exact decimal text, which Intl accepts as a number. A division would round numbers of 16 digits. */
function decimalText(value: number, decimals: number): Intl.StringNumericLiteral {
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
  return `${value < 0 ? "-" : ""}${text}` as Intl.StringNumericLiteral;
}
