import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventHash } from "../../events/hash.ts";
import { uuidText } from "../../events/uuid.ts";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { idOf, PROFILE } from "../../fixtures/data/events.ts";
import { BUILT_FROM_MS, content, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "./cache.ts";
import { NO_CHECKPOINT } from "./checkpoint.ts";

const folder = temporaryFolder();
let files = 0;
const newPath = () => join(folder, `${++files}.sqlite`);

/** A cache of a log of eight events, and the log. */
function cacheAndLog(): { cache: Cache; log: LogBuilder } {
  const log = LogBuilder.founded();
  const client = log.client();
  log.issue("INV-1", { clientId: client, lines: [line("Mug", 1000)] });
  log.draft({ clientId: client, lines: [line("Plate", 500)] });
  log.payment(client, 300);
  log.client("Another");
  const cache = Cache.create(newPath());
  cache.apply(0, log.bodies);
  return { cache, log };
}

/** Asserts that failed work leaves no trace: neither rows nor search texts nor a checkpoint. */
function assertUntouched(cache: Cache, work: () => void, error: object): void {
  const before = contentsOf(cache.db);
  const checkpoint = cache.checkpoint;
  assert.throws(work, error);
  assert.deepEqual(contentsOf(cache.db), before);
  assert.deepEqual(cache.checkpoint, checkpoint);
  assert.equal(cache.db.inTransaction, false);
  assert.equal(cache.rows.size, 0);
}

test("create() makes an empty cache, which open() opens", () => {
  const path = newPath();
  const cache = Cache.create(path);
  assert.deepEqual(cache.checkpoint, NO_CHECKPOINT);
  cache.close();
  const again = Cache.open(path);
  assert.deepEqual(again.checkpoint, NO_CHECKPOINT);
  again.close();
});

test("create() does not change an existing file, and removes leftovers beside a missing one", () => {
  const path = newPath();
  Cache.create(path).close();
  assert.throws(() => Cache.create(path), { code: "NOT_A_CACHE" });
  const other = newPath();
  writeFileSync(`${other}-wal`, "left behind");
  Cache.create(other).close();
  assert.equal(existsSync(`${other}-wal`), false);
});

test("create() reports a missing folder", () => {
  assert.throws(() => Cache.create(join(folder, "nowhere", "cache.sqlite")), {
    code: "UNAVAILABLE",
    message: /folder/,
  });
});

test("open() resumes at the checkpoint", () => {
  const { cache, log } = cacheAndLog();
  const last = log.bodies[log.head - 1] as Uint8Array;
  const expected = {
    logId: uuidText(idOf(1, 77)),
    seq: log.head,
    hash: eventHash(last),
    atMs: BUILT_FROM_MS + log.head,
  };
  assert.deepEqual(cache.checkpoint, expected);
  cache.close();
  const again = Cache.open(cache.path);
  assert.deepEqual(again.checkpoint, expected);
  log.client("One more");
  again.apply(log.head - 1, log.bodies.slice(-1));
  assert.equal(again.checkpoint.seq, log.head);
  again.close();
});

test("apply() of the same batch twice changes nothing", () => {
  const { cache, log } = cacheAndLog();
  const before = contentsOf(cache.db);
  cache.apply(0, log.bodies);
  cache.apply(3, log.bodies.slice(3, 6));
  cache.apply(log.head - 1, log.bodies.slice(-1));
  assert.deepEqual(contentsOf(cache.db), before);
  cache.close();
});

test("apply() of a batch that the cache partly contains folds the rest", () => {
  const { cache, log } = cacheAndLog();
  const whole = Cache.create(newPath());
  whole.apply(0, log.bodies.slice(0, 5));
  whole.apply(2, log.bodies.slice(2));
  assert.deepEqual(contentsOf(whole.db), contentsOf(cache.db));
  whole.close();
  cache.close();
});

test("apply() of nothing does nothing", () => {
  const { cache } = cacheAndLog();
  cache.apply(cache.checkpoint.seq, []);
  cache.apply(cache.checkpoint.seq + 5, []);
  cache.close();
});

test("apply() refuses a gap and leaves the cache unchanged", () => {
  const { cache, log } = cacheAndLog();
  log.client();
  log.client();
  const [next, second] = log.bodies.slice(-2) as [Uint8Array, Uint8Array];
  const applied = cache.checkpoint.seq;
  assertUntouched(cache, () => cache.apply(applied + 1, [second]), {
    code: "GAP",
    message: /have 8, the next event is 10/,
  });
  assertUntouched(cache, () => cache.apply(applied, [second]), {
    code: "GAP",
    message: /expected event 9, got event 10/,
  });
  assertUntouched(cache, () => cache.apply(applied, [next, next]), { code: "GAP" });
  assertUntouched(cache, () => cache.apply(applied - 1, [next]), { code: "GAP" });
  cache.apply(applied, [next, second]);
  assert.equal(cache.checkpoint.seq, applied + 2);
  cache.close();
});

test("apply() detects a different event at a known sequence, and different bytes at the checkpoint", () => {
  const { cache, log } = cacheAndLog();
  const other = LogBuilder.founded();
  other.begin({ type: "UserAdded", data: { email: "x@example.com", name: "X", role: "clerk" } }, { id: idOf(99, 99) });
  assertUntouched(cache, () => cache.apply(2, other.bodies.slice(2)), { code: "FORKED", message: /event 3/ });
  const changed = new LogBuilder();
  changed.bodies.push(...log.bodies.slice(0, -1));
  changed.client("Another name");
  assertUntouched(cache, () => cache.apply(log.head - 1, changed.bodies.slice(-1)), { code: "FORKED" });
  cache.close();
});

test("apply() stops before an event of a type or shape that this release does not know", () => {
  const { cache, log } = cacheAndLog();
  const applied = log.head;
  log.client("Before it");
  log.addUnknown();
  assertUntouched(cache, () => cache.apply(applied, log.bodies.slice(applied)), {
    code: "UNKNOWN_EVENT",
    message: /MoonLanded/,
  });
  cache.apply(applied, log.bodies.slice(applied, -1));
  assert.equal(cache.checkpoint.seq, applied + 1);
  cache.close();
});

test("apply() stops before bytes that break their schema", () => {
  const { cache, log } = cacheAndLog();
  log.client();
  const good = log.bodies.at(-1) as Uint8Array;
  for (const body of [good.subarray(0, -1), Buffer.concat([good, good]), Buffer.from([0xc0])])
    assertUntouched(cache, () => cache.apply(log.head - 1, [body]), { code: "MALFORMED_EVENT", message: /event 9/ });
  cache.close();
});

test("apply() stops before an event that no decider would have decided, and names the event", () => {
  const archived = { type: "ClientArchived", data: {} } as const;
  const newDraft = (correctsId: number | null) =>
    ({ type: "InvoiceDrafted", data: { kind: "invoice", correctsId, content: content({}) } }) as const;
  const mug = line("Mug", 100);
  const broken: [build: (log: LogBuilder) => void, message: RegExp][] = [
    // versions and streams
    [(log) => log.add(3, archived, { version: 3 }), /event 9 ClientArchived: client 3 is at version 1.* version 3/],
    [(log) => log.add(3, archived, { version: 1 }), /client 3 is at version 1.* version 1/],
    [(log) => log.add(99, archived), /there is no client 99/],
    [(log) => log.add(4, archived, { version: 3 }), /there is no client 4/],
    [(log) => log.add(3, { type: "ItemArchived", data: {} }), /there is no item 3/],
    [(log) => log.begin(newDraft(null), { stream: 3, version: 2 }), /begins a stream/],
    [(log) => log.begin(newDraft(null), { version: 2 }), /begins a stream/],
    [(log) => log.begin({ type: "OrganizationRegistered", data: PROFILE }), /OrganizationRegistered, once/],
    [(log) => log.begin(newDraft(null), { at: BUILT_FROM_MS }), /is at \d+, earlier than the previous event at/],
    // references
    [(log) => log.begin(newDraft(99)), /there is no invoice 99/],
    [(log) => log.draft({ clientId: 99 }), /there is no client 99/],
    [(log) => log.draft({ lines: [{ ...mug, itemId: 99 }] }), /there is no item 99/],
    [(log) => log.payment(99, 5), /there is no client 99/],
    [(log) => log.payment(3, 5, [[99, 5]]), /there is no invoice 99/],
    // constraints of the tables
    [(log) => log.payment(3, 5, [[4, 6]]), /event 9 PaymentReceived: payment 9 is 5, but 6 is allocated to invoice 4$/],
    [
      (log) => log.begin(newDraft(null), { id: idOf(1, 77) }),
      /event 9 InvoiceDrafted: activity 9 cannot have event_id [0-9a-f]{32}: activity 1 has it$/,
    ],
    [
      (log) => log.issue("INV-1", { clientId: 3, lines: [mug] }),
      /event 10 InvoiceIssued: invoice 9 cannot have number INV-1: invoice 4 has it \(its last event is 5 InvoiceIssued\)$/,
    ],
    // sums that would be inexact
    [(log) => log.payment(3, Number.MAX_SAFE_INTEGER), /event 9 PaymentReceived: credit_minor would be/],
  ];
  for (const [build, message] of broken) {
    const { cache, log } = cacheAndLog();
    const applied = log.head;
    build(log);
    assertUntouched(cache, () => cache.apply(applied, log.bodies.slice(applied)), {
      code: "INCONSISTENT_LOG",
      message,
    });
    cache.close();
  }
});

test("apply() of a first event that founds no organization stops", () => {
  const log = new LogBuilder();
  log.client();
  const cache = Cache.create(newPath());
  assertUntouched(cache, () => cache.apply(0, log.bodies), { code: "INCONSISTENT_LOG", message: /event 1 / });
  cache.close();
});
