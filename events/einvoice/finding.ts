/** What the rules of a format say of a document. */
import type { DocumentFormat } from "./formats.ts";
import type { SemanticInvoice } from "./semantic.ts";

/** One thing that a document lacks or states wrongly for a format. */
export interface Finding {
  /** The rule by its official name, such as `BR-CO-15`, `PEPPOL-EN16931-R010` or `BR-DE-15`. */
  rule: string;
  /** The business term or group that it is about, such as `BT-34`. */
  term: string;
  /** Where in the semantic model, such as `seller.electronicAddress` or `lines.3.vatRate3`. */
  path: string;
  /** Where it is filled in, and so where a link leads. */
  where: "document" | "client" | "organization" | "issue";
  /** In plain words, for the user who has to mend it. */
  text: string;
}

/** Checks a document by all the rules of a format, in the order of their places. Empty: it passes. */
export type CheckFormat = (document: SemanticInvoice, format: DocumentFormat) => Finding[];
