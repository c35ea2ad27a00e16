/** What a document is called. */
import type { InvoiceLink } from "../../contract/contract.ts";

type Named = Pick<InvoiceLink, "id" | "number" | "kind" | "status">;

/** `Invoice`, `Credit note`, `Draft invoice`. */
export function kindName({ kind, status }: Pick<Named, "kind" | "status">): string {
  const name = kind === "credit_note" ? "credit note" : "invoice";
  if (status === "draft") return `Draft ${name}`;
  return name.replace(/^./, (letter) => letter.toUpperCase());
}

/** `Invoice INV-00042`; a draft has no number yet. */
export function documentName(document: Named): string {
  return document.number === null ? `${kindName(document)} ${document.id}` : `${kindName(document)} ${document.number}`;
}
