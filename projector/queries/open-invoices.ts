/** What a client owes in one currency, oldest first, for a payment or credit to settle. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { currency, streamId } from "../../events/values/schema.ts";
import type { Row } from "../tables/tables.ts";
import { prepare } from "./prepared.ts";

/** The most allocations of one payment or credit note. */
const MAX_ALLOCATIONS = 1_000;

/** The client, the currency, and the payment or credit note to allocate. */
export const openInvoices = z.strictObject({
  client: streamId(),
  currency: currency(),
  payment: streamId().optional().describe("A payment to reallocate: its current allocations count as open."),
  credit_note: streamId().optional().describe("A credit note to reallocate: its current allocations count as open."),
});

export type OpenInvoice = Pick<Row<"invoice">, "id" | "issued_on" | "due_on" | "gross_minor"> & {
  number: string;
  /** The amount to settle: the balance, plus the current allocation of the payment or credit note. */
  balance_minor: number;
};

export interface OpenInvoices {
  /** By due date. */
  rows: OpenInvoice[];
  /** True if there are more invoices. These are the oldest. */
  shortened: boolean;
}

/** Invoices, and credit notes below zero. Balances are positive. A client that does not exist or owes nothing has no rows. */
export function openInvoicesOf(db: Database.Database, account: z.output<typeof openInvoices>): OpenInvoices {
  const { client, currency, payment = 0, credit_note = 0 } = account;
  const rows = prepare<[object], OpenInvoice>(
    db,
    `WITH former AS MATERIALIZED (
       SELECT invoice_id, amount_minor FROM payment_allocation WHERE payment_id = :payment
       UNION ALL
       SELECT invoice_id, amount_minor FROM credit_allocation WHERE credit_note_id = :credit_note
     )
     SELECT id, number, issued_on, due_on, gross_minor,
       abs(gross_minor - prepaid_minor + rounding_minor - paid_minor)
         + coalesce((SELECT amount_minor FROM former WHERE invoice_id = i.id), 0) AS balance_minor
     FROM invoice AS i INDEXED BY invoice_client
     WHERE client_id = :client AND currency = :currency AND status = 'issued'
       AND (kind = 'invoice') = (gross_minor + rounding_minor > prepaid_minor) AND balance_minor > 0
     ORDER BY due_on, id LIMIT ${MAX_ALLOCATIONS + 1}`,
  ).all({ client, currency, payment, credit_note });
  return { rows: rows.slice(0, MAX_ALLOCATIONS), shortened: rows.length > MAX_ALLOCATIONS };
}
