/** Reads about payments and refunds. */
import { z } from "zod";
import { historyOf } from "../invoices.ts";
import { MAX_LIMIT } from "../list.ts";
import { listPayments, paymentById, paymentList } from "../payments.ts";
import { define } from "../read.ts";
import { listRefunds, refundById, refundList } from "../refunds.ts";
import { one } from "./inputs.ts";

export const MONEY_READS = {
  getPaymentHistory: define({
    summary: "What happened to a payment, and to the refunds that were paid out of it",
    input: one,
    http: { path: "/api/payments/:id/history", answer: { of: "Activity", as: "rows" }, missing: "UNKNOWN_PAYMENT" },
    run: ({ db }, { id }) => historyOf(db, "payment", id),
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
} as const;
