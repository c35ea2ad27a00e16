/** How money and credit settle documents, and the days on which that counts. */
import type { Allocation } from "../../events/business/payment.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import type { Row } from "../tables/tables.ts";
import type { Account, PostingLine } from "./post.ts";
import { inconsistent, must, type Tables } from "./projection.ts";

/** What is allocated: a payment, or a document that the company owes. */
export interface Source extends Account {
  readonly id: number;
  /** The day of receipt, or the issue date. */
  readonly on: string;
  /** The list that is replaced. */
  readonly former: readonly Allocated[];
}

/** A row of `payment_allocation` or `credit_allocation`. */
export interface Allocated extends Allocation {
  /** The day since which it has this amount. */
  readonly on: string;
}

/** What replacing a list of allocations comes to. */
export interface Reallocation {
  /** The new list. */
  readonly rows: readonly Allocated[];
  /** The differences by document, for `post`. */
  readonly lines: readonly PostingLine[];
  /** How much more is allocated; less is below zero. */
  readonly byMinor: number;
  /** The differences that count on another day than that of the source and the document. */
  readonly changes: readonly Allocated[];
}

/** What the client owes for a document; below zero what the company owes for it: it is a credit. */
export function owedOf({ kind, gross_minor, prepaid_minor, rounding_minor }: Row<"invoice">): number {
  return kind === "invoice"
    ? gross_minor - prepaid_minor + rounding_minor
    : prepaid_minor - gross_minor - rounding_minor;
}

/** The later of two days. @param other null: none */
export function later(day: string, other: string | null): string {
  return other !== null && other > day ? other : day;
}

/**
 * Replaces what a source settles. What is more counts on `on`, but not before source and document; what is less on `on`,
 * but not before the allocation.
 *
 * @param on null in events from before allocations had a day: as if it had always been so
 */
export function reallocate(
  tables: Tables,
  event: LogEvent,
  source: Source,
  { to, on }: { to: readonly Allocation[]; on: string | null },
): Reallocation {
  const lines: PostingLine[] = [];
  const changes: Allocated[] = [];
  const dates = new Map<number, string>();
  let byMinor = 0;
  const move = (invoiceId: number, amountMinor: number, former: Allocated | undefined) => {
    const document = settle(tables, event, invoiceId, amountMinor);
    const base = later(source.on, document.issued_on);
    const day = later(amountMinor < 0 && former ? former.on : base, on);
    dates.set(invoiceId, later(day, former?.on ?? null));
    lines.push(allocationLine("allocation", day, { invoiceId, amountMinor }, source.id));
    if (day !== base) changes.push({ invoiceId, amountMinor, on: day });
    byMinor += amountMinor;
  };
  const next = sumsOf(to);
  const before = sumsOf(source.former);
  for (const former of source.former) {
    const { invoiceId } = former;
    if (dates.has(invoiceId)) continue;
    const by = (next.get(invoiceId) ?? 0) - (before.get(invoiceId) ?? 0);
    if (by === 0) dates.set(invoiceId, former.on);
    else move(invoiceId, by, former);
  }
  for (const [invoiceId, amountMinor] of next) if (!before.has(invoiceId)) move(invoiceId, amountMinor, undefined);
  const rows = to.map(({ invoiceId, amountMinor }) => ({
    invoiceId,
    amountMinor,
    on: dates.get(invoiceId) ?? source.on,
  }));
  return { rows, lines, byMinor, changes };
}

/** The line of an amount that a source settles of a document; below zero: that is taken back. */
export function allocationLine(
  kind: "allocation" | "reversal",
  on: string,
  { invoiceId, amountMinor }: Allocation,
  creditId: number,
): PostingLine {
  return { kind, on, documentId: invoiceId, creditId, openMinor: -amountMinor, creditMinor: -amountMinor };
}

/** Settles an amount of a document that is owed; a negative amount is taken back. @returns the document, before */
export function settle(tables: Tables, event: LogEvent, invoiceId: number, amountMinor: number): Row<"invoice"> {
  const invoice = must(tables.invoice.get(invoiceId), event, `invoice ${invoiceId}`);
  const owed = owedOf(invoice);
  if (invoice.status !== "issued" || owed < 0 || (owed === 0 && invoice.kind !== "invoice"))
    throw inconsistent(
      event,
      `only an issued document that is owed can be settled: ${invoice.kind} ${invoiceId} is ${invoice.status}, and ${owed} is owed`,
    );
  tables.invoice.put({ ...invoice, paid_minor: invoice.paid_minor + signOf(invoice) * amountMinor });
  return invoice;
}

/** The sign of `paid_minor`, which moves from 0 towards gross - prepaid + rounding. */
export function signOf({ gross_minor, prepaid_minor, rounding_minor }: Row<"invoice">): 1 | -1 {
  return gross_minor + rounding_minor < prepaid_minor ? -1 : 1;
}

/** Amounts by document. A list with a document twice adds up. */
function sumsOf(list: readonly Allocation[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { invoiceId, amountMinor } of list) sums.set(invoiceId, (sums.get(invoiceId) ?? 0) + amountMinor);
  return sums;
}
