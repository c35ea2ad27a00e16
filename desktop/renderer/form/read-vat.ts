/** VAT as it is typed becomes VAT as it is sent. */
import { VAT_CATEGORIES, type Vat, type VatCategory } from "../../../events/values/money.ts";
import type { FieldError } from "../../contract/call-error.ts";
import { parseAmount } from "../text/parse-amount.ts";
import { hasRate, type TypedVat } from "./typed-invoice.ts";

export interface Read<T> {
  value: T;
  /** Places within it, such as `price6`. */
  errors: readonly FieldError[];
}

/** The category that a text names; null: none. */
export function vatCategoryIn(text: string): VatCategory | null {
  return VAT_CATEGORIES.find((category) => category === text) ?? null;
}

/** @returns what `VAT_RATE_NOT_ALLOWED` would refuse too: that is said where the sums are */
export function readVat({ vatCategory, vatRate }: TypedVat, locale: string): Read<Vat> {
  if (!hasRate(vatCategory)) return { value: { vatCategory, vatRateBp: rateWithout(vatCategory) }, errors: [] };
  const text = vatRate.replace("%", "");
  const vatRateBp = parseAmount(text, 2, locale);
  if (vatRateBp === null)
    return {
      value: { vatCategory, vatRateBp: 0 },
      errors: [{ field: "vatRateBp", message: wrongNumber(text, 2, locale) }],
    };
  if (vatRateBp < 0 || vatRateBp > 10_000)
    return {
      value: { vatCategory, vatRateBp: 0 },
      errors: [{ field: "vatRateBp", message: "is not from 0 to 100 %" }],
    };
  return { value: { vatCategory, vatRateBp }, errors: [] };
}

function rateWithout(category: VatCategory): number | null {
  return category === "O" ? null : 0;
}

/** Why a text is no number with so many decimals. */
export function wrongNumber(text: string, decimals: number, locale: string): string {
  if (text.trim() === "") return "is missing";
  if (parseAmount(text, 12, locale) === null) return "is not a number";
  return decimals === 0 ? "is whole: it has no decimals" : `is too exact: at most ${decimals} decimals`;
}
