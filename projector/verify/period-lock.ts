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
    sentence: "Nothing is dated in a locked period. A void counts on the issue date of its document.",
    checks: {
      InvoiceIssued: ({ data: { issuedOn } }, books) => lockProblems(books, issuedOn),
      InvoiceVoided: ({ stream }, books) => lockProblems(books, books.invoice(stream)?.issuedOn ?? null),
    },
  },
];

function* lockProblems(books: Books, on: string | null): Generator<string> {
  const lockedUpTo = books.organization()?.lockedUpTo ?? null;
  if (on !== null && lockedUpTo !== null && on <= lockedUpTo)
    yield `it is dated ${on}, and the books are locked up to ${lockedUpTo}`;
}
