/** The status of a document in a word, as users know it. */
import type { InvoiceRow } from "../../contract/contract.ts";

type Tone = "quiet" | "accent" | "good" | "warning" | "danger";

interface StatusLabel {
  word: string;
  tone: Tone;
}

type AmountColumns = Pick<InvoiceRow, "kind" | "gross_minor" | "prepaid_minor" | "rounding_minor" | "paid_minor">;
type StatusColumns = AmountColumns &
  Pick<InvoiceRow, "cancelled_by_id" | "status" | "due_on" | "written_off_minor" | "refunded_minor">;

/** The amount that is neither prepaid nor settled, with the sign of the document; minor units. */
export function balanceOf({
  gross_minor,
  prepaid_minor,
  rounding_minor,
  paid_minor,
}: Omit<AmountColumns, "kind">): number {
  return gross_minor - prepaid_minor + rounding_minor - paid_minor;
}

/** Credit notes reduce what a client owes, so their amounts are shown as negative. */
export function signOf({ kind }: Pick<InvoiceRow, "kind">): 1 | -1 {
  return kind === "credit_note" ? -1 : 1;
}

/** What the client owes because of an issued document, before anything was paid; below zero: credit. Minor units. */
function owedOf(row: AmountColumns): number {
  return signOf(row) * (row.gross_minor - row.prepaid_minor + row.rounding_minor);
}

/** What the client still owes because of an issued document; below zero: unused credit. Minor units. */
export function dueOf(row: AmountColumns): number {
  return signOf(row) * balanceOf(row);
}

/** True if an issued document is the client's credit: a usual credit note, or an invoice below zero. */
export function isCredit(row: AmountColumns): boolean {
  const owed = owedOf(row);
  return owed < 0 || (owed === 0 && row.kind === "credit_note");
}

/** @param today the date in the organization's time zone, `YYYY-MM-DD`; if empty (unknown), nothing is overdue */
export function statusLabelOf(row: StatusColumns, today: string): StatusLabel {
  if (row.status === "draft") return { word: "Draft", tone: "quiet" };
  if (row.status === "discarded") return { word: "Discarded", tone: "quiet" };
  if (row.cancelled_by_id !== null) return { word: "Cancelled", tone: "quiet" };
  if (row.status === "void") return { word: "Void", tone: "quiet" };
  return isCredit(row) ? creditLabel(row) : debitLabel(row, today);
}

/** Of what is owed to a client: it is applied to invoices, refunded, or both. */
function creditLabel(row: StatusColumns): StatusLabel {
  const { paid_minor, prepaid_minor, refunded_minor } = row;
  const used = Math.abs(paid_minor);
  const word = refunded_minor === 0 ? "applied" : refunded_minor === used ? "refunded" : "used";
  if (balanceOf(row) === 0) return { word: word.replace(/^./, (letter) => letter.toUpperCase()), tone: "good" };
  const isPartly = used > 0 || (row.kind === "credit_note" && prepaid_minor !== 0);
  return { word: isPartly ? `Partly ${word}` : "Unapplied", tone: "accent" };
}

function debitLabel(row: StatusColumns, today: string): StatusLabel {
  const { paid_minor, prepaid_minor, due_on, written_off_minor } = row;
  if (balanceOf(row) === 0)
    return written_off_minor > 0 ? { word: "Written off", tone: "quiet" } : { word: "Paid", tone: "good" };
  if (due_on !== null && due_on < today) return { word: "Overdue", tone: "danger" };
  const isPartly = paid_minor !== 0 || prepaid_minor !== 0;
  return isPartly ? { word: "Partly paid", tone: "warning" } : { word: "Open", tone: "accent" };
}
