/**
 * Ways to change one thing in a log so that no decider can have decided it. Each one either changes an event of the log
 * or adds one at its end, and returns false if it does not fit there.
 */
import { canFollow, STATES, STEPS, type Step } from "../../events/business/steps.ts";
import { CATALOGUE } from "../../events/encoding/catalogue.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { idOf } from "../../fixtures/data/events.ts";

/** @param at the index of an event @param by a whole number other than zero */
export type Mutation = (events: LogEvent[], at: number, by: number) => boolean;

/** A change of an event's data, or of its place. */
const change =
  (apply: (event: LogEvent, by: number, events: LogEvent[]) => boolean): Mutation =>
  (events, at, by) => {
    const event = events[at];
    return event !== undefined && apply(event, by, events);
  };

/** Adds `by` to an amount that is determined by the rest. */
function add<R extends object>(row: R | undefined, names: readonly (keyof R)[], by: number): boolean {
  const name = names[Math.abs(by) % names.length];
  if (row === undefined || name === undefined || typeof row[name] !== "number") return false;
  Object.assign(row, { [name]: (row[name] as number) + by });
  return true;
}

const contentOf = (event: LogEvent) =>
  event.type === "InvoiceDrafted" || event.type === "InvoiceRevised" ? event.data.content : undefined;

const TOTALS = ["linesMinor", "netMinor", "taxMinor", "grossMinor", "payableMinor", "roundingMinor"] as const;

