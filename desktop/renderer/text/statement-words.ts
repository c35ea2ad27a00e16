/** What the lines of a statement are called. */

interface Entry {
  kind: "invoice" | "credit_note" | "payment" | "refund" | "write_off" | "reversal";
  /** What the line is about. */
  about: "invoice" | "credit_note" | "payment" | "refund";
  /** A document's number; the reference of a payment or refund. */
  name: string | null;
}

const ABOUT: Readonly<Record<Entry["about"], string>> = {
  invoice: "Invoice",
  credit_note: "Credit note",
  payment: "Payment",
  refund: "Refund",
};

/** `Invoice INV-7`, `Written off: invoice INV-7`, `Returned: payment MB-41`. It is printed for the client. */
export function entryName({ kind, about, name }: Entry): string {
  const named = name === null ? ABOUT[about] : `${ABOUT[about]} ${name}`;
  const inText = named.replace(/^./, (letter) => letter.toLowerCase());
  if (kind === "write_off") return `Written off: ${inText}`;
  if (kind !== "reversal") return named;
  return about === "payment" || about === "refund" ? `Returned: ${inText}` : `Write-off reversed: ${inText}`;
}
