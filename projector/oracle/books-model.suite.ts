/**
 * Events as plain lists of what happened. Events are read by shapes of our own, so a change of their schemas is noticed
 * here.
 */
import {
  type Books,
  type Dated,
  type Day,
  type Document,
  documentOf,
  isDebit,
  must,
  type Payout,
  type Settlement,
} from "./books-lists.suite.ts";

interface Allocation {
  invoiceId: number;
  amountMinor: number;
}

interface Issued {
  series: string;
  counter: number | null;
  number: string;
  issuedOn: Day;
  dueOn: Day;
  buyer: { vatId: string | null; address: { country: string } };
  taxes: { vatCategory: string; vatRate3: number | null; taxableMinor: number; taxMinor: number }[];
  totals: { netMinor: number; taxMinor: number; grossMinor: number; payableMinor: number };
  accounting: { taxMinor: number } | null;
  passedOver?: { counter: number; number: string; takenBy: number }[];
}

interface Content {
  clientId: number | null;
  currency: string;
}

interface Reversal {
  kind?: "mistake" | "returned";
  on?: Day | null;
}

/** What of an event the model reads. */
interface Told {
  seq: number;
  stream: number;
  type: string;
  data: unknown;
}

/** The types of events that move no amount. */
const WITHOUT_AMOUNTS = /^(?:Organization|User|Client|Item)|^(?:InvoiceDraftDiscarded|DocumentDelivered|PeriodLocked)$/;

const latest = (...days: Day[]): Day => days.reduce((a, b) => (a > b ? a : b));

/** The books while they are told: drafts move no amount yet. */
interface Telling extends Books {
  drafts: Map<number, Draft>;
}

interface Draft extends Content {
  kind: Document["kind"];
  correctsId: number | null;
}

/** What each type of event does to the lists. */
const TOLD: Readonly<Record<string, (books: Telling, stream: number, data: never) => void>> = {
  InvoiceDrafted: ({ drafts }, id, { content, ...draft }: Omit<Draft, keyof Content> & { content: Content }) =>
    drafts.set(id, { ...draft, ...content }),
  InvoiceRevised: ({ drafts }, id, { content }: { content: Content }) =>
    drafts.set(id, { ...must(drafts.get(id)), ...content }),
  InvoiceIssued: (books, id, data: Issued) => issue(books, id, must(books.drafts.get(id)), data),
  InvoiceCancelled: cancel,
  InvoiceVoided(books, id) {
    documentOf(books, id).isVoid = true;
    // A cancellation that was never delivered: the invoice is owed again.
    books.settlements = books.settlements.filter(({ source }) => source !== id);
  },
  CreditApplied: reallocate,
  InvoiceWrittenOff: ({ writeOffs }, document, { on, amountMinor: amount }: { on: Day; amountMinor: number }) =>
    writeOffs.push({ document, on, until: null, amount }),
  WriteOffReversed: ({ writeOffs }, id, { on }: { on: Day }) =>
    end(
      writeOffs.filter(({ document, until }) => document === id && until === null),
      on,
    ),
  PaymentReceived: receive,
  PaymentReallocated: reallocate,
  PaymentReversed: reverse,
  RefundPaid: refund,
  RefundReversed: reverse,
};

/** The books as known after these events: the first `n` of a log. */
export function booksAfter(events: readonly Told[]): Books {
  const books: Telling = {
    drafts: new Map(),
    ...{ documents: [], payments: [], refunds: [], settlements: [], writeOffs: [], payouts: [], numbers: [] },
  };
  for (const { seq, stream, type, data } of events) {
    const tell = TOLD[type];
    if (tell) tell(books, stream, data as never);
    else if (!WITHOUT_AMOUNTS.test(type)) throw new Error(`event ${seq}: the model does not know ${type}`);
  }
  return books;
}

function issue(
  books: Books,
  id: number,
  { kind, correctsId, clientId, currency }: Draft,
  { series, counter, number, issuedOn, dueOn, buyer, taxes, totals, accounting, passedOver = [] }: Issued,
): void {
  books.documents.push({
    ...{ id, kind, correctsId, currency, series, number, issuedOn, dueOn },
    clientId: must(clientId ?? undefined),
    net: totals.netMinor,
    tax: totals.taxMinor,
    gross: totals.grossMinor,
    payable: totals.payableMinor,
    accountingTax: accounting?.taxMinor ?? totals.taxMinor,
    taxes: taxes.map((row) => ({
      ...{ category: row.vatCategory, rate3: row.vatRate3 },
      ...{ taxable: row.taxableMinor, tax: row.taxMinor },
    })),
    buyer: { vatId: buyer.vatId, country: buyer.address.country },
    isVoid: false,
  });
  for (const passed of passedOver) books.numbers.push({ ...passed, series, issuedOn });
  if (counter !== null) books.numbers.push({ series, counter, number, issuedOn, takenBy: null });
}

