/**
 * Books in memory, for tests. They store what the events state and derive the rest at each read by scanning
 * everything. That is slow, and simple enough to check the books over tables against.
 */
import assert from "node:assert/strict";
import type { InvoiceContent } from "../document/draft.ts";
import type { EventType } from "../encoding/catalogue.ts";
import type { LogEvent } from "../encoding/event.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import { uniqueKey } from "../values/unique-key.ts";
import type { Books } from "./books.ts";
import type { ClientOnBooks } from "./client.ts";
import type { Delivery } from "./delivery.ts";
import type { InvoiceOnBooks } from "./invoice.ts";
import type { InvoiceIssued } from "./issue.ts";
import type { ItemOnBooks } from "./item.ts";
import type { OrganizationOnBooks } from "./organization.ts";
import type { Allocation, PaymentOnBooks } from "./payment.ts";
import type { RefundOnBooks, RefundPaid } from "./refund.ts";
import type { SeriesOnBooks } from "./series.ts";
import type { UserOnBooks } from "./user.ts";

type Document = Omit<
  InvoiceOnBooks,
  "paidMinor" | "creditedMinor" | "refundedMinor" | "deliveryCount" | "cancelledById"
> & {
  content: InvoiceContent;
};
type Payment = Omit<PaymentOnBooks, "refundedMinor">;
type Refund = RefundOnBooks & Pick<RefundPaid, "sources">;

/** What an event does to the books. Leaving an event type out does not compile. */
type Folds = { readonly [T in EventType]: (event: Extract<LogEvent, { type: T }>) => void };

const DRAFT = { status: "draft", number: null, issuedOn: null, writtenOffMinor: 0, writtenOffOn: null } as const;

export class MemoryBooks implements Books {
  #organization: OrganizationOnBooks | undefined;
  readonly #users = new Map<StreamId, UserOnBooks>();
  readonly #clients = new Map<StreamId, ClientOnBooks>();
  readonly #items = new Map<StreamId, ItemOnBooks>();
  readonly #documents = new Map<StreamId, Document>();
  readonly #statements = new Map<
    StreamId,
    Pick<InvoiceIssued, "seller" | "buyer" | "accounting" | "language" | "format">
  >();
  readonly #cancelled = new Map<StreamId, StreamId>();
  readonly #deliveries = new Map<StreamId, Delivery[]>();
  readonly #issues: InvoiceIssued[] = [];
  readonly #payments = new Map<StreamId, Payment>();
  readonly #refunds = new Map<StreamId, Refund>();
  /** The pattern of each series and period, as of its first number. */
  readonly #patterns = new Map<string, string>();
  readonly #credits = new Map<StreamId, readonly Allocation[]>();

  /** Counts a number, and keeps what the document states. */
  #issued(id: StreamId, data: InvoiceIssued): void {
    this.#issues.push(data);
    const { seller, buyer, accounting, language, format } = data;
    this.#statements.set(id, { seller, buyer, accounting, language, format });
    const place = JSON.stringify([data.series, data.period]);
    const series = this.#organization?.profile.series.find(({ name }) => name === data.series);
    if (series && !this.#patterns.has(place)) this.#patterns.set(place, series.pattern);
  }

