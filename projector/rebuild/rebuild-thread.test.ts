/** Rebuilds with a second thread that writes the leaf tables. Here even the shortest log gets one. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import threads from "node:worker_threads";
import Database from "better-sqlite3";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { CLIENT, idOf } from "../../fixtures/data/events.ts";
import { LogBuilder } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { TABLES } from "../tables/tables.ts";
import { type RebuildOptions, rebuildCache } from "./rebuild.ts";
import { keyedFile, nextFile } from "./rebuild-file.ts";
import { RowThread } from "./row-thread.ts";
import type { ToRowThread } from "./row-thread-program.ts";

const folder = temporaryFolder();
let files = 0;
let history: Uint8Array[] = [];

before(async () => {
  history = await randomHistory(folder, { seed: 23, commands: 500 });
});

function newPath(): string {
  const own = join(folder, String(++files));
  mkdirSync(own);
  return join(own, "cache.sqlite");
}

const rebuildOnTwoThreads = (path: string, log: MemoryLog, options: RebuildOptions = {}) =>
  rebuildCache(path, log, { secondThreadThreshold: 0, ...options });

function assertBuilt(path: string, bodies: readonly Uint8Array[]): void {
  const cache = Cache.create(newPath());
  for (const [n, body] of bodies.entries()) cache.apply(n, [body]);
  assert.deepEqual(contentsOf(path), contentsOf(cache.db));
  cache.close();
  assert.deepEqual(readdirSync(dirname(path)), ["cache.sqlite"]);
}

test("a second thread makes the same cache with any row buffer", async () => {
  for (const maxBufferedRows of [1, 50_000]) {
    const path = newPath();
    let beside = 0;
    const onProgress = () => {
      beside += readdirSync(dirname(path)).filter(
        (name) => join(dirname(path), name) === keyedFile(nextFile(path)),
      ).length;
    };
    await rebuildOnTwoThreads(path, new MemoryLog(history, { batch: 50 }), { maxBufferedRows, onProgress });
    assert.equal(beside, Math.ceil(history.length / 50), "the second file, at each batch");
    assertBuilt(path, history);
  }
});

test("a log that is too short for a second thread needs no second file", async () => {
  const path = newPath();
  const onProgress = () => assert.ok(!readdirSync(dirname(path)).includes("cache.sqlite.next-keyed"));
  await rebuildOnTwoThreads(path, new MemoryLog(history), { secondThreadThreshold: history.length + 1, onProgress });
  assertBuilt(path, history);
});

test("an event whose rows break a constraint is named, though another thread wrote them", async () => {
  const log = LogBuilder.founded();
  log.client();
  log.begin(
    { type: "ClientRegistered", data: { ...CLIENT, name: "Its event has the id of the one before" } },
    { id: idOf(3, 77) },
  );
  const bad = log.head;
  while (log.head < 100) log.client();
  for (const maxBufferedRows of [0, 1000]) {
    const path = newPath();
    const rebuilt = rebuildOnTwoThreads(path, new MemoryLog(log.bodies, { batch: 7 }), { maxBufferedRows });
    await assert.rejects(rebuilt, { code: "INCONSISTENT_LOG", message: new RegExp(`event ${bad}\\b`) });
    assertBuilt(path, log.bodies.slice(0, bad - 1));
  }
});

test("a row that the thread cannot write is traced event by event", async (t) => {
  const { post } = RowThread.prototype;
  let twice = 0;
  t.mock.method(RowThread.prototype, "post", function (this: RowThread, message: ToRowThread) {
    post.call(this, message);
    if (message !== "end" && "write" in message && message.write === "activity" && twice++ === 0)
      post.call(this, message);
  });
  const path = newPath();
  // The events are correct, so the cache contains those before the thread's error.
  const { seq } = await rebuildOnTwoThreads(path, new MemoryLog(history, { batch: 20 }), { maxBufferedRows: 0 });
  t.mock.restoreAll();
  assert.ok(twice > 0 && seq > 0);
  assertBuilt(path, history.slice(0, seq));
});

test("an error in the thread fails the rebuild with SQLite's message, and leaves no file", async (t) => {
  const path = newPath();
  const log = new MemoryLog(history, { batch: 20 });
  t.mock.method(RowThread.prototype, "writerOf", function (this: RowThread) {
    const columns = { count: 1, columns: [{ same: "not a number" }] };
    return {
      write: () => this.post({ write: "activity", columns }),
      delete: () => {},
      revise: () => {},
    };
  });
  await assert.rejects(rebuildOnTwoThreads(path, log, { maxBufferedRows: 0 }), {
    message: /SQLITE|too few|parameter/i,
  });
  t.mock.restoreAll();
  assert.deepEqual(readdirSync(dirname(path)), []);
});

test("a thread that dies in the middle fails the rebuild, and leaves no file", async (t) => {
  const path = newPath();
  let waits = 0;
  const { waitForRoom } = RowThread.prototype;
  t.mock.method(RowThread.prototype, "waitForRoom", async function (this: RowThread) {
    if (++waits === 3) {
      await waitForRoom.call(this, 0); // it runs, and has written
      await this.abandon();
    }
    await waitForRoom.call(this);
  });
  const rebuilt = rebuildOnTwoThreads(path, new MemoryLog(history, { batch: 20 }), { maxBufferedRows: 0 });
  await assert.rejects(rebuilt, { message: /thread/ });
  t.mock.restoreAll();
  assert.deepEqual(readdirSync(dirname(path)), []);
});

test("a rebuild continues on one thread if the machine cannot start another", async (t) => {
  const { Worker } = threads;
  t.after(() => replaceWorker(Worker));
  let starts = 0;
  // A thread whose program never starts, and no thread at all.
  const ended = class extends Worker {
    constructor() {
      starts++;
      super("throw new Error('no such program')", { eval: true });
    }
  };
  const refused = class {
    constructor() {
      starts++;
      throw new Error("the machine has no thread to give");
    }
  };
  for (const worker of [ended, refused]) {
    replaceWorker(worker);
    const path = newPath();
    await rebuildOnTwoThreads(path, new MemoryLog(history, { batch: 20 }), { maxBufferedRows: 0 });
    assertBuilt(path, history);
  }
  assert.equal(starts, 2);
});

/** Also for modules that have already imported it. */
function replaceWorker(by: unknown): void {
  Object.assign(threads, { Worker: by });
  syncBuiltinESMExports();
}

