/** How a document stands, in a word: what people call its status. */
import type { InvoiceRow } from "../../contract/contract.ts";

export type Tone = "quiet" | "accent" | "good" | "warning" | "danger";

export interface Standing {
  word: string;
  tone: Tone;
}

type Standable = Pick<InvoiceRow, "kind" | "status" | "due_on" | "gross_minor" | "prepaid_minor" | "paid_minor">;

/** What is still to be paid; of a credit note, what of it is not used up. Minor units. */
export function balanceOf({ gross_minor, prepaid_minor, paid_minor }: Standable): number {
  return gross_minor - prepaid_minor - paid_minor;
}

/** Credit notes take from what clients owe: their amounts are shown below zero. */
export function signOf({ kind }: Pick<InvoiceRow, "kind">): 1 | -1 {
  return kind === "credit_note" ? -1 : 1;
}

/** @param today the organization's day, `YYYY-MM-DD`; empty while it is not known: then nothing is overdue */
export function standingOf(row: Standable, today: string): Standing {
  if (row.status === "draft") return { word: "Draft", tone: "quiet" };
  if (row.status === "discarded") return { word: "Discarded", tone: "quiet" };
  if (row.status === "void") return { word: "Void", tone: "quiet" };
  const balance = balanceOf(row);
  const partly = row.paid_minor !== 0 || row.prepaid_minor !== 0;
  if (row.kind === "credit_note") {
    if (balance === 0) return { word: "Used", tone: "good" };
    return { word: partly ? "Partly used" : "Unused", tone: "accent" };
  }
  if (balance === 0) return { word: "Paid", tone: "good" };
  if (row.due_on !== null && row.due_on < today) return { word: "Overdue", tone: "danger" };
  return partly ? { word: "Partly paid", tone: "warning" } : { word: "Open", tone: "accent" };
}
