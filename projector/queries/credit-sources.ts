/** What a client's credit in one currency consists of, oldest first: what a refund can be paid out of. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { currency, streamId } from "../../events/values/schema.ts";
import { prepare } from "./prepared.ts";

/** The most sources of one refund. */
const MAX_SOURCES = 1_000;

export const creditSources = z.strictObject({ client: streamId(), currency: currency() });

export interface CreditSource {
  id: number;
  /** A credit note; an invoice below zero, or one with more prepaid than its total; or a payment. */
  kind: "payment" | "credit_note" | "invoice";
  /** A document's number; a payment's reference, or null. */
  name: string | null;
  /** YYYY-MM-DD: when it was received or issued. */
  on: string;
  /** What is neither applied nor refunded, above 0. */
  credit_minor: number;
}

export interface CreditSources {
  rows: CreditSource[];
  /** True if there are more. These are the oldest. */
  shortened: boolean;
}

/** A client that does not exist, or has no credit, has no rows. */
export function creditSourcesOf(db: Database.Database, account: z.output<typeof creditSources>): CreditSources {
  const rows = prepare<[object], CreditSource>(
    db,
    `SELECT id, 'payment' AS kind, reference AS name, received_on AS "on",
       amount_minor - allocated_minor - refunded_minor AS credit_minor
     FROM payment INDEXED BY payment_client
     WHERE client_id = :client AND currency = :currency AND reversed = 0 AND credit_minor > 0
     UNION ALL
     SELECT id, kind, number, issued_on,
       (gross_minor - prepaid_minor + rounding_minor - paid_minor) * CASE kind WHEN 'invoice' THEN -1 ELSE 1 END AS credit_minor
     FROM invoice INDEXED BY invoice_client
     WHERE client_id = :client AND currency = :currency AND status = 'issued' AND credit_minor > 0
     ORDER BY 4, 1 LIMIT ${MAX_SOURCES + 1}`,
  ).all(account);
  return { rows: rows.slice(0, MAX_SOURCES), shortened: rows.length > MAX_SOURCES };
}
