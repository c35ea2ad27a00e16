/** Decimal numbers of the formats, from and to integers. No floating point: every digit is exact. */
import { decimalsOf } from "../../events/values/currency.ts";

/**
 * `value` × 10^−scale, without needless zeros at the end.
 *
 * @param least as many decimals are always written
 */
export function decimal(value: number, scale: number, least = 0): string {
  const digits = String(Math.abs(value)).padStart(scale + 1, "0");
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point + least && digits.endsWith("0", end)) end--;
  const sign = value < 0 ? "-" : "";
  return end === point ? sign + digits.slice(0, point) : `${sign}${digits.slice(0, point)}.${digits.slice(point, end)}`;
}

/**
 * An amount with its currency's decimals. The formats allow two at most, so a third one of a dinar is written only
 * where it is not zero (and is then refused by their rules).
 */
export function amount(minor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  return decimal(minor, decimals, Math.min(decimals, 2));
}

/** A quantity, a price, or a percentage of an allowance, in millionths. */
export function millionths(value6: number): string {
  return decimal(value6, 6);
}

/** A VAT rate, in thousandths of a per cent. */
export function thousandths(value3: number): string {
  return decimal(value3, 3);
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** The integer `text` × 10^scale; null if the text is no decimal number, has more decimals, or is beyond 2⁵³ − 1. */
export function parseDecimal(text: string, scale: number): number | null {
  const [matched, sign, whole = "", decimals = ""] = DECIMAL.exec(text) ?? [];
  if (matched === undefined || whole + decimals === "") return null;
  const kept = decimals.slice(0, scale).padEnd(scale, "0");
  if (/[1-9]/.test(decimals.slice(scale))) return null;
  const value = Number(whole + kept); // exact as far as it is safe
  if (!Number.isSafeInteger(value)) return null;
  return sign === "-" && value !== 0 ? -value : value;
}
