/**
 * The tables of the cache. Their names and columns are a contract with people who read the cache with SQL. Amounts are
 * integers in minor units of the row's currency. Columns `…6` are in 10⁻⁶, columns `…3` in thousandths of a per cent. Dates are
 * `YYYY-MM-DD`, times are ms since 1970 UTC. An id is the sequence of the stream's first event.
 */
import { STREAM_KINDS } from "../../events/encoding/catalogue.ts";
import {
  creditAllocation,
  documentDelivery,
  invoice,
  invoiceAdjustment,
  invoiceLine,
  invoiceTax,
  numberPassedOver,
  payment,
  paymentAllocation,
  refund,
  refundSource,
} from "./document-tables.ts";
import {
  invoiceAccount,
  invoiceLineAttribute,
  invoiceLineClassification,
  invoiceLineMore,
  invoiceMore,
  invoiceNote,
  invoicePreceding,
  itemAttribute,
  itemClassification,
  organizationAccount,
  organizationIdentifier,
  party,
  partyAccount,
  partyIdentifier,
} from "./further-tables.ts";
import {
  client,
  item,
  numberSeries,
  organization,
  savedVatRate,
  seriesCounter,
  seriesTotal,
  user,
} from "./master-tables.ts";
import { pastOf } from "./past.ts";
import { allocationChange, clientBalance, currencyBalance, posting } from "./posting-tables.ts";
import { blob, defineTable, integer, oneOf, type RowOf, type Table, text } from "./table.ts";

const activity = defineTable(
  "activity",
  "the audit trail: one row for each event",
  {
    seq: integer("the event's sequence"),
    event_id: blob("UUIDv7, 16 bytes", { check: "length(event_id) = 16" }),
    at: integer("time of the server's clock"),
    actor: integer("the user; 0: the server itself"),
    type: text("event type"),
    stream_kind: oneOf("stream_kind", STREAM_KINDS, "kind of the stream"),
    stream: integer("id of the stream"),
    version: integer("version of the stream after the event"),
  },
  {
    key: ["seq"],
    appendOnly: true,
    indexes: [
      { name: "activity_event_id", on: ["event_id"], unique: true },
      { name: "activity_stream", on: ["stream", "version"], unique: true },
      { name: "activity_actor", on: ["actor"] },
    ],
  },
);

const uniqueText = defineTable(
  "unique_text",
  "keys of texts that must be unique: texts with one key are the same to people; a text that is its own key has no row; not in the digest",
  {
    stream: integer("the item, user, document, payment or refund with the text"),
    kind: oneOf(
      "kind",
      ["item", "user", "invoice", "payment", "refund"],
      "the text: code, e-mail address, number or reference",
    ),
    scope: integer("for a reference: the client, among whose payments or refunds it is unique; otherwise 0"),
    text_key: text("the key"),
  },
  // Not unique: a log may have such texts from before they were compared by their keys.
  { key: ["stream"], indexes: [{ name: "unique_text_key", on: ["kind", "scope", "text_key"] }], derived: true },
);

/** All tables, parents before children. */
export const TABLES = {
  organization,
  organizationIdentifier,
  organizationAccount,
  numberSeries,
  savedVatRate,
  seriesTotal,
  seriesCounter,
  user,
  client,
  clientBalance,
  item,
  itemClassification,
  itemAttribute,
  party,
  partyIdentifier,
  partyAccount,
  invoice,
  invoiceMore,
  invoiceNote,
  invoicePreceding,
  invoiceAccount,
  invoiceLineMore,
  invoiceLineClassification,
  invoiceLineAttribute,
  invoiceLine,
  invoiceAdjustment,
  invoiceTax,
  numberPassedOver,
  documentDelivery,
  payment,
  paymentAllocation,
  allocationChange,
  creditAllocation,
  refund,
  refundSource,
  posting,
  currencyBalance,
  uniqueText,
  activity,
} as const;

/** The past of each table that keeps one, by the name of its table. */
export const PAST_TABLES: Readonly<Partial<Record<TableName, Table>>> = Object.fromEntries(
  Object.entries<Table>(TABLES)
    .filter(([, { keepsPast }]) => keepsPast)
    .map(([name, table]) => [name, pastOf(table)]),
);

/** Tables that projections only write. Deciders and queries read them. */
export const WRITE_ONLY_TABLES = [
  "partyIdentifier",
  "partyAccount",
  "invoiceNote",
  "invoicePreceding",
  "invoiceAccount",
  "invoiceLineMore",
  "invoiceLineClassification",
  "invoiceLineAttribute",
  "invoiceLine",
  "invoiceAdjustment",
  "invoiceTax",
  "posting",
  "numberPassedOver",
  "documentDelivery",
  "uniqueText",
  "activity",
] as const;

export type WriteOnlyTable = (typeof WRITE_ONLY_TABLES)[number];
export type TableName = keyof typeof TABLES;
export type Row<Name extends TableName> = RowOf<(typeof TABLES)[Name]>;
