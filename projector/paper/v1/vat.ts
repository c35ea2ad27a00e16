/** VAT categories and rates, as texts. */
import type { SemanticTax, SemanticVat } from "../../../events/einvoice/semantic.ts";
import { rateText } from "./format.ts";
import type { Wording } from "./words/words.ts";

/** `20%` on a line; `0% (AE)` with the category where it is not the usual one, which the breakdown explains. */
export function vatShort({ vatCategory, vatRate3 }: SemanticVat, { formats }: Wording): string {
  const rate = vatRate3 === null ? "" : rateText(vatRate3, formats);
  if (vatCategory === "S") return rate;
  return rate === "" ? vatCategory : `${rate} (${vatCategory})`;
}

/**
 * What the breakdown says below a rate: the category or the margin scheme by the words of article 226, the reason as stated
 * where it says more, and its code.
 */
export function vatNotes({ vatCategory, reason, reasonCode }: SemanticTax, { words }: Wording): string[] {
  const margin =
    reasonCode !== null && Object.hasOwn(words.margins, reasonCode)
      ? words.margins[reasonCode as keyof typeof words.margins]
      : null;
  const name = margin ?? (vatCategory === "S" ? null : words.vat[vatCategory]);
  const says = reason !== null && reason.toLowerCase() !== name?.toLowerCase() ? reason : null;
  return [name, says, reasonCode].filter((note) => note !== null);
}
