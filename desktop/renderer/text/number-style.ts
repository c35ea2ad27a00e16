/** How a locale writes numbers, learned from `Intl`, so that it is what this machine displays. */

/** A locale that groups `12,34,567` has the sizes 3 and 2; one that writes 1234 without a separator has `least` 5. */
export interface Grouping {
  /** Digits after the last separator. */
  last: number;
  /** Digits between two separators, and the most before the first. */
  inner: number;
  /** The shortest number that is grouped, in digits. */
  least: number;
}

/** What an amount may look like in a locale. No character is in both sets. */
export interface NumberStyle {
  /** The separator that `amount()` writes before the decimals. */
  decimal: string;
  decimals: ReadonlySet<string>;
  groups: ReadonlySet<string>;
  groupings: readonly Grouping[];
  /** The locale's own digits, where Unicode does not call them digits: `一` is 1 in `zh-u-nu-hanidec`. */
  digits: ReadonlyMap<string, string>;
}

export interface Separators {
  group: string;
  decimal: string;
}

/** Separators that mean the same in every locale. Spaces and apostrophes are never a decimal separator. */
const ANY_GROUP = [" ", "'", "٬"];
const ANY_DECIMAL = ["٫"];

interface StyleOptions {
  currency?: string | undefined;
  /** True: also as percentages are written. */
  percent?: boolean | undefined;
}

const styles = new Map<string, NumberStyle>();

/**
 * The separators and groupings of numbers and, with a currency, of its amounts, which differ in some locales: `12,5` but
 * `12.50 CHF` in `fr-CH`. A locale with digits of its own also has the separators that it uses with 0 to 9.
 *
 * Cached, because a form may read hundreds of numbers at each key stroke.
 */
export function numberStyle(locale: string, { currency, percent = false }: StyleOptions = {}): NumberStyle {
  const key = `${locale} ${currency ?? ""} ${percent}`;
  const cached = styles.get(key);
  if (cached) return cached;
  const numbers = new Intl.NumberFormat(locale);
  const formats = [numbers, new Intl.NumberFormat(locale, { numberingSystem: "latn" })];
  const separators = formats.map(separatorsOf);
  const money = currency ? moneyFormat(locale, currency) : null;
  if (money && !contradicts(separatorsOf(money), separatorsOf(numbers))) {
    formats.push(money);
    separators.push(separatorsOf(money));
  }
  // Percentages have the separators of numbers, but may be grouped in another way: `% 1 00` in `blo`.
  if (percent) formats.push(new Intl.NumberFormat(locale, { style: "percent" }));
  const style = {
    decimal: separatorsOf(numbers).decimal,
    decimals: new Set([...ANY_DECIMAL, ...separators.map(({ decimal }) => plainSeparator(decimal))]),
    groups: new Set(
      [...ANY_GROUP, ...separators.map(({ group }) => plainSeparator(group))].filter((one) => one !== ""),
    ),
    groupings: formats.map(groupingOf),
    digits: digitsOf(locale),
  };
  styles.set(key, style);
  return style;
}

/**
 * The separators for amounts with a currency, if `Intl` contradicts itself: in `en-BE` it writes 1.234,50 and €1,234.50, so
 * that 1,234 would be both. Such a locale's amounts are written like its numbers. Null: `Intl` is right.
 */
export function correctedSeparators(locale: string, currency: string): Separators | null {
  const numbers = separatorsOf(new Intl.NumberFormat(locale));
  return contradicts(separatorsOf(moneyFormat(locale, currency)), numbers) ? numbers : null;
}

/** A space for all spaces, an apostrophe for all apostrophes. */
function plainSeparator(separator: string): string {
  return separator.replace(/\s/g, " ").replace(/[‘’ʼ′´`]/g, "'");
}

function contradicts(one: Separators, other: Separators): boolean {
  return one.group === other.decimal || one.decimal === other.group;
}

function moneyFormat(locale: string, currency: string): Intl.NumberFormat {
  const digits = { minimumFractionDigits: 0, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits });
}

function separatorsOf(format: Intl.NumberFormat): Separators {
  const parts = format.formatToParts(1_234_567.5);
  const separator = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { group: separator("group"), decimal: separator("decimal") || "." };
}

function groupingOf(format: Intl.NumberFormat): Grouping {
  const sizesOf = (value: number) =>
    format.formatToParts(value).flatMap(({ type, value }) => (type === "integer" ? [[...value].length] : []));
  const sizes = sizesOf(1_234_567_890);
  const last = sizes.at(-1) ?? 3;
  const inner = sizes.at(-2) ?? last;
  const least = [1_234, 12_345, 123_456].find((value) => sizesOf(value).length > 1);
  return { last, inner: sizes.length > 2 ? inner : last, least: String(least ?? 1_234_567).length };
}

function digitsOf(locale: string): ReadonlyMap<string, string> {
  const format = new Intl.NumberFormat(locale, { useGrouping: false });
  const own = [...format.format(9_876_543_210)].reverse();
  return new Map(own.length === 10 ? own.map((digit, n) => [digit, String(n)]) : []);
}
