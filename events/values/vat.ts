/** The rates and reasons of each VAT category: EN 16931's rules BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O. */
import { refusal } from "../errors.ts";
import type { Vat, VatCategory } from "./money.ts";

/** The reasons (BT-120) that are the same for every seller. */
const USUAL_REASONS: Partial<Record<VatCategory, string>> = {
  AE: "Reverse charge",
  K: "Intra-community supply",
  G: "Export outside the EU",
  O: "Not subject to VAT",
};

/** True if the breakdown must say why there is no VAT (BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10). */
export function needsReason(category: VatCategory): boolean {
  return category === "E" || category in USUAL_REASONS;
}

/** The reason to print if the seller states none; null if only the seller can know the reason. */
export function usualReason(category: VatCategory): string | null {
  return USUAL_REASONS[category] ?? null;
}

/**
 * Refuses a rate that does not go with its category.
 *
 * @param prefix the path in the command to the object that holds both, such as `lines.3.`; empty at the top
 * @throws Refusal VAT_RATE_NOT_ALLOWED
 */
export function checkVat({ vatCategory, vatRate3 }: Vat, prefix: string): void {
  const allowed =
    vatCategory === "O"
      ? vatRate3 === null // BR-O-5
      : vatCategory === "S" || vatCategory === "B"
        ? vatRate3 !== null && vatRate3 > 0 // BR-S-5; split payment is at the usual rates
        : vatCategory === "L" || vatCategory === "M"
          ? vatRate3 !== null // BR-AF-5, BR-AG-5
          : vatRate3 === 0; // BR-Z-5, BR-E-5, BR-AE-5, BR-IC-5, BR-G-5
  if (allowed) return;
  const rule =
    vatCategory === "O"
      ? "has no rate"
      : vatCategory === "S" || vatCategory === "B"
        ? "has a rate above zero"
        : "L M".includes(vatCategory)
          ? "has a rate"
          : "has the rate zero";
  throw refusal("VAT_RATE_NOT_ALLOWED", `${prefix}vatRate3: category ${vatCategory} ${rule}, not ${vatRate3}`, {
    field: `${prefix}vatRate3`,
    values: { vatCategory, vatRate3 },
  });
}
