/** Converts typed VAT to the VAT of a command. */
import { VAT_CATEGORIES, type Vat, type VatCategory } from "../../../events/values/money.ts";
import type { FieldError } from "../../contract/call-error.ts";
import { parseAmount } from "../text/parse-amount.ts";
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
  const text = vatRate.replace("%", "");
  const vatRateBp = parseAmount(text, 2, locale);
  if (vatRateBp === null)
    return {
      value: { vatCategory, vatRateBp: 0 },
      errors: [{ field: "vatRateBp", message: numberProblem(text, 2, locale) }],
    };
  if (vatRateBp < 0 || vatRateBp > 10_000)
    return {
      value: { vatCategory, vatRateBp: 0 },
      errors: [{ field: "vatRateBp", message: "must be from 0% to 100%" }],
    };
  return { value: { vatCategory, vatRateBp }, errors: [] };
}

/** The rate of a category without a choice of rate. */
function fixedRateOf(category: VatCategory): number | null {
  return category === "O" ? null : 0;
}

/** Why a text is not a number with at most this many decimals. */
export function numberProblem(text: string, decimals: number, locale: string): string {
  if (text.trim() === "") return "is missing";
  if (parseAmount(text, 12, locale) === null) return "is not a number";
  return decimals === 0 ? "must be a whole number" : `has too many decimals: at most ${decimals} are allowed`;
}
