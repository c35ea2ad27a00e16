/** Commands that write off what is owed. */
import { WRITERS } from "../business/roles.ts";
import { reverseWriteOff, writeOffInput, writeOffInvoice, writeOffReversalInput } from "../business/write-off.ts";
import { define } from "./command.ts";
import { inputOf } from "./command-input.ts";

export const writeOffCommands = {
  WriteOffInvoice: define({
    stream: "invoice",
    event: "InvoiceWrittenOff",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/write-off",
    summary: "Write off what is owed because of an issued invoice, or a part of it",
    input: inputOf(writeOffInput),
    rules: [
      "UNKNOWN_INVOICE",
      "NOT_AN_ISSUED_INVOICE",
      "NOTHING_TO_WRITE_OFF",
      "WRITTEN_OFF_BEYOND_BALANCE",
      "UNKNOWN_TIME_ZONE",
      "DATED_IN_FUTURE",
      "DATED_TOO_EARLY",
      "PERIOD_LOCKED",
      "UNKNOWN_DATE",
    ],
    decide: (books, input, { id, atMs }) => writeOffInvoice(books, id, input, atMs),
  }),

  ReverseWriteOff: define({
    stream: "invoice",
    event: "WriteOffReversed",
    begins: false,
    roles: WRITERS,
    method: "POST",
    path: "/api/invoices/:id/write-off/reverse",
    summary: "Reverse everything that is written off of an invoice: it is owed again",
    input: inputOf(writeOffReversalInput),
    rules: [
      "UNKNOWN_INVOICE",
      "UNKNOWN_TIME_ZONE",
      "DATED_IN_FUTURE",
      "DATED_TOO_EARLY",
      "PERIOD_LOCKED",
      "UNKNOWN_DATE",
      "AMOUNT_TOO_LARGE",
    ],
    decide: (books, input, { id, atMs }) => reverseWriteOff(books, id, input, atMs),
  }),
} as const;
