/** Amounts as people type them. */

/**
 * Minor units: `1,234.5` is 123450 where a comma parts thousands and there are two decimals.
 *
 * @param locale whose signs are used; spaces of every kind part thousands everywhere
 * @returns null for what is no amount, has more decimals than the currency, or does not fit 2⁵³
 */
export function parseAmount(text: string, decimals: number, locale: string): number | null {
  const { group, decimal } = signsOf(locale);
  const plain = text.replaceAll(/[\s\u00a0\u202f'’]/g, "").replace(/^[−–]/, "-");
  const [wholeText = "", rest = "", ...more] = plain.split(decimal);
  const [, minus = "", digits = ""] = /^(-?)(.+)$/.exec(wholeText) ?? [];
  // Parted where nobody parts thousands, it is another language's sign for decimals: not a number ten times as large.
  const parts = digits.split(group);
  const isParted = parts.every(
    (part, n) => /^\d+$/.test(part) && (n === 0 || GROUP[n === parts.length - 1 ? 1 : 0].test(part)),
  );
  const whole = parts.join("");
  if (more.length > 0 || !isParted || whole.length > 16 || !/^\d*$/.test(rest) || rest.length > decimals) return null;
  const minor = Number(`${minus}${whole}${rest.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(minor) ? minor : null;
}

/** What stands between two parting signs, and after the last one: `12,34,567` in India. */
const GROUP = [/^\d{2,3}$/, /^\d{3}$/] as const;

const signs = new Map<string, { group: string; decimal: string }>();

/** Kept: a form reads hundreds of numbers at each key. */
function signsOf(locale: string): { group: string; decimal: string } {
  const known = signs.get(locale);
  if (known) return known;
  const parts = new Intl.NumberFormat(locale).formatToParts(-1234567.5);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value.trim() ?? "";
  // A space, or an apostrophe, is taken away before: then nothing else parts.
  const group = sign("group").replace(/['’]/, "") || "\u0000";
  const found = { group, decimal: sign("decimal") || "." };
  signs.set(locale, found);
  return found;
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
  return `${value < 0 ? "-" : ""}${whole}${shown === "" ? "" : signsOf(locale).decimal + shown}`;
}