const allocationsIn = (event: LogEvent) =>
  event.type === "PaymentReceived" || event.type === "PaymentReallocated" || event.type === "CreditApplied"
    ? event.data.allocations
    : [];

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a step is taken that the state of its stream does not have": (events, at) => {
    const event = events[at] as LogEvent;
    const last = events.at(-1) as LogEvent;
    if ((STEPS[event.type] as Step).from === null || canFollow(event.type, stateOf(events, event.stream))) return false;
    const version = events.filter(({ stream }) => stream === event.stream).length + 1;
    const place = { seq: last.seq + 1, at: last.at, actor: last.actor, version, id: idOf(last.seq, 4711) };
    events.push({ ...structuredClone(event), ...place });
    return true;
  },
  "the net of a line": change((event, by) => add(contentOf(event)?.lines[0], ["netMinor"], by)),
  "a row of the VAT breakdown": change((event, by) =>
    add(contentOf(event)?.taxes[0], ["taxableMinor", "taxMinor"], by),
  ),
  "the totals of a draft": change((event, by) => add(contentOf(event)?.totals, TOTALS, by)),
  "the totals of an issued document": change((event, by) =>
    add(event.type === "InvoiceIssued" ? event.data.totals : undefined, TOTALS, by),
  ),
  "VAT in the organization's currency": change((event, by) =>
    add((event.type === "InvoiceIssued" && event.data.accounting) || undefined, ["taxMinor"], by),
  ),
  "the counter": change((event, by) => {
    if (event.type !== "InvoiceIssued" || event.data.counter === null) return false;
    event.data.counter =
      Math.max(1, event.data.counter + by) === event.data.counter ? 7_777 : Math.max(1, event.data.counter + by);
    return true;
  }),
  "the number": change((event) => {
    if (event.type !== "InvoiceIssued" || event.data.counter === null) return false;
    event.data.number += "X";
    return true;
  }),
  "the series": change((event) => {
    if (event.type !== "InvoiceIssued") return false;
    event.data.series = "no such series";
    return true;
  }),
  "the buyer": change((event) => {
    if (event.type !== "InvoiceIssued") return false;
    event.data.buyer.name += " & Sons";
    return true;
  }),
  "the due date": change((event) => {
    if (event.type !== "InvoiceIssued") return false;
    event.data.dueOn = "2025-02-29";
    return true;
  }),
  "the date of a document": change((event) => {
    if (event.type !== "InvoiceIssued") return false;
    event.data.issuedOn = "2199-12-31";
    return true;
  }),
  "the day of a payment": change((event) => {
    if (event.type !== "PaymentReceived") return false;
    event.data.receivedOn = "2199-12-31";
    return true;
  }),
  "the actor": change((event, by, events) => {
    if (event.seq <= 2) return false;
    event.actor = by > 0 ? 1 : events.length + 100; // the organization, and no stream at all
    return true;
  }),
  "an event of the server": change((event) => {
    if (event.seq <= 2) return false;
    event.actor = 0;
    return true;
  }),
  "the version": change((event, by) => {
    event.version =
      Math.max(1, event.version + by) === event.version ? event.version + 1 : Math.max(1, event.version + by);
    return true;
  }),
  "the stream": change((event, by, events) => {
    const other = events[(event.seq + Math.abs(by)) % events.length] as LogEvent;
    if (other.stream === event.stream || CATALOGUE[other.type].stream === CATALOGUE[event.type].stream) return false;
    event.stream = other.stream;
    return true;
  }),
  "the time": change((event) => {
    if (event.seq === 1) return false;
    event.at = 1;
    return true;
  }),
  "the id": change((event, by, events) => {
    const other = events[(event.seq + Math.abs(by)) % events.length] as LogEvent;
    if (other === event) return false;
    event.id = other.id;
    return true;
  }),
  "the currency of the organization": change((event) => {
    if (event.type !== "OrganizationProfileChanged") return false;
    event.data.currency = "CHF";
    return true;
  }),
  "an allocation's amount": change((event) => {
    const [allocation] = allocationsIn(event);
    if (!allocation) return false;
    allocation.amountMinor += 1e12;
    return true;
  }),
  "an allocation's invoice": change((event, by, events) => {
    const [allocation] = allocationsIn(event);
    if (!allocation) return false;
    allocation.invoiceId = by > 0 ? 1 : events.length + 100;
    return true;
  }),
  "the bank's fees": change((event) => {
    if (event.type !== "PaymentReceived") return false;
    event.data.feesMinor = event.data.amountMinor;
    return true;
  }),
  "the amount of a refund": change((event) => {
    if (event.type !== "RefundPaid") return false;
    event.data.amountMinor += 1;
    return true;
  }),
  "the amount of a refund and of its source": change((event) => {
    const source = event.type === "RefundPaid" ? event.data.sources[0] : undefined;
    if (event.type !== "RefundPaid" || !source) return false;
    source.amountMinor += 1e12;
    event.data.amountMinor += 1e12;
    return true;
  }),
  "the source of a refund": change((event, by, events) => {
    const source = event.type === "RefundPaid" ? event.data.sources[0] : undefined;
    if (!source) return false;
    source.sourceId = by > 0 ? 1 : events.length + 100;
    return true;
  }),
  "the client of a refund": change((event, by, events) => {
    if (event.type !== "RefundPaid") return false;
    event.data.clientId = by > 0 ? 1 : events.length + 100;
    return true;
  }),
  "the amount that is written off": change((event) => {
    if (event.type !== "InvoiceWrittenOff") return false;
    event.data.amountMinor += 1e12;
    return true;
  }),
  "the day of an entry": change((event, by) => {
    const day = by > 0 ? "2199-12-31" : "1999-12-31";
    if (event.type === "RefundPaid") event.data.paidOn = day;
    else if (event.type === "InvoiceWrittenOff" || event.type === "WriteOffReversed") event.data.on = day;
    else if (event.type === "PaymentReallocated" || event.type === "CreditApplied") event.data.on = day;
    else return false;
    return true;
  }),
  "the day of a reversal": change((event, by) => {
    if (event.type !== "PaymentReversed" && event.type !== "RefundReversed") return false;
    event.data.on = event.data.kind === "returned" ? (by > 0 ? "2199-12-31" : null) : "2023-06-01";
    return true;
  }),
  "the client of a document": change((event, by, events) => {
    const content = contentOf(event);
    if (!content) return false;
    content.clientId = by > 0 ? 1 : events.length + 100;
    return true;
  }),
  "an item": change((event, _, events) => {
    const line = contentOf(event)?.lines[0];
    if (!line) return false;
    line.itemId = events.length + 100;
    return true;
  }),
};

/** The state of a stream at the end of a log. */
function stateOf(events: readonly LogEvent[], stream: number): Parameters<typeof canFollow>[1] {
  let state: Parameters<typeof canFollow>[1] = STATES.organization[0];
  for (const event of events) if (event.stream === stream) state = (STEPS[event.type] as Step).to ?? state;
  return state;
}
