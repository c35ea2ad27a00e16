/** Reads about invoices and credit notes. */
import { z } from "zod";
import { streamId } from "../../../events/values/schema.ts";
import { invoiceDetail } from "../invoice-detail.ts";
import { historyOf, invoiceList, invoicesByIds, listInvoiceIds, listInvoices } from "../invoices.ts";
import { MAX_LIMIT } from "../list.ts";
import { define, todayOf } from "../read.ts";
import { invoiceTotals } from "../totals.ts";
import { one } from "./inputs.ts";

/** The longest list that a window shows. Beyond this, a search helps more than a scroll bar. */
const MAX_IDS = 200_000;

const { limit: _limit, cursor, ...invoiceFilter } = invoiceList.shape;

export const INVOICE_READS = {
  listInvoices: define({
    summary: "List invoices and credit notes",
    input: invoiceList,
    http: { path: "/api/invoices", answer: { of: "Invoice", as: "page" } },
    run: (source, filter) => listInvoices(source.db, filter, { today: todayOf(source) }),
  }),

  listInvoiceIds: define({
    summary: "The ids of a whole list of invoices, in its order",
    input: z.strictObject(invoiceFilter),
    http: null,
    run: (source, filter) => listInvoiceIds(source.db, filter, { today: todayOf(source), max: MAX_IDS }),
  }),

  getInvoiceTotals: define({
    summary: "What a list of invoices adds up to, by currency",
    input: z.strictObject(invoiceFilter),
    http: null,
    run: (source, filter) => invoiceTotals(source.db, filter, { today: todayOf(source) }),
  }),

  getInvoiceRows: define({
    summary: "Invoices by their ids, in this order",
    input: z.strictObject({ ids: z.array(streamId()).max(MAX_LIMIT) }),
    http: null,
    run: ({ db }, { ids }) => invoicesByIds(db, ids),
  }),

  getInvoice: define({
    summary: "An invoice with its lines, taxes, parties, allocations and related documents",
    input: one,
    http: { path: "/api/invoices/:id", answer: { of: "WholeInvoice", as: "one" }, missing: "UNKNOWN_INVOICE" },
    run: ({ db }, { id }) => invoiceDetail(db, id),
  }),

  getInvoiceHistory: define({
    summary: "What happened to an invoice, and to the payments and credit notes about it",
    input: one,
    http: { path: "/api/invoices/:id/history", answer: { of: "Activity", as: "rows" }, missing: "UNKNOWN_INVOICE" },
    run: ({ db }, { id }) => historyOf(db, "invoice", id),
  }),

  exportInvoices: define({
    summary: "A part of a list of invoices, for a spreadsheet",
    input: z.strictObject({ ...invoiceFilter, cursor, locale: z.string().max(35) }),
    http: null,
    run: (source, { locale: _, ...filter }) =>
      listInvoices(source.db, { ...filter, limit: MAX_LIMIT }, { today: todayOf(source) }),
  }),
} as const;
