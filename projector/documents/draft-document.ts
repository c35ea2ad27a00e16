/** A draft as the document that it would be if it were issued now. */
import type Database from "better-sqlite3";
import { buyerOf, sellerOf } from "../../events/business/parties.ts";
import type { Buyer } from "../../events/document/party.ts";
import type { StatedDocument } from "../../events/document/stated.ts";
import type { StreamId } from "../../events/sequence.ts";
import { addDays, dateAt } from "../../events/values/calendar.ts";
import { contentOf } from "../stated/content.ts";
import { clientOf, rowOf } from "../stated/further.ts";
import { statedRows } from "../stated/stated-rows.ts";
import { profileIn } from "./profile-in.ts";

const NOWHERE = { street: null, street2: null, city: null, postcode: null, region: null, country: "" };
/** Of a draft without a client. */
const NOBODY: Buyer = { name: "", address: NOWHERE, vatId: null, companyId: null, more: null };

/**
 * It has no number, and the parties as they are now.
 *
 * @param nowMs the current time, ms since 1970 UTC: it would be issued today
 * @returns undefined if there is no such document
 */
export function draftDocument(db: Database.Database, id: StreamId, nowMs: number): StatedDocument | undefined {
  return db.transaction(() => {
    const rows = statedRows(db);
    const row = rows.invoice.get(id);
    if (!row) return undefined;
    const profile = profileIn(rows);
    const client = row.client_id === null ? null : clientOf(rowOf(rows.client.get(row.client_id)));
    const content = contentOf(rows, row);
    const corrected = row.corrects_id === null ? undefined : rows.invoice.get(row.corrects_id);
    const issuedOn = dateAt(nowMs, profile.timeZone);
    return {
      kind: row.kind,
      number: "",
      issuedOn,
      dueOn: addDays(issuedOn, content.termsDays ?? client?.termsDays ?? profile.termsDays),
      language: client?.language ?? profile.language,
      format: client?.more?.format ?? null,
      seller: sellerOf(profile, content.taxes),
      buyer: client ? buyerOf(client, content.taxes) : NOBODY,
      content,
      accounting: null,
      corrected:
        corrected?.number && corrected.issued_on ? { number: corrected.number, issuedOn: corrected.issued_on } : null,
    };
  })();
}
