/** The period lock: which days it can have, and what it forbids. */
import type { Books } from "../../events/business/books.ts";
import { isDate } from "../../events/values/date.ts";
import type { Invariant } from "./invariant.ts";
import { dayOfEvent } from "./issuing.ts";

export const PERIOD_LOCK: readonly Invariant[] = [
  {
    name: "lock-date",
    sentence:
      "The books are locked up to a day of the calendar before the day of the event in the organization's time zone, or not at all; the lock changes with each event.",
    checks: {
      *PeriodLocked({ at, data: { lockedUpTo } }, books) {
        if (lockedUpTo === books.organization()?.lockedUpTo) yield `the books are locked up to ${lockedUpTo} already`;
        if (lockedUpTo === null) return;
        if (!isDate(lockedUpTo)) yield `${lockedUpTo} is not a day of the calendar`;
        const today = dayOfEvent(at, books);
        if (lockedUpTo >= today) yield `${lockedUpTo} is not before the day of the event, ${today}`;
      },
    },
  },
  {
    name: "open-period",
    sentence:
      "Nothing is dated in a locked period. A void counts on the issue date of its document, the reversal of a mistake on the day of its payment or refund.",
    checks: {
      InvoiceIssued: ({ data: { issuedOn } }, books) => lockProblems(books, issuedOn),
      InvoiceCancelled: ({ data: { issuedOn } }, books) => lockProblems(books, issuedOn),
      InvoiceVoided: ({ stream }, books) => lockProblems(books, books.invoice(stream)?.issuedOn ?? null),
      PaymentReceived: ({ data: { receivedOn } }, books) => lockProblems(books, receivedOn),
      PaymentReallocated: ({ data: { on } }, books) => lockProblems(books, on),
      PaymentReversed: ({ stream, data: { on } }, books) =>
        lockProblems(books, on ?? books.payment(stream)?.receivedOn ?? null),
      CreditApplied: ({ data: { on } }, books) => lockProblems(books, on),
      InvoiceWrittenOff: ({ data: { on } }, books) => lockProblems(books, on),
      WriteOffReversed: ({ data: { on } }, books) => lockProblems(books, on),
      RefundPaid: ({ data: { paidOn } }, books) => lockProblems(books, paidOn),
      RefundReversed: ({ stream, data: { on } }, books) =>
        lockProblems(books, on ?? books.refund(stream)?.paidOn ?? null),
    },
  },
];

function* lockProblems(books: Books, on: string | null): Generator<string> {
  const lockedUpTo = books.organization()?.lockedUpTo ?? null;
  if (on !== null && lockedUpTo !== null && on <= lockedUpTo)
    yield `it is dated ${on}, and the books are locked up to ${lockedUpTo}`;
}
