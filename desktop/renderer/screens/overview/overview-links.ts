/** The lists behind the figures of the overview. What a list shows adds up to its figure. */
import type { AgeClass } from "../../../../projector/queries/reports/ageing.ts";

/** What clients owe: the balances. */
export function openInvoicesLink(currency: string): string {
  return link("/invoices", { currency, owed: "true" });
}

/** What is open as dated until a day, by client and age. */
export function openItemsLink(currency: string, dated: string): string {
  return link("/reports/open-items", { currency, dated });
}

/** Overdue invoices: their balances. */
export function overdueLink(currency: string): string {
  return link("/invoices", { currency, overdue: "true" });
}

/** What clients owe of one age: the balances. */
export function ageLink({ due_from, due_to }: Pick<AgeClass, "due_from" | "due_to">, currency: string): string {
  return link("/invoices", { currency, owed: "true", due_from, due_to });
}

/** Credit notes that are not fully applied, and invoices below zero: what remains of them. */
export function creditNotesLink(currency: string): string {
  return link("/invoices", { currency, owed: "false" });
}

/** Payments that are not fully allocated: what remains of them. */
export function unallocatedLink(currency: string): string {
  return link("/payments", { currency, state: "credit" });
}

/**
 * What was issued in a month (YYYY-MM), without VAT; credit notes are subtracted.
 *
 * @param until the last day that counts, YYYY-MM-DD; null: the whole month
 */
export function monthLink(month: string, currency: string, until: string | null): string {
  const last = lastDayOf(month);
  return link("/invoices", {
    status: "issued",
    currency,
    issued_from: `${month}-01`,
    issued_to: until !== null && until < last ? until : last,
  });
}

/** Payments received in a month (YYYY-MM) and not reversed: their amounts, before refunds and returns of the month. */
export function receivedLink(month: string, currency: string): string {
  return link("/payments", {
    currency,
    state: "valid",
    received_from: `${month}-01`,
    received_to: lastDayOf(month),
  });
}

function lastDayOf(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}

function link(list: string, words: Readonly<Record<string, string | null>>): string {
  const present = Object.entries(words).filter((word): word is [string, string] => word[1] !== null);
  return `#${list}?${new URLSearchParams(present)}`;
}
