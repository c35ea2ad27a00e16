/** The formats in which an issued document can leave. */

/**
 * - `pdf`: paper alone.
 * - `factur-x`: paper (PDF/A-3) with a CII file inside, profile EN 16931; the same as ZUGFeRD.
 * - `peppol-bis-3`: UBL by the rules of Peppol BIS Billing 3.0.
 * - `xrechnung-ubl`, `xrechnung-cii`: by the rules of XRechnung 3.0.
 * - `ubl`, `cii`: by the rules of EN 16931 alone.
 */
export const DOCUMENT_FORMATS = [
  "pdf",
  "factur-x",
  "peppol-bis-3",
  "xrechnung-ubl",
  "xrechnung-cii",
  "ubl",
  "cii",
] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** What people call them. */
export const FORMAT_NAMES: Readonly<Record<DocumentFormat, string>> = {
  pdf: "PDF",
  "factur-x": "Factur-X",
  "peppol-bis-3": "Peppol BIS Billing 3",
  "xrechnung-ubl": "XRechnung (UBL)",
  "xrechnung-cii": "XRechnung (CII)",
  ubl: "UBL",
  cii: "CII",
};

/** True if software reads it: the rules of EN 16931 then apply. */
export function isEInvoice(format: DocumentFormat): boolean {
  return format !== "pdf";
}

/** A file of a document. */
export interface DocumentFile {
  format: DocumentFormat;
  mediaType: "application/pdf" | "application/xml";
  bytes: Uint8Array;
}
