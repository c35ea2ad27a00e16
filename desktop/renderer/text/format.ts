/** Writes amounts, numbers, dates and times in the user's locale. */
import { decimalsOf } from "../../../events/values/currency.ts";

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function cachedFormat<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  create: () => F,
): F {
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
  return format.format(decimalText(minor, decimals));
}

/** `£1.2M`, for the axes of charts, which need no exact figures. */
export function shortMoney(minor: number, currency: string, locale: string): string {
  const format = cachedFormat(
    `short ${locale} ${currency}`,
    () =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency,
        currencyDisplay: "narrowSymbol",
        notation: "compact",
        maximumFractionDigits: 1,
      }),
  );
  return format.format(minor / 10 ** decimalsOf(currency));
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
    value < 1e6
      ? (["kilobyte", 1e3] as const)
      : value < 1e9
        ? (["megabyte", 1e6] as const)
        : (["gigabyte", 1e9] as const);
  const format = cachedFormat(
    `bytes ${locale} ${unit}`,
    () => new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }),
  );
  return format.format(value / of);
}

/** `12,345` */
export function count(value: number, locale: string): string {
  return numberOf(value, 0, locale);
}

/** `20%` from basis points; empty for null. */
export function rate(basisPoints: number | null, locale: string): string {
  if (basisPoints === null) return "";
  const format = cachedFormat(
    `rate ${locale}`,
    () => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }),
  );
  return format.format(decimalText(basisPoints, 4));
}

/** `30 Jun 2010` from `2010-06-30`; empty for null. */
export function day(date: string | null, locale: string): string {
  if (date === null) return "";
  const format = cachedFormat(
    `day ${locale}`,
    () => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  );
  return format.format(Date.parse(date));
}

/** `Jun` from `2010-06`; January includes the year. */
export function month(yearMonth: string, locale: string): string {
  const first = Date.parse(`${yearMonth}-01`);
  const withYear = yearMonth.endsWith("-01");
  const format = cachedFormat(
    `month ${locale} ${withYear}`,
    () => new Intl.DateTimeFormat(locale, { month: "short", ...(withYear && { year: "2-digit" }), timeZone: "UTC" }),
  );
  return format.format(first);
}

/** `30 Jun 2010, 23:59`, in the reader's time zone. */
export function time(atMs: number, locale: string): string {
  const format = cachedFormat(
    `time ${locale}`,
    () => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
  );
  return format.format(atMs);
}

/** `2 minutes ago` */
export function ago(atMs: number, nowMs: number, locale: string): string {
  const format = cachedFormat(`ago ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
  const seconds = Math.min(0, (atMs - nowMs) / 1000);
  if (seconds > -45) return "just now";
  if (seconds > -45 * 60) return format.format(Math.round(seconds / 60), "minute");
  if (seconds > -22 * 3600) return format.format(Math.round(seconds / 3600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
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
