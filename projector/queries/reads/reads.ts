/**
 * Every read: its name, input, query and API route. The desktop's calls, the API's routes, the OpenAPI document and the
 * list in SYNC_GUIDE.md are derived from this table.
 */
import { z } from "zod";
import { streamId } from "../../../events/values/schema.ts";
import { activityList, listActivity } from "../activity.ts";
import { clientList, currenciesOf, listClients } from "../clients.ts";
import { creditSources, creditSourcesOf } from "../credit-sources.ts";
import { unknownTimeZoneOf } from "../history.ts";
import { invoiceDetail } from "../invoice-detail.ts";
import { historyOfInvoice, invoiceList, invoicesByIds, listInvoiceIds, listInvoices } from "../invoices.ts";
import { MAX_LIMIT } from "../list.ts";
import { openInvoices, openInvoicesOf } from "../open-invoices.ts";
import { listPayments, paymentById, paymentList } from "../payments.ts";
import { define, type Read, todayOf } from "../read.ts";
import { listRefunds, refundById, refundList } from "../refunds.ts";
import { agedBalances, agedBalancesOf, agedBalancesParts } from "../reports/aged-balances.ts";
import { clientAtMoment, clientAtMomentOf } from "../reports/client-balances.ts";
import { momentWords } from "../reports/moment.ts";
import { listNumberGaps, numberGaps, seriesList, seriesStates } from "../reports/number-series.ts";
import { listOpenItems, openItems } from "../reports/open-items.ts";
import { overviewOf } from "../reports/overview.ts";
import { salesList, salesListOf, salesListParts } from "../reports/sales-list.ts";
import { statementInput, statementOf } from "../reports/statement.ts";
import { listVatDocuments, vatDocuments } from "../reports/vat-document-list.ts";
import { vatReport, vatReportOf, vatReportParts } from "../reports/vat-report.ts";
import { itemById, itemList, listItems, listUsers, organizationOf, userById, userList } from "../small-lists.ts";
import { takenText, takenTextOf } from "../taken.ts";
import { invoiceTotals } from "../totals.ts";
import { usedVatRates } from "../vat-rates.ts";

/** The longest list that a window shows. Beyond this, a search helps more than a scroll bar. */
const MAX_IDS = 200_000;

const noInput = z.strictObject({});
const one = z.strictObject({ id: streamId().describe("The stream's number.") });
/** The fields of an export: amounts are written as people in this locale write them. */
const forSpreadsheet = { locale: z.string().max(35) };
const { limit: _limit, cursor, ...invoiceFilter } = invoiceList.shape;

