/** The one currency that a list of open items has. */
import { datedUntil } from "../../parts/dated-until.tsx";
import { word } from "../../state/address.ts";
import { organization } from "../../state/state.ts";
import type { Aged } from "./aged.ts";

/** The currency in the address; else the organization's, or the first one that has open items. */
export function currencyShown({ currencies }: Aged): string | undefined {
  const wanted = word("currency");
  if (/^[A-Z]{3}$/.test(wanted)) return wanted;
  const codes = currencies.map(({ currency }) => currency);
  return codes.find((code) => code === organization.value?.currency) ?? codes[0];
}

/** What to say instead of an empty list. */
export function nothingOpen(currency: string | undefined): string {
  const inCurrency = currency === undefined ? "" : ` in ${currency}`;
  return datedUntil() === null ? `Nothing is open${inCurrency}.` : `Nothing was open${inCurrency} on this day.`;
}
