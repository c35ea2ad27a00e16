/** One invoice with what its screen shows beside it: the documents that it belongs together with, by name. */
import type Database from "better-sqlite3";
import type { StreamId } from "../../../events/sequence.ts";
import { invoiceById, invoicesByIds } from "../../../projector/queries/invoices.ts";
import { prepared } from "../../../projector/queries/prepared.ts";
import type { Row } from "../../../projector/tables/tables.ts";
import type { InvoiceDetail, InvoiceLink } from "../../contract/contract.ts";

const CORRECTING = "SELECT id FROM invoice WHERE corrects_id = ? AND status <> 'discarded' ORDER BY id";

/** Null: there is none. All of it as of one moment. */
export function invoiceDetail(db: Database.Database, id: StreamId): InvoiceDetail | null {
  return db.transaction((): InvoiceDetail | null => {
    const whole = invoiceById(db, id);
    if (!whole) return null;
    const correcting = prepared<[number], { id: number }>(db, CORRECTING).all(id);
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
    };
  })();
}

function linksTo(db: Database.Database, ids: readonly StreamId[]): InvoiceLink[] {
  return invoicesByIds(db, ids).map(({ id, number, kind, status, issued_on, gross_minor }: Row<"invoice">) => {
    return { id, number, kind, status, issued_on, gross_minor };
  });
}
