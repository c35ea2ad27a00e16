/**
 * The tables of the cache. Their names and columns are a contract with people who read the cache with SQL. Amounts are
 * integers in minor units of the row's currency. Columns `…6` are in 10⁻⁶, columns `…_bp` in basis points. Dates are
 * `YYYY-MM-DD`, times are ms since 1970 UTC. An id is the sequence of the stream's first event.
 */

import { INVOICE_KINDS } from "../../events/business/invoice.ts";
import { PAYMENT_METHODS } from "../../events/business/payment.ts";
import { ROLES } from "../../events/business/roles.ts";
import { STREAM_KINDS } from "../../events/encoding/catalogue.ts";
import { VAT_CATEGORIES } from "../../events/values/money.ts";
import { blob, defineTable, flag, integer, nullable, oneOf, type RowOf, text } from "./table.ts";

const address = {
  street: nullable(text("first line of the street address")),
  street2: nullable(text("second line of the street address")),
  city: nullable(text("city")),
  postcode: nullable(text("post code")),
  region: nullable(text("region, state or county")),
  country: text("ISO 3166-1 alpha-2; ZZ: unknown"),
};

const vatCategory = () => oneOf("vat_category", VAT_CATEGORIES, "VAT category of EN 16931");
const vatRate = () => nullable(integer("VAT rate in basis points; NULL for category O, which has no rate"));

const organization = defineTable(
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
    series_count: integer("number of rows in number_series"),
    registered_at: integer("time of the first event"),
  },
  { key: ["id"] },
);

const numberSeries = defineTable(
  "number_series",
  "number series, in the order of the profile",
  {
    organization_id: integer("always 1", { references: "organization" }),
    n: integer("position in the profile, from 1"),
    name: text("name"),
    kind: oneOf("kind", ["invoice", "credit_note", "both"], "documents that take numbers from it"),
    prefix: text("prefix of each number"),
    digits: integer("minimum number of digits"),
    is_foreign: flag("is_foreign", "1: numbers are assigned by another system"),
  },
  { key: ["organization_id", "n"], indexes: [{ name: "number_series_name", on: ["name"], unique: true }] },
);

const seriesCounter = defineTable(
  "series_counter",
  "the latest number of each series",
  {
    name: text("name of the series"),
    last_number: integer("highest counter so far; 0 in a foreign series"),
    last_issued_on: text("latest issue date"),
    documents: integer("number of documents in the series"),
  },
  { key: ["name"] },
);

const user = defineTable(
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
  },
  { key: ["id"], indexes: [{ name: "user_email", on: ["email"], unique: true }] },
);

const client = defineTable(
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
    archived: flag("archived", "1: archived; not for new documents"),
    registered_at: integer("time of the first event"),
  },
  { key: ["id"], indexes: [{ name: "client_name", on: ["name COLLATE NOCASE"] }] },
);

const clientBalance = defineTable(
  "client_balance",
  "a client's debt and credit, by currency",
  {
    client_id: integer("the client", { references: "client" }),
    currency: text("ISO 4217"),
    invoices: integer("number of issued invoices"),
    credit_notes: integer("number of issued credit notes"),
    invoiced_minor: integer("sum of the gross amounts of issued invoices"),
    credited_minor: integer("sum of the gross amounts of issued credit notes"),
    outstanding_minor: integer("sum of the balances (gross - prepaid - paid) of issued invoices"),
    credit_minor: integer("unallocated payments and unused credit notes"),
  },
  { key: ["client_id", "currency"] },
);

const item = defineTable(
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
    vat_rate_bp: vatRate(),
    archived: flag("archived", "1: archived; not for new lines"),
  },
  { key: ["id"], indexes: [{ name: "item_code", on: ["code"], unique: true }] },
);

