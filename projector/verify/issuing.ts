/** What an issued document states: its content, parties, dates, number and VAT in the organization's currency. */
import { isDeepStrictEqual } from "node:util";
import type { Books } from "../../events/business/books.ts";
import { nextCounter } from "../../events/business/own-numbers.ts";
import { buyerFits, buyerOf, sellerFits, sellerOf } from "../../events/business/parties.ts";
import type { Series } from "../../events/business/series.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { isDate } from "../../events/values/date.ts";
import { taxInHome } from "../../events/values/money.ts";
import { formatNumber } from "../../events/values/number-pattern.ts";
import { usableTimeZone } from "../../events/values/time-zone.ts";
import { uniqueKey } from "../../events/values/unique-key.ts";
import { activeClientProblems } from "./drafts.ts";
import { type EventOf, type Invariant, LATEST_ZONE_MS } from "./invariant.ts";
import { differences, orRefusal, rowText } from "./sums.ts";

type Issued = EventOf<"InvoiceIssued">;
/** Both give a number: what is said of it is checked alike. */
type Numbered = Issued | EventOf<"InvoiceCancelled">;

function ofIssued(
  name: string,
  sentence: string,
  check: (data: Issued["data"], books: Books, event: Issued) => Iterable<string>,
): Invariant {
  return { name, sentence, checks: { InvoiceIssued: (event, books) => check(event.data, books, event) } };
}

function ofNumbered(
  name: string,
  sentence: string,
  check: (data: Issued["data"], books: Books, event: Numbered) => Iterable<string>,
): Invariant {
  const both = (event: Numbered, books: Books) => check(event.data, books, event);
  return { name, sentence, checks: { InvoiceIssued: both, InvoiceCancelled: both } };
}

