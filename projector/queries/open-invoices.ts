/** What of a client can be settled: the open invoices of one currency, oldest first, as a payment or credit finds them. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { currency, streamId } from "../../events/values/schema.ts";
import type { Row } from "../tables/tables.ts";
import { prepared } from "./prepared.ts";

/** The most that one payment, or one credit note, is put against at once. */
const MAX_ALLOCATIONS = 1_000;

/** Whose money is put where: the client's, in one currency. */
export const openInvoices = z.strictObject({
  client: streamId(),
  currency: currency(),
  payment: streamId()
    .optional()
    .describe("A payment that is put elsewhere: what it is put against now counts as open."),
  credit_note: streamId().optional().describe("The same of a credit note."),
});

export type OpenInvoice = Pick<Row<"invoice">, "id" | "issued_on" | "due_on" | "gross_minor"> & {
  number: string;
  /** What can be put against it: what is open, with what the payment or the credit note put against it before. */
  balance_minor: number;
};

export interface OpenInvoices {
  /** By the day they are due. */
  rows: OpenInvoice[];
  /** True if there are more: then these are the oldest. */
  shortened: boolean;
}

/** Amounts are above zero. Of a client that is not there, or that owes nothing, there are none. */
export function openInvoicesOf(db: Database.Database, account: z.output<typeof openInvoices>): OpenInvoices {
  const { client, currency, payment = 0, credit_note = 0 } = account;
  const rows = prepared<[object], OpenInvoice>(
    db,
    `WITH former AS MATERIALIZED (
       SELECT invoice_id, amount_minor FROM payment_allocation WHERE payment_id = :payment
       UNION ALL
       SELECT invoice_id, amount_minor FROM credit_allocation WHERE credit_note_id = :credit_note
     )
     SELECT id, number, issued_on, due_on, gross_minor,
       gross_minor - prepaid_minor - paid_minor
         + coalesce((SELECT amount_minor FROM former WHERE invoice_id = i.id), 0) AS balance_minor
     FROM invoice AS i INDEXED BY invoice_client
     WHERE client_id = :client AND currency = :currency AND status = 'issued' AND kind = 'invoice'
       AND balance_minor > 0
     ORDER BY due_on, id LIMIT ${MAX_ALLOCATIONS + 1}`,
  ).all({ client, currency, payment, credit_note });
  return { rows: rows.slice(0, MAX_ALLOCATIONS), shortened: rows.length > MAX_ALLOCATIONS };
}
