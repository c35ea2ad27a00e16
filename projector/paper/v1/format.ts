/** Figures, dates and quantities as a language writes them. */
import { decimalsOf } from "../../../events/values/currency.ts";
import type { Formats } from "./words/cldr.ts";
import type { Wording } from "./words/words.ts";

/** A true minus sign: it is as wide as a digit. */
const MINUS = "\u2212";

/** `1,234.50` for 123450 cents, `-0.05` for -5 */
export function amountText(minor: number, currency: string, formats: Formats): string {
  const decimals = decimalsOf(currency);
  return decimalText(BigInt(minor), { scale: decimals, least: decimals }, formats);
}

/** `1,234.50 EUR` or `€1,234.50` */
export function moneyText(minor: number, currency: string, formats: Formats): string {
  const amount = amountText(minor, currency, formats);
  const sign = formats.signs[currency];
  // A code directly before a digit could not be read.
  const pattern =
    sign === undefined ? formats.currency.replace("{sign}{amount}", "{sign}\u00a0{amount}") : formats.currency;
  const text = pattern.replace("{sign}", sign ?? currency);
  if (!amount.startsWith(MINUS) || !text.startsWith(sign ?? currency)) return text.replace("{amount}", amount);
  // In front of a sign that touches the amount, else in front of the amount: −€5.00, but € −5,00.
  return pattern.startsWith("{sign}{amount}")
    ? `${MINUS}${text.replace("{amount}", amount.slice(1))}`
    : text.replace("{amount}", amount);
}

/** A price of 10⁻⁶ of the major unit: at least the currency's decimals. */
export function priceText(price6: number, currency: string, formats: Formats): string {
  return decimalText(BigInt(price6), { scale: 6, least: decimalsOf(currency) }, formats);
}

/** `7.5` for 7500000 */
export function millionthsText(value6: number, formats: Formats): string {
  return decimalText(BigInt(value6), { scale: 6, least: 0 }, formats);
}

/** `9.975%` for 9975 thousandths of a per cent */
export function rateText(rate3: number, formats: Formats): string {
  return formats.percent.replace("{amount}", decimalText(BigInt(rate3), { scale: 3, least: 0 }, formats));
}

/** `2.5%` for 2500000 millionths of a per cent */
export function percentText(percent6: number, formats: Formats): string {
  return formats.percent.replace("{amount}", millionthsText(percent6, formats));
}

/** `3 hours`; the code, where it has no words: `3 XBJ` */
export function quantityText(quantity6: number, unit: string, { words, formats, language }: Wording): string {
  return `${millionthsText(quantity6, formats)}\u00a0${unitText(quantity6, unit, { words, language })}`;
}

function unitText(quantity6: number, unit: string, { words, language }: Pick<Wording, "words" | "language">): string {
  const forms = Object.hasOwn(words.units, unit) ? words.units[unit as keyof typeof words.units] : undefined;
  if (!forms) return unit;
  return forms[formOf(Math.abs(quantity6), language)] ?? forms.at(-1) ?? unit;
}

/** Which word follows a quantity: 0 for one; in Polish 1 for two to four, 2 for five and more, 3 for parts. */
function formOf(quantity6: number, language: string): number {
  if (quantity6 === 1_000_000) return 0;
  if (language === "fr") return quantity6 < 2_000_000 ? 0 : 1;
  if (language !== "pl") return 1;
  if (quantity6 % 1_000_000 !== 0) return 3;
  const whole = quantity6 / 1_000_000;
  const few = whole % 10 >= 2 && whole % 10 <= 4 && !(whole % 100 >= 12 && whole % 100 <= 14);
  return few ? 1 : 2;
}

/** A day (YYYY-MM-DD) as the language writes it. What is no day stays as it is. */
export function dateText(day: string, { date, months }: Formats): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return day;
  const [, year = "", month = "", dayOfMonth = ""] = match;
  return date
    .replace("{y}", year)
    .replace("{mm}", month)
    .replace("{month}", months[Number(month) - 1] ?? month)
    .replace("{dd}", dayOfMonth)
    .replace("{d}", String(Number(dayOfMonth)));
}

/** `{name}` in a pattern becomes what `values` has for it. */
export function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** A decimal number: `scale` digits of the value are behind the point, of which the zeros after `least` are left out. */
function decimalText(value: bigint, { scale, least }: { scale: number; least: number }, formats: Formats): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let fraction = digits.slice(digits.length - scale);
  while (fraction.length > least && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  const text = fraction === "" ? grouped(whole, formats) : `${grouped(whole, formats)}${formats.decimal}${fraction}`;
  return value < 0n ? `${MINUS}${text}` : text;
}

function grouped(whole: string, { group }: Formats): string {
  return whole.replaceAll(/\B(?=(?:\d{3})+$)/g, group);
}
