/** What a whole list of invoices adds up to, by currency. */
import type Database from "better-sqlite3";
import { listInvoiceIds } from "./invoices.ts";
import { prepare } from "./prepared.ts";

/** The longest list that is added up: tens of milliseconds. */
const MAX_ADDED = 10_000;

/** Issued documents; amounts of credit notes are negative. */
interface InvoiceTotals {
  currency: string;
  documents: number;
  net_minor: number;
  gross_minor: number;
  balance_minor: number;
}

/**
 * The issued documents of a list.
 *
 * @returns by currency; null if the list is too long to be added up
 * @throws ZodError as `listInvoices`
 */
export function invoiceTotals(
  db: Database.Database,
  filter: Parameters<typeof listInvoiceIds>[1],
  { today, max = MAX_ADDED }: { today: string; max?: number },
): InvoiceTotals[] | null {
  return db.transaction(() => {
    const { ids, shortened } = listInvoiceIds(db, filter, { today, max });
    if (shortened) return null;
    const signed = (sql: string) => `sum(CASE kind WHEN 'credit_note' THEN -(${sql}) ELSE ${sql} END)`;
    return prepare<[string], InvoiceTotals>(
      db,
      `SELECT currency, count(*) AS documents, ${signed("net_minor")} AS net_minor, ${signed("gross_minor")} AS gross_minor,
         ${signed("gross_minor - prepaid_minor + rounding_minor - paid_minor")} AS balance_minor
       FROM invoice WHERE id IN (SELECT value FROM json_each(?)) AND status = 'issued' GROUP BY currency`,
    ).all(JSON.stringify(ids));
  })();
}
