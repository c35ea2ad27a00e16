/** The values of figures as text: amounts, or numbers of documents. */
import { locale } from "../../state/state.ts";
import { count, money } from "../../text/format.ts";

/** Null: the value is a number of documents. */
interface Unit {
  currency: string | null;
}

/** @param value null: the list is too long to be added up */
export function valueText({ currency }: Unit, value: number | null): string {
  if (value === null) return "–";
  return currency === null ? count(value, locale.value) : money(value, currency, locale.value);
}

/** `+£12.00`: a difference. */
export function signedText(unit: Unit, amount: number): string {
  return `${amount > 0 ? "+" : ""}${valueText(unit, amount)}`;
}
