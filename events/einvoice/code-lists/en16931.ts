/** Where the lists of EN 16931 differ from ours of events/values, which hold what documents could state before. */
import { isCountry } from "../../values/country-codes.ts";

/** Currencies of ours that the rules do not know: withdrawn ones, and the new dobra. */
const OTHER_CURRENCIES = "ANG BGN CUC HRK SLL STN ZWL";

/** True for a currency of ours that e-invoices can state. */
export function isCurrencyOfEn16931(code: string): boolean {
  return !OTHER_CURRENCIES.split(" ").includes(code);
}

/** True for a country that e-invoices can state. They write Kosovo (XK) as 1A. */
export function isCountryOfEn16931(code: string): boolean {
  return isCountry(code);
}

/** True for the letters that a VAT number may begin with: a country's, or EL for Greece. */
export function isVatCountry(prefix: string): boolean {
  return prefix === "EL" || prefix === "1A" || (isCountry(prefix) && prefix !== "XK");
}
