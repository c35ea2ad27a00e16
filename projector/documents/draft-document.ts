/** A draft as the document that it would be if it were issued now. */
import type Database from "better-sqlite3";
import { buyerOf, sellerOf } from "../../events/business/parties.ts";
import { completeDraft, MAX_CORRECTION_BYTES } from "../../events/document/complete-draft.ts";
import type { DraftInput, InvoiceContent } from "../../events/document/draft.ts";
import type { Buyer } from "../../events/document/party.ts";
import type { StatedDocument } from "../../events/document/stated.ts";
import type { StreamId } from "../../events/sequence.ts";
import { addDays, dateAt } from "../../events/values/calendar.ts";
import { contentOf } from "../stated/content.ts";
import { clientOf } from "../stated/further.ts";
import { type StatedRows, statedRows } from "../stated/stated-rows.ts";
import { profileIn } from "./profile-in.ts";

const NOWHERE = { street: null, street2: null, city: null, postcode: null, region: null, country: "" };
/** Of a draft without a client. */
const NOBODY: Buyer = { name: "", address: NOWHERE, vatId: null, companyId: null, more: null };

/** What of a draft is not its content. */
interface DraftOf {
  kind: StatedDocument["kind"];
  /** The invoice that it credits. */
  correctsId: StreamId | null;
}

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
    return row && stated(rows, { kind: row.kind, correctsId: row.corrects_id }, contentOf(rows, row), nowMs);
  })();
}

/**
 * A draft that was not sent yet.
 *
 * @returns undefined at a moment before the organization was founded: nobody could issue it
 * @throws Refusal what the rules of a draft refuse
 */
export function typedDocument(
  db: Database.Database,
  { draft, ...of }: DraftOf & { draft: DraftInput },
  nowMs: number,
): StatedDocument | undefined {
  return db.transaction(() => {
    const rows = statedRows(db);
    const organization = rows.organization.get(1);
    if (!organization) return undefined;
    const client = draft.clientId === null ? undefined : rows.client.get(draft.clientId);
    const usual = client?.currency ?? organization.currency;
    return stated(rows, of, completeDraft(draft, usual, MAX_CORRECTION_BYTES), nowMs);
  })();
}

function stated(rows: StatedRows, of: DraftOf, content: InvoiceContent, nowMs: number): StatedDocument {
  const profile = profileIn(rows);
  const clientRow = content.clientId === null ? undefined : rows.client.get(content.clientId);
  const client = clientRow ? clientOf(clientRow) : null;
  const corrected = of.correctsId === null ? undefined : rows.invoice.get(of.correctsId);
  const issuedOn = dateAt(nowMs, profile.timeZone);
  return {
    kind: of.kind,
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
}
