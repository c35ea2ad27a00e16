/** Countries, currencies and languages to choose from, by name or code. */
import { COUNTRY_CODES } from "../../../events/values/country-codes.ts";
import { foldText } from "../../../events/values/fold-text.ts";
import { lazy } from "../state/lazy.ts";
import { countryName, languageName } from "./codes.ts";

/** A code and its name. */
export type NamedCode = readonly [code: string, name: string];

/**
 * The codes in the order of their names. Computed on first use, because naming hundreds of codes takes longer than the
 * rest of the page's start.
 */
function namedCodes(codes: readonly string[], nameOf: (code: string) => string): () => readonly NamedCode[] {
  return lazy(() => {
    const { compare } = new Intl.Collator("en");
    return codes.map((code) => [code, nameOf(code)] as const).sort(([, a], [, b]) => compare(a, b));
  });
}

/** The currencies of ISO 4217 that are legal tender as of 2026. */
const CURRENCY_CODES =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

/** Languages that invoices are often written in. Users can type any other BCP 47 tag. */
const LANGUAGE_TAGS =
  "ar bg ca cs da de de-AT de-CH el en en-AU en-CA en-GB en-IE en-US es es-MX et eu fi fr fr-BE fr-CA fr-CH ga gl he hi hr hu id is it it-CH ja ko lb lt lv ms mt nb nl nl-BE pl pt pt-BR ro ru sk sl sq sr sv th tr uk vi zh zh-TW";

const currencyNames = lazy(() => new Intl.DisplayNames("en", { type: "currency" }));

/** `Euro` for EUR. */
export function currencyName(code: string): string {
  return currencyNames().of(code) ?? code;
}

export const countries = namedCodes(
  COUNTRY_CODES.filter((code) => code !== "XI"), // nobody looks for it in a list, and `Intl` has no name for it
  countryName,
);
export const currencies = namedCodes(CURRENCY_CODES.split(" "), currencyName);
export const languages = namedCodes(LANGUAGE_TAGS.split(" "), languageName);

/** The time zones that this device knows, `America/New York` for America/New_York; UTC first. */
export const timeZones = lazy(() =>
  ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")].map(
    (zone): NamedCode => [zone, zone.replaceAll("_", " ")],
  ),
);

/** Adds the current choice to the options if it is missing. */
export function withOwn(options: readonly NamedCode[], code: string, name: string): readonly NamedCode[] {
  return options.some(([one]) => one === code) ? options : [[code, name], ...options];
}

/** A code as a field shows it: `Euro (EUR)`. A code outside the list is returned as it is; null becomes empty. */
export function textOfCode(list: readonly NamedCode[], code: string | null): string {
  if (code === null) return "";
  const name = list.find(([one]) => one === code)?.[1];
  return name === undefined ? code : `${name} (${code})`;
}

/**
 * The code for typed text, in any case and with or without accents: `Euro (EUR)`, `euro`, `eur`, or the beginning of
 * exactly one name.
 *
 * @returns null if no name matches, or several do
 */
export function codeOfText(list: readonly NamedCode[], text: string): string | null {
  const typed = folded(text.trim());
  if (typed === "") return null;
  const [, inBrackets = typed] = /\(([^()]+)\)$/.exec(typed) ?? [];
  const byCode = list.find(([code]) => folded(code) === inBrackets || folded(code) === typed);
  if (byCode) return byCode[0];
  const exact = list.filter(([, name]) => folded(name) === typed);
  const matches = exact.length > 0 ? exact : list.filter(([, name]) => folded(name).startsWith(typed));
  return matches.length === 1 ? (matches[0]?.[0] ?? null) : null;
}

/** A name as it is compared. The names that `Intl` gives have typographic apostrophes: `Côte d’Ivoire`. */
function folded(text: string): string {
  return foldText(text).replaceAll("’", "'");
}

/**
 * The codes to offer for typed text: first the code itself, then names that begin with it, then names with a word that
 * does. For no text, or for a text that the field already shows, the list from its start.
 *
 * @param most at least 1
 */
export function matchesOf(list: readonly NamedCode[], typed: string, most: number): readonly NamedCode[] {
  const text = folded(typed.trim());
  if (text === "" || list.some(([code]) => folded(textOfCode(list, code)) === text)) return list.slice(0, most);
  const ranks = list.flatMap((one) => {
    const [code, name] = one;
    if (folded(code) === text) return [{ one, rank: 0 }];
    if (folded(name).startsWith(text)) return [{ one, rank: 1 }];
    return folded(name)
      .split(/[^\p{L}\p{N}]+/u)
      .some((word) => word.startsWith(text))
      ? [{ one, rank: 2 }]
      : [];
  });
  return ranks
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ one }) => one);
}
