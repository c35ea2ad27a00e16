/** Converts typed VAT to the VAT of a command. */
import { VAT_CATEGORIES, type Vat, type VatCategory } from "../../../events/values/money.ts";
import type { FieldError } from "../../contract/call-error.ts";
import { readNumber } from "../text/read-number.ts";
import { hasRate, type TypedVat } from "./typed-invoice.ts";

export interface ReadResult<T> {
  value: T;
  /** Errors, with paths relative to the value, such as `price6`. */
  errors: readonly FieldError[];
}

/** The category with this code; null: none. */
export function vatCategoryIn(text: string): VatCategory | null {
  return VAT_CATEGORIES.find((category) => category === text) ?? null;
}

/** Does not check the rule `VAT_RATE_NOT_ALLOWED`: the totals of the form show it. */
export function readVat({ vatCategory, vatRate }: TypedVat, locale: string): ReadResult<Vat> {
  if (!hasRate(vatCategory)) return { value: { vatCategory, vatRateBp: fixedRateOf(vatCategory) }, errors: [] };
  const { value: vatRateBp, problem } = readNumber(vatRate, { locale, decimals: 2, percent: true });
  if (vatRateBp !== null && vatRateBp >= 0 && vatRateBp <= 10_000)
    return { value: { vatCategory, vatRateBp }, errors: [] };
  const message = problem ?? "must be from 0% to 100%";
  return { value: { vatCategory, vatRateBp: 0 }, errors: [{ field: "vatRateBp", message }] };
}

/** The rate of a category without a choice of rate. */
function fixedRateOf(category: VatCategory): number | null {
  return category === "O" ? null : 0;
}
