/** The tables of invoices, credit notes, payments and refunds. `tables.ts` explains their units. */
import { DELIVERY_WAYS } from "../../events/business/delivery.ts";
import { INVOICE_KINDS } from "../../events/business/invoice.ts";
import { PAYMENT_METHODS } from "../../events/business/payment.ts";
import { STATES } from "../../events/business/steps.ts";
import { DOCUMENT_FORMATS } from "../../events/einvoice/formats.ts";
import { documentFormat, formerVatRate, vatCategory, vatRate } from "./shared-columns.ts";
import { defineTable, flag, integer, nullable, oneOf, text } from "./table.ts";

/** The digits at the end of a number, without leading zeros. */
const COUNT = "ltrim(substr(number, length(rtrim(number, '0123456789')) + 1), '0')";
/**
 * Numbers in natural order: by what is in front of the digits at the end, then by the value of these digits. `INV-9` is
 * before `INV-10`.
 */
export const NUMBER_ORDER = ["rtrim(number, '0123456789')", `length(${COUNT})`, COUNT] as const;

export const invoice = defineTable(
  "invoice",
  "invoices and credit notes; the sign of a credit note comes from its kind; balance = gross - prepaid + rounding - paid; what is below zero is owed to the client, or by the client for a credit note",
  {
    id: integer("sequence of the first event"),
    version: integer("number of events in the stream"),
    number: nullable(text("assigned at issue; NULL before")),
    kind: oneOf("kind", INVOICE_KINDS, "invoice or credit note"),
    status: oneOf("status", STATES.invoice, "status; paid and overdue are derived from amounts and dates"),
    client_id: nullable(integer("the client; NULL in a draft without a client", { references: "client" })),
    corrects_id: nullable(integer("the invoice that a credit note corrects", { references: "invoice" })),
    seller_id: nullable(integer("the seller as issued; NULL before", { references: "party" })),
    buyer_id: nullable(integer("the buyer as issued; NULL before", { references: "party" })),
    buyer_name: nullable(text("the buyer's name when issued; NULL before: a draft shows its client's current name")),
    currency: text("ISO 4217"),
    issued_on: nullable(text("issue date")),
    due_on: nullable(text("due date")),
    delivered_on: nullable(text("date of delivery")),
    terms_days: nullable(integer("days from issue to due date; NULL: the client's")),
    buyer_reference: nullable(text("BT-10")),
    order_reference: nullable(text("BT-13")),
    note: nullable(text("BT-22")),
    series: nullable(text("number series")),
    period: nullable(text("period of the series in which the counter counts: YYYY, YYYY-MM or empty")),
    counter: nullable(integer("counter in the period; NULL in a foreign series")),
    lines_minor: integer("BT-106: sum of line net amounts"),
    allowances_minor: integer("BT-107: document allowances"),
    charges_minor: integer("BT-108: document charges"),
    net_minor: integer("BT-109: total without VAT"),
    tax_minor: integer("BT-110: total VAT"),
    gross_minor: integer("BT-112: total with VAT"),
    prepaid_minor: integer("BT-113: amount paid before issue"),
    rounding_minor: integer("BT-114: rounding of the amount due"),
    paid_minor: integer(
      "what is settled, from 0 to gross - prepaid + rounding: payments, credit and write-offs; of a client's credit: what is applied or refunded",
    ),
    written_off_minor: integer("the part of it that is written off, never below 0"),
    written_off_on: nullable(text("day of the latest write-off; NULL: nothing is written off")),
    refunded_minor: integer("the part of it that is refunded, never below 0"),
    credited_minor: integer("sum of the gross amounts of issued credit notes that correct it"),
    cancelled_by_id: nullable(integer("the credit note that cancels the invoice")),
    delivery_count: integer("number of rows in document_delivery"),
    accounting_currency: nullable(text("BT-6: the organization's currency, if it differs")),
    accounting_rate6: nullable(integer("accounting units for one unit of the invoice's currency, in 10^-6")),
    accounting_tax_minor: nullable(integer("BT-111: VAT in the accounting currency")),
    language: nullable(text("BCP 47: language of the document; NULL: not recorded, or not issued")),
    format: nullable(documentFormat("the format that the client wanted at issue, whose rules the document passed")),
    drafted_at: integer("time of the first event"),
    line_count: integer("number of rows in invoice_line"),
    adjustment_count: integer("number of rows in invoice_adjustment"),
    tax_count: integer("number of rows in invoice_tax"),
    more_count: integer("number of rows in invoice_more: 0 or 1"),
    allocation_count: integer("of a document with credit: number of rows in credit_allocation"),
  },
  {
    key: ["id"],
    indexes: [
      { name: "invoice_number", on: ["number"], unique: true, where: "number IS NOT NULL" },
      { name: "invoice_number_order", on: NUMBER_ORDER, where: "number IS NOT NULL" },
      { name: "invoice_series", on: ["series", "counter", "period"], unique: true, where: "counter IS NOT NULL" },
      { name: "invoice_void_number", on: ["series", "period", "counter"], where: "status = 'void'" },
      { name: "invoice_client", on: ["client_id"] },
      { name: "invoice_client_draft", on: ["client_id"], where: "status = 'draft'" },
      { name: "invoice_client_issued_on", on: ["client_id", "issued_on"] },
      { name: "invoice_issued_on", on: ["issued_on"] },
      { name: "invoice_due_on", on: ["due_on"] },
      // Amounts of different currencies do not compare.
      { name: "invoice_gross", on: ["currency", "gross_minor"] },
      // Most rows are issued invoices. Without this index, a list of the others would read them all.
      { name: "invoice_not_issued", on: ["status"], where: "status <> 'issued'" },
      { name: "invoice_cancelled", on: ["id"], where: "cancelled_by_id IS NOT NULL" },
      { name: "invoice_credit_note", on: ["kind"], where: "kind = 'credit_note'" },
      { name: "invoice_corrects", on: ["corrects_id"], where: "corrects_id IS NOT NULL" },
      // The columns after id cover the sums of open documents by age.
      {
        name: "invoice_open",
        on: ["due_on", "id", "currency", "kind", "gross_minor", "prepaid_minor", "rounding_minor", "paid_minor"],
        where: "status = 'issued' AND gross_minor - prepaid_minor + rounding_minor <> paid_minor",
      },
      {
        name: "invoice_balance",
        on: ["currency", "gross_minor - prepaid_minor + rounding_minor - paid_minor"],
        where: "status = 'issued' AND gross_minor - prepaid_minor + rounding_minor <> paid_minor",
      },
    ],
  },
);

