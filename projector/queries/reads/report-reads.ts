/** Reads that add up postings: the overview and the reports. */
import { z } from "zod";
import { unknownTimeZoneOf } from "../history.ts";
import { MAX_LIMIT } from "../list.ts";
import { define, todayOf } from "../read.ts";
import { agedBalances, agedBalancesOf, agedBalancesParts } from "../reports/aged-balances.ts";
import { datedWords } from "../reports/dated.ts";
import { listOpenItems, openItems } from "../reports/open-items.ts";
import { overviewOf } from "../reports/overview.ts";
import { salesList, salesListOf, salesListParts } from "../reports/sales-list.ts";
import { listVatDocuments, vatDocuments } from "../reports/vat-document-list.ts";
import { vatReport, vatReportOf, vatReportParts } from "../reports/vat-report.ts";
import { forSpreadsheet } from "./inputs.ts";

export const REPORT_READS = {
  getOverview: define({
    summary: "What is owed, since when, and what came in, by currency",
    input: z.strictObject(datedWords),
    http: null,
    run: (source, words) => ({
      ...overviewOf(source.db, todayOf(source), words),
      unknown_time_zone: unknownTimeZoneOf(source.db),
    }),
  }),

  getAgedBalances: define({
    summary: "What clients owe, by age, client and currency",
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
} as const;
