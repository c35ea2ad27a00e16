/** Commands on invoices and credit notes. */
import { z } from "zod";
import type { Books } from "../business/books.ts";
import { cancelInput, cancelInvoice } from "../business/cancel.ts";
import { deliveryInput, recordDelivery } from "../business/delivery.ts";
import {
  discardDraft,
  draftCreditNote,
  draftInvoice,
  draftOnBooks,
  INVOICE_KINDS,
  reviseInvoice,
  voidInvoice,
} from "../business/invoice.ts";
import { issueInput, issueInvoice } from "../business/issue.ts";
import { allocated, applyCredit } from "../business/payment.ts";
import { WRITERS } from "../business/roles.ts";
import { draftOf } from "../document/complete-draft.ts";
import { type DraftInput, draftInput } from "../document/draft.ts";
import { line } from "../values/schema.ts";
import { define, NO_INPUT } from "./command.ts";
import { changeOf, inputOf } from "./command-input.ts";

export const invoiceCommands = {
  DraftInvoice: define({
    stream: "invoice",
    event: "InvoiceDrafted",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices",
    summary: "Draft an invoice, or a credit note that corrects no invoice",
    input: kindAnd(inputOf(draftInput) as z.ZodType<DraftInput>),
    isDocument: true,
    rules: [
      "CLIENT_ARCHIVED",
      "UNKNOWN_CLIENT",
      "VAT_MIXED_WITH_O",
      "TOO_MANY_VAT_RATES",
      "TOO_LONG",
      "UNKNOWN_CURRENCY",
      "UNKNOWN_DATE",
      "AMOUNT_TOO_LARGE",
      "VAT_RATE_NOT_ALLOWED",
      "ADJUSTMENT_REASON_MISSING",
      "ADJUSTMENT_AMOUNT_MISSING",
      "ADJUSTMENT_NOT_PERCENT",
      "GROSS_PRICE_BELOW_PRICE",
      "PERIOD_ENDS_BEFORE_START",
      "UNKNOWN_CODE",
      "UNKNOWN_ITEM",
      "ITEM_ARCHIVED",
    ],
    before: (books, { lines }) => itemsOn(books, lines),
    decide: (books, { kind, ...input }) => draftInvoice(books, kind, input),
  }),

  ReviseInvoice: define({
    stream: "invoice",
    event: "InvoiceRevised",
    begins: false,
    roles: WRITERS,
    method: "PATCH",
    path: "/api/invoices/:id",
    summary: "Change a draft",
    input: changeOf(draftInput),
    isDocument: true,
    rules: [
      "NOT_A_DRAFT",
      "UNKNOWN_INVOICE",
      "CREDIT_NOTE_FOR_ANOTHER",
      "CLIENT_ARCHIVED",
      "UNKNOWN_CLIENT",
      "VAT_MIXED_WITH_O",
      "TOO_MANY_VAT_RATES",
      "TOO_LONG",
      "UNKNOWN_CURRENCY",
      "UNKNOWN_DATE",
      "AMOUNT_TOO_LARGE",
      "VAT_RATE_NOT_ALLOWED",
      "ADJUSTMENT_REASON_MISSING",
      "ADJUSTMENT_AMOUNT_MISSING",
      "ADJUSTMENT_NOT_PERCENT",
      "GROSS_PRICE_BELOW_PRICE",
      "PERIOD_ENDS_BEFORE_START",
      "UNKNOWN_CODE",
      "UNKNOWN_ITEM",
      "ITEM_ARCHIVED",
    ],
    before: (books, { lines = [] }, id) => [books.invoiceContent(id), itemsOn(books, lines)],
    decide: (books, change, { id }) => {
      draftOnBooks(books, id);
      const content = books.invoiceContent(id);
      if (!content) throw new Error(`invoice ${id} has no content`);
      return reviseInvoice(books, id, { ...draftOf(content), ...change });
    },
  }),

  DiscardDraft: define({
    stream: "invoice",
    event: "InvoiceDraftDiscarded",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/discard",
    summary: "Discard a draft",
    input: NO_INPUT,
    rules: ["UNKNOWN_INVOICE", "NOT_A_DRAFT"],
    decide: (books, _, { id }) => discardDraft(books, id),
  }),

  IssueInvoice: define({
    stream: "invoice",
    event: "InvoiceIssued",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/issue",
    summary: "Issue a draft: it is given a number and can no longer be changed",
    input: inputOf(issueInput),
    rules: [
      "NO_LINES",
      "NO_BUYER",
      "UNKNOWN_TIME_ZONE",
      "ISSUED_IN_FUTURE",
      "PERIOD_LOCKED",
      "FORMAT_RULES",
      "CLIENT_ARCHIVED",
      "UNKNOWN_CLIENT",
      "NOT_A_DRAFT",
      "UNKNOWN_INVOICE",
      "SELLER_VAT_ID_MISSING",
      "BUYER_VAT_ID_MISSING",
      "EXEMPTION_REASON_MISSING",
      "CREDITED_BEYOND_INVOICE",
      "NOT_AN_ISSUED_INVOICE",
      "AMOUNT_TOO_LARGE",
      "NUMBER_MISSING",
      "NUMBER_NOT_ALLOWED",
      "ISSUED_BEFORE_LAST",
      "NUMBER_TAKEN",
      "NUMBER_OF_SERIES",
      "NUMBERS_TAKEN",
      "EXCHANGE_RATE_MISSING",
      "UNKNOWN_SERIES",
      "SERIES_OF_OTHER_KIND",
      "UNKNOWN_DATE",
    ],
    decide: (books, input, { id, atMs }) => issueInvoice(books, id, input, atMs),
  }),

  VoidInvoice: define({
    stream: "invoice",
    event: "InvoiceVoided",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/void",
    summary: "Void an issued invoice or credit note that nobody has received",
    input: z.strictObject({
      reason: line(500).describe("Why, for those who read the history."),
      neverDelivered: z
        .boolean()
        .default(false)
        .describe("true: confirms that nobody can have received it. Otherwise it is refused: cancel it instead."),
    }),
    rules: [
      "NOT_ISSUED",
      "VOID_DELIVERED",
      "VOID_UNCONFIRMED",
      "VOID_PAID_INVOICE",
      "VOID_CREDITED_INVOICE",
      "PERIOD_LOCKED",
      "UNKNOWN_INVOICE",
      "AMOUNT_TOO_LARGE",
    ],
    decide: (books, input, { id }) => voidInvoice(books, id, input),
  }),

  CancelInvoice: define({
    stream: "invoice",
    event: "InvoiceCancelled",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/cancel",
    summary: "Cancel an invoice: a credit note over all of it, issued and applied to it",
    input: inputOf(cancelInput),
    rules: [
      "NOT_AN_ISSUED_INVOICE",
      "ALREADY_CANCELLED",
      "CANCEL_BELOW_ZERO",
      "CANCEL_CREDITED",
      "CANCEL_WRITTEN_OFF",
      "CANCELLED_BEFORE_ISSUED",
      "UNKNOWN_INVOICE",
      "CLIENT_ARCHIVED",
      "PERIOD_LOCKED",
      "ISSUED_IN_FUTURE",
      "UNKNOWN_DATE",
      "UNKNOWN_TIME_ZONE",
      "UNKNOWN_SERIES",
      "SERIES_OF_OTHER_KIND",
      "NUMBER_MISSING",
      "NUMBER_NOT_ALLOWED",
      "NUMBER_TAKEN",
      "NUMBERS_TAKEN",
      "NUMBER_OF_SERIES",
      "ISSUED_BEFORE_LAST",
      "AMOUNT_TOO_LARGE",
      "FORMAT_RULES",
      "TOO_LONG",
    ],
    decide: (books, input, { id, atMs }) => cancelInvoice(books, id, input, atMs),
  }),

  RecordDelivery: define({
    stream: "invoice",
    event: "DocumentDelivered",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/delivered",
    summary: "Record that an issued document was delivered: printed, exported, saved as PDF, or sent",
    input: inputOf(deliveryInput),
    rules: ["FORMAT_RULES", "NOT_ISSUED", "UNKNOWN_INVOICE"],
    decide: (books, { how, format = null }, { id, file = null }) => recordDelivery(books, id, { how, format, file }),
  }),

  DraftCreditNote: define({
    stream: "invoice",
    event: "InvoiceDrafted",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/credit-note",
    summary: "Draft a credit note for an issued invoice: for the whole invoice, or with the content of `draft`",
    input: z.strictObject({
      draft: (inputOf(draftInput) as z.ZodType<DraftInput>)
        .nullable()
        .default(null)
        .describe("What is credited; null: all of the invoice."),
    }),
    isDocument: true,
    rules: [
      "NOT_AN_ISSUED_INVOICE",
      "UNKNOWN_INVOICE",
      "CREDIT_NOTE_FOR_ANOTHER",
      "CLIENT_ARCHIVED",
      "UNKNOWN_CLIENT",
      "VAT_MIXED_WITH_O",
      "TOO_MANY_VAT_RATES",
      "TOO_LONG",
      "UNKNOWN_CURRENCY",
      "UNKNOWN_DATE",
      "AMOUNT_TOO_LARGE",
      "VAT_RATE_NOT_ALLOWED",
      "ADJUSTMENT_REASON_MISSING",
      "ADJUSTMENT_AMOUNT_MISSING",
      "ADJUSTMENT_NOT_PERCENT",
      "GROSS_PRICE_BELOW_PRICE",
      "PERIOD_ENDS_BEFORE_START",
      "UNKNOWN_CODE",
      "UNKNOWN_ITEM",
      "ITEM_ARCHIVED",
    ],
    before: (books, { draft }, id) => [books.invoiceContent(id), itemsOn(books, draft?.lines ?? [])],
    decide: (books, { draft }, { id }) => draftCreditNote(books, id, draft),
  }),

  ApplyCredit: define({
    stream: "invoice",
    event: "CreditApplied",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/apply",
    summary: "Allocate a credit note, or an invoice below zero, to invoices: the list replaces the previous one",
    input: inputOf(allocated),
    rules: [
      "CANCELLATION_KEPT",
      "NOT_AN_ISSUED_CREDIT_NOTE",
      "UNKNOWN_INVOICE",
      "UNKNOWN_TIME_ZONE",
      "DATED_IN_FUTURE",
      "DATED_TOO_EARLY",
      "PERIOD_LOCKED",
      "UNKNOWN_DATE",
      "ALLOCATED_BEYOND_AMOUNT",
      "ALLOCATED_TWICE",
      "INVOICE_OF_ANOTHER_CLIENT",
      "INVOICE_IN_ANOTHER_CURRENCY",
      "ALLOCATED_BEYOND_BALANCE",
      "NOT_AN_ISSUED_INVOICE",
      "AMOUNT_TOO_LARGE",
    ],
    decide: (books, allocated, { id, atMs }) => applyCredit(books, id, allocated, atMs),
  }),
} as const;

/** The items that lines are made from: their texts are copied. */
function itemsOn(books: Books, lines: DraftInput["lines"]): unknown[] {
  return lines.map(({ itemId }) => (itemId === null ? null : books.item(itemId)?.details));
}

function kindAnd(draft: z.ZodType<DraftInput>): z.ZodType<DraftInput & { kind: (typeof INVOICE_KINDS)[number] }> {
  const object = draft as unknown as z.ZodObject;
  return object.extend({
    kind: z.enum(INVOICE_KINDS).default("invoice").describe("An invoice, or a credit note that stands alone."),
  }) as never;
}
