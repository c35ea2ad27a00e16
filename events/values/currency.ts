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

let known: ReadonlySet<string> | undefined;

/** Decimals of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  return NOT_TWO[currency] ?? 2;
}

/** True if the code is a currency. */
export function isCurrency(code: string): boolean {
  // Built at first use, because a page that only formats amounts does not need it.
  known ??= new Set([...Intl.supportedValuesOf("currency"), ...Object.keys(NOT_TWO)]);
  return known.has(code);
}

/** @throws Refusal UNKNOWN_CURRENCY, with the field `currency`, which is its name in every input */
export function checkCurrency(currency: string): void {
  if (isCurrency(currency)) return;
  throw refusal("UNKNOWN_CURRENCY", `${currency} is not a currency of ISO 4217`, {
    field: "currency",
    values: { currency },
  });
}
