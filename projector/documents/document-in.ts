/** Finds in a cache what a document's file is made from. */
import { refusal } from "../../events/errors.ts";
import type { StreamId } from "../../events/sequence.ts";
import { prepare } from "../queries/prepared.ts";
import type { ReadSource } from "../queries/read.ts";
import type { DocumentSource, Logo } from "./document-source.ts";
import { statedByRows } from "./stated-by-rows.ts";

/**
 * A document, and what its paper needs: of an issued one all as it was at its issue, of a draft as it would be issued now.
 *
 * @throws Refusal UNKNOWN_INVOICE
 */
export function documentIn(source: ReadSource, id: StreamId): DocumentSource {
  const stated = statedByRows(source, id);
  if (!stated) throw refusal("UNKNOWN_INVOICE", `there is no invoice ${id}`, { values: { invoice: id } });
  const issuedAt = prepare<[number], { seq: number }>(
    source.db,
    "SELECT seq FROM activity WHERE stream = ? AND type IN ('InvoiceIssued', 'InvoiceCancelled') ORDER BY version LIMIT 1",
  ).get(id);
  return { id, ...stated, logo: logoAt(source, issuedAt?.seq ?? null) };
}

/** The organization's logo at an event; null: now. */
function logoAt({ db }: ReadSource, seq: number | null): Logo | null {
  const at = seq ?? Number.MAX_SAFE_INTEGER;
  const row = prepare<[object], { logo: Uint8Array | null; logo_type: Logo["mediaType"] }>(
    db,
    `SELECT logo, logo_type FROM organization WHERE since <= @at
      UNION ALL SELECT logo, logo_type FROM organization_past WHERE since <= @at AND until > @at`,
  ).get({ at });
  return row?.logo ? { mediaType: row.logo_type, image: row.logo } : null;
}