export const numberPassedOver = defineTable(
  "number_passed_over",
  "numbers of a series that no document of it was given, because another document has them",
  {
    invoice_id: integer("the document that was given the number after them", { references: "invoice" }),
    n: integer("position, from 1"),
    series: text("number series"),
    period: text("period of the series, as in series_counter"),
    counter: integer("counter in the period"),
    number: text("the number"),
    taken_by: integer("the document that has it, or a number that looks the same", { references: "invoice" }),
  },
  {
    key: ["invoice_id", "n"],
    appendOnly: true,
    indexes: [{ name: "number_passed_over_counter", on: ["series", "period", "counter"], unique: true }],
  },
);

export const invoiceLine = defineTable(
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
    vat_rate3: vatRate(),
    net_minor: integer("BT-131: quantity x price, less allowances, plus charges"),
  },
  { key: ["invoice_id", "n"], computed: formerVatRate },
);

export const invoiceAdjustment = defineTable(
  "invoice_adjustment",
  "allowances and charges, of lines and of the whole document",
  {
    invoice_id: integer("the invoice", { references: "invoice" }),
    n: integer("position in the invoice, from 1"),
    line_n: nullable(integer("the line it applies to; NULL: the whole document")),
    kind: oneOf("kind", ["allowance", "charge"], "an allowance reduces the amount, a charge increases it"),
    reason: nullable(text("reason; NULL: reason_code says it")),
    amount_minor: integer("amount; below 0 only as a percentage of such a base"),
    vat_category: nullable(vatCategory()),
    vat_rate3: vatRate(),
    reason_code: nullable(text("UNCL 5189 of an allowance, UNCL 7161 of a charge")),
    percent6: nullable(integer("percentage, in 10^-6 per cent; NULL: a fixed amount")),
    base_minor: nullable(integer("what the percentage is of; NULL: the line, or the lines with the same VAT")),
  },
  { key: ["invoice_id", "n"], computed: formerVatRate },
);

export const invoiceTax = defineTable(
  "invoice_tax",
  "VAT breakdown: one row for each category and rate",
  {
    invoice_id: integer("the invoice", { references: "invoice" }),
    n: integer("position in the breakdown, from 1"),
    vat_category: vatCategory(),
    vat_rate3: vatRate(),
    taxable_minor: integer("BT-116: taxable amount"),
    tax_minor: integer("BT-117: VAT amount"),
    reason: nullable(text("BT-120: reason for charging no VAT")),
    reason_code: nullable(text("BT-121: code of the reason, VATEX")),
  },
  { key: ["invoice_id", "n"], computed: formerVatRate },
);

