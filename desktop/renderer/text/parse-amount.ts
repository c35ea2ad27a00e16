/** Reads and writes amounts as users type them. */

/**
 * Reads minor units: with two decimals in English, `1,234.5` is 123450.
 *
 * @param locale gives the separators; in every locale, spaces and apostrophes are ignored
 * @returns null if the text is not an amount, has more decimals than `decimals`, or exceeds 2⁵³ − 1
 */
export function parseAmount(text: string, decimals: number, locale: string): number | null {
  const { group, decimal } = separatorsOf(locale);
  const plain = text.replaceAll(/[\s\u00a0\u202f'’]/g, "").replace(/^[−–]/, "-");
  const [wholeText = "", rest = "", ...more] = plain.split(decimal);
  const [, minus = "", digits = ""] = /^(-?)(.+)$/.exec(wholeText) ?? [];
  // A separator in the wrong position is another language's decimal separator: refused, never read as 10 times as much.
  const parts = digits.split(group);
  const isGrouped = parts.every(
    (part, n) => /^\d+$/.test(part) && (n === 0 || GROUP[n === parts.length - 1 ? 1 : 0].test(part)),
  );
  const whole = parts.join("");
  if (more.length > 0 || !isGrouped || whole.length > 16 || !/^\d*$/.test(rest) || rest.length > decimals) return null;
  const minor = Number(`${minus}${whole}${rest.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(minor) ? minor : null;
}

/** The digits between two grouping separators, and after the last one: `12,34,567` in India. */
const GROUP = [/^\d{2,3}$/, /^\d{3}$/] as const;

const separators = new Map<string, { group: string; decimal: string }>();

/** Cached, because a form may parse hundreds of numbers at each key stroke. */
function separatorsOf(locale: string): { group: string; decimal: string } {
  const cached = separators.get(locale);
  if (cached) return cached;
  const parts = new Intl.NumberFormat(locale).formatToParts(-1234567.5);
  const separator = (type: string) => parts.find((part) => part.type === type)?.value.trim() ?? "";
  // parseAmount removes spaces and apostrophes, so a locale that groups with them has no other separator.
  const group = separator("group").replace(/['’]/, "") || "\u0000";
  const pair = { group, decimal: separator("decimal") || "." };
  separators.set(locale, pair);
  return pair;
}

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
  return `${value < 0 ? "-" : ""}${whole}${fraction === "" ? "" : separatorsOf(locale).decimal + fraction}`;
}
