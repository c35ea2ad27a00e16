/** Which currency a typed sign, code or name means: `€`, `EUR` and `Euro`. */
import { currencyCodes } from "../../../events/values/currency.ts";
import { currencyName } from "./named-codes.ts";
import { plainText } from "./plain-text.ts";

/** Signs that `Intl` does not know, though people type them. */
const MORE_SIGNS: Readonly<Record<string, readonly string[]>> = {
  CAD: ["C$"],
  CHF: ["Fr", "SFr"],
  INR: ["Rs"],
  GBP: ["GB£", "UK£"],
  PLN: ["zl"],
};

const own = new Map<string, readonly string[]>();
const meanings = new Map<string, ReadonlyMap<string, readonly string[]>>();

/**
 * What may stand beside an amount in this currency: its code, and its signs and names in the locale and in English. In the
 * form of `signText`, the longest first.
 */
export function signsOf(currency: string, locale: string): readonly string[] {
  const key = `${currency} ${locale}`;
  const cached = own.get(key);
  if (cached) return cached;
  const all = new Set([...readSigns(currency, locale), ...readNames(currency, locale)]);
  const signs = [...all].sort((a, b) => b.length - a.length);
  own.set(key, signs);
  return signs;
}

/** The currencies that a text in the form of `signText` may mean, in the locale or in English. */
export function currenciesOf(sign: string, locale: string): readonly string[] {
  let known = meanings.get(locale);
  if (!known) {
    const codes = new Map<string, string[]>();
    for (const code of currencyCodes())
      for (const one of readSigns(code, locale)) codes.set(one, [...(codes.get(one) ?? []), code]);
    known = codes;
    meanings.set(locale, known);
  }
  return known.get(sign) ?? known.get(sign.replace(/\.$/, "")) ?? [];
}

/** A sign for comparison: in lower case, without spaces and invisible characters. */
export function signText(text: string): string {
  return (plainText(text) ?? text).toLowerCase().replaceAll(" ", "");
}

const DISPLAYS = [
  ["en", "narrowSymbol"],
  ["en", "symbol"],
  ["en-CA", "symbol"], // US$
] as const;

/** The code and the signs of a currency, and its English name. */
function readSigns(currency: string, locale: string): string[] {
  const displays = [[locale, "narrowSymbol"], [locale, "symbol"], ...DISPLAYS] as const;
  const texts = displays.map(([where, display]) => currencyIn(1, { currency, where, display }));
  return signTexts([currency, ...texts, currencyName(currency), ...(MORE_SIGNS[currency] ?? [])]);
}

/** The name of a currency beside one and beside many: `euro`, `euros`. */
function readNames(currency: string, locale: string): string[] {
  const names = [locale, "en"].flatMap((where) =>
    [1, 2, 5].map((value) => currencyIn(value, { currency, where, display: "name" })),
  );
  return signTexts(names);
}

function currencyIn(
  value: number,
  { currency, where, display }: { currency: string; where: string; display: "narrowSymbol" | "symbol" | "name" },
): string {
  const whole = { minimumFractionDigits: 0, maximumFractionDigits: 0 };
  const format = new Intl.NumberFormat(where, { style: "currency", currency, currencyDisplay: display, ...whole });
  return format.formatToParts(value).find(({ type }) => type === "currency")?.value ?? "";
}

function signTexts(texts: readonly string[]): string[] {
  return [...new Set(texts.map(signText))].filter((sign) => sign !== "");
}
