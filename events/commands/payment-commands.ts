/** Commands on payments. */
import type { z } from "zod";
import {
  allocated,
  type PaymentReceived,
  paymentReceived,
  reallocatePayment,
  receivePayment,
  reversePayment,
} from "../business/payment.ts";
import { reversalInput } from "../business/reversal.ts";
import { WRITERS } from "../business/roles.ts";
import { define } from "./command.ts";
import { inputOf } from "./command-input.ts";

/** Fees can be left out. */
const { feesMinor } = paymentReceived.shape;
const receiveInput = (inputOf(paymentReceived) as unknown as z.ZodObject).extend({
  feesMinor: feesMinor.default(0).describe(feesMinor.description ?? ""),
}) as unknown as z.ZodType<PaymentReceived>;

export const paymentCommands = {
  ReceivePayment: define({
    stream: "payment",
    event: "PaymentReceived",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments",
    summary: "Record a payment, and allocate it to invoices",
    input: receiveInput,
    rules: [
      "UNKNOWN_TIME_ZONE",
      "RECEIVED_IN_FUTURE",
      "PERIOD_LOCKED",
      "CLIENT_ARCHIVED",
      "UNKNOWN_CLIENT",
      "FEES_BEYOND_AMOUNT",
      "REFERENCE_TAKEN",
      "ALLOCATED_BEYOND_AMOUNT",
      "ALLOCATED_TWICE",
      "INVOICE_OF_ANOTHER_CLIENT",
      "INVOICE_IN_ANOTHER_CURRENCY",
      "ALLOCATED_BEYOND_BALANCE",
      "NOT_AN_ISSUED_INVOICE",
      "UNKNOWN_INVOICE",
      "AMOUNT_TOO_LARGE",
      "UNKNOWN_CURRENCY",
      "UNKNOWN_DATE",
    ],
    decide: (books, payment, { atMs }) => receivePayment(books, payment, atMs),
  }),

  ReallocatePayment: define({
    stream: "payment",
    event: "PaymentReallocated",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments/:id/reallocate",
    summary: "Allocate a payment to other invoices: the list replaces the previous one",
    input: inputOf(allocated),
    rules: [
      "PAYMENT_REVERSED",
      "UNKNOWN_PAYMENT",
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
      "UNKNOWN_INVOICE",
      "AMOUNT_TOO_LARGE",
    ],
    decide: (books, allocated, { id, atMs }) => reallocatePayment(books, id, allocated, atMs),
  }),

  ReversePayment: define({
    stream: "payment",
    event: "PaymentReversed",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments/:id/reverse",
    summary: "Reverse a payment: it was recorded by mistake, or the money was returned",
    input: reversalInput,
    rules: [
      "UNKNOWN_PAYMENT",
      "PAYMENT_REFUNDED",
      "REVERSAL_DATE_NOT_ALLOWED",
      "UNKNOWN_TIME_ZONE",
      "DATED_IN_FUTURE",
      "DATED_TOO_EARLY",
      "PERIOD_LOCKED",
      "UNKNOWN_DATE",
      "AMOUNT_TOO_LARGE",
    ],
    decide: (books, reversal, { id, atMs }) => reversePayment(books, id, reversal, atMs),
  }),
} as const;
