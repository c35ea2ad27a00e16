/** What a paper is made from. */
import type { SemanticInvoice } from "../../../events/einvoice/semantic.ts";

/** The sheet: A4 has the address where the windows of DIN 5008 are, Letter where those of a #10 envelope are. */
export type PaperSize = "a4" | "letter";

/** Written across each page. Never on a file that is kept. */
export type PaperMark = "draft" | "void" | "copy";

export interface PaperLogo {
  mediaType: "image/png" | "image/jpeg";
  image: Uint8Array;
}

/** A file inside the PDF, which is PDF/A-3 then. */
export interface PaperAttachment {
  /** Such as `factur-x.xml`. */
  name: string;
  mediaType: string;
  bytes: Uint8Array;
  description: string;
  /** What it is to the pages: another form of them, or what they were made from. */
  relationship: "alternative" | "source" | "data" | "supplement";
}

/** An invoice or credit note. A draft may have an empty number and an empty date of issue. */
export interface InvoicePaper {
  kind: "invoice";
  invoice: SemanticInvoice;
  /** True if it cancels the whole of the first preceding invoice. */
  cancels: boolean;
}

export interface StatementEntry {
  /** YYYY-MM-DD */
  on: string;
  kind: "invoice" | "credit_note" | "payment" | "refund" | "write_off" | "reversal";
  /** What it is about. */
  about: "invoice" | "credit_note" | "payment" | "refund";
  /** The document's number, or the reference of the payment or refund. */
  name: string | null;
  dueOn: string | null;
  /** The change of what the client owes. */
  amountMinor: number;
  /** What the client owes after it. */
  balanceMinor: number;
}

export interface StatementOpenItem {
  number: string;
  kind: "invoice" | "credit_note";
  issuedOn: string;
  dueOn: string | null;
  grossMinor: number;
  /** What is open; below zero: credit that is left. */
  balanceMinor: number;
}

/** A client's account in one currency. */
export interface StatementPaper {
  kind: "statement";
  seller: SemanticInvoice["seller"];
  buyer: SemanticInvoice["buyer"];
  currency: string;
  /** The day on which it is made. */
  on: string;
  from: string | null;
  to: string | null;
  openingMinor: number;
  entries: readonly StatementEntry[];
  closingMinor: number;
  open: readonly StatementOpenItem[];
  /** Where to pay. */
  accounts: { account: string; name: string | null; bic: string | null }[];
}

export interface PaperInput {
  document: InvoicePaper | StatementPaper;
  /** BCP 47. Without words for it the paper is in English: see `languageOf`. */
  language: string;
  size: PaperSize;
  logo: PaperLogo | null;
  /** `#rrggbb`, the organization's; null: ours. It is darkened until it can be read on white. */
  colour: string | null;
  mark: PaperMark | null;
  attachment: PaperAttachment | null;
}
