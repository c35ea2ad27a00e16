/** A history from a log without a cache: reads every event, and keeps those that concern one stream. */
import { CATALOGUE, type StreamKind } from "../../events/encoding/catalogue.ts";
import { decodeHeader, type LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { isStop, stopOf } from "../cache/follow.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { type About, wordsOf } from "../text/event-words.ts";
import { decodedEvents, readBody } from "./decoded-events.ts";
import { chooseStream, type Entry, type History, type HistoryQuery, kindText, whoOf } from "./history-text.ts";

interface HistoryOptions {
  signal: AbortSignal;
  onProgress: (done: Sequence, total: Sequence) => void;
}

/**
 * @returns a history up to the log's head, or up to the event before the first one that cannot be read: `stoppedBy` names
 *   it. It could belong to the stream, so nothing after it is listed
 */
export async function historyOfLog(query: HistoryQuery, source: EventLog, options: HistoryOptions): Promise<History> {
  const log = abortableLog(source, options.signal);
  const head = await log.head();
  const onProgress = (seq: Sequence) => options.onProgress(seq, head);
  const exists = query.stream !== null && query.stream <= head && (await beginsAt(log, query.stream));
  const byNumber =
    query.number === null ? undefined : await findNumber(query.number, log, { head, onProgress, isRequired: !exists });
  const stream = chooseStream(query, { ...(byNumber !== undefined && { byNumber }), exists });
  const reader = new HistoryReader(stream);
  let upTo = 0;
  const stoppedBy = await stopOf(async () => {
    for await (const { event } of decodedEvents(log, head, { onProgress })) {
      reader.read(event);
      upTo = event.seq;
    }
  });
  return { ...reader.end(), upTo, head, stoppedBy };
}

/**
 * Finds the stream of the invoice or credit note with this number.
 *
 * @param options.isRequired false if the history can be that of a stream instead
 * @throws LogError if an event cannot be read before the number is found: it could be the one with the number
 */
async function findNumber(
  number: string,
  log: EventLog,
  options: { head: Sequence; onProgress: (seq: Sequence) => void; isRequired: boolean },
): Promise<StreamId | undefined> {
  const { head, onProgress, isRequired } = options;
  try {
    for await (const { event } of decodedEvents(log, head, { onProgress }))
      if (isNumbered(event) && event.data.number === number) return event.stream;
    return undefined;
  } catch (error) {
    if (!isStop(error)) throw error;
    if (!isRequired) return undefined;
    throw new LogError(error.code, `${error.message}; no event before it gives the number ${number}`, { cause: error });
  }
}

async function beginsAt(log: EventLog, seq: StreamId): Promise<boolean> {
  return decodeHeader(await readBody(log, seq), `event ${seq}`).stream === seq;
}

/** Reads all events of a log in order, and collects those that concern one stream. */
class HistoryReader {
  readonly #subject: StreamId;
  readonly #entries: Entry[] = [];
  /** Payments and credit that were applied to the invoice at any time, refunds of it, and credit notes that correct it. */
  readonly #others = new Map<StreamId, string>();
  readonly #users = new Map<number, string>();
  #kind: StreamKind = "invoice";
  #documentKind = "";
  #number = "";
  /** The currency of the subject and of everything applied to it. */
  #currency: string | null = null;
  #timeZone = "UTC";

  constructor(subject: StreamId) {
    this.#subject = subject;
  }

  read(event: LogEvent): void {
    const own = event.stream === this.#subject;
    if (own) this.#learnOwn(event);
    this.#learn(event);
    const other = this.#others.get(event.stream);
    if (!own && other === undefined) return;
    const about: About = {
      currency: this.#currency,
      invoice: (id) => (id === this.#subject ? "this invoice" : `invoice ${id}`),
      source: (id) => (id === this.#subject ? `this ${this.#kind}` : `credit ${id}`),
    };
    this.#entries.push({
      seq: event.seq,
      atMs: event.at,
      actor: event.actor,
      who: whoOf(event.actor, this.#users.get(event.actor)),
      type: event.type,
      stream: event.stream,
      about: own ? null : `${other} ${event.stream}`,
      words: wordsOf(event, about),
    });
  }

  end(): Omit<History, "upTo" | "head" | "stoppedBy"> {
    const stream = this.#subject;
    const kind = kindText(this.#documentKind || this.#kind);
    const title = this.#number ? `${kind} ${this.#number} (stream ${stream})` : `${kind} ${stream}`;
    return { kind: this.#kind, stream, title, timeZone: this.#timeZone, entries: this.#entries, hasDetails: true };
  }

  #learnOwn(event: LogEvent): void {
    this.#kind = CATALOGUE[event.type].stream;
    if (event.type === "InvoiceDrafted") this.#documentKind = event.data.kind;
    if (event.type === "InvoiceDrafted" || event.type === "InvoiceRevised")
      this.#currency = event.data.content.currency;
    if (event.type === "InvoiceCancelled") {
      this.#documentKind = "credit_note";
      this.#currency = event.data.content.currency;
    }
    if (isNumbered(event)) this.#number = event.data.number;
    if (event.type === "PaymentReceived" || event.type === "RefundPaid") this.#currency = event.data.currency;
  }

  #learn(event: LogEvent): void {
    switch (event.type) {
      case "OrganizationRegistered":
      case "OrganizationProfileChanged":
        this.#timeZone = event.data.timeZone;
        break;
      case "UserAdded":
      case "UserDetailsChanged":
        this.#users.set(event.stream, event.data.name);
        break;
      case "InvoiceDrafted":
        if (event.data.correctsId === this.#subject) this.#others.set(event.stream, "credit note");
        break;
      case "InvoiceCancelled":
        if (event.data.cancelsId === this.#subject) this.#others.set(event.stream, "credit note");
        break;
      case "PaymentReceived":
      case "PaymentReallocated":
      case "CreditApplied":
        if (event.data.allocations.some(({ invoiceId }) => invoiceId === this.#subject))
          this.#others.set(event.stream, event.type === "CreditApplied" ? "credit note" : "payment");
        break;
      case "RefundPaid":
        if (event.data.sources.some(({ sourceId }) => sourceId === this.#subject))
          this.#others.set(event.stream, "refund");
    }
  }
}

/** True for the events that give a document its number. */
function isNumbered(event: LogEvent): event is Extract<LogEvent, { type: "InvoiceIssued" | "InvoiceCancelled" }> {
  return event.type === "InvoiceIssued" || event.type === "InvoiceCancelled";
}
