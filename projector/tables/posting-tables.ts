/** What every sum is read from: the postings, and their running heads. `tables.ts` explains the units. */
import { defineTable, integer, nullable, oneOf, text } from "./table.ts";

/** What a posting is. The most frequent kinds are first: SQLite compares a new row with them in this order. */
export const POSTING_KINDS = [
  "invoice",
  "payment",
  "allocation",
  "credit_note",
  "void",
  "reversal",
  "refund",
  "write_off",
] as const;

export const posting = defineTable(
  "posting",
  "every effect of an event on amounts, with its day; rows are only added; all sums are sums of these rows",
  {
    seq: integer("the event: when the company knew it"),
    n: integer("position among the postings of the event, from 1"),
    dated_on: text("the day that it counts on: of the document, receipt, allocation, refund or write-off"),
    kind: oneOf("kind", POSTING_KINDS, "what it is"),
    // No reference to the client: that of the document or payment is checked, and there are more postings than both.
    client_id: integer("the client"),
    currency: text("ISO 4217"),
    document_id: integer("the document that is issued, void or settled; else the payment or refund"),
    credit_id: nullable(integer("the payment or document whose credit changes")),
    net_minor: integer("change of the total without VAT; credit notes are below zero"),
    tax_minor: integer("change of the VAT; credit notes are below zero"),
    accounting_tax_minor: integer("the same VAT in the organization's currency"),
    cash_minor: integer("received; what is refunded is below zero"),
    open_minor: integer("change of what the client owes for the document"),
    credit_minor: integer("change of what is left of the credit of credit_id"),
    client_open_minor: integer("what the client owes in this currency, after this posting"),
    client_credit_minor: integer("the client's credit in this currency, after this posting"),
    total_open_minor: integer("what all clients owe in this currency, after this posting"),
    total_credit_minor: integer("the credit of all clients in this currency, after this posting"),
  },
  {
    key: ["seq", "n"],
    appendOnly: true,
    indexes: [
      { name: "posting_client", on: ["client_id", "currency", "dated_on"] },
      // Months and VAT: allocations change neither. The condition must be in the query, so no index covers their sums.
      { name: "posting_currency", on: ["currency", "dated_on"], where: "kind <> 'allocation'" },
      { name: "posting_open", on: ["document_id", "dated_on", "open_minor"], where: "open_minor <> 0" },
      { name: "posting_credit", on: ["credit_id", "dated_on", "credit_minor"], where: "credit_minor <> 0" },
    ],
  },
);

export const clientBalance = defineTable(
  "client_balance",
  "a client's debt and credit, by currency: the sums of the client's postings",
  {
    client_id: integer("the client", { references: "client" }),
    currency: text("ISO 4217"),
    invoices: integer("number of issued invoices"),
    credit_notes: integer("number of issued credit notes"),
    invoiced_minor: integer("sum of the gross amounts of issued invoices"),
    credited_minor: integer("sum of the gross amounts of issued credit notes"),
    outstanding_minor: integer("what the client owes: the open amounts of issued documents"),
    credit_minor: integer("the client's credit: what is left of payments, of credit notes, and of invoices below zero"),
  },
  {
    key: ["client_id", "currency"],
    indexes: [
      { name: "client_balance_outstanding", on: ["currency", "outstanding_minor"], where: "outstanding_minor <> 0" },
      { name: "client_balance_credit", on: ["currency", "credit_minor"], where: "credit_minor <> 0" },
    ],
  },
);

export const currencyBalance = defineTable(
  "currency_balance",
  "the debt and the credit of all clients, by currency: the sums of all postings",
  {
    currency: text("ISO 4217"),
    invoices: integer("number of issued invoices"),
    open_minor: integer("what all clients owe"),
    credit_minor: integer("the credit of all clients"),
  },
  { key: ["currency"] },
);

export const allocationChange = defineTable(
  "allocation_change",
  "later changes of a payment's allocations, with their own days; the rest is dated as the payment and the document",
  {
    payment_id: integer("the payment", { references: "payment" }),
    n: integer("position among the changes, from 1"),
    invoice_id: integer("the document", { references: "invoice" }),
    dated_on: text("the day of the change"),
    amount_minor: integer("how much more is allocated; less is below zero"),
  },
  { key: ["payment_id", "n"] },
);
