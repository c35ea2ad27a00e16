/** An issued document from a cache: all that it states. */
import type Database from "better-sqlite3";
import type { StatedDocument } from "../../events/document/stated.ts";
import type { StreamId } from "../../events/sequence.ts";
import { accountingOf, contentOf } from "../stated/content.ts";
import { buyerOf, rowOf, sellerOf } from "../stated/further.ts";
import { statedRows } from "../stated/stated-rows.ts";

/**
 * What an issued document states, also one that is void. At a moment, what it stated then.
 *
 * @returns undefined if there is no such document, or it was not issued
 */
export function statedDocument(db: Database.Database, id: StreamId): StatedDocument | undefined {
  return db.transaction(() => {
    const rows = statedRows(db);
    const row = rows.invoice.get(id);
    if (!row || row.issued_on === null || row.number === null || row.seller_id === null || row.buyer_id === null)
      return undefined;
    const corrected = row.corrects_id === null ? undefined : rows.invoice.get(row.corrects_id);
    const client = row.client_id === null ? undefined : rows.client.get(row.client_id);
    return {
      kind: row.kind,
      number: row.number,
      issuedOn: row.issued_on,
      dueOn: row.due_on ?? row.issued_on,
      language: row.language ?? client?.language ?? rowOf(rows.organization.get(1)).language,
      format: row.format,
      seller: sellerOf(rows, row.seller_id),
      buyer: buyerOf(rows, row.buyer_id),
      content: contentOf(rows, row),
      accounting: accountingOf(row),
      corrected:
        corrected && corrected.number !== null && corrected.issued_on !== null
          ? { number: corrected.number, issuedOn: corrected.issued_on }
          : null,
    };
  })();
}
