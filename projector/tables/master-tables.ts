/** The tables of what documents refer to: the organization, its users, clients and items. `tables.ts` explains their units. */
import { ROLES } from "../../events/business/roles.ts";
import { RESETS } from "../../events/values/number-pattern.ts";
import { furtherOfClient, furtherOfItem, furtherOfOrganization } from "./further-tables.ts";
import { address, documentFormat, formerVatRate, sortKey, vatCategory, vatRate } from "./shared-columns.ts";
import { blob, defineTable, flag, integer, nullable, oneOf, text } from "./table.ts";

export const organization = defineTable(
  "organization",
  "the organization that owns the log: one row",
  {
    id: integer("always 1", { check: "id = 1" }),
    version: integer("number of events in the stream"),
    legal_name: text("legal name"),
    trading_name: nullable(text("trading name")),
    ...address,
    vat_id: nullable(text("VAT id")),
    company_id: nullable(text("company register number")),
    email: nullable(text("e-mail address")),
    phone: nullable(text("phone number")),
    iban: nullable(text("bank account (IBAN)")),
    bic: nullable(text("bank (BIC)")),
    time_zone: text("IANA time zone in which days begin and end"),
    language: text("BCP 47"),
    currency: text("ISO 4217: the currency in which VAT is stated"),
    terms_days: integer("days from issue to due date, unless the client or the invoice sets others"),
    logo_type: nullable(text("media type of the logo")),
    logo: nullable(blob("logo image")),
    locked_up_to: nullable(text("last day of the locked period; NULL: no day is locked")),
    series_count: integer("number of rows in number_series"),
    vat_rate_count: integer("number of rows in vat_rate"),
    ...furtherOfOrganization,
    registered_at: integer("time of the first event"),
  },
  { key: ["id"] },
);

export const numberSeries = defineTable(
  "number_series",
  "number series, in the order of the profile",
  {
    organization_id: integer("always 1", { references: "organization" }),
    n: integer("position in the profile, from 1"),
    name: text("name"),
    kind: oneOf("kind", ["invoice", "credit_note", "both"], "documents that take numbers from it"),
    pattern: text("what its numbers look like, such as INV-{YYYY}-{0000}; not used in a foreign series"),
    first: integer("first counter; of each period, if the series begins again"),
    reset: oneOf("reset", RESETS, "when the series begins again with its first counter"),
    is_foreign: flag("is_foreign", "1: numbers are assigned by another system"),
  },
  { key: ["organization_id", "n"], indexes: [{ name: "number_series_name", on: ["name"], unique: true }] },
);

export const seriesTotal = defineTable(
  "series_total",
  "what all periods of a number series have in common: one row for each series that has numbered a document",
  {
    name: text("name of the series"),
    last_period: text("period of the latest number, as in series_counter"),
    last_issued_on: text("latest issue date"),
    documents: integer("number of documents in the series"),
  },
  { key: ["name"] },
);

export const seriesCounter = defineTable(
  "series_counter",
  "the latest number of each series, in each period in which it begins again",
  {
    name: text("name of the series"),
    period: text("YYYY or YYYY-MM of the issue dates; empty if the series never begins again"),
    first_number: integer("counter at which the period began; 0 in a foreign series"),
    last_number: integer("highest counter so far; 0 in a foreign series"),
    pattern: text("pattern of the period, which its first number has fixed"),
    last_issued_on: text("latest issue date"),
    documents: integer("number of documents in the period"),
    passed_over: integer("number of rows in number_passed_over"),
  },
  { key: ["name", "period"] },
);

export const savedVatRate = defineTable(
  "vat_rate",
  "VAT rates to pick from, in the order of the profile",
  {
    organization_id: integer("always 1", { references: "organization" }),
    n: integer("position in the profile, from 1"),
    name: text("what users pick it by"),
    vat_category: vatCategory(),
    vat_rate3: vatRate(),
    reason: nullable(text("why it has no VAT, for documents that state no reason")),
  },
  { key: ["organization_id", "n"], computed: formerVatRate },
);

export const user = defineTable(
  "user",
  "users and their roles",
  {
    id: integer("sequence of the first event"),
    version: integer("number of events in the stream"),
    email: text("e-mail address, in lower case"),
    name: text("name"),
    role: oneOf("role", ROLES, "role, which decides what the user may do"),
    active: flag("active", "0: deactivated"),
    sessions_ended: integer("how often all sessions were ended"),
    sort_key: sortKey("name"),
  },
  {
    key: ["id"],
    indexes: [
      { name: "user_email", on: ["email"], unique: true },
      { name: "user_sort_key", on: ["sort_key"] },
    ],
  },
);

export const client = defineTable(
  "client",
  "clients: the recipients of invoices",
  {
    id: integer("sequence of the first event"),
    version: integer("number of events in the stream"),
    name: text("name"),
    contact: nullable(text("contact person")),
    email: nullable(text("e-mail address")),
    phone: nullable(text("phone number")),
    ...address,
    vat_id: nullable(text("VAT id")),
    company_id: nullable(text("company register number")),
    terms_days: nullable(integer("days from issue to due date; NULL: the organization's")),
    currency: nullable(text("currency of its invoices; NULL: the organization's")),
    vat_category: nullable(vatCategory()),
    language: nullable(text("BCP 47; NULL: the organization's")),
    note: nullable(text("note")),
    ...furtherOfClient,
    format: nullable(documentFormat("format of its documents, whose rules they must pass; NULL: none")),
    buyer_reference: nullable(text("BT-10 of new drafts")),
    archived: flag("archived", "1: archived; not for new documents"),
    registered_at: integer("time of the first event"),
    sort_key: sortKey("name"),
  },
  { key: ["id"], indexes: [{ name: "client_sort_key", on: ["sort_key"] }] },
);

export const item = defineTable(
  "item",
  "the catalogue of items for invoice lines",
  {
    id: integer("sequence of the first event"),
    version: integer("number of events in the stream"),
    code: text("the organization's own code"),
    description: text("description for lines"),
    unit: text("unit code of UN/ECE Recommendation 20"),
    price6: integer("unit price in the organization's currency, in 10^-6"),
    vat_category: vatCategory(),
    vat_rate3: vatRate(),
    ...furtherOfItem,
    classification_count: integer("number of rows in item_classification"),
    attribute_count: integer("number of rows in item_attribute"),
    archived: flag("archived", "1: archived; not for new lines"),
    sort_key: sortKey("code"),
  },
  {
    key: ["id"],
    computed: formerVatRate,
    indexes: [
      { name: "item_code", on: ["code"], unique: true },
      { name: "item_sort_key", on: ["sort_key"] },
    ],
  },
);
