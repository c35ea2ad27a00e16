/** A history from a log without a cache: reads every event, and keeps those that concern one stream. */
import { CATALOGUE, definitionOf, type StreamKind } from "../../events/encoding/catalogue.ts";
import { decodeEvent, decodeHeader, type LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import type { About } from "../text/event-words.ts";
import {
  chooseStream,
  type Entry,
  eventText,
  type History,
  type HistoryQuery,
  kindText,
  whoOf,
} from "./history-text.ts";

interface HistoryOptions {
  signal: AbortSignal;
  onProgress: (done: Sequence, total: Sequence) => void;
}

export async function historyOfLog(query: HistoryQuery, source: EventLog, options: HistoryOptions): Promise<History> {
  const log = abortableLog(source, options.signal);
  const head = await log.head();
  const byNumber = query.number === null ? undefined : await findNumber(query.number, log, { ...options, head });
  const exists = query.stream !== null && query.stream <= head && (await beginsAt(log, query.stream));
  const stream = chooseStream(query, { ...(byNumber !== undefined && { byNumber }), exists });
  const reader = new HistoryReader(stream);
  for await (const { after, bodies } of log.read({ after: 0, upTo: head })) {
    for (const [n, body] of bodies.entries()) reader.read(body, after + n + 1);
    options.onProgress(after + bodies.length, head);
  }
  return reader.end();
}

/** The stream of the invoice or credit note with this number. */
async function findNumber(
  number: string,
  log: EventLog,
  { head, onProgress }: HistoryOptions & { head: Sequence },
): Promise<StreamId | undefined> {
  const text = Buffer.from(number);
  for await (const { after, bodies } of log.read({ after: 0, upTo: head })) {
    for (const [n, body] of bodies.entries()) {
      // The bytes contain the number unencoded, so few events need decoding.
      if (!asBuffer(body).includes(text)) continue;
      const event = decodeIfKnown(body, decodeHeader(body, `event ${after + n + 1}`), ["InvoiceIssued"]);
      if (event?.type === "InvoiceIssued" && event.data.number === number) return event.stream;
    }
    onProgress(after + bodies.length, head);
  }
  return undefined;
}

async function beginsAt(log: EventLog, seq: StreamId): Promise<boolean> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq }))
    return bodies[0] !== undefined && decodeHeader(bodies[0], `event ${seq}`).stream === seq;
  return false;
}

/** Types in other streams that may refer to an invoice, name a user, or set the time zone. */
const RELEVANT_TYPES = [
  "OrganizationRegistered",
  "OrganizationProfileChanged",
  "UserAdded",
  "UserDetailsChanged",
  "InvoiceDrafted",
  "CreditApplied",
  "PaymentReceived",
  "PaymentReallocated",
];

/** Reads all events of a log in order, and collects those that concern one stream. */
class HistoryReader {
  readonly #subject: StreamId;
  readonly #entries: Entry[] = [];
  /** Payments and credit notes that were applied to the invoice at any time, or correct it. */
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

  read(body: Uint8Array, seq: Sequence): void {
    const header = decodeHeader(body, `event ${seq}`);
    const own = header.stream === this.#subject;
    const event = decodeIfKnown(body, header, own || this.#others.has(header.stream) ? null : RELEVANT_TYPES);
    if (event && own) this.#learnOwn(event);
    if (event) this.#learn(event);
    const other = this.#others.get(header.stream);
    if (!own && other === undefined) return;
    const about: About = {
      currency: this.#currency,
      invoice: (id) => (id === this.#subject ? "this invoice" : `invoice ${id}`),
    };
    this.#entries.push({
      seq,
      atMs: header.at,
      actor: header.actor,
      who: whoOf(header.actor, this.#users.get(header.actor)),
      type: header.type,
      stream: header.stream,
      about: own ? null : `${other} ${header.stream}`,
      words: eventText(body, header.type, about),
    });
  }

  end(): History {
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
    if (event.type === "InvoiceIssued") this.#number = event.data.number;
    if (event.type === "PaymentReceived") this.#currency = event.data.currency;
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
      case "PaymentReceived":
      case "PaymentReallocated":
      case "CreditApplied":
        if (event.data.allocations.some(({ invoiceId }) => invoiceId === this.#subject))
          this.#others.set(event.stream, event.type === "CreditApplied" ? "credit note" : "payment");
    }
  }
}

/**
 * Decodes an event of one of these types (null: any).
 *
 * @param header decoded from the same bytes
 * @returns null for other types, and for those that this release does not know
 */
function decodeIfKnown(
  body: Uint8Array,
  { seq, type }: ReturnType<typeof decodeHeader>,
  types: readonly string[] | null,
): LogEvent | null {
  if (!definitionOf(type) || (types && !types.includes(type))) return null;
  try {
    return decodeEvent(body, `event ${seq}`, { scanned: true });
  } catch (error) {
    if (error instanceof LogError && error.code === "UNKNOWN_EVENT") return null;
    throw error;
  }
}

function asBuffer(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
