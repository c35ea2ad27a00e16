/** Finds in a cache the file that a document was delivered as. */
import type Database from "better-sqlite3";
import { type DeliveredFile, fileIn, hasPages } from "../../events/business/delivery.ts";
import type { DocumentFile, DocumentFormat } from "../../events/einvoice/formats.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { prepare, prepareValue } from "../queries/prepared.ts";
import { deliveryOf } from "../tables/delivery-rows.ts";
import type { Row } from "../tables/tables.ts";
import { fileNameOf } from "./file-name.ts";

export interface DeliveredDocument {
  file: DeliveredFile;
  mediaType: DocumentFile["mediaType"];
  /** Its name in a folder: the same as if it was made now. */
  name: string;
}

const SELLER = "SELECT number, (SELECT name FROM party WHERE id = seller_id) AS seller FROM invoice WHERE id = ?";
const RECORDED = "SELECT count(*) FROM activity WHERE stream = ? AND type = 'DocumentDelivered' AND seq <= ?";
const DELIVERIES = "SELECT * FROM document_delivery WHERE invoice_id = ? AND n <= ? ORDER BY n";

/**
 * The file that was delivered first in a format: every later copy is its bytes.
 *
 * @param upTo deliveries that were recorded later do not count; null: all do
 * @returns null if none was kept in this format, or there is no such document
 */
export function deliveredDocument(
  db: Database.Database,
  { id, format, upTo = null }: { id: StreamId; format: DocumentFormat; upTo?: Sequence | null },
): DeliveredDocument | null {
  const count =
    upTo === null ? Number.MAX_SAFE_INTEGER : (prepareValue<[number, number], number>(db, RECORDED).get(id, upTo) ?? 0);
  const rows = prepare<[number, number], Row<"documentDelivery">>(db, DELIVERIES).all(id, count);
  const file = fileIn(rows.map(deliveryOf), format);
  if (file === null) return null;
  const row = prepare<[number], { number: string | null; seller: string | null }>(db, SELLER).get(id);
  const name = fileNameOf({ number: row?.number ?? null, id, seller: row?.seller ?? "" }, format);
  return { file, mediaType: hasPages(format) ? "application/pdf" : "application/xml", name };
}
