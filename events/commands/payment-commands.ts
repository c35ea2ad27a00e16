/** Commands on payments. */
import {
  allocated,
  paymentReceived,
  paymentReversed,
  reallocatePayment,
  receivePayment,
  reversePayment,
} from "../business/payment.ts";
import { WRITERS } from "../business/roles.ts";
import { define } from "./command.ts";
import { inputOf } from "./command-input.ts";

export const paymentCommands = {
  ReceivePayment: define({
    stream: "payment",
    event: "PaymentReceived",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments",
    summary: "Record a payment, and allocate it to invoices",
    input: inputOf(paymentReceived),
    rules: [
      "UNKNOWN_TIME_ZONE",
      "RECEIVED_IN_FUTURE",
      "CLIENT_ARCHIVED",
      "UNKNOWN_CLIENT",
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
      "ALLOCATED_BEYOND_AMOUNT",
      "ALLOCATED_TWICE",
      "INVOICE_OF_ANOTHER_CLIENT",
      "INVOICE_IN_ANOTHER_CURRENCY",
      "ALLOCATED_BEYOND_BALANCE",
      "NOT_AN_ISSUED_INVOICE",
      "UNKNOWN_INVOICE",
      "AMOUNT_TOO_LARGE",
    ],
    decide: (books, { allocations }, { id }) => reallocatePayment(books, id, allocations),
  }),

  ReversePayment: define({
    stream: "payment",
    event: "PaymentReversed",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/payments/:id/reverse",
    summary: "Reverse a payment",
    input: inputOf(paymentReversed),
    rules: ["UNKNOWN_PAYMENT"],
    decide: (books, { reason }, { id }) => reversePayment(books, id, reason),
  }),
} as const;
