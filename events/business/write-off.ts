/** Write-offs: what is owed because of a document, and will never be paid. They never change net amounts or VAT. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { date, int, line, MAX_INT } from "../values/schema.ts";
import { entryDay } from "./entry-day.ts";
import { type InvoiceBooks, invoiceOf } from "./invoice.ts";
import { issuedOnOf } from "./payment.ts";
import { checkOwed, checkSettleable, dueMinorOf, nameOf } from "./state-rules.ts";

const reason = line(500).describe("Why, for those who read the history.");

export const invoiceWrittenOff = z.object({
  amountMinor: int(1, MAX_INT).describe("How much, in minor units: the rest that is owed, or a part of it."),
  on: date().describe("The day on which it counts."),
  reason,
});

/** Everything that is written off of the document is owed again. */
export const writeOffReversed = z.object({ on: date().describe("The day on which it counts."), reason });

export type WriteOffEvent =
  | { type: "InvoiceWrittenOff"; data: z.infer<typeof invoiceWrittenOff> }
  | { type: "WriteOffReversed"; data: z.infer<typeof writeOffReversed> };

export const writeOffInput = z.object({
  amountMinor: invoiceWrittenOff.shape.amountMinor.nullable().describe("How much; null: all that is still owed."),
  on: date().nullable().describe("The day on which it counts; null: today."),
  reason,
});

export const writeOffReversalInput = z.object({
  on: date().nullable().describe("The day on which it counts; null: today."),
  reason,
});

/** Writes off what is owed. If all of the rest is written off already, "all that is still owed" decides nothing. */
export function writeOffInvoice(
  books: InvoiceBooks,
  id: StreamId,
  input: z.infer<typeof writeOffInput>,
  atMs: number,
): WriteOffEvent | null {
  const invoice = invoiceOf(books, id, null);
  checkSettleable(invoice, null);
  const balanceMinor = dueMinorOf(invoice);
  if (input.amountMinor === null && balanceMinor === 0 && invoice.writtenOffMinor > 0) return null;
  checkOwed(invoice);
  const amountMinor = input.amountMinor ?? balanceMinor;
  const { number, currency } = invoice;
  if (amountMinor > balanceMinor)
    throw refusal(
      "WRITTEN_OFF_BEYOND_BALANCE",
      `${nameOf(invoice)} has a balance of ${balanceMinor}, less than ${amountMinor}`,
      { field: "amountMinor", values: { invoice: id, number, currency, balanceMinor, amountMinor } },
    );
  const since = { on: issuedOnOf(invoice), name: nameOf(invoice) };
  const on = entryDay(books, input.on, { field: "on", atMs, since });
  return { type: "InvoiceWrittenOff", data: { amountMinor, on, reason: input.reason } };
}

/** Takes back all that is written off. If nothing is, it decides nothing. */
export function reverseWriteOff(
  books: InvoiceBooks,
  id: StreamId,
  input: z.infer<typeof writeOffReversalInput>,
  atMs: number,
): WriteOffEvent | null {
  const { writtenOffOn, ...invoice } = invoiceOf(books, id, null);
  if (writtenOffOn === null) return null;
  const since = { on: writtenOffOn, name: `the write-off of ${nameOf(invoice)}` };
  return {
    type: "WriteOffReversed",
    data: { on: entryDay(books, input.on, { field: "on", atMs, since }), reason: input.reason },
  };
}
