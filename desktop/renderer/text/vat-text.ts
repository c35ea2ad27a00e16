/** VAT as an invoice states it. */
import type { VatCategory } from "../../../events/values/money.ts";
import type { Row } from "../../../projector/tables/tables.ts";
import { vatName } from "./codes.ts";
import { rate } from "./format.ts";

type Vat = { vat_category: VatCategory | null; vat_rate3: number | null };

/** `20%`, on a line. Other categories than standard show their code too, which the VAT breakdown explains. */
export function vatShort({ vat_category, vat_rate3 }: Vat, locale: string): string {
  const percent = rate(vat_rate3, locale);
  if (vat_category === null || vat_category === "S") return percent;
  return percent === "" ? vat_category : `${percent} (${vat_category})`;
}

/** `20%` or `0% (E) Exempt`, in the VAT breakdown. */
export function vatLong(vat: Vat, locale: string): string {
  const short = vatShort(vat, locale);
  return vat.vat_category === null || vat.vat_category === "S" ? short : `${short} ${vatName(vat.vat_category)}`;
}

/**
 * Why no VAT is charged, to follow `vatLong`; empty if `vatLong` already says so. An invoice must contain the phrase
 * "Reverse charge" (Directive 2006/112/EC, article 226, point 11a): as the category's name, it always does.
 */
export function reasonText({ vat_category, reason }: Pick<Row<"invoiceTax">, "vat_category" | "reason">): string {
  return reason === null || reason.toLowerCase() === vatName(vat_category).toLowerCase() ? "" : reason;
}
