/** Where a file must say something else than the document does, because the rules of its format say so. */
import type { SemanticInvoice } from "../../events/einvoice/semantic.ts";
import type { XmlFormat } from "./profiles.ts";

/**
 * The document as its file states it:
 * - Outside the scope of VAT (category O), no VAT ids: BR-O-02 to BR-O-04.
 * - The rate 0 of that category in the breakdown, where German rules ask for a rate in each row: BR-DE-14, DE-R-014.
 */
export function asFiled(document: SemanticInvoice, format: XmlFormat): SemanticInvoice {
  if (!document.taxes.some(({ vatCategory }) => vatCategory === "O")) return document;
  const { seller, buyer, taxes } = document;
  return {
    ...document,
    seller: { ...seller, vatId: null },
    buyer: { ...buyer, vatId: null },
    taxes: needsRates(document, format) ? taxes.map((tax) => ({ ...tax, vatRate3: tax.vatRate3 ?? 0 })) : taxes,
  };
}

function needsRates({ seller, buyer }: SemanticInvoice, format: XmlFormat): boolean {
  if (format === "xrechnung-ubl" || format === "xrechnung-cii") return true;
  return format === "peppol-bis-3" && seller.address.country === "DE" && buyer.address.country === "DE";
}

/** Kosovo: people use XK, and EN 16931's list of countries has `1A` instead. */
export function filedCountry(country: string): string {
  return country === "XK" ? "1A" : country;
}

/** The country that a file means. */
export function countryOfFile(country: string): string {
  return country === "1A" ? "XK" : country;
}
