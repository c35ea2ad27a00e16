import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { anItem } from "../../fixtures/data/builders.ts";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { BUILT_FROM_MS, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { asOldRelease } from "../../fixtures/data/old-release.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import { NO_CHECKPOINT, readCheckpoint } from "../cache/checkpoint.ts";
import { catchUp } from "../cache/follow.ts";
import { rebuildCache } from "./rebuild.ts";
import { nextFile } from "./rebuild-file.ts";

const folder = temporaryFolder();
let files = 0;
let history: Uint8Array[] = [];

before(async () => {
  history = await randomHistory(folder, { seed: 21, commands: 500 });
});

/** A path in a folder of its own. */
function newPath(): string {
  const own = join(folder, String(++files));
  mkdirSync(own);
  return join(own, "cache.sqlite");
}

function follow(bodies: readonly Uint8Array[]) {
  const cache = Cache.create(newPath());
  for (const [n, body] of bodies.entries()) cache.apply(n, [body]);
  const contents = contentsOf(cache.db);
  cache.close();
  return contents;
}

/** Asserts that the folder contains the cache of these events, and nothing else. */
function assertBuilt(path: string, bodies: readonly Uint8Array[]): void {
  assert.deepEqual(contentsOf(path), follow(bodies));
  assert.deepEqual(readdirSync(dirname(path)), ["cache.sqlite"]);
}

test("rebuildCache() makes a cache where there is none, and returns its checkpoint", async () => {
  const path = newPath();
  const checkpoint = await rebuildCache(path, new MemoryLog(history, { batch: 50 }));
  assertBuilt(path, history);
  const db = openCacheForReading(path);
  assert.deepEqual(readCheckpoint(db), checkpoint);
  db.close();
  assert.equal(checkpoint.seq, history.length);
  assert.deepEqual(checkpoint.hash, eventHash(history.at(-1) as Uint8Array));
});

test("rebuildCache() makes the same cache with any row buffer", async () => {
  for (const maxBufferedRows of [0, 1, 10, 100, 1000]) {
    const path = newPath();
    await rebuildCache(path, new MemoryLog(history, { batch: 3 }), { maxBufferedRows });
    assertBuilt(path, history);
  }
});

test("rebuildCache() of a log without events makes an empty cache", async () => {
  const path = newPath();
  assert.deepEqual(await rebuildCache(path, new MemoryLog([])), NO_CHECKPOINT);
  assertBuilt(path, []);
});

test("rebuildCache() replaces any file", async () => {
  const stale = newPath();
  Cache.create(stale).close();
  const garbage = newPath();
  writeFileSync(garbage, "not a database");
  const empty = newPath();
  writeFileSync(empty, "");
  for (const path of [stale, garbage, empty]) {
    await rebuildCache(path, new MemoryLog(history));
    assertBuilt(path, history);
  }
});

test("rebuildCache() ends at `upTo`, and at the last event up to a time", async () => {
  const events = logOf(12).map(({ body }) => body);
  const at = (seq: number) => Date.UTC(2024, 0, 1) + seq;
  for (const [options, seq] of [
    [{ upTo: 0 }, 0],
    [{ upTo: 5 }, 5],
    [{ upTo: 99 }, 12],
    [{ untilMs: at(0) }, 0],
    [{ untilMs: at(1) }, 1],
    [{ untilMs: at(7) - 1 }, 6],
    [{ untilMs: at(7) }, 7],
    [{ untilMs: at(99) }, 12],
    [{ untilMs: at(7), upTo: 4 }, 4],
    [{ untilMs: at(4), upTo: 7 }, 4],
  ] as const) {
    const path = newPath();
    const checkpoint = await rebuildCache(path, new MemoryLog(events, { batch: 5 }), options);
    assert.equal(checkpoint.seq, seq, JSON.stringify(options));
    assertBuilt(path, events.slice(0, seq));
  }
});

test("rebuildCache() keeps the old cache readable until the new one is complete", async () => {
  const path = newPath();
  await rebuildCache(path, new MemoryLog(history.slice(0, 100)));
  const old = contentsOf(path);
  const reader = openCacheForReading(path);
  const seen: string[] = [];
  await rebuildCache(path, new MemoryLog(history, { batch: 50 }), {
    onProgress: ({ seq }) => {
      assert.deepEqual(contentsOf(reader), old, `after ${seq}`);
      seen.push(String(seq));
    },
    beforeSwap: () => {
      assert.deepEqual(contentsOf(path), old);
      assert.deepEqual(contentsOf(nextFile(path)), follow(history));
      reader.close();
      seen.push("swap");
    },
  });
  assertBuilt(path, history);
  assert.deepEqual(seen.slice(-2), [String(history.length), "swap"]);
  assert.equal(seen.length, Math.ceil(history.length / 50) + 1);
});

test("rebuildCache() builds up to an event that cannot be folded, and then names it", async () => {
  const gap = logOf(9).map(({ body }) => body);
  gap.splice(4, 1);
  const unknown = LogBuilder.founded();
  unknown.client();
  unknown.client();
  unknown.addUnknown();
  unknown.client();
  const malformed = logOf(9).map(({ body }) => body);
  malformed[4] = Buffer.from([0x91, 0xc0]);
  const duplicate = LogBuilder.founded();
  const client = duplicate.client();
  duplicate.client();
  duplicate.begin({ type: "UserAdded", data: { email: "owner@example.com", name: "Twin", role: "clerk" } });
  duplicate.client();
  duplicate.addUnknown(); // not the first bad event
  const refused = LogBuilder.founded();
  refused.client();
  refused.draft({ lines: [line("Mug", 5)] });
  refused.payment(client, 5, [[4, 6]]); // to an invoice without a client
  const half = LogBuilder.founded();
  half.payment(half.client(), 1, [], "2024-01-01");
  half.payment(client, Number.MAX_SAFE_INTEGER); // fits its month's sum, but not the client's credit
  for (const [code, bodies] of [
    ["GAP", gap],
    ["UNKNOWN_EVENT", unknown.bodies],
    ["MALFORMED_EVENT", malformed],
    ["INCONSISTENT_LOG", duplicate.bodies],
    ["INCONSISTENT_LOG", refused.bodies],
    ["INCONSISTENT_LOG", half.bodies], // half of its last event can be folded
  ] as const)
    for (const maxBufferedRows of [0, 1000]) {
      const path = newPath();
      const log = new MemoryLog(bodies, { batch: 2 });
      await assert.rejects(rebuildCache(path, log, { maxBufferedRows }), { code, message: /event [56]/ }, code);
      assertBuilt(path, bodies.slice(0, 4));
    }
});

/** Last events whose rows conflict with other rows, or break a rule of their own table. */
const MISFITS: readonly [
  what: string,
  message: string,
  build: (log: LogBuilder, client: number, invoice: number) => void,
][] = [
  [
    "a payment that allocates more than its amount",
    "event 6 PaymentReceived: payment 6 is 5, but 6 is allocated to invoice 4",
    (log, _, invoice) => log.payment(3, 5, [[invoice, 6]]),
  ],
  [
    "a number that another invoice has",
    "event 7 InvoiceIssued: invoice 6 cannot have number INV-1: invoice 4 has it (its last event is 5 InvoiceIssued)",
    (log, client) => log.issue("INV-1", { clientId: client, lines: [line("Cup", 100)] }, { counter: 2 }),
  ],
  [
    "a counter that another invoice has",
    "event 7 InvoiceIssued: invoice 6 cannot have series main, counter 1: invoice 4 has it (its last event is 5 InvoiceIssued)",
    (log, client) => log.issue("INV-2", { clientId: client, lines: [line("Cup", 100)] }, { counter: 1 }),
  ],
  [
    "an address that another user has",
    "event 6 UserAdded: user 6 cannot have email owner@example.com: user 2 has it (its last event is 2 UserAdded)",
    (log) => log.begin({ type: "UserAdded", data: { email: "owner@example.com", name: "Twin", role: "clerk" } }),
  ],
];

for (const [what, message, build] of MISFITS)
  test(`rebuildCache() and catchUp() name the bad event and the conflict: ${what}`, async () => {
    const log = LogBuilder.founded();
    const client = log.client();
    const invoice = log.issue("INV-1", { clientId: client, lines: [line("Mug", 500)] }, { counter: 1 });
    build(log, client, invoice);
    const bad = log.head;
    while (log.head < 100) log.client();
    for (const batch of [1, 7, 100]) {
      const cache = Cache.create(newPath());
      await assert.rejects(catchUp(cache, new MemoryLog(log.bodies, { batch })), { code: "INCONSISTENT_LOG", message });
      assert.equal(cache.checkpoint.seq, bad - 1);
      cache.close();
      for (const maxBufferedRows of [0, 1000]) {
        const path = newPath();
        const rebuilt = rebuildCache(path, new MemoryLog(log.bodies, { batch }), { maxBufferedRows });
        await assert.rejects(rebuilt, { code: "INCONSISTENT_LOG", message });
        assertBuilt(path, log.bodies.slice(0, bad - 1));
      }
    }
  });

test("rebuildCache() that stops at a bad row still leaves out events after `untilMs`", async () => {
  const log = LogBuilder.founded();
  log.client();
  log.begin({ type: "UserAdded", data: { email: "owner@example.com", name: "Twin", role: "clerk" } });
  const path = newPath();
  const { seq } = await rebuildCache(path, new MemoryLog(log.bodies), { untilMs: BUILT_FROM_MS + 3 });
  assert.equal(seq, 3);
  assertBuilt(path, log.bodies.slice(0, 3));
});

test("rebuildCache() swaps in no row whose parent is missing", async (t) => {
  const { pragma } = Database.prototype;
  t.mock.method(Database.prototype, "pragma", function (this: Database.Database, source: string, options: object) {
    if (source === "foreign_key_check")
      this.exec("INSERT INTO credit_allocation VALUES (999999, 1, 999999, 1, '2024-01-01', 5)");
    return pragma.call(this, source, options);
  });
  const path = newPath();
  await rebuildCache(path, new MemoryLog(history));
  t.mock.restoreAll();
  assertBuilt(path, history);
});

test("rebuildCache() of an older release stops before the first event that it does not know", async () => {
  const log = LogBuilder.founded();
  log.client();
  log.begin({
    type: "ItemAdded",
    data: anItem(),
  });
  const path = newPath();
  await asOldRelease("ItemAdded", 2, async () => {
    const update = { code: "UNKNOWN_EVENT", message: /ItemAdded has schema 4.*update needed/ };
    await assert.rejects(rebuildCache(path, new MemoryLog(log.bodies)), update);
    assertBuilt(path, log.bodies.slice(0, 3));
  });
  await rebuildCache(path, new MemoryLog(log.bodies));
  assertBuilt(path, log.bodies);
});

/** Asserts that the old cache is unchanged, byte for byte, and that no new file is left. */
async function assertOldStays(work: (path: string) => Promise<unknown>, error: object): Promise<void> {
  const path = newPath();
  await rebuildCache(path, new MemoryLog(history.slice(0, 50)));
  const bytes = readFileSync(path);
  await assert.rejects(work(path), error);
  assert.deepEqual(readFileSync(path), bytes);
  assert.deepEqual(readdirSync(dirname(path)), ["cache.sqlite"]);
}

test("rebuildCache() leaves the old cache unchanged if the log cannot be read to its end", async () => {
  const breaks: EventLog = new MemoryLog(history, { batch: 50 });
  const read = breaks.read.bind(breaks);
  breaks.read = async function* (range, options) {
    for await (const batch of read(range, options)) {
      if (batch.after > 100) throw new LogError("UNREACHABLE", "the cable");
      yield batch;
    }
  };
  await assertOldStays((path) => rebuildCache(path, breaks), { code: "UNREACHABLE" });
});

test("rebuildCache() leaves the old cache unchanged if it is stopped, or beforeSwap rejects", async () => {
  const stop = new AbortController();
  const onProgress = ({ seq }: { seq: number }) => seq > 100 && stop.abort(new Error("enough"));
  const log = new MemoryLog(history, { batch: 50 });
  await assertOldStays((path) => rebuildCache(path, log, { signal: stop.signal, onProgress }), { message: "enough" });
  const beforeSwap = () => Promise.reject(new Error("in use"));
  await assertOldStays((path) => rebuildCache(path, log, { beforeSwap }), { message: "in use" });
});

test("rebuildCache() on a full disk leaves the old cache unchanged", async (t) => {
  const needed = await pagesOfRebuilt();
  const { pragma } = Database.prototype;
  for (const pages of [3, Math.floor(needed / 2), needed - 30, needed - 1]) {
    const rebuildWithin = (path: string) => {
      t.mock.method(Database.prototype, "pragma", function (this: Database.Database, source: string, options: object) {
        if (source === "journal_mode = OFF") pragma.call(this, `max_page_count = ${pages}`);
        return pragma.call(this, source, options);
      });
      return rebuildCache(path, new MemoryLog(history), { maxBufferedRows: 100 }).finally(() => t.mock.restoreAll());
    };
    await assertOldStays(rebuildWithin, { code: "UNAVAILABLE", message: /full/ });
  }
});

async function pagesOfRebuilt(): Promise<number> {
  const path = newPath();
  await rebuildCache(path, new MemoryLog(history));
  const db = openCacheForReading(path);
  const pages = Number(db.pragma("page_count", { simple: true }));
  db.close();
  return pages;
}

test("rebuildCache() does not read the log if it cannot write the file", async () => {
  const log = new MemoryLog(history);
  const path = newPath();
  mkdirSync(path);
  await assert.rejects(rebuildCache(path, log), { code: "NOT_A_CACHE", message: /folder/ });
  assert.deepEqual(readdirSync(path), []);
  await assert.rejects(rebuildCache(join(folder, "nowhere", "x.sqlite"), log), { code: "UNAVAILABLE" });
  assert.equal(existsSync(join(folder, "nowhere")), false);
  assert.deepEqual(log.requests, []);
});
