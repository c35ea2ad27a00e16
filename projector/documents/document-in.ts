/** Finds in a cache what a document's file is made from. */
import { semanticOf } from "../../events/document/semantic-of.ts";
import { refusal } from "../../events/errors.ts";
import type { StreamId } from "../../events/sequence.ts";
import { prepare } from "../queries/prepared.ts";
import type { ReadSource } from "../queries/read.ts";
import type { Row } from "../tables/tables.ts";
import type { DocumentSource } from "./document-source.ts";
import { draftDocument } from "./draft-document.ts";
import { logoAt } from "./logo-at.ts";
import { statedDocument } from "./stated-document.ts";

type Found = Pick<Row<"invoice">, "id" | "status" | "number"> & { cancels: 0 | 1 };

/**
 * A document, and what its paper needs: of an issued one all as it was at its issue, of a draft as it would be issued now.
 *
 * @throws Refusal UNKNOWN_INVOICE
 */
export function documentIn({ db, nowMs }: ReadSource, id: StreamId): DocumentSource {
  return db.transaction(() => {
    const row = prepare<[number], Found>(
      db,
      `SELECT i.id, i.status, i.number, ifnull(c.cancelled_by_id = i.id, 0) AS cancels
        FROM invoice AS i LEFT JOIN invoice AS c ON c.id = i.corrects_id WHERE i.id = ?`,
    ).get(id);
    const stated = row && (statedDocument(db, id) ?? draftDocument(db, id, nowMs));
    if (!stated) throw refusal("UNKNOWN_INVOICE", `there is no invoice ${id}`, { values: { invoice: id } });
    const { language, seller } = stated;
    const { status, number, cancels } = row;
    const logo = logoAt(db, number === null ? null : issuedAt(db, id));
    const colour = seller.more?.colour ?? null;
    return { id, invoice: semanticOf(stated), status, number, language, cancels: cancels === 1, logo, colour };
  })();
}

/** The event that gave a document its number. */
function issuedAt(db: ReadSource["db"], id: StreamId): number | null {
  const row = prepare<[number], { seq: number }>(
    db,
    "SELECT seq FROM activity WHERE stream = ? AND type IN ('InvoiceIssued', 'InvoiceCancelled') ORDER BY version LIMIT 1",
  ).get(id);
  return row?.seq ?? null;
}
