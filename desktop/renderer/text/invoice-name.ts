/** Names of documents. */
import type { InvoiceLink } from "../../contract/contract.ts";

type NameColumns = Pick<InvoiceLink, "id" | "number" | "kind" | "status">;

/** `Invoice`, `Credit note`, `Draft invoice`. */
export function kindName({ kind, status }: Pick<NameColumns, "kind" | "status">): string {
  const name = kind === "credit_note" ? "credit note" : "invoice";
  if (status === "draft") return `Draft ${name}`;
  return name.replace(/^./, (letter) => letter.toUpperCase());
}

/** `Invoice INV-00042`; a draft, which has no number yet, is named by its id. */
export function documentName(document: NameColumns): string {
  return document.number === null ? `${kindName(document)} ${document.id}` : `${kindName(document)} ${document.number}`;
}

/** The same within a sentence: `invoice INV-00042`. */
export function nameInText(document: NameColumns): string {
  return documentName(document).replace(/^./, (letter) => letter.toLowerCase());
}
