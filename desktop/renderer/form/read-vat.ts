/** Converts typed VAT to the VAT of a command. */
import { VAT_CATEGORIES, type Vat, type VatCategory } from "../../../events/values/money.ts";
import type { ReadResult } from "../more/reading.ts";
import { readNumber } from "../text/read-number.ts";
import { hasRate, type TypedVat } from "./typed-invoice.ts";

/** The category with this code; null: none. */
export function vatCategoryIn(text: string): VatCategory | null {
  return VAT_CATEGORIES.find((category) => category === text) ?? null;
}

/** Does not check the rule `VAT_RATE_NOT_ALLOWED`: the totals of the form show it. */
export function readVat({ vatCategory, vatRate }: TypedVat, locale: string): ReadResult<Vat> {
  if (!hasRate(vatCategory)) return { value: { vatCategory, vatRate3: fixedRateOf(vatCategory) }, errors: [] };
  const { value: vatRate3, problem } = readNumber(vatRate, { locale, decimals: 3, percent: true });
  if (vatRate3 !== null && vatRate3 >= 0 && vatRate3 <= 100_000)
    return { value: { vatCategory, vatRate3 }, errors: [] };
  const message = problem ?? "must be from 0% to 100%";
  return { value: { vatCategory, vatRate3: 0 }, errors: [{ field: "vatRate3", message }] };
}

/** The rate of a category without a choice of rate. */
function fixedRateOf(category: VatCategory): number | null {
  return category === "O" ? null : 0;
}