const invoice = defineTable(
  "invoice",
  "invoices and credit notes; the sign of a credit note comes from its kind; balance = gross - prepaid - paid",
  {
    id: integer("sequence of the first event"),
    version: integer("number of events in the stream"),
    number: nullable(text("assigned at issue; NULL before")),
    kind: oneOf("kind", INVOICE_KINDS, "invoice or credit note"),
    status: oneOf(
      "status",
      ["draft", "issued", "void", "discarded"],
      "status; paid and overdue are derived from amounts and dates",
    ),
    client_id: nullable(integer("the client; NULL in a draft without a client", { references: "client" })),
    corrects_id: nullable(integer("the invoice that a credit note corrects", { references: "invoice" })),
    buyer_name: nullable(text("the client's name when last drafted, revised or issued")),
    currency: text("ISO 4217"),
    issued_on: nullable(text("issue date")),
    due_on: nullable(text("due date")),
    delivered_on: nullable(text("date of delivery")),
    terms_days: nullable(integer("days from issue to due date; NULL: the client's")),
    buyer_reference: nullable(text("BT-10")),
    order_reference: nullable(text("BT-13")),
    note: nullable(text("BT-22")),
    series: nullable(text("number series")),
    counter: nullable(integer("counter in the series; NULL in a foreign series")),
    lines_minor: integer("BT-106: sum of line net amounts"),
    allowances_minor: integer("BT-107: document allowances"),
    charges_minor: integer("BT-108: document charges"),
    net_minor: integer("BT-109: total without VAT"),
    tax_minor: integer("BT-110: total VAT"),
    gross_minor: integer("BT-112: total with VAT"),
    prepaid_minor: integer("BT-113: amount paid before issue"),
    paid_minor: integer("allocated payments and credit; on a credit note: the amount used"),
    credited_minor: integer("sum of the gross amounts of issued credit notes that correct it"),
    accounting_currency: nullable(text("BT-6: the organization's currency, if it differs")),
    accounting_rate6: nullable(integer("accounting units for one unit of the invoice's currency, in 10^-6")),
    accounting_tax_minor: nullable(integer("BT-111: VAT in the accounting currency")),
    drafted_at: integer("time of the first event"),
    line_count: integer("number of rows in invoice_line"),
    adjustment_count: integer("number of rows in invoice_adjustment"),
    tax_count: integer("number of rows in invoice_tax"),
    allocation_count: integer("on a credit note: number of rows in credit_allocation"),
  },
  {
    key: ["id"],
    indexes: [
      { name: "invoice_number", on: ["number"], unique: true, where: "number IS NOT NULL" },
      { name: "invoice_series", on: ["series", "counter"], unique: true, where: "counter IS NOT NULL" },
      { name: "invoice_client", on: ["client_id"] },
      { name: "invoice_client_issued_on", on: ["client_id", "issued_on"] },
      { name: "invoice_issued_on", on: ["issued_on"] },
      { name: "invoice_due_on", on: ["due_on"] },
      { name: "invoice_gross", on: ["gross_minor"] },
      // Most rows are issued invoices. Without this index, a list of the others would read them all.
      { name: "invoice_not_issued", on: ["status"], where: "status <> 'issued'" },
      { name: "invoice_credit_note", on: ["kind"], where: "kind = 'credit_note'" },
      { name: "invoice_corrects", on: ["corrects_id"], where: "corrects_id IS NOT NULL" },
      {
        name: "invoice_open",
        on: ["due_on"],
        where: "status = 'issued' AND gross_minor - prepaid_minor <> paid_minor",
      },
    ],
  },
);

const invoiceParty = defineTable(
  "invoice_party",
  "seller and buyer as they were when the invoice was issued",
  {
    invoice_id: integer("the invoice", { references: "invoice" }),
    n: integer("1: the seller, 2: the buyer", { check: "n IN (1, 2)" }),
    name: text("name"),
    ...address,
    vat_id: nullable(text("VAT id")),
    company_id: nullable(text("company register number")),
    iban: nullable(text("the seller's bank account")),
    bic: nullable(text("the seller's bank")),
  },
  { key: ["invoice_id", "n"] },
);

const invoiceLine = defineTable(
  "invoice_line",
  "lines of invoices",
  {
    invoice_id: integer("the invoice", { references: "invoice" }),
    n: integer("position in the invoice, from 1"),
    item_id: nullable(integer("the catalogue item of the line", { references: "item" })),
    code: nullable(text("BT-155")),
    description: text("BT-153"),
    quantity6: integer("BT-129, in 10^-6 of the unit"),
    unit: text("BT-130: UN/ECE Recommendation 20"),
    price6: integer("BT-146: unit price without VAT, in 10^-6"),
    vat_category: vatCategory(),
    vat_rate_bp: vatRate(),
    net_minor: integer("BT-131: quantity x price, less allowances, plus charges"),
  },
  { key: ["invoice_id", "n"] },
);