export const READS = {
  getOverview: define({
    summary: "What is owed, since when, and what came in, by currency",
    input: z.strictObject(momentWords),
    http: null,
    run: (source, moment) => ({
      ...overviewOf(source.db, todayOf(source), moment),
      unknown_time_zone: unknownTimeZoneOf(source.db),
    }),
  }),

  getOrganization: define({
    summary: "The organization, with its number series and where each one stands",
    input: noInput,
    http: { path: "/api/organization", answer: { of: "Organization", as: "one" } },
    run: ({ db }) => organizationOf(db),
  }),

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
    run: ({ db }, { id }) => historyOfInvoice(db, id),
  }),

  exportInvoices: define({
    summary: "A part of a list of invoices, for a spreadsheet",
    input: z.strictObject({ ...invoiceFilter, cursor, locale: z.string().max(35) }),
    http: null,
    run: (source, { locale: _, ...filter }) =>
      listInvoices(source.db, { ...filter, limit: MAX_LIMIT }, { today: todayOf(source) }),
  }),

  listCurrencies: define({
    summary: "The organization's currency, then those that anything was issued or paid in",
    input: noInput,
    http: null,
    run: ({ db }) => currenciesOf(db),
  }),

  listClients: define({
    summary: "List clients, with their balances",
    input: clientList,
    http: { path: "/api/clients", answer: { of: "Client", as: "page" } },
    run: ({ db }, filter) => listClients(db, filter),
  }),

  getClient: define({
    summary: "A client, with its balances",
    input: clientAtMoment,
    http: { path: "/api/clients/:id", answer: { of: "Client", as: "one" }, missing: "UNKNOWN_CLIENT" },
    run: ({ db }, client) => clientAtMomentOf(db, client),
  }),

  getStatement: define({
    summary: "A client's account in one currency",
    input: statementInput,
    http: null,
    run: ({ db }, account) => statementOf(db, account),
  }),

  exportStatement: define({
    summary: "A client's account in one currency, for a spreadsheet",
    input: statementInput.extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...account }) => statementOf(db, account),
  }),

  getAgedBalances: define({
    summary: "What clients owe, by age, client and currency, as dated and as recorded",
    input: agedBalances,
    http: { path: "/api/aged-balances", answer: { of: "AgedBalances", as: "one" } },
    run: (source, filter) => agedBalancesOf(source.db, filter, { today: todayOf(source) }),
    parts: (source, filter) => agedBalancesParts(source.db, filter, { today: todayOf(source) }),
  }),

  exportAgedBalances: define({
    summary: "What clients owe, by age, for a spreadsheet",
    input: agedBalances.extend(forSpreadsheet),
    http: null,
    run: (source, { locale: _, ...filter }) => agedBalancesOf(source.db, filter, { today: todayOf(source) }),
  }),

  listOpenItems: define({
    summary: "List the open items of clients: documents that are not settled, payments that are not used up",
    input: openItems,
    http: { path: "/api/open-items", answer: { of: "OpenItem", as: "page" } },
    run: (source, filter) => listOpenItems(source.db, filter, todayOf(source)),
  }),

  exportOpenItems: define({
    summary: "A part of the open items of clients, for a spreadsheet",
    input: openItems.omit({ limit: true }).extend(forSpreadsheet),
    http: null,
    run: (source, { locale: _, ...filter }) =>
      listOpenItems(source.db, { ...filter, limit: MAX_LIMIT }, todayOf(source)),
  }),

  getVatReport: define({
    summary: "VAT of a period, by currency, category and rate",
    input: vatReport,
    http: { path: "/api/vat-report", answer: { of: "VatReport", as: "one" } },
    run: ({ db }, period) => vatReportOf(db, period),
    parts: ({ db }, period) => vatReportParts(db, period),
  }),

  exportVatReport: define({
    summary: "VAT of a period, for a spreadsheet",
    input: vatReport.extend(forSpreadsheet),
    http: null,
    run: ({ db }, { locale: _, ...period }) => vatReportOf(db, period),
  }),

  listVatDocuments: define({
    summary: "List the documents behind a row of the VAT report",
    input: vatDocuments,
    http: { path: "/api/vat-documents", answer: { of: "VatDocument", as: "page" } },
    run: ({ db }, filter) => listVatDocuments(db, filter),
  }),

  getSalesList: define({
    summary: "Supplies without VAT to buyers in other countries, by their VAT ids",
    input: salesList,
    http: { path: "/api/sales-list", answer: { of: "SalesList", as: "one" } },
    run: ({ db }, period) => salesListOf(db, period),
    parts: ({ db }, period) => salesListParts(db, period),
  }),

  exportSalesList: define({
    summary: "Supplies without VAT to buyers in other countries, for a spreadsheet",
    input: salesList.extend(forSpreadsheet),
    http: null,
    run: ({ db }, { locale: _, ...period }) => salesListOf(db, period),
  }),

  getOpenInvoices: define({
    summary: "A client's open invoices in one currency, oldest first",
    input: openInvoices,
    http: null,
    run: ({ db }, account) => openInvoicesOf(db, account),
  }),

  getCreditSources: define({
    summary: "What a client's credit in one currency consists of, oldest first",
    input: creditSources,
    http: null,
    run: ({ db }, account) => creditSourcesOf(db, account),
  }),

  listRefunds: define({
    summary: "List refunds",
    input: refundList,
    http: { path: "/api/refunds", answer: { of: "Refund", as: "page" } },
    run: ({ db }, filter) => listRefunds(db, filter),
  }),

  exportRefunds: define({
    summary: "A part of a list of refunds, for a spreadsheet",
    input: refundList.omit({ limit: true }).extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...filter }) => listRefunds(db, { ...filter, limit: MAX_LIMIT }),
  }),

  getRefund: define({
    summary: "A refund, with what it was paid out of",
    input: one,
    http: { path: "/api/refunds/:id", answer: { of: "WholeRefund", as: "one" }, missing: "UNKNOWN_REFUND" },
    run: ({ db }, { id }) => refundById(db, id),
  }),

  listSeries: define({
    summary: "The number series: their next numbers on a day, and how far they are in each period",
    input: seriesList,
    http: { path: "/api/number-series", answer: { of: "NumberSeries", as: "rows" } },
    run: (source, { issuedOn = todayOf(source) }) => seriesStates(source.db, issuedOn),
  }),

  listNumberGaps: define({
    summary: "List the numbers of a series that were passed over, or that belong to void documents",
    input: numberGaps,
    http: { path: "/api/number-series/gaps", answer: { of: "NumberGap", as: "page" } },
    run: ({ db }, filter) => listNumberGaps(db, filter),
  }),

  exportNumberGaps: define({
    summary: "The numbers of a series that were passed over or are void, for a spreadsheet",
    input: numberGaps.omit({ limit: true }).extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...filter }) => listNumberGaps(db, { ...filter, limit: MAX_LIMIT }),
  }),

  listVatRates: define({
    summary: "The VAT rates that were used lately, the latest first",
    input: noInput,
    http: null,
    run: ({ db }) => usedVatRates(db),
  }),

  listItems: define({
    summary: "List the catalogue",
    input: itemList,
    http: { path: "/api/items", answer: { of: "Item", as: "page" } },
    run: ({ db }, filter) => listItems(db, filter),
  }),

  getItem: define({
    summary: "An item of the catalogue",
    input: one,
    http: { path: "/api/items/:id", answer: { of: "Item", as: "one" }, missing: "UNKNOWN_ITEM" },
    run: ({ db }, { id }) => itemById(db, id),
  }),

  listPayments: define({
    summary: "List payments",
    input: paymentList,
    http: { path: "/api/payments", answer: { of: "Payment", as: "page" } },
    run: ({ db }, filter) => listPayments(db, filter),
  }),

  exportPayments: define({
    summary: "A part of a list of payments, for a spreadsheet",
    input: paymentList.omit({ limit: true }).extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...filter }) => listPayments(db, { ...filter, limit: MAX_LIMIT }),
  }),

  getPayment: define({
    summary: "A payment, with its allocations and refunds",
    input: one,
    http: { path: "/api/payments/:id", answer: { of: "WholePayment", as: "one" }, missing: "UNKNOWN_PAYMENT" },
    run: ({ db }, { id }) => paymentById(db, id),
  }),

  findTaken: define({
    summary: "Who has a code, number, reference or e-mail address, or one that looks the same",
    input: takenText,
    http: null,
    run: ({ db }, asked) => takenTextOf(db, asked),
  }),

  listUsers: define({
    summary: "List users",
    input: userList,
    http: { path: "/api/users", answer: { of: "User", as: "page" } },
    run: ({ db }, filter) => listUsers(db, filter),
  }),

  getUser: define({
    summary: "A user",
    input: one,
    http: { path: "/api/users/:id", answer: { of: "User", as: "one" }, missing: "UNKNOWN_USER" },
    run: ({ db }, { id }) => userById(db, id),
  }),

  listActivity: define({
    summary: "Who did what, when: a row for each event",
    input: activityList,
    http: { path: "/api/activity", answer: { of: "Activity", as: "page" } },
    run: ({ db }, filter) => listActivity(db, filter),
  }),

  exportActivity: define({
    summary: "A part of the activity, for a spreadsheet",
    input: activityList.omit({ limit: true }).extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...filter }) => listActivity(db, { ...filter, limit: MAX_LIMIT }),
  }),
} as const;

export type ReadName = keyof typeof READS;

/** The parsed input of a read. */
export type ReadInput<Name extends ReadName> = z.output<(typeof READS)[Name]["input"]>;

/** The result of a read; undefined if the input names something that does not exist. */
export type ReadAnswer<Name extends ReadName> = ReturnType<(typeof READS)[Name]["run"]>;

/** The table without the type of each entry, for callers that handle all reads alike. */
export const READ_LIST: readonly [ReadName, Read][] = Object.entries(READS) as never;
