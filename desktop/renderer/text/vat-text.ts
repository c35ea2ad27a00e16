/** VAT as an invoice states it. */
import type { VatCategory } from "../../../events/values/money.ts";
import type { Row } from "../../../projector/tables/tables.ts";
import { vatName } from "./codes.ts";
import { rate } from "./format.ts";

type Vat = { vat_category: VatCategory | null; vat_rate_bp: number | null };

/** `20%` at a line; beside any rate but the standard ones, the category's code, which the breakdown explains. */
export function vatShort({ vat_category, vat_rate_bp }: Vat, locale: string): string {
  const percent = rate(vat_rate_bp, locale);
  if (vat_category === null || vat_category === "S") return percent;
  return percent === "" ? vat_category : `${percent} (${vat_category})`;
}

/** `20%`, `0% (E) Exempt`: in the breakdown. */
export function vatLong(vat: Vat, locale: string): string {
  const short = vatShort(vat, locale);
  return vat.vat_category === null || vat.vat_category === "S" ? short : `${short} ${vatName(vat.vat_category)}`;
}

/**
 * Why there is no VAT, beside `vatLong`; empty where that says it already. "Reverse charge" is a phrase that has to stand
 * on an invoice (Directive 2006/112/EC, article 226, point 11a): as the category's name it always does.
 */
export function reasonText({ vat_category, reason }: Pick<Row<"invoiceTax">, "vat_category" | "reason">): string {
  return reason === null || reason.toLowerCase() === vatName(vat_category).toLowerCase() ? "" : reason;
}