const invoiceAdjustment = defineTable(
  "invoice_adjustment",
  "allowances and charges, of lines and of the whole document",
  {
    invoice_id: integer("the invoice", { references: "invoice" }),
    n: integer("position in the invoice, from 1"),
    line_n: nullable(integer("the line it applies to; NULL: the whole document")),
    kind: oneOf("kind", ["allowance", "charge"], "an allowance reduces the amount, a charge increases it"),
    reason: text("reason"),
    amount_minor: integer("amount, never negative", { check: "amount_minor >= 0" }),
    vat_category: nullable(vatCategory()),
    vat_rate_bp: vatRate(),
  },
  { key: ["invoice_id", "n"] },
);

const invoiceTax = defineTable(
  "invoice_tax",
  "VAT breakdown: one row for each category and rate",
  {
    invoice_id: integer("the invoice", { references: "invoice" }),
    n: integer("position in the breakdown, from 1"),
    vat_category: vatCategory(),
    vat_rate_bp: vatRate(),
    taxable_minor: integer("BT-116: taxable amount"),
    tax_minor: integer("BT-117: VAT amount"),
    reason: nullable(text("BT-120: reason for charging no VAT")),
  },
  { key: ["invoice_id", "n"] },
);

const payment = defineTable(
  "payment",
  "payments received; the unallocated part is the client's credit",
  {
    id: integer("sequence of the first event"),
    version: integer("number of events in the stream"),
    client_id: integer("the client who paid", { references: "client" }),
    received_on: text("date of receipt"),
    currency: text("ISO 4217"),
    amount_minor: integer("amount", { check: "amount_minor > 0" }),
    allocated_minor: integer("sum of its allocations", { check: "allocated_minor BETWEEN 0 AND amount_minor" }),
    method: oneOf("method", PAYMENT_METHODS, "payment method"),
    reference: nullable(text("bank reference; unique among the client's payments")),
    reversed: flag("reversed", "1: reversed"),
    allocation_count: integer("number of rows in payment_allocation"),
  },
  {
    key: ["id"],
    indexes: [
      {
        name: "payment_reference",
        on: ["client_id", "reference"],
        unique: true,
        where: "reference IS NOT NULL AND reversed = 0",
      },
      { name: "payment_received_on", on: ["received_on"] },
      { name: "payment_client", on: ["client_id"] },
    ],
  },
);

const paymentAllocation = defineTable(
  "payment_allocation",
  "how payments are allocated to invoices",
  {
    payment_id: integer("the payment", { references: "payment" }),
    n: integer("position in the list, from 1"),
    invoice_id: integer("the invoice", { references: "invoice" }),
    amount_minor: integer("amount", { check: "amount_minor > 0" }),
  },
  { key: ["payment_id", "n"], indexes: [{ name: "payment_allocation_invoice", on: ["invoice_id"] }] },
);

const creditAllocation = defineTable(
  "credit_allocation",
  "how credit notes are allocated to invoices",
  {
    credit_note_id: integer("the credit note", { references: "invoice" }),
    n: integer("position in the list, from 1"),
    invoice_id: integer("the invoice", { references: "invoice" }),
    amount_minor: integer("amount", { check: "amount_minor > 0" }),
  },
  { key: ["credit_note_id", "n"], indexes: [{ name: "credit_allocation_invoice", on: ["invoice_id"] }] },
);

const monthSum = defineTable(
  "month_sum",
  "totals issued and received in a month, by currency, net of credit notes and voids",
  {
    month: text("YYYY-MM of the issue date, or of the day of receipt"),
    currency: text("ISO 4217"),
    invoices: integer("number of issued invoices"),
    credit_notes: integer("number of issued credit notes"),
    net_minor: integer("total without VAT"),
    tax_minor: integer("total VAT"),
    gross_minor: integer("total with VAT"),
    received_minor: integer("sum of payments received"),
  },
  { key: ["month", "currency"] },
);

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

/** All tables, parents before children. */
export const TABLES = {
  organization,
  numberSeries,
  seriesCounter,
  user,
  client,
  clientBalance,
  item,
  invoice,
  invoiceParty,
  invoiceLine,
  invoiceAdjustment,
  invoiceTax,
  payment,
  paymentAllocation,
  creditAllocation,
  monthSum,
  activity,
} as const;

/** Tables that projections only write. Deciders and queries read them. */
export const WRITE_ONLY_TABLES = [
  "invoiceParty",
  "invoiceLine",
  "invoiceAdjustment",
  "invoiceTax",
  "activity",
] as const;

export type WriteOnlyTable = (typeof WRITE_ONLY_TABLES)[number];
export type TableName = keyof typeof TABLES;
export type Row<Name extends TableName> = RowOf<(typeof TABLES)[Name]>;
