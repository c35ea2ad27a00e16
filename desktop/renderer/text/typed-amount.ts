/** Writes numbers as users type them. `readNumber` reads them. */
import { numberStyle } from "./number-style.ts";

/**
 * A number as a user would type it: no grouping, and no more decimals than it has.
 *
 * @param value in 10^-decimals
 * @param least decimals that are always written, such as those of a currency
 */
export function typedAmount(value: number, decimals: number, locale: string, least = 0): string {
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const rest = decimals === 0 ? "" : digits.slice(-decimals);
  const fraction = rest.slice(0, least) + rest.slice(least).replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}${whole}${fraction === "" ? "" : numberStyle(locale).decimal + fraction}`;
}
