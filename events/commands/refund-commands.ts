/** Commands on refunds. */
import { payRefund, refundPaid, reverseRefund } from "../business/refund.ts";
import { reversalInput } from "../business/reversal.ts";
import { WRITERS } from "../business/roles.ts";
import { define } from "./command.ts";
import { inputOf } from "./command-input.ts";

export const refundCommands = {
  RefundClient: define({
    stream: "refund",
    event: "RefundPaid",
    begins: true,
    roles: WRITERS,
    method: "POST",
    path: "/api/refunds",
    summary: "Record a refund: credit that is paid back to a client",
    input: inputOf(refundPaid),
    rules: [
      "UNKNOWN_CLIENT",
      "UNKNOWN_CURRENCY",
      "REFUND_REFERENCE_TAKEN",
      "SOURCE_TWICE",
      "UNKNOWN_SOURCE",
      "PAYMENT_REVERSED",
      "NOT_A_SOURCE",
      "SOURCE_OF_ANOTHER_CLIENT",
      "SOURCE_IN_ANOTHER_CURRENCY",
      "REFUNDED_BEYOND_CREDIT",
      "AMOUNT_TOO_LARGE",
      "SOURCES_NOT_THE_AMOUNT",
      "UNKNOWN_TIME_ZONE",
      "DATED_IN_FUTURE",
      "DATED_TOO_EARLY",
      "PERIOD_LOCKED",
      "UNKNOWN_DATE",
    ],
    decide: (books, refund, { atMs }) => payRefund(books, refund, atMs),
  }),

  ReverseRefund: define({
    stream: "refund",
    event: "RefundReversed",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/refunds/:id/reverse",
    summary: "Reverse a refund: it was recorded by mistake, or the money was returned",
    input: reversalInput,
    rules: [
      "UNKNOWN_REFUND",
      "REVERSAL_DATE_NOT_ALLOWED",
      "UNKNOWN_TIME_ZONE",
      "DATED_IN_FUTURE",
      "DATED_TOO_EARLY",
      "PERIOD_LOCKED",
      "UNKNOWN_DATE",
      "AMOUNT_TOO_LARGE",
    ],
    decide: (books, reversal, { id, atMs }) => reverseRefund(books, id, reversal, atMs),
  }),
} as const;
