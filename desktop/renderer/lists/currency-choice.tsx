/** A filter by currency, stored in the address: shown if there are several. */
import type { ComponentChild } from "preact";
import { word } from "../state/address.ts";
import { Choice } from "./choice.tsx";

interface CurrencyChoiceProps {
  /** The currencies of the organization. */
  currencies: readonly string[];
  /** The currency that the list has; empty: all. */
  currency?: string;
  /** True if the list needs one currency: then *All* is no choice. */
  isNeeded?: boolean;
}

export function CurrencyChoice(props: CurrencyChoiceProps): ComponentChild {
  const { currencies, currency = word("currency"), isNeeded = false } = props;
  // A currency in the address is always among the choices.
  const all = currency === "" || currencies.includes(currency) ? currencies : [...currencies, currency];
  if (all.length < 2 && word("currency") === "") return null;
  const choices = all.map((code) => [code, code] as const);
  return (
    <Choice
      label="Currency"
      name="currency"
      value={currency}
      options={[...(isNeeded ? [] : [["", "All"] as const]), ...choices]}
    />
  );
}
