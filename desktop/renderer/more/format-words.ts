/** The formats of documents in words. */
import type { DocumentFormat } from "../../../events/einvoice/formats.ts";

const WORDS: { readonly [F in DocumentFormat]: string } = {
  pdf: "PDF",
  "factur-x": "Factur-X or ZUGFeRD (PDF with data)",
  "peppol-bis-3": "Peppol BIS Billing 3",
  "xrechnung-ubl": "XRechnung (UBL)",
  "xrechnung-cii": "XRechnung (CII)",
  ubl: "EN 16931 (UBL)",
  cii: "EN 16931 (CII)",
};

export const FORMAT_WORDS = Object.entries(WORDS) as readonly (readonly [DocumentFormat, string])[];

/** `XRechnung (UBL)`; a format of a newer release as it is. */
export function formatName(format: string): string {
  return FORMAT_WORDS.find(([one]) => one === format)?.[1] ?? format;
}
