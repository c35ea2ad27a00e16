/** What a file says as a document, and what of it the model has no place for. */
import type { SemanticInvoice } from "../../../events/einvoice/semantic.ts";
import type { Leftover } from "./xml-element.ts";

export interface Reading {
  document: SemanticInvoice;
  /** BT-24: the rules that the file claims to keep. */
  specification: string | null;
  /** BT-23 */
  process: string | null;
  /** In the order of the file. Empty: the document holds all that the file says. */
  leftovers: Leftover[];
}
