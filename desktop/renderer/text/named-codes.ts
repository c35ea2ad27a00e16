/** Countries, currencies and languages to choose from: by name, by code, or by what begins like either. */

import { lazy } from "../state/lazy.ts";
import { countryName, languageName } from "./codes.ts";

/** A code, and what people call it. */
export type Named = readonly [code: string, name: string];

/** Each with its name, by name. Hundreds of names take longer than the rest of the page's start: not before a form asks. */
function named(codes: string, nameOf: (code: string) => string): () => readonly Named[] {
  return lazy(() => {
    const { compare } = new Intl.Collator("en");
    return codes
      .split(" ")
      .map((code) => [code, nameOf(code)] as const)
      .sort(([, a], [, b]) => compare(a, b));
  });
}

/** ISO 3166-1 alpha-2, as of 2026. */
const COUNTRY_CODES =
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/** ISO 4217, those that are legal tender as of 2026. */
const CURRENCY_CODES =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

/** Languages that invoices are often written in; any other tag of BCP 47 can be typed. */
const LANGUAGE_TAGS =
  "ar bg ca cs da de de-AT de-CH el en en-AU en-CA en-GB en-IE en-US es es-MX et eu fi fr fr-BE fr-CA fr-CH ga gl he hi hr hu id is it it-CH ja ko lb lt lv ms mt nb nl nl-BE pl pt pt-BR ro ru sk sl sq sr sv th tr uk vi zh zh-TW";

const currencyNames = lazy(() => new Intl.DisplayNames("en", { type: "currency" }));

/** `Euro` for EUR. */
export function currencyName(code: string): string {
  return currencyNames().of(code) ?? code;
}

export const countries = named(COUNTRY_CODES, countryName);
export const currencies = named(CURRENCY_CODES, currencyName);
export const languages = named(LANGUAGE_TAGS, languageName);

/** How one is written in a field: `Euro (EUR)`; what is not in the list stands for itself; empty for null. */
export function textOfCode(list: readonly Named[], code: string | null): string {
  if (code === null) return "";
  const name = list.find(([one]) => one === code)?.[1];
  return name === undefined ? code : `${name} (${code})`;
}

/**
 * The code of what was typed, whatever its case: `Euro (EUR)`, `euro`, `eur`, or what only one begins like.
 *
 * @returns null where none or several are like it
 */
export function codeOfText(list: readonly Named[], text: string): string | null {
  const typed = text.trim().toLowerCase();
  if (typed === "") return null;
  const [, inBrackets = typed] = /\(([^()]+)\)$/.exec(typed) ?? [];
  const byCode = list.find(([code]) => code.toLowerCase() === inBrackets || code.toLowerCase() === typed);
  if (byCode) return byCode[0];
  const named = list.filter(([, name]) => name.toLowerCase() === typed);
  const like = named.length > 0 ? named : list.filter(([, name]) => name.toLowerCase().startsWith(typed));
  return like.length === 1 ? (like[0]?.[0] ?? null) : null;
}
