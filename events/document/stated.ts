/** All that an issued document states. Formats, paper and checks are made from this, and from nothing else. */
import type { DocumentFormat } from "../einvoice/formats.ts";
import type { InvoiceContent } from "./draft.ts";
import type { Buyer, Seller } from "./party.ts";

export interface StatedDocument {
  kind: "invoice" | "credit_note";
  number: string;
  /** YYYY-MM-DD, as all dates. */
  issuedOn: string;
  dueOn: string;
  /** BCP 47: as recorded at issue; for earlier documents, the client's or the organization's. */
  language: string;
  /** The format that the client wanted at issue; null: none. */
  format: DocumentFormat | null;
  seller: Seller;
  buyer: Buyer;
  content: InvoiceContent;
  /** VAT in the organization's currency, in its minor units (BT-6, BT-111); `rate6`: its units for one of the document's. */
  accounting: { currency: string; rate6: number; taxMinor: number } | null;
  /** The invoice that a credit note corrects. */
  corrected: { number: string; issuedOn: string } | null;
}