export const ISSUING: readonly Invariant[] = [
  ofIssued(
    "issued-content",
    "An issued document has at least one line, a client who is not archived, and the VAT breakdown and the totals of its draft.",
    function* ({ taxes, totals }, books, { stream }) {
      const content = books.invoiceContent(stream);
      if (!content) return;
      if (content.lines.length === 0) yield "it has no lines";
      if (content.clientId === null) yield "it has no client";
      else yield* activeClientProblems(content.clientId, books);
      const textOf = (row: (typeof taxes)[number]) => `${rowText(row)}, reason ${row.reason}, ${row.reasonCode}`;
      yield* differences(content.taxes.map(textOf), taxes.map(textOf), "VAT row");
      const amounts = (of: typeof totals) => Object.entries(of).map(([name, amount]) => `${name} ${amount}`);
      yield* differences(amounts(content.totals), amounts(totals), "total");
    },
  ),
  ofIssued(
    "issued-parties",
    "Seller and buyer are the organization and the client as they were at that moment. Neither has a VAT id if the document is not subject to VAT (BR-O-2 to BR-O-4). Otherwise the seller has one, or its tax representative, or, except in categories K and G, a registration for taxes; in category K the buyer has a VAT id, and in AE a VAT id or a company's number.",
    function* ({ taxes, seller, buyer, language }, books, { stream }) {
      const profile = books.organization()?.profile;
      const client = books.client(books.invoice(stream)?.clientId ?? 0)?.details;
      if (!profile || !client) return;
      if (!isDeepStrictEqual(seller, asRecorded(sellerOf(profile, taxes), language)))
        yield "the seller is not the organization as it was";
      if (!isDeepStrictEqual(buyer, asRecorded(buyerOf(client, taxes), language)))
        yield "the buyer is not the client as it was";
      const categories = [...new Set(taxes.map(({ vatCategory }) => vatCategory))];
      for (const category of categories) {
        if (!sellerFits(category, seller)) yield `the seller has no VAT id, in category ${category}`;
        if (!buyerFits(category, buyer)) yield `the buyer has no VAT id, in category ${category}`;
      }
    },
  ),
  ofNumbered(
    "issue-date",
    "The issue date is a day of the calendar, not after the day of the event in the organization's time zone, and in a series that makes its own numbers not before the last one.",
    function* ({ issuedOn, series: name, period, counter }, books, { at }) {
      yield* dayProblems(issuedOn, at, books);
      const { lastIssuedOn } = books.series(name, period);
      if (counter !== null && lastIssuedOn !== null && issuedOn < lastIssuedOn)
        yield `issued on ${issuedOn}, before ${lastIssuedOn}, the last date of series ${name}`;
    },
  ),
  ofNumbered("due-date", "The due date is a day of the calendar.", function* ({ dueOn }) {
    if (!isDate(dueOn)) yield `${dueOn} is not a day of the calendar`;
  }),
  ofNumbered(
    "series",
    "The series is in the organization's profile, and for this kind of document.",
    function* ({ series: name }, books, { type, stream }) {
      const series = seriesOf(name, books);
      const kind = type === "InvoiceCancelled" ? "credit_note" : books.invoice(stream)?.kind;
      if (!series) yield `there is no series ${name}`;
      else if (series.kind !== kind && series.kind !== "both")
        yield `series ${name} is for ${series.kind}, not ${kind}`;
    },
  ),
  ofNumbered(
    "counter",
    "In a series that makes its own numbers, the counters of a period and those that it passed over are the first one, the next one … without a gap; the period is that of the issue date. In a foreign series there are none.",
    function* ({ series: name, period, counter, passedOver, issuedOn }, books) {
      const series = seriesOf(name, books);
      if (!series) return;
      if (series.foreign) {
        if (counter !== null) yield `the counter in series ${name} is ${counter}, it must be absent`;
        if (period !== "") yield `the period in series ${name} is ${period}, it must be empty`;
        if (passedOver.length > 0) yield `series ${name} is foreign and passes over ${passedOver.length} numbers`;
        return;
      }
      const next = nextCounter(books, series, issuedOn);
      if (period !== next.period) yield `the period in series ${name} is ${period}, it must be ${next.period}`;
      const counters = [...passedOver.map(({ counter }) => counter), counter];
      const wrong = counters.findIndex((counter, n) => counter !== next.counter + n);
      if (wrong >= 0)
        yield `the counter in series ${name} is ${counters[wrong] ?? "absent"}, it must be ${next.counter + wrong}`;
    },
  ),
  ofNumbered(
    "number",
    "The number is what the pattern of its series makes of the issue date and the counter; the pattern of a period is that of its first number. (No number occurs twice: the fold refuses it.)",
    function* ({ series: name, counter, number, issuedOn }, books) {
      const series = seriesOf(name, books);
      if (!series || series.foreign || counter === null) return;
      const made = formatNumber(nextCounter(books, series, issuedOn).pattern, issuedOn, counter);
      if (number !== made) yield `the number is ${number}, it must be ${made}`;
    },
  ),
  ofNumbered(
    "passed-over",
    "Each number that is passed over is what the pattern makes of its counter, and the document that is named has it, or a number that is the same to people.",
    function* ({ series: name, passedOver, issuedOn }, books) {
      const series = seriesOf(name, books);
      if (!series || series.foreign) return;
      const { pattern } = nextCounter(books, series, issuedOn);
      for (const { counter, number, takenBy } of passedOver) {
        const made = formatNumber(pattern, issuedOn, counter);
        if (number !== made) yield `the number passed over is ${number}, it must be ${made}`;
        const taken = books.invoice(takenBy)?.number ?? null;
        if (taken === null || uniqueKey(taken) !== uniqueKey(number))
          yield `${number} is passed over for document ${takenBy}, which has ${taken ?? "no number"}`;
      }
    },
  ),
  ofIssued(
    "accounting",
    "A document in another currency than the organization's states its VAT in the organization's too, by its rate, rounded half away from zero (BT-111); it may leave this out if there is no VAT.",
    function* ({ accounting, totals: { taxMinor } }, books, { stream }) {
      const home = books.organization()?.profile.currency ?? "";
      const currency = books.invoice(stream)?.currency ?? "";
      if (accounting === null) {
        if (currency !== home && taxMinor !== 0) yield `VAT of ${taxMinor} ${currency} is not stated in ${home}`;
        return;
      }
      if (currency === home) yield `the document is in ${home} already`;
      if (accounting.currency !== home) yield `its currency is ${accounting.currency}, it must be ${home}`;
      const inHome = orRefusal(() => taxInHome(taxMinor, currency, { home, rate6: accounting.rate6 }));
      if (accounting.taxMinor !== inHome) yield `VAT is ${accounting.taxMinor} ${home}, it comes to ${inHome}`;
    },
  ),
  ofIssued(
    "credited",
    "A credit note that corrects an invoice is issued while that invoice is; all of them together never exceed its total with VAT.",
    function* ({ totals }, books, { stream }) {
      const correctsId = books.invoice(stream)?.correctsId ?? null;
      const corrected = correctsId === null ? undefined : books.invoice(correctsId);
      if (!corrected) return;
      if (corrected.kind !== "invoice" || corrected.status !== "issued")
        yield `it corrects ${correctsId}, which is a ${corrected.status} ${corrected.kind}`;
      const { grossMinor } = corrected.totals;
      const left = grossMinor - corrected.creditedMinor - totals.grossMinor;
      if (grossMinor < 0 ? left > 0 : left < 0)
        yield `${corrected.creditedMinor} of ${grossMinor} is credited, a further ${totals.grossMinor} is too much`;
    },
  ),
];

/** The copy of a party. Events from before the language was recorded have the usual fields alone. */
function asRecorded<Party extends object>(party: Party, language: string | null): Party {
  return language === null ? { ...party, more: null } : party;
}

function seriesOf(name: string, books: Books): Series | undefined {
  return books.organization()?.profile.series.find((series) => series.name === name);
}

/** The day of an event in the organization's time zone. */
export function dayOfEvent(atMs: number, books: Books): string {
  const timeZone = books.organization()?.profile.timeZone ?? "UTC";
  // A runtime that does not know the time zone cannot tell the day: take the latest one that it can be.
  return usableTimeZone(timeZone) === timeZone ? dateAt(atMs, timeZone) : dateAt(atMs + LATEST_ZONE_MS, "UTC");
}

/** A date of a document: a day that exists, and not after that of its event. */
export function* dayProblems(date: string, atMs: number, books: Books): Generator<string> {
  if (!isDate(date)) yield `${date} is not a day of the calendar`;
  const today = dayOfEvent(atMs, books);
  if (date > today) yield `${date} is after the day of the event, ${today}`;
}