interface Cancellation {
  cancelsId: number;
  content: Content;
  allocatedMinor: number;
}

/** A credit note over the whole invoice, issued and applied to it on one day. */
function cancel(books: Books, id: number, data: Issued & Cancellation): void {
  const { cancelsId, content, allocatedMinor } = data;
  issue(books, id, { ...content, kind: "credit_note", correctsId: cancelsId }, data);
  // Of an invoice below zero the credit note is owed, and the invoice pays it.
  const [source, document] = isDebit(documentOf(books, cancelsId)) ? [id, cancelsId] : [cancelsId, id];
  if (allocatedMinor !== 0)
    books.settlements.push({ source, document, on: data.issuedOn, until: null, amount: allocatedMinor });
}

interface Received {
  clientId: number;
  receivedOn: Day;
  currency: string;
  amountMinor: number;
  reference: string | null;
  allocations: Allocation[];
}

function receive(books: Books, id: number, data: Received): void {
  const { clientId, currency, receivedOn, amountMinor, reference } = data;
  books.payments.push({
    id,
    clientId,
    currency,
    reference,
    cash: { on: receivedOn, until: null, amount: amountMinor },
  });
  for (const { invoiceId, amountMinor } of data.allocations)
    books.settlements.push({
      ...{ source: id, document: invoiceId, until: null, amount: amountMinor },
      on: latest(receivedOn, documentOf(books, invoiceId).issuedOn),
    });
}

/**
 * The list replaces the one before. What it changes counts from `on`, but not before the document exists, and not before
 * what it takes away. An old event without `on` counts as if its list had always been the list.
 */
function reallocate(
  books: Books,
  source: number,
  { allocations, on = null }: { allocations: Allocation[]; on?: Day | null },
): void {
  const begins = sourceDay(books, source);
  if (on === null) books.settlements = books.settlements.filter((one) => one.source !== source);
  const before = books.settlements.filter((one) => one.source === source);
  for (const document of new Set([...before, ...allocations.map(asSettled)].map((one) => one.document))) {
    const parts = before.filter((one) => one.document === document);
    const amount = sum(allocations.map(asSettled), document) - sum(parts, document);
    if (amount === 0) continue;
    const { issuedOn } = documentOf(books, document);
    const day = latest(on ?? begins, issuedOn, ...(amount < 0 ? parts.map((part) => part.on) : []));
    books.settlements.push({ source, document, on: day, until: null, amount });
  }
}

interface Paid {
  clientId: number;
  paidOn: Day;
  currency: string;
  amountMinor: number;
  reference: string | null;
  sources: { sourceId: number; amountMinor: number }[];
}

function refund(books: Books, id: number, { clientId, paidOn, currency, amountMinor, reference, sources }: Paid): void {
  books.refunds.push({ id, clientId, currency, reference, cash: { on: paidOn, until: null, amount: amountMinor } });
  for (const { sourceId, amountMinor } of sources)
    books.payouts.push({ source: sourceId, refund: id, on: paidOn, until: null, amount: amountMinor });
}

/** Takes back a payment or a refund: on the day it was returned, or, if it was a mistake, as if it never had been. */
function reverse(books: Books, id: number, { kind = "mistake", on = null }: Reversal): void {
  const isOf = (one: Settlement | Payout) => one.source === id || ("refund" in one && one.refund === id);
  if (kind === "mistake") {
    books.payments = books.payments.filter((payment) => payment.id !== id);
    books.refunds = books.refunds.filter((refund) => refund.id !== id);
    books.settlements = books.settlements.filter((one) => !isOf(one));
    books.payouts = books.payouts.filter((one) => !isOf(one));
    return;
  }
  const cash = [...books.payments, ...books.refunds].filter((one) => one.id === id).map((one) => one.cash);
  end([...cash, ...books.settlements.filter(isOf), ...books.payouts.filter(isOf)], must(on ?? undefined));
}

/** From that day on they no longer count. What begins later never counts. */
function end(parts: readonly Dated[], on: Day): void {
  for (const part of parts) part.until = latest(on, part.on);
}

function sourceDay(books: Books, source: number): Day {
  const payment = books.payments.find(({ id }) => id === source);
  return payment ? payment.cash.on : documentOf(books, source).issuedOn;
}

const asSettled = ({ invoiceId, amountMinor }: Allocation) => ({ document: invoiceId, amount: amountMinor });

function sum(parts: readonly { document: number; amount: number }[], of: number): number {
  return parts.reduce((total, { document, amount }) => (document === of ? total + amount : total), 0);
}
