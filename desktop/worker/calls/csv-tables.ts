/**
 * Lists as CSV. The amounts of a column add up, by currency, to what the overview says: drafts and void documents have
 * their amount in a column of their own, and so has the remaining credit of credit notes and invoices below zero.
 */
import type { ActivityRow } from "../../../projector/queries/activity.ts";
import type { Statement } from "../../../projector/queries/reports/statement.ts";
import type { Row } from "../../../projector/tables/tables.ts";
import { type Cell, csvOf } from "../../../projector/text/csv.ts";

const INVOICE_HEADINGS = [
  "Number",
  "Kind",
  "Status",
  "Client",
  "Issued",
  "Due",
  "Currency",
  "Net",
  "VAT",
  "Gross",
  "Prepaid",
  "Paid",
  "Balance",
  "Remaining credit",
  "Draft or void",
  "Order",
  "Reference",
  "Written off",
  "Refunded",
] as const;

/** Lines of invoices. @param options.head true: begins with the names of the columns */
export function invoicesCsv(
  rows: readonly Row<"invoice">[],
  { locale, head }: { locale: string; head: boolean },
): string {
  return csvOf(locale, [...(head ? [INVOICE_HEADINGS] : []), ...rows.map(invoiceCells)], head);
}

/** The cells of an invoice. Amounts of credit notes are negative. */
function invoiceCells(row: Row<"invoice">): Cell[] {
  const { currency } = row;
  const isInvoice = row.kind === "invoice";
  const isIssued = row.status === "issued";
  const sign = isInvoice ? 1 : -1;
  const amount = (minor: number) => ({ minor: sign * minor, currency });
  const issued = (minor: number) => (isIssued ? amount(minor) : null);
  const balance = issued(row.gross_minor - row.prepaid_minor + row.rounding_minor - row.paid_minor);
  // An invoice below zero is credit, and a credit note below zero is owed.
  const payableMinor = sign * (row.gross_minor - row.prepaid_minor + row.rounding_minor);
  const isOwed = payableMinor === 0 ? isInvoice : payableMinor > 0;
  const part = (minor: number) => (isIssued && minor !== 0 ? { minor, currency } : null);
  return [
    row.number,
    isInvoice ? "invoice" : "credit note",
    row.status,
    row.buyer_name,
    row.issued_on,
    row.due_on,
    currency,
    issued(row.net_minor),
    issued(row.tax_minor),
    issued(row.gross_minor),
    issued(row.prepaid_minor),
    issued(row.paid_minor),
    isOwed ? balance : null,
    isOwed ? null : balance,
    isIssued ? null : amount(row.gross_minor),
    row.order_reference,
    row.buyer_reference,
    part(row.written_off_minor),
    part(row.refunded_minor),
  ];
}

const PAYMENT_HEADINGS = [
  "Received",
  "Client",
  "Reference",
  "Method",
  "Status",
  "Currency",
  "Amount",
  "Bank fees",
  "Applied",
  "Refunded",
  "Remaining credit",
  "Reversed",
] as const;

type WithClient = { client_name: string };

/** Lines of payments. Reversed ones have their amount in a column of their own. @param options as of `invoicesCsv` */
export function paymentsCsv(
  rows: readonly (Row<"payment"> & WithClient)[],
  { locale, head }: { locale: string; head: boolean },
): string {
  const lines = rows.map((row): Cell[] => {
    const { currency, reversed, reversed_on, amount_minor, allocated_minor, refunded_minor } = row;
    const amount = (minor: number) => (reversed === 1 ? null : { minor, currency });
    return [
      row.received_on,
      row.client_name,
      row.reference,
      row.method.replace("_", " "),
      reversed === 0 ? "received" : reversed_on === null ? "reversed" : "returned",
      currency,
      amount(amount_minor),
      amount(row.fees_minor),
      amount(allocated_minor),
      amount(refunded_minor),
      amount(amount_minor - allocated_minor - refunded_minor),
      reversed === 1 ? { minor: amount_minor, currency } : null,
    ];
  });
  return csvOf(locale, [...(head ? [PAYMENT_HEADINGS] : []), ...lines], head);
}

const REFUND_HEADINGS = ["Paid", "Client", "Reference", "Method", "Status", "Currency", "Amount", "Reversed"] as const;

/** Lines of refunds. Reversed ones have their amount in a column of their own. @param options as of `invoicesCsv` */
export function refundsCsv(
  rows: readonly (Row<"refund"> & WithClient)[],
  { locale, head }: { locale: string; head: boolean },
): string {
  const lines = rows.map(({ currency, reversed, reversed_on, amount_minor, ...row }): Cell[] => [
    row.paid_on,
    row.client_name,
    row.reference,
    row.method.replace("_", " "),
    reversed === 0 ? "paid" : reversed_on === null ? "reversed" : "returned",
    currency,
    reversed === 1 ? null : { minor: amount_minor, currency },
    reversed === 1 ? { minor: amount_minor, currency } : null,
  ]);
  return csvOf(locale, [...(head ? [REFUND_HEADINGS] : []), ...lines], head);
}

const ACTIVITY_HEADINGS = ["Event", "Time (UTC)", "User", "What", "Kind", "Name", "Type"] as const;

/** An event in a spreadsheet. */
export type ActivityCells = Pick<ActivityRow, "seq" | "at" | "actor_name" | "type" | "stream_kind"> & {
  name: string;
  words: string;
};

/** Lines of the activity. @param options.head true: begins with the names of the columns */
export function activityCsv(
  rows: readonly ActivityCells[],
  { locale, head }: { locale: string; head: boolean },
): string {
  const lines = rows.map(({ seq, at, actor_name, type, stream_kind, name, words }): Cell[] => [
    seq,
    new Date(at).toISOString(),
    actor_name ?? "The server",
    words,
    stream_kind,
    name,
    type,
  ]);
  return csvOf(locale, [...(head ? [ACTIVITY_HEADINGS] : []), ...lines], head);
}

const STATEMENT_HEADINGS = ["Date", "Kind", "Document", "Due", "Currency", "Amount", "Balance"] as const;

/** A statement. Its amounts, with the opening balance as the first one, add up to the closing balance. */
export function statementCsv(statement: Statement, locale: string): string {
  const { currency, from, opening_minor, entries } = statement;
  const amount = (minor: number) => ({ minor, currency });
  const opening: Cell[] = [
    entries[0]?.on ?? from,
    "opening balance",
    null,
    null,
    currency,
    amount(opening_minor),
    amount(opening_minor),
  ];
  const lines = entries.map(({ on, kind, name, due_on, amount_minor, balance_minor }): Cell[] => [
    on,
    kind.replace("_", " "),
    name,
    due_on,
    currency,
    amount(amount_minor),
    amount(balance_minor),
  ]);
  const hasOpening = opening_minor !== 0 || from !== null || statement.shortened;
  return csvOf(locale, [STATEMENT_HEADINGS, ...(hasOpening ? [opening] : []), ...lines], true);
}