  /** Folds events in, which follow those before them. */
  given(events: Iterable<LogEvent>): this {
    for (const event of events) (this.#folds[event.type] as (event: LogEvent) => void)(event);
    return this;
  }

  readonly #folds: Folds = {
    OrganizationRegistered: ({ stream: id, version, data }) => {
      this.#organization = { id, version, profile: data, hasLogo: false, lockedUpTo: null };
    },
    OrganizationProfileChanged: ({ version, data }) => {
      this.#organization = { ...existing(this.#organization), version, profile: data };
    },
    OrganizationLogoChanged: ({ version, data }) => {
      this.#organization = { ...existing(this.#organization), version, hasLogo: data.logo !== null };
    },
    PeriodLocked: ({ version, data }) => {
      this.#organization = { ...existing(this.#organization), version, lockedUpTo: data.lockedUpTo };
    },

    UserAdded: ({ stream: id, version, data }) => {
      this.#users.set(id, { id, version, ...data, active: true, sessionsEnded: 0 });
    },
    UserDetailsChanged: (event) => change(this.#users, event, () => event.data),
    UserRoleChanged: (event) => change(this.#users, event, () => event.data),
    UserDeactivated: (event) => change(this.#users, event, () => ({ active: false })),
    UserReactivated: (event) => change(this.#users, event, () => ({ active: true })),
    UserSessionsEnded: (event) =>
      change(this.#users, event, ({ sessionsEnded }) => ({ sessionsEnded: sessionsEnded + 1 })),

    ClientRegistered: ({ stream: id, version, data }) => {
      this.#clients.set(id, { id, version, details: data, archived: false });
    },
    ClientDetailsChanged: (event) => change(this.#clients, event, () => ({ details: event.data })),
    ClientArchived: (event) => change(this.#clients, event, () => ({ archived: true })),
    ClientRestored: (event) => change(this.#clients, event, () => ({ archived: false })),

    ItemAdded: ({ stream: id, version, data }) => {
      this.#items.set(id, { id, version, details: data, archived: false });
    },
    ItemChanged: (event) => change(this.#items, event, () => ({ details: event.data })),
    ItemArchived: (event) => change(this.#items, event, () => ({ archived: true })),
    ItemRestored: (event) => change(this.#items, event, () => ({ archived: false })),

    InvoiceDrafted: ({ stream: id, version, data: { kind, correctsId, content } }) => {
      const { clientId, currency, totals } = content;
      const terms = { clientId, currency, totals, content };
      this.#documents.set(id, { id, version, kind, correctsId, ...DRAFT, ...terms });
    },
    InvoiceRevised: (event) => {
      const { content } = event.data;
      const { clientId, currency, totals } = content;
      change(this.#documents, event, () => ({ clientId, currency, totals, content }));
    },
    InvoiceDraftDiscarded: (event) => change(this.#documents, event, () => ({ status: "discarded" as const })),
    InvoiceIssued: (event) => {
      const { number, issuedOn, taxes, totals } = event.data;
      this.#issued(event.stream, event.data);
      change(this.#documents, event, ({ content }) => ({
        status: "issued" as const,
        number,
        issuedOn,
        totals,
        content: { ...content, taxes, totals },
      }));
    },
    InvoiceCancelled: ({ stream: id, version, data }) => {
      const { cancelsId: correctsId, content, taxes, totals, number, issuedOn, allocatedMinor } = data;
      const { clientId, currency } = content;
      this.#issued(id, data);
      const terms = { clientId, currency, totals, content: { ...content, taxes, totals } };
      const state = { ...DRAFT, status: "issued", number, issuedOn } as const;
      this.#documents.set(id, { id, version, kind: "credit_note", correctsId, ...state, ...terms });
      this.#cancelled.set(correctsId, id);
      if (allocatedMinor > 0) this.#credits.set(id, [{ invoiceId: correctsId, amountMinor: allocatedMinor }]);
    },
    InvoiceVoided: (event) => {
      this.#credits.delete(event.stream);
      change(this.#documents, event, () => ({ status: "void" as const }));
    },
    DocumentDelivered: (event) => {
      this.#deliveries.set(event.stream, [...this.deliveries(event.stream), event.data]);
      change(this.#documents, event, () => ({}));
    },
    CreditApplied: (event) => {
      this.#credits.set(event.stream, event.data.allocations);
      change(this.#documents, event, () => ({}));
    },

    InvoiceWrittenOff: (event) => {
      const { amountMinor, on } = event.data;
      change(this.#documents, event, ({ writtenOffMinor, writtenOffOn }) => ({
        writtenOffMinor: writtenOffMinor + amountMinor,
        writtenOffOn: writtenOffOn !== null && writtenOffOn > on ? writtenOffOn : on,
      }));
    },
    WriteOffReversed: (event) => change(this.#documents, event, () => ({ writtenOffMinor: 0, writtenOffOn: null })),

    PaymentReceived: ({ stream: id, version, data }) => {
      const { clientId, receivedOn, currency, amountMinor, reference, allocations } = data;
      const money = { clientId, receivedOn, currency, amountMinor, reference, allocations };
      this.#payments.set(id, { id, version, ...money, reversed: false });
    },
    PaymentReallocated: (event) => change(this.#payments, event, () => ({ allocations: event.data.allocations })),
    PaymentReversed: (event) => change(this.#payments, event, () => ({ reversed: true, allocations: [] })),

    RefundPaid: ({ stream: id, version, data }) => {
      const { clientId, paidOn, reference, sources } = data;
      this.#refunds.set(id, { id, version, clientId, paidOn, reference, sources, reversed: false });
    },
    RefundReversed: (event) => change(this.#refunds, event, () => ({ reversed: true })),
  };

  organization(): OrganizationOnBooks | undefined {
    return this.#organization;
  }

  user(id: StreamId): UserOnBooks | undefined {
    return this.#users.get(id);
  }

  userIdByEmail(email: string, own: StreamId | null): StreamId | undefined {
    return idOfSame(this.#users, (user) => (user.id === own ? null : user.email), email);
  }

  activeOwners(): number {
    return [...this.#users.values()].filter(({ role, active }) => role === "owner" && active).length;
  }

  client(id: StreamId): ClientOnBooks | undefined {
    return this.#clients.get(id);
  }

  item(id: StreamId): ItemOnBooks | undefined {
    return this.#items.get(id);
  }

  itemIdByCode(code: string, own: StreamId | null): StreamId | undefined {
    return idOfSame(this.#items, ({ id, details }) => (id === own ? null : details.code), code);
  }

  invoice(id: StreamId): InvoiceOnBooks | undefined {
    const document = this.#documents.get(id);
    if (!document) return undefined;
    const { content: _, ...said } = document;
    const allocations = [...this.#payments.values()].flatMap((payment) => payment.allocations);
    const settled = [...allocations, ...[...this.#credits.values()].flat()].filter(({ invoiceId }) => invoiceId === id);
    const corrections = [...this.#documents.values()].filter(
      ({ correctsId, status }) => correctsId === id && status === "issued",
    );
    const refundedMinor = this.#refundedMinor(id);
    const applied = [...settled, ...this.creditAllocations(id)].map(({ amountMinor }) => amountMinor);
    return {
      ...said,
      paidMinor: 0 + Math.sign(said.totals.payableMinor) * sum([...applied, said.writtenOffMinor, refundedMinor]),
      refundedMinor,
      creditedMinor: sum(corrections.map(({ totals }) => totals.grossMinor)),
      deliveryCount: this.deliveries(id).length,
      cancelledById: this.#cancelledById(id),
    };
  }

  #cancelledById(id: StreamId): StreamId | null {
    const creditNote = this.#documents.get(this.#cancelled.get(id) ?? 0);
    return creditNote?.status === "issued" ? creditNote.id : null;
  }

  invoiceStatement(id: StreamId) {
    return this.#statements.get(id);
  }

  deliveries(id: StreamId): readonly Delivery[] {
    return this.#deliveries.get(id) ?? [];
  }

  invoiceContent(id: StreamId): InvoiceContent | undefined {
    return this.#documents.get(id)?.content;
  }

  invoiceIdBySameNumber(number: string): StreamId | undefined {
    return idOfSame(this.#documents, (document) => document.number, number);
  }

  series(name: string, period: string): SeriesOnBooks {
    const issues = this.#issues.filter(({ series }) => series === name);
    const counters = issues.filter((issue) => issue.period === period).map(({ counter }) => counter ?? 0);
    const now = this.#organization?.profile.series.find((series) => series.name === name);
    const pattern = counters.length === 0 ? null : this.#patterns.get(JSON.stringify([name, period]));
    return {
      lastNumber: counters.length === 0 ? null : Math.max(...counters),
      // In logs of earlier releases, the pattern of a series that never begins again could change.
      pattern: (period === "" && pattern !== null ? (now?.pattern ?? pattern) : pattern) ?? null,
      lastIssuedOn:
        issues
          .map(({ issuedOn }) => issuedOn)
          .sort()
          .at(-1) ?? null,
    };
  }

  payment(id: StreamId): PaymentOnBooks | undefined {
    const payment = this.#payments.get(id);
    return payment && { ...payment, refundedMinor: this.#refundedMinor(id) };
  }

  paymentIdByReference(clientId: StreamId, reference: string): StreamId | undefined {
    const counts = (payment: Payment) => payment.clientId === clientId && !payment.reversed;
    return idOfSame(this.#payments, (payment) => (counts(payment) ? payment.reference : null), reference);
  }

  refund(id: StreamId): RefundOnBooks | undefined {
    return this.#refunds.get(id);
  }

  refundIdByReference(clientId: StreamId, reference: string): StreamId | undefined {
    const counts = (refund: Refund) => refund.clientId === clientId && !refund.reversed;
    return idOfSame(this.#refunds, (refund) => (counts(refund) ? refund.reference : null), reference);
  }

  /** What refunds have paid out of a payment or a document. */
  #refundedMinor(sourceId: StreamId): number {
    const sources = [...this.#refunds.values()].filter(({ reversed }) => !reversed).flatMap(({ sources }) => sources);
    return sum(sources.filter((source) => source.sourceId === sourceId).map(({ amountMinor }) => amountMinor));
  }

  creditAllocations(creditNoteId: StreamId): readonly Allocation[] {
    return this.#credits.get(creditNoteId) ?? [];
  }
}

function change<State extends StreamState>(
  states: Map<StreamId, State>,
  { stream, version }: LogEvent,
  changeOf: (before: State) => Partial<State>,
): void {
  const before = existing(states.get(stream));
  assert.equal(version, before.version + 1, `stream ${stream} is at version ${before.version}, not ${version - 1}`);
  states.set(stream, { ...before, ...changeOf(before), version });
}

function existing<State>(state: State | undefined): State {
  assert.ok(state, "the event is of a stream that has begun");
  return state;
}

/** The state with this text, else the oldest one whose text has the same key. @param textOf null: not that one */
function idOfSame<State extends StreamState>(
  states: ReadonlyMap<StreamId, State>,
  textOf: (state: State) => string | null,
  text: string,
): StreamId | undefined {
  const all = [...states.values()].sort((a, b) => a.id - b.id);
  const isSame = (other: string | null) => other !== null && uniqueKey(other) === uniqueKey(text);
  return (all.find((state) => textOf(state) === text) ?? all.find((state) => isSame(textOf(state))))?.id;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
