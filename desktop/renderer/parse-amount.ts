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
