/** What a document's file is made from. */
import type {
  SemanticInvoice,
  SemanticParty,
  SemanticPayment,
  SemanticSeller,
} from "../../events/einvoice/semantic.ts";
import type { StreamId } from "../../events/sequence.ts";
import type { Statement } from "../queries/reports/statement.ts";
import type { Row } from "../tables/tables.ts";

export interface DocumentSource {
  id: StreamId;
  invoice: SemanticInvoice;
  status: Row<"invoice">["status"];
  /** Null: a draft. */
  number: string | null;
  /** BCP 47. */
  language: string;
  /** True if it cancels the whole of the invoice that it corrects. */
  cancels: boolean;
  logo: Logo | null;
  /** `#rrggbb`; null: ours. */
  colour: string | null;
}

export interface Logo {
  mediaType: "image/png" | "image/jpeg";
  image: Uint8Array;
}

/** A client's statement of account, and what its paper needs. */
export interface StatementSource {
  statement: Statement;
  seller: SemanticSeller;
  buyer: SemanticParty;
  /** Where the client pays. */
  accounts: SemanticPayment["accounts"];
  /** The day on which it is made, YYYY-MM-DD. */
  on: string;
  /** BCP 47: the client's, else the organization's. */
  language: string;
  logo: Logo | null;
  colour: string | null;
}
