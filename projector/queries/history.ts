/** Queries for histories: the kinds of streams, and the names of documents. */
import type Database from "better-sqlite3";
import type { StreamKind } from "../../events/encoding/catalogue.ts";
import type { StreamId } from "../../events/sequence.ts";
import { isTimeZone } from "../../events/values/time-zone.ts";
import { BUYER_NAME } from "../tables/invoice-rows.ts";
import type { Row } from "../tables/tables.ts";
import { prepareValue } from "./prepared.ts";

/** The kind of a stream; undefined if there is no such stream. */
export function streamKindOf(db: Database.Database, stream: StreamId): StreamKind | undefined {
  return db
    .prepare<[number], StreamKind>("SELECT stream_kind FROM activity WHERE stream = ? AND version = 1")
    .pluck()
    .get(stream);
}

/** The invoice or credit note with a number; undefined if there is none. */
export function invoiceIdByNumber(db: Database.Database, number: string): StreamId | undefined {
  return db
    .prepare<[string], number>("SELECT id FROM invoice INDEXED BY invoice_number WHERE number = ?")
    .pluck()
    .get(number);
}

export type InvoiceHeading = Pick<Row<"invoice">, "id" | "number" | "kind" | "status" | "currency" | "buyer_name">;

export function invoiceHeading(db: Database.Database, id: StreamId): InvoiceHeading | undefined {
  return db
    .prepare<[number], InvoiceHeading>(
      `SELECT i.id, i.number, i.kind, i.status, i.currency, ${BUYER_NAME} AS buyer_name FROM invoice AS i WHERE i.id = ?`,
    )
    .get(id);
}

/** What a stream is called now: a document's number and buyer, a person's or client's name, an item's code. */
export function nameOfStream(db: Database.Database, kind: StreamKind, id: StreamId): string {
  if (kind === "invoice") {
    const { number, buyer_name, status, kind: document } = invoiceHeading(db, id) ?? {};
    const unnumbered = `${status === "discarded" ? "Discarded draft" : "Draft"} ${document === "credit_note" ? "credit note" : "invoice"}`;
    return [number ?? unnumbered, buyer_name].filter((part) => part).join(", ");
  }
  return prepareValue<[number], string>(db, NAMES[kind]).get(id) ?? "";
}

const NAMES: { readonly [K in Exclude<StreamKind, "invoice">]: string } = {
  organization: "SELECT legal_name FROM organization WHERE id = ?",
  user: 'SELECT name FROM "user" WHERE id = ?',
  client: "SELECT name FROM client WHERE id = ?",
  item: "SELECT code FROM item WHERE id = ?",
  payment: "SELECT name FROM client WHERE id = (SELECT client_id FROM main.payment WHERE id = ?)",
  refund: "SELECT name FROM client WHERE id = (SELECT client_id FROM main.refund WHERE id = ?)",
};

/**
 * The other streams in the history of an invoice or a payment: payments and credit that were ever allocated to it (also
 * those that were returned, reversed or allocated elsewhere since), refunds of it, and credit notes that correct it.
 */
export function streamsAbout(db: Database.Database, invoiceId: StreamId): StreamId[] {
  const ids = db
    .prepare<[{ id: number }], number>(
      `SELECT credit_id FROM posting WHERE document_id = :id AND open_minor <> 0 AND credit_id IS NOT NULL
       UNION ALL SELECT refund_id FROM refund_source INDEXED BY refund_source_source WHERE source_id = :id
       UNION ALL SELECT id FROM main.invoice INDEXED BY invoice_corrects WHERE corrects_id = :id`,
    )
    .pluck()
    .all({ id: invoiceId });
  return [...new Set(ids)];
}

/** What a refund was paid out of, as its history names it: the number of a document, or `payment MB-41`. */
export function sourceName(db: Database.Database, id: StreamId): string {
  const reference = "SELECT reference FROM payment WHERE id = ?";
  return (
    invoiceHeading(db, id)?.number ?? `payment ${prepareValue<[number], string | null>(db, reference).get(id) ?? id}`
  );
}

/** The currency of a payment, a refund or an invoice; null for any other stream. */
export function currencyOf(db: Database.Database, stream: StreamId): string | null {
  return (
    db
      .prepare<[{ id: number }], string>(
        `SELECT currency FROM invoice WHERE id = :id UNION ALL SELECT currency FROM payment WHERE id = :id
         UNION ALL SELECT currency FROM refund WHERE id = :id`,
      )
      .pluck()
      .get({ id: stream }) ?? null
  );
}

/** The organization's time zone, if this runtime does not know it: days are those of UTC then. Otherwise null. */
export function unknownTimeZoneOf(db: Database.Database): string | null {
  const timeZone = timeZoneOf(db);
  return isTimeZone(timeZone) ? null : timeZone;
}

/** The organization's time zone; UTC before the first event. */
export function timeZoneOf(db: Database.Database): string {
  return db.prepare<[], string>("SELECT time_zone FROM organization").pluck().get() ?? "UTC";
}
