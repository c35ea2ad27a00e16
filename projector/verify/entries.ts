/** Refunds, write-offs and reversals, and the days of everything that moves money after its receipt. */
import type { Books } from "../../events/business/books.ts";
import type { Reversed } from "../../events/business/reversal.ts";
import type { StreamId } from "../../events/sequence.ts";
import type { EventOf, Invariant } from "./invariant.ts";
import { dayProblems } from "./issuing.ts";

/** An entry and what it acts on. */
interface Entry {
  on: string | null;
  atMs: number;
  /** The day of what it acts on. */
  since: string | null | undefined;
}

/** An entry is not before what it acts on, and not after the day of its event (or of what it acts on, if that is later). */
function* entryProblems({ on, atMs, since }: Entry, books: Books): Generator<string> {
  if (on === null || since === null || since === undefined) return;
  if (on < since) yield `dated ${on}, before ${since}, the day of what it acts on`;
  if (on > since) yield* dayProblems(on, atMs, books);
}

/** The day of a payment, or the issue date of a document. */
function dayOf(id: StreamId, books: Books): string | null | undefined {
  return books.payment(id)?.receivedOn ?? books.invoice(id)?.issuedOn;
}

function* reversalProblems({ kind, on }: Reversed): Generator<string> {
  if (kind === "mistake" && on !== null) yield `a mistake is dated ${on}`;
  if (kind === "returned" && on === null) yield "returned money has no day";
}

export const ENTRIES: readonly Invariant[] = [
  {
    name: "payment-fees",
    sentence: "The bank's fees are less than the payment.",
    checks: {
      *PaymentReceived({ data: { feesMinor, amountMinor } }) {
        if (feesMinor >= amountMinor) yield `fees of ${feesMinor} are taken of ${amountMinor}`;
      },
    },
  },
  {
    name: "entry-date",
    sentence:
      "Allocations, refunds, write-offs and reversals have a day of the calendar that is not before what they act on, and not after the day of their event in the organization's time zone. (Events of release 0.1 have none.)",
    checks: {
      PaymentReallocated: ({ stream, at: atMs, data: { on } }, books) =>
        entryProblems({ on, atMs, since: dayOf(stream, books) }, books),
      CreditApplied: ({ stream, at: atMs, data: { on } }, books) =>
        entryProblems({ on, atMs, since: dayOf(stream, books) }, books),
      PaymentReversed: ({ stream, at: atMs, data: { on } }, books) =>
        entryProblems({ on, atMs, since: dayOf(stream, books) }, books),
      RefundReversed: ({ stream, at: atMs, data: { on } }, books) =>
        entryProblems({ on, atMs, since: books.refund(stream)?.paidOn }, books),
      InvoiceWrittenOff: ({ stream, at: atMs, data: { on } }, books) =>
        entryProblems({ on, atMs, since: dayOf(stream, books) }, books),
      WriteOffReversed: ({ stream, at: atMs, data: { on } }, books) =>
        entryProblems({ on, atMs, since: books.invoice(stream)?.writtenOffOn }, books),
      *RefundPaid({ at: atMs, data: { paidOn: on, sources } }, books) {
        yield* dayProblems(on, atMs, books);
        for (const { sourceId } of sources) yield* entryProblems({ on, atMs, since: dayOf(sourceId, books) }, books);
      },
    },
  },
  {
    name: "reversal-date",
    sentence: "A reversal has a day if the money was returned, and none if it was recorded by mistake.",
    checks: {
      PaymentReversed: ({ data }) => reversalProblems(data),
      RefundReversed: ({ data }) => reversalProblems(data),
    },
  },
  {
    name: "refund-sources",
    sentence: "A refund has each of its sources once.",
    checks: {
      *RefundPaid({ data: { sources } }: EventOf<"RefundPaid">) {
        const seen = new Set<StreamId>();
        for (const { sourceId } of sources) {
          if (seen.has(sourceId)) yield `source ${sourceId} is listed twice`;
          seen.add(sourceId);
        }
      },
    },
  },
];
