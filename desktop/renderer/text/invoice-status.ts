/** The status of a document in a word, as users know it. */
import type { InvoiceRow } from "../../contract/contract.ts";

type Tone = "quiet" | "accent" | "good" | "warning" | "danger";

interface StatusLabel {
  word: string;
  tone: Tone;
}

type StatusColumns = Pick<InvoiceRow, "kind" | "status" | "due_on" | "gross_minor" | "prepaid_minor" | "paid_minor">;

/** The amount still to be paid or, for a credit note, the remaining credit; minor units. */
export function balanceOf({ gross_minor, prepaid_minor, paid_minor }: StatusColumns): number {
  return gross_minor - prepaid_minor - paid_minor;
}

/** Credit notes reduce what a client owes, so their amounts are shown as negative. */
export function signOf({ kind }: Pick<InvoiceRow, "kind">): 1 | -1 {
  return kind === "credit_note" ? -1 : 1;
}

/** @param today the date in the organization's time zone, `YYYY-MM-DD`; if empty (unknown), nothing is overdue */
export function statusLabelOf(row: StatusColumns, today: string): StatusLabel {
  if (row.status === "draft") return { word: "Draft", tone: "quiet" };
  if (row.status === "discarded") return { word: "Discarded", tone: "quiet" };
  if (row.status === "void") return { word: "Void", tone: "quiet" };
  const balance = balanceOf(row);
  const partly = row.paid_minor !== 0 || row.prepaid_minor !== 0;
  if (row.kind === "credit_note") {
    if (balance === 0) return { word: "Applied", tone: "good" };
    return { word: partly ? "Partly applied" : "Unapplied", tone: "accent" };
  }
  if (balance === 0) return { word: "Paid", tone: "good" };
  if (row.due_on !== null && row.due_on < today) return { word: "Overdue", tone: "danger" };
  return partly ? { word: "Partly paid", tone: "warning" } : { word: "Open", tone: "accent" };
}