test("RowThread.end() reports that the thread could not open its file", async () => {
  const thread = new RowThread(join(folder, "nowhere", "x.sqlite"));
  await assert.rejects(thread.end(), /nowhere|directory/);
  assert.ok(thread.failedToStart);
  await thread.abandon();
});

test("a rebuild that is stopped closes and removes both files", async () => {
  const stop = new AbortController();
  const path = newPath();
  const onProgress = ({ seq }: { seq: number }) => seq > 100 && stop.abort(new Error("enough"));
  const rebuilt = rebuildOnTwoThreads(path, new MemoryLog(history, { batch: 50 }), { signal: stop.signal, onProgress });
  await assert.rejects(rebuilt, { message: "enough" });
  assert.deepEqual(readdirSync(dirname(path)), []);
});

test("rebuildCache() replaces both files of a killed rebuild", async () => {
  const path = newPath();
  writeFileSync(nextFile(path), "half of a cache");
  writeFileSync(keyedFile(nextFile(path)), "and of the other");
  await rebuildOnTwoThreads(path, new MemoryLog(history));
  assertBuilt(path, history);
});

test("the thread writes numbers, texts, bytes and nulls unchanged", async (t) => {
  const path = newPath();
  const thread = new RowThread(path);
  t.after(() => thread.abandon());
  const rows = Array.from({ length: 120 }, (_, n) => ({
    invoice_id: 7,
    n: n + 1,
    item_id: n % 3 === 0 ? null : 2 ** 40 + n,
    code: n % 2 === 0 ? null : `Ü${n}`,
    description: "a".repeat(n),
    quantity6: n - 60,
    unit: "C62",
    price6: n * 1e6,
    vat_category: "S",
    vat_rate3: 19_000,
    net_minor: Number.MAX_SAFE_INTEGER - n,
    since: 9,
  }));
  const writer = thread.writerOf<(typeof rows)[number]>("invoiceLine");
  writer.write(rows);
  writer.delete([7, 120]);
  await thread.end();
  const read = new Database(path, { readonly: true });
  const stored = read.prepare(`SELECT ${TABLES.invoiceLine.storedNames.join(", ")} FROM invoice_line ORDER BY n`);
  assert.deepEqual(stored.all(), rows.slice(0, 119));
  read.close();
});
