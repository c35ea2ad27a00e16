/** The fold refuses every step that the table does not have, and takes every one that it has. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { STATES, STEPS, type Step } from "../../events/business/steps.ts";
import type { EventType, Fact } from "../../events/encoding/catalogue.ts";
import { CATALOGUE } from "../../events/encoding/catalogue.ts";
import { LogError } from "../../events/errors.ts";
import { anItem } from "../../fixtures/data/builders.ts";
import { CLIENT, PROFILE } from "../../fixtures/data/events.ts";
import { content, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";

const folder = temporaryFolder();
let files = 0;

/** Folds all events but the last, which must be possible, then the last one. @returns the message of its refusal */
function refusalOfLast(log: LogBuilder): string | null {
  const cache = Cache.create(join(folder, `${++files}.sqlite`));
  try {
    const last = log.bodies.length - 1;
    cache.apply(0, log.bodies.slice(0, last));
    const before = cache.db.prepare("SELECT count(*) FROM activity").pluck().get();
    try {
      cache.apply(last, log.bodies.slice(last));
      return null;
    } catch (error) {
      assert.ok(error instanceof LogError && error.code === "INCONSISTENT_LOG", String(error));
      assert.equal(cache.checkpoint.seq, last);
      assert.equal(cache.db.prepare("SELECT count(*) FROM activity").pluck().get(), before);
      return error.message;
    }
  } finally {
    cache.close();
  }
}

const item = anItem();
const CLERK = { email: "clerk@example.com", name: "Clerk", role: "clerk" } as const;
const draft = content({ lines: [line("Mug", 1000)] });

/** A fact of each type that does not begin a stream. */
const LATER: { readonly [T in EventType]?: Extract<Fact, { type: T }>["data"] } = {
  OrganizationProfileChanged: { ...PROFILE, termsDays: 3 },
  OrganizationLogoChanged: { logo: null },
  PeriodLocked: { lockedUpTo: "2023-12-31", reason: "closed" },
  UserDetailsChanged: { email: CLERK.email, name: "Renamed" },
  UserRoleChanged: { role: "viewer" },
  ClientDetailsChanged: { ...CLIENT, name: "Renamed" },
  ItemChanged: { ...item, price6: 7 },
  InvoiceRevised: { content: draft },
  InvoiceVoided: { reason: "wrong", neverDelivered: true },
  DocumentDelivered: { how: "sent", file: null },
  CreditApplied: { allocations: [], on: null },
  InvoiceWrittenOff: { amountMinor: 1, on: "2024-06-20", reason: "too little" },
  WriteOffReversed: { on: "2024-06-20", reason: "paid after all" },
  PaymentReallocated: { allocations: [], on: null },
  PaymentReversed: { reason: "bounced", kind: "mistake", on: null },
  RefundReversed: { reason: "bounced", kind: "mistake", on: null },
};

/** A log with a stream of a kind in a state. @returns the log and the stream */
function logWith(kind: keyof typeof STATES, state: string): { log: LogBuilder; stream: number } {
  const log = LogBuilder.founded();
  const clientId = log.client();
  const add = (stream: number, ...types: EventType[]) => {
    for (const type of types) log.add(stream, { type, data: LATER[type] ?? {} } as Fact);
    return { log, stream };
  };
  const document = () =>
    log.begin({
      type: "InvoiceDrafted",
      data: { kind: "credit_note", correctsId: null, content: { ...draft, clientId } },
    });
  const issued = () => log.issue("CN-1", { clientId, lines: [line("Mug", 1000)] }, { kind: "credit_note", counter: 1 });
  switch (`${kind} ${state}`) {
    case "organization registered":
      return add(1);
    case "user active":
      return add(log.begin({ type: "UserAdded", data: CLERK }));
    case "user deactivated":
      return add(log.begin({ type: "UserAdded", data: CLERK }), "UserDeactivated");
    case "client active":
      return add(clientId);
    case "client archived":
      return add(clientId, "ClientArchived");
    case "item active":
      return add(log.begin({ type: "ItemAdded", data: item }));
    case "item archived":
      return add(log.begin({ type: "ItemAdded", data: item }), "ItemArchived");
    case "invoice draft":
      return add(document());
    case "invoice issued":
      return add(issued());
    case "invoice void":
      return add(issued(), "InvoiceVoided");
    case "invoice discarded":
      return add(document(), "InvoiceDraftDiscarded");
    case "payment received":
      return add(log.payment(clientId, 100));
    case "payment reversed":
      return add(log.payment(clientId, 100), "PaymentReversed");
    case "refund paid":
      return add(log.refund(clientId, [[log.payment(clientId, 100), 100]]));
    case "refund reversed":
      return add(log.refund(clientId, [[log.payment(clientId, 100), 100]]), "RefundReversed");
    default:
      throw new Error(`no way to ${kind} ${state}`);
  }
}

/** An invoice of 10.00, part of it written off: credit notes have nothing to write off. */
function writtenOff(): { log: LogBuilder; stream: number } {
  const log = LogBuilder.founded();
  const stream = log.issue("INV-1", { clientId: log.client(), lines: [line("Mug", 1000)] });
  log.add(stream, { type: "InvoiceWrittenOff", data: { amountMinor: 1, on: "2024-06-20", reason: "too little" } });
  return { log, stream };
}

