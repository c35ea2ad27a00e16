/** The currencies of ISO 4217, and the decimals of their minor units. */
import { refusal } from "../errors.ts";

// The meaning of every stored amount depends on this. Entries can be added, but never changed.
const NOT_TWO: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0]),
  ),
  ...Object.fromEntries("BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

/**
 * The currencies of ISO 4217, with those that were withdrawn lately (ANG BGN CUC HRK SLL ZWL), because documents in them are
 * still open; without metals, bond units, and the codes for tests and for no currency. Source: the rules of EN 16931,
 * version 1.3.16 of 2026-03-30. `Intl` differs between machines, so the list is here. Codes can be added, but never removed.
 */
const CURRENCY_CODES =
  "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNH CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF XSU YER ZAR ZMW ZWG ZWL";

let known: ReadonlySet<string> | undefined;

/** Decimals of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  return NOT_TWO[currency] ?? 2;
}

/** The codes of all currencies. */
export function currencyCodes(): ReadonlySet<string> {
  // Built at first use, because a page that only formats amounts does not need it.
  known ??= new Set(CURRENCY_CODES.split(" "));
  return known;
}

/** True if the code is a currency. */
export function isCurrency(code: string): boolean {
  return currencyCodes().has(code);
}

/** @throws Refusal UNKNOWN_CURRENCY, with the field `currency`, which is its name in every input */
export function checkCurrency(currency: string): void {
  if (isCurrency(currency)) return;
  throw refusal("UNKNOWN_CURRENCY", `${currency} is not a currency of ISO 4217`, {
    field: "currency",
    values: { currency },
  });
}
