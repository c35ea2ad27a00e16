/** What a document's file is made from. */
import type { SemanticInvoice } from "../../events/einvoice/semantic.ts";
import type { StreamId } from "../../events/sequence.ts";
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
