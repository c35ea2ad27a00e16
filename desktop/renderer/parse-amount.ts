/** Amounts as people type them. */

/**
 * Minor units: `1,234.5` is 123450 where a comma parts thousands and there are two decimals.
 *
 * @param locale whose signs are used; spaces of every kind part thousands everywhere
 * @returns null for what is no amount, has more decimals than the currency, or does not fit 2⁵³
 */
export function parseAmount(text: string, decimals: number, locale: string): number | null {
  const parts = new Intl.NumberFormat(locale).formatToParts(-12345.6);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const [group, decimal] = [sign("group"), sign("decimal") || "."];
  const plain = text
    .replaceAll(/[\s\u00a0\u202f'’]/g, "")
    .replaceAll(group.trim() === "" ? "\u0000" : group, "")
    .replaceAll(decimal, ".")
    .replace(/^[−–]/, "-");
  const [, minus = "", whole = "", rest = ""] = /^(-?)(\d{1,16})(?:\.(\d*))?$/.exec(plain) ?? [];
  if (whole === "" || rest.length > decimals) return null;
  const minor = Number(`${minus}${whole}${rest.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(minor) ? minor : null;
}

/**
 * A number as somebody would type it, for a field: no grouping, and no more decimals than it has.
 *
 * @param value in 10^-decimals @param least decimals that are always there, such as an amount's own
 */
export function typedAmount(value: number, decimals: number, locale: string, least = 0): string {
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const rest = decimals === 0 ? "" : digits.slice(-decimals);
  const shown = rest.slice(0, least) + rest.slice(least).replace(/0+$/, "");
  const parts = new Intl.NumberFormat(locale).formatToParts(0.5);
  const sign = parts.find(({ type }) => type === "decimal")?.value ?? ".";
  return `${value < 0 ? "-" : ""}${whole}${shown === "" ? "" : sign + shown}`;
}