/** What the state alone does not allow. */
const OTHER_WAYS: { readonly [T in EventType]?: typeof writtenOff } = {
  InvoiceWrittenOff: writtenOff,
  WriteOffReversed: writtenOff,
};

for (const [kind, states] of Object.entries(STATES) as [keyof typeof STATES, readonly string[]][])
  for (const state of states)
    test(`foldEvent() takes the steps that a stream of the kind ${kind} has when it is ${state}, and no others`, () => {
      for (const [type, { from }] of Object.entries(STEPS) as [EventType, Step][]) {
        if (from === null) continue;
        const { log, stream } = (state === "issued" && OTHER_WAYS[type]?.()) || logWith(kind, state);
        if (type === "InvoiceIssued") log.issueDraft(stream, "CN-7", draft, { counter: 7 });
        else log.add(stream, { type, data: LATER[type] ?? {} } as Fact);
        const message = refusalOfLast(log);
        const possible = CATALOGUE[type].stream === kind && (from as readonly string[]).includes(state);
        assert.equal(message === null, possible, `${type} on what is ${state}: ${message}`);
        const where = `event ${log.head} ${type}: `;
        if (message !== null) assert.equal(message.slice(0, where.length), where);
      }
    });

/**
 * What is refused beside the state of the event's own stream: the message, and the log whose last event it is about.
 */
const REFUSED: readonly [message: string, make: (log: LogBuilder, clientId: number) => void][] = [
  ["its actor 999 is not a user", (log) => log.begin({ type: "ClientRegistered", data: CLIENT }, { actor: 999 })],
  ["its actor 3 is not a user", (log) => log.begin({ type: "ClientRegistered", data: CLIENT }, { actor: 3 })],
  [
    "its actor, user 4, is deactivated",
    (log) => {
      log.begin({ type: "UserAdded", data: CLERK });
      log.add(4, { type: "UserDeactivated", data: {} });
      log.begin({ type: "ClientRegistered", data: CLIENT }, { actor: 4 });
    },
  ],
  [
    "the currency is GBP and cannot become EUR",
    (log) => log.add(1, { type: "OrganizationProfileChanged", data: { ...PROFILE, currency: "EUR" } }),
  ],
  [
    "invoice 4 has no credit: 1200 is owed",
    (log, clientId) => {
      const first = log.issue("INV-1", { clientId, lines: [line("Mug", 1000)] });
      log.add(first, { type: "CreditApplied", data: { allocations: [], on: null } });
    },
  ],
  [
    "only an issued document that is owed can be settled: invoice 4 is draft, and 1200 is owed",
    (log, clientId) => log.payment(clientId, 100, [[log.draft({ clientId, lines: [line("Mug", 1000)] }), 100]]),
  ],
  [
    "only an issued document that is owed can be settled: credit_note 4 is issued, and -1200 is owed",
    (log, clientId) => {
      const note = log.issue("CN-1", { clientId, lines: [line("Mug", 1000)] }, { kind: "credit_note" });
      log.payment(clientId, 100, [[note, 100]]);
    },
  ],
  [
    "100 of it is settled and 0 credited; both must be 0",
    (log, clientId) => {
      const invoice = log.issue("INV-1", { clientId, lines: [line("Mug", 1000)] });
      log.payment(clientId, 100, [[invoice, 100]]);
      log.add(invoice, { type: "InvoiceVoided", data: { reason: "wrong", neverDelivered: true } });
    },
  ],
  [
    "0 of it is settled and 120 credited; both must be 0",
    (log, clientId) => {
      const correctsId = log.issue("INV-1", { clientId, lines: [line("Mug", 1000)] });
      log.issue("CN-1", { clientId, lines: [line("Mug", 100)] }, { kind: "credit_note", correctsId });
      log.add(correctsId, { type: "InvoiceVoided", data: { reason: "wrong", neverDelivered: true } });
    },
  ],
  [
    "is at 1, earlier than the previous event at 1718452800003",
    (log) => log.begin({ type: "ClientRegistered", data: CLIENT }, { at: 1 }),
  ],
  ["there is no client 2", (log) => log.add(2, { type: "ClientArchived", data: {} }, { version: 2 })],
  ["there is no user 3", (log) => log.add(3, { type: "UserRoleChanged", data: { role: "owner" } })],
  [
    "client 3 is at version 1, the event is version 3",
    (log) => log.add(3, { type: "ClientArchived", data: {} }, { version: 3 }),
  ],
  [
    "client 3 is at version 1, the event is version 1",
    (log) => log.add(3, { type: "ClientArchived", data: {} }, { version: 1 }),
  ],
  [
    "begins a stream: it is stream 4 version 1, not 9 version 1",
    (log) => log.begin({ type: "ClientRegistered", data: CLIENT }, { stream: 9 }),
  ],
  [
    "a log begins with OrganizationRegistered, once",
    (log) => log.begin({ type: "OrganizationRegistered", data: PROFILE }),
  ],
];

for (const [message, make] of REFUSED)
  test(`foldEvent() refuses the event: ${message}`, () => {
    const log = LogBuilder.founded();
    make(log, log.client());
    assert.equal(refusalOfLast(log)?.replace(/^event \d+ \w+: /, ""), message);
  });
