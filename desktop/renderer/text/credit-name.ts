/** Names and pages of what a client's credit consists of. */

interface Credit {
  kind: "payment" | "credit_note" | "invoice";
  id: number;
  /** A document's number, or a payment's reference. */
  name: string | null;
}

/** `Payment MB-41`, `Credit note INV-7`, `Invoice INV-9`. */
export function creditName({ kind, name }: Pick<Credit, "kind" | "name">): string {
  const what = kind === "payment" ? "Payment" : kind === "credit_note" ? "Credit note" : "Invoice";
  return name === null ? what : `${what} ${name}`;
}

export function creditHref({ kind, id }: Pick<Credit, "kind" | "id">): string {
  return kind === "payment" ? `#/payments/${id}` : `#/invoices/${id}`;
}
