/** One invoice with links to its related documents. */
import type Database from "better-sqlite3";
import type { StreamId } from "../../events/sequence.ts";
import type { Row } from "../tables/tables.ts";
import { invoiceById, invoicesByIds, type WholeInvoice } from "./invoices.ts";
import { prepare } from "./prepared.ts";
import { type RefundOfSource, refundsOfSource } from "./refunds.ts";

/** The columns that name a document. */
type InvoiceLink = Pick<
  Row<"invoice">,
  "id" | "number" | "kind" | "status" | "issued_on" | "gross_minor" | "cancelled_by_id"
>;

interface LinkedInvoice extends WholeInvoice {
  /** For a credit note: the invoice that it corrects. */
  corrects: InvoiceLink | null;
  /** Credit notes that correct it, including drafts. */
  corrected_by: InvoiceLink[];
  /** For a credit note: the invoices of its allocations, in order. */
  settles: InvoiceLink[];
  /** The numbers directly before its own that its series passed over, with the documents that have them; the first 100. */
  passed_over: NumberPassedOver[];
  /** The refunds that were paid out of it, also those that were reversed. */
  refunds: RefundOfSource[];
}

interface NumberPassedOver extends Pick<Row<"numberPassedOver">, "number" | "taken_by"> {
  /** The number of the document that has it. */
  taken_number: string;
}

const PASSED_OVER = `SELECT p.number, p.taken_by, i.number AS taken_number
  FROM number_passed_over AS p CROSS JOIN main.invoice AS i ON i.id = p.taken_by WHERE p.invoice_id = ? ORDER BY p.n LIMIT 100`;
/** What a document corrects never changes, so at a moment only its status is looked up. */
const CORRECTING = `SELECT c.id FROM main.invoice AS c INDEXED BY invoice_corrects
  WHERE c.corrects_id = ? AND (SELECT status FROM invoice WHERE id = c.id) <> 'discarded' ORDER BY c.id`;

/** Reads everything in one transaction; undefined if there is no such invoice. */
export function invoiceDetail(db: Database.Database, id: StreamId): LinkedInvoice | undefined {
  return db.transaction((): LinkedInvoice | undefined => {
    const whole = invoiceById(db, id);
    if (!whole) return undefined;
    const correcting = prepare<[number], { id: number }>(db, CORRECTING).all(id);
    return {
      ...whole,
      corrects: linksTo(db, whole.corrects_id === null ? [] : [whole.corrects_id])[0] ?? null,
      corrected_by: linksTo(
        db,
        correcting.map((row) => row.id),
      ),
      settles: linksTo(
        db,
        whole.credit_allocations.map(({ invoice_id }) => invoice_id),
      ),
      passed_over: prepare<[number], NumberPassedOver>(db, PASSED_OVER).all(id),
      refunds: refundsOfSource(db, id),
    };
  })();
}

function linksTo(db: Database.Database, ids: readonly StreamId[]): InvoiceLink[] {
  return invoicesByIds(db, ids).map(
    ({ id, number, kind, status, issued_on, gross_minor, cancelled_by_id }: Row<"invoice">) => {
      return { id, number, kind, status, issued_on, gross_minor, cancelled_by_id };
    },
  );
}