export const documentDelivery = defineTable(
  "document_delivery",
  "how issued documents were delivered, as far as it was recorded: nothing was before release 0.2",
  {
    invoice_id: integer("the document", { references: "invoice" }),
    n: integer("in the order in which they were recorded, from 1"),
    how: oneOf("how", DELIVERY_WAYS, "printed, exported, saved as PDF, or sent in another way"),
    at: integer("time of the event"),
    actor: integer("the user"),
    file_sha256: nullable(text("SHA-256 of the delivered file, 64 hexadecimal digits; NULL: no file was kept")),
    file_size: nullable(integer("bytes of the file")),
    file_format: nullable(oneOf("file_format", DOCUMENT_FORMATS, "format of the file")),
    file_paper_version: nullable(integer("version of the paper; NULL: the file has no pages")),
  },
  { key: ["invoice_id", "n"] },
);

export const payment = defineTable(
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
    fees_minor: integer("what the bank kept of the amount", { check: "fees_minor BETWEEN 0 AND amount_minor" }),
    refunded_minor: integer("the part of it that is refunded", {
      check: "refunded_minor BETWEEN 0 AND amount_minor - allocated_minor",
    }),
    reversed: flag("reversed", "1: reversed"),
    reversed_on: nullable(text("day on which the money was returned; NULL: not reversed, or recorded by mistake")),
    allocation_count: integer("number of rows in payment_allocation"),
    change_count: integer("number of rows in allocation_change"),
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
      { name: "payment_amount", on: ["currency", "amount_minor"] },
    ],
  },
);

export const paymentAllocation = defineTable(
  "payment_allocation",
  "how payments are allocated to invoices",
  {
    payment_id: integer("the payment", { references: "payment" }),
    n: integer("position in the list, from 1"),
    invoice_id: integer("the invoice", { references: "invoice" }),
    amount_minor: integer("amount", { check: "amount_minor > 0" }),
    allocated_on: text("the day since which it has this amount"),
  },
  { key: ["payment_id", "n"], indexes: [{ name: "payment_allocation_invoice", on: ["invoice_id"] }] },
);

export const creditAllocation = defineTable(
  "credit_allocation",
  "how the credit of credit notes, and of invoices below zero, is allocated",
  {
    credit_note_id: integer("the document with the credit", { references: "invoice" }),
    n: integer("position in the list, from 1"),
    invoice_id: integer("the invoice", { references: "invoice" }),
    amount_minor: integer("amount", { check: "amount_minor > 0" }),
    allocated_on: text("the day since which it has this amount"),
  },
  { key: ["credit_note_id", "n"], indexes: [{ name: "credit_allocation_invoice", on: ["invoice_id"] }] },
);

export const refund = defineTable(
  "refund",
  "refunds: credit that was paid back to clients",
  {
    id: integer("sequence of the first event"),
    version: integer("number of events in the stream"),
    client_id: integer("the client who was paid", { references: "client" }),
    paid_on: text("date of the payment"),
    currency: text("ISO 4217"),
    amount_minor: integer("amount: the sum of its sources", { check: "amount_minor > 0" }),
    method: oneOf("method", PAYMENT_METHODS, "payment method"),
    reference: nullable(text("bank reference; unique among the client's refunds")),
    reversed: flag("reversed", "1: reversed"),
    reversed_on: nullable(text("day on which the money was returned; NULL: not reversed, or recorded by mistake")),
    source_count: integer("number of rows in refund_source"),
  },
  {
    key: ["id"],
    indexes: [
      {
        name: "refund_reference",
        on: ["client_id", "reference"],
        unique: true,
        where: "reference IS NOT NULL AND reversed = 0",
      },
      { name: "refund_paid_on", on: ["paid_on"] },
      { name: "refund_client", on: ["client_id"] },
      { name: "refund_amount", on: ["currency", "amount_minor"] },
    ],
  },
);

export const refundSource = defineTable(
  "refund_source",
  "what refunds were paid out of",
  {
    refund_id: integer("the refund", { references: "refund" }),
    n: integer("position in the list, from 1"),
    source_id: integer("the payment, credit note or invoice below zero"),
    amount_minor: integer("amount", { check: "amount_minor > 0" }),
  },
  { key: ["refund_id", "n"], indexes: [{ name: "refund_source_source", on: ["source_id"] }] },
);
