/** Cancelling: a credit note over a whole invoice, issued and applied to it in one event. */
import { z } from "zod";
import { invoiceContentV1, upcastContentV1 } from "../document/basis-points.ts";
import { furtherOfCredit } from "../document/complete-draft.ts";
import { type InvoiceContent, invoiceContent } from "../document/draft.ts";
import { refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { sumMinor } from "../values/money.ts";
import { checkSize, MAX_DATA_BYTES } from "../values/packed-size.ts";
import { date, line, minorFromZero, streamId } from "../values/schema.ts";
import { activeClient } from "./client.ts";
import { checkFormatRules } from "./format-rules.ts";
import { type InvoiceOnBooks, invoiceOf } from "./invoice.ts";
import {
  type InvoiceIssued,
  type IssueBooks,
  invoiceIssued,
  invoiceIssuedV2,
  issueDay,
  upcastIssuedV2,
} from "./issue.ts";
import { numberOf } from "./numbering.ts";
import { checkOpenPeriod } from "./period-lock.ts";
import { pickSeries } from "./series.ts";
import { cancellationMinorOf, checkCancellable, nameOf } from "./state-rules.ts";

/** `content` and the fields of `InvoiceIssued` are those of the credit note; `allocatedMinor` of it settles the invoice. */
export const invoiceCancelled = z.object({
  cancelsId: streamId(),
  reason: line(500),
  content: invoiceContent,
  ...invoiceIssued.shape,
  allocatedMinor: minorFromZero(),
});
export type InvoiceCancelled = z.infer<typeof invoiceCancelled>;

/** Rates were in basis points, and documents stated only the usual. */
export const invoiceCancelledV1 = z.object({
  cancelsId: streamId(),
  reason: line(500),
  content: invoiceContentV1,
  ...invoiceIssuedV2.shape,
  allocatedMinor: minorFromZero(),
});

export function upcastCancelledV1(old: z.infer<typeof invoiceCancelledV1>): InvoiceCancelled {
  return { ...old, ...upcastIssuedV2(old), content: upcastContentV1(old.content) };
}

export type CancelEvent = { type: "InvoiceCancelled"; data: InvoiceCancelled };

export interface CancelBooks extends IssueBooks {
  /** What an issued document states besides its content. */
  invoiceStatement(
    id: StreamId,
  ): Pick<InvoiceIssued, "seller" | "buyer" | "accounting" | "language" | "format"> | undefined;
}

export const cancelInput = z.object({
  reason: line(500).describe("Why, for those who read the history."),
  issuedOn: date().nullable().describe("Issue date of the credit note; null: today."),
  series: line(40).nullable().describe("Number series of the credit note; null: the first for credit notes."),
  number: line(60).nullable().describe("Number of the credit note, for a foreign series alone."),
  confirmNumber: z
    .boolean()
    .default(false)
    .describe("true: the number may be one that an own series would make later; that series then passes over it."),
});
type CancelInput = z.infer<typeof cancelInput>;

/**
 * Cancels an invoice. The credit note mirrors it: seller, buyer, lines and VAT, also in the organization's currency. It
 * settles what is still owed of the invoice, and the rest of it is the client's credit: what was paid before.
 *
 * @param atMs the time of the decision
 */
export function cancelInvoice(books: CancelBooks, id: StreamId, input: CancelInput, atMs: number): CancelEvent {
  const invoice = invoiceOf(books, id, null);
  checkCancellable(invoice);
  const client = invoice.clientId === null ? null : activeClient(books, invoice.clientId, null);
  const original = books.invoiceContent(id);
  const statement = books.invoiceStatement(id);
  const profile = books.organization()?.profile;
  if (!original || !statement || !profile || invoice.issuedOn === null)
    throw new Error(`invoice ${id} is issued, but has no content, parties or date`);

  const issuedOn = issueDay(profile, input.issuedOn, atMs);
  checkOpenPeriod(books, { issuedOn });
  if (issuedOn < invoice.issuedOn)
    throw refusal(
      "CANCELLED_BEFORE_ISSUED",
      `${nameOf(invoice)} was issued on ${invoice.issuedOn}, after ${issuedOn}`,
      {
        field: "issuedOn",
        values: { issuedOn, invoiceIssuedOn: invoice.issuedOn },
      },
    );
  const series = pickSeries(profile, "credit_note", input.series);
  const number = numberOf(books, profile, series, { ...input, issuedOn });
  const content = mirrorOf(original);
  const { taxes, totals } = content;
  const data = {
    ...{ cancelsId: id, reason: input.reason, content },
    ...number,
    ...{ issuedOn, dueOn: issuedOn, ...statement, taxes, totals },
    language: statement.language ?? client?.details.language ?? profile.language,
    allocatedMinor: cancellationMinorOf(invoice),
  };
  const { accounting, seller, buyer, format } = statement;
  checkFormatRules({
    ...{ kind: "credit_note", number: number.number, issuedOn, dueOn: issuedOn, language: data.language, format },
    ...{ seller, buyer, content, accounting, corrected: invoiceNumber(invoice) },
  });
  // One event holds what a draft and its issue hold in two. Those always fit.
  const way = `; instead, draft a credit note over all of it, issue it and apply it: POST /api/invoices/${id}/credit-note`;
  checkSize("cancellation", data, MAX_DATA_BYTES, way);
  return { type: "InvoiceCancelled", data };
}

function invoiceNumber({ number, issuedOn }: InvoiceOnBooks): { number: string; issuedOn: string } | null {
  return number === null || issuedOn === null ? null : { number, issuedOn };
}

/**
 * The content of the credit note: what was prepaid is not taken off it, because it becomes the client's credit too. The
 * type of the invoice (BT-3) is none of credit notes, and its notes, terms and preceding documents are not repeated.
 *
 * @throws Refusal AMOUNT_TOO_LARGE
 */
export function mirrorOf({ totals, more, ...content }: InvoiceContent): InvoiceContent {
  const payableMinor = sumMinor([totals.grossMinor, totals.roundingMinor], "payableMinor");
  return {
    ...content,
    note: null,
    totals: { ...totals, prepaidMinor: 0, payableMinor },
    more: furtherOfCredit(more),
  };
}
