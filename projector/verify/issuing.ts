/** What an issued document states: its content, parties, dates, number and VAT in the organization's currency. */
import { isDeepStrictEqual } from "node:util";
import type { Books } from "../../events/business/books.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { isDate } from "../../events/values/date.ts";
import { taxInHome } from "../../events/values/money.ts";
import { usableTimeZone } from "../../events/values/time-zone.ts";
import { activeClientProblems } from "./drafts.ts";
import { type EventOf, type Invariant, LATEST_ZONE_MS } from "./invariant.ts";
import { differences, orRefusal, rowText } from "./sums.ts";

type Issued = EventOf<"InvoiceIssued">;

function ofIssued(
  name: string,
  sentence: string,
  check: (data: Issued["data"], books: Books, event: Issued) => Iterable<string>,
): Invariant {
  return { name, sentence, checks: { InvoiceIssued: (event, books) => check(event.data, books, event) } };
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
      const textOf = (row: (typeof taxes)[number]) => `${rowText(row)}, reason ${row.reason}`;
      yield* differences(content.taxes.map(textOf), taxes.map(textOf), "VAT row");
      const amounts = (of: typeof totals) => Object.entries(of).map(([name, amount]) => `${name} ${amount}`);
      yield* differences(amounts(content.totals), amounts(totals), "total");
    },
  ),
  ofIssued(
    "issued-parties",
    "Seller and buyer are the organization and the client as they were at that moment. Neither has a VAT id if the document is not subject to VAT (BR-O-2 to BR-O-4); otherwise the seller has one, and in the categories AE and K the buyer too.",
    function* ({ taxes, seller, buyer }, books, { stream }) {
      const profile = books.organization()?.profile;
      const client = books.client(books.invoice(stream)?.clientId ?? 0)?.details;
      if (!profile || !client) return;
      const categories = taxes.map(({ vatCategory }) => vatCategory);
      const outside = categories.includes("O");
      const { legalName, address, companyId, iban, bic } = profile;
      const vatId = outside ? null : profile.vatId;
      if (!isDeepStrictEqual(seller, { name: legalName, address, vatId, companyId, iban, bic }))
        yield "the seller is not the organization as it was";
      const ofClient = { name: client.name, address: client.address, companyId: client.companyId };
      if (!isDeepStrictEqual(buyer, { ...ofClient, vatId: outside ? null : client.vatId }))
        yield "the buyer is not the client as it was";
      if (!outside && categories.length > 0 && seller.vatId === null) yield "the seller has no VAT id";
      if (buyer.vatId === null && categories.some((category) => category === "AE" || category === "K"))
        yield `the buyer has no VAT id, in category ${categories.join(", ")}`;
    },
  ),
  ofIssued(
    "issue-date",
    "The issue date is a day of the calendar, not after the day of the event in the organization's time zone, and in a series that makes its own numbers not before the last one.",
    function* ({ issuedOn, series: name, counter }, books, { at }) {
      yield* dayProblems(issuedOn, at, books);
      const { lastIssuedOn } = books.series(name);
      if (counter !== null && lastIssuedOn !== null && issuedOn < lastIssuedOn)
        yield `issued on ${issuedOn}, before ${lastIssuedOn}, the last date of series ${name}`;
    },
  ),
  ofIssued(
    "due-date",
    "The due date is a day of the calendar, not before the issue date.",
    function* ({ issuedOn, dueOn }) {
      if (!isDate(dueOn)) yield `${dueOn} is not a day of the calendar`;
      if (dueOn < issuedOn) yield `due on ${dueOn}, before it is issued on ${issuedOn}`;
    },
  ),
  ofIssued(
    "series",
    "The series is in the organization's profile, and for this kind of document.",
    function* ({ series: name }, books, { stream }) {
      const series = books.organization()?.profile.series.find((series) => series.name === name);
      const kind = books.invoice(stream)?.kind;
      if (!series) yield `there is no series ${name}`;
      else if (series.kind !== kind && series.kind !== "both")
        yield `series ${name} is for ${series.kind}, not ${kind}`;
    },
  ),
  ofIssued(
    "counter",
    "In a series that makes its own numbers, counters are 1, 2, 3 … without a gap; in a foreign series there is none.",
    function* ({ series: name, counter }, books) {
      const series = books.organization()?.profile.series.find((series) => series.name === name);
      if (!series) return;
      const next = series.foreign ? null : books.series(name).lastNumber + 1;
      if (counter !== next)
        yield `the counter in series ${name} is ${counter ?? "absent"}, it must be ${next ?? "absent"}`;
    },
  ),
  ofIssued(
    "number",
    "The number is the prefix of its series, then the counter with at least the series' digits. (No number occurs twice: the fold refuses it.)",
    function* ({ series: name, counter, number }, books) {
      const series = books.organization()?.profile.series.find((series) => series.name === name);
      if (!series || counter === null) return;
      const made = `${series.prefix}${String(counter).padStart(series.digits, "0")}`;
      if (number !== made) yield `the number is ${number}, it must be ${made}`;
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
