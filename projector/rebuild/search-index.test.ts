import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { CLIENT } from "../../fixtures/data/events.ts";
import { content, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import { catchUp } from "../cache/follow.ts";
import { parseSearch } from "../cache/search-input.ts";
import { matchOf } from "../cache/word-match.ts";
import { type RebuildOptions, rebuildCache } from "./rebuild.ts";

const folder = temporaryFolder();
let files = 0;
const newPath = () => join(folder, `${++files}.sqlite`);

function find(db: Database.Database, index: "invoice" | "client", query: string): number[] {
  const sql = `SELECT rowid FROM ${index}_search WHERE ${index}_search MATCH ? ORDER BY rowid DESC`;
  return db
    .prepare<[string], number>(sql)
    .pluck()
    .all(matchOf(db, index, parseSearch(query)));
}

type Find = (query: string, index?: "invoice" | "client") => number[];

/** Runs the check on a cache made in each way: event by event, by a rebuild, by a rebuild on two threads. */
async function inEach(log: LogBuilder, check: (find: Find) => void): Promise<void> {
  const followed = Cache.create(newPath());
  await catchUp(followed, new MemoryLog(log.bodies, { batch: 1 }));
  const rebuilt = async (options: RebuildOptions) => {
    const path = newPath();
    await rebuildCache(path, new MemoryLog(log.bodies), options);
    return openCacheForReading(path);
  };
  const alone = await rebuilt({});
  const inTwo = await rebuilt({ secondThreadThreshold: 0, maxBufferedRows: 0 });
  for (const db of [followed.db, alone, inTwo]) {
    check((query, index = "invoice") => find(db, index, query));
    db.close();
  }
}

test("an invoice is found by its number, buyer, note, references and lines", async () => {
  const log = LogBuilder.founded();
  const clientId = log.client("Harbour Café");
  const id = log.issue("INV-00042", {
    clientId,
    lines: [{ ...line("Blue enamel mug", 10), code: "MUG-7" }, line("Ladder", 20)],
    note: "Deliver to the back door",
    buyerReference: "PO 4711",
    orderReference: "SO-9",
  });
  await inEach(log, (find) => {
    for (const query of ["inv 00042", "00042", "buyer", "enamel", "ladder", "mug 7", "door", "4711", "so 9"])
      assert.deepEqual(find(query), [id], query);
    assert.deepEqual(find("enamel ladder 00042"), [id], "words from several columns");
    assert.deepEqual(find("teapot"), []);
  });
});

test("the index has the name on an issued invoice, and not the name of a draft's client, which may still change", async () => {
  const log = LogBuilder.founded();
  const clientId = log.client("Harbour");
  log.draft({ clientId, lines: [] });
  const issued = log.issue("INV-1", { clientId, lines: [line("Mug", 1)] });
  await inEach(log, (find) => {
    assert.deepEqual(find("harbour"), []);
    assert.deepEqual(find("buyer"), [issued]);
  });
});

test("words are found by their beginning", async () => {
  const log = LogBuilder.founded();
  const ids = ["Ladder", "Lamp", "Mug"].map((what) => log.draft({ lines: [line(what, 1)] }));
  await inEach(log, (find) => {
    assert.deepEqual(find("la"), [ids[1], ids[0]], "newest first");
    assert.deepEqual(find("lad"), [ids[0]]);
    assert.deepEqual(find("ladd"), [ids[0]], "longer than the indexed prefixes");
    assert.deepEqual(find("l"), [ids[1], ids[0]], "shorter than the indexed prefixes");
  });
});

test("accents and case make no difference", async () => {
  const log = LogBuilder.founded();
  const id = log.draft({ lines: [line("Café Zürich NAÏVE São", 1)] });
  const plain = log.draft({ lines: [line("cafe", 1)] });
  await inEach(log, (find) => {
    for (const query of ["zurich", "ZÜRICH", "naive", "sao", "são"]) assert.deepEqual(find(query), [id], query);
    assert.deepEqual(find("café"), [plain, id]);
  });
});

test("a revision removes the old words", async () => {
  const log = LogBuilder.founded();
  const id = log.draft({ lines: [line("teapot", 1)], note: "urgent" });
  log.add(id, { type: "InvoiceRevised", data: { content: content({ lines: [line("kettle", 1)] }) } });
  await inEach(log, (find) => {
    assert.deepEqual(find("kettle"), [id]);
    assert.deepEqual(find("teapot"), []);
    assert.deepEqual(find("urgent"), []);
  });
});

test("an invoice is found by its lines as they were when it was issued", async () => {
  const log = LogBuilder.founded();
  const clientId = log.client();
  const linesOf = (names: string[]) => names.map((name) => line(name, 1));
  const issue = (number: string, before: string[], after: string[]) => {
    const [revised, lines] = [linesOf(before), linesOf(after)];
    return log.issue(number, { clientId, lines }, { revised: { clientId, lines: revised } });
  };
  const longer = issue("INV-1", ["teapot"], ["mug", "bowl"]);
  const shorter = issue("INV-2", ["teapot", "kettle", "mug"], ["mug"]);
  const empty = issue("INV-3", ["teapot"], []);
  await inEach(log, (find) => {
    assert.deepEqual(find("mug"), [shorter, longer]);
    assert.deepEqual(find("bowl"), [longer]);
    assert.deepEqual(find("buyer"), [empty, shorter, longer]);
    for (const query of ["teapot", "kettle"]) assert.deepEqual(find(query), [], query);
  });
});

test("a discarded draft and a void invoice stay in the index: lists filter them out", async () => {
  const log = LogBuilder.founded();
  const draft = log.draft({ lines: [line("teapot", 1)] });
  log.add(draft, { type: "InvoiceDraftDiscarded", data: {} });
  const invoice = log.issue("INV-9", { clientId: log.client(), lines: [line("teapot", 1)] });
  log.add(invoice, { type: "InvoiceVoided", data: { reason: "wrong", neverDelivered: true } });
  await inEach(log, (find) => assert.deepEqual(find("teapot"), [invoice, draft]));
});

test("a client is found by name, contact, e-mail, address and ids, after a change only by the new ones", async () => {
  const log = LogBuilder.founded();
  const details = {
    ...CLIENT,
    name: "Harbour Café",
    contact: "Rosa Luz",
    email: "rosa@harbour.example",
    vatId: "GB999",
    companyId: "C-5",
    note: "secret",
    address: { ...CLIENT.address, city: "Leeds", postcode: "LS1" },
  };
  const id = log.begin({ type: "ClientRegistered", data: details });
  await inEach(log, (find) => {
    for (const query of ["harb", "rosa example", "leeds", "ls1", "gb999", "c 5"])
      assert.deepEqual(find(query, "client"), [id], query);
    assert.deepEqual(find("secret", "client"), [], "notes about clients are not searched");
  });
  log.add(id, { type: "ClientDetailsChanged", data: { ...details, name: "Quayside", contact: null, email: null } });
  log.add(id, { type: "ClientArchived", data: {} });
  await inEach(log, (find) => {
    assert.deepEqual(find("quayside", "client"), [id]);
    for (const query of ["harbour", "rosa"]) assert.deepEqual(find(query, "client"), [], query);
  });
});

test("events that were folded and rolled back are not found", () => {
  const log = LogBuilder.founded();
  const cache = Cache.create(newPath());
  cache.apply(0, log.bodies);
  const before = cache.checkpoint;
  const id = log.draft({ lines: [line("teapot", 1)] });
  cache.db.exec("BEGIN IMMEDIATE");
  cache.fold(2, log.bodies.slice(2));
  cache.rollback(before);
  assert.deepEqual(find(cache.db, "invoice", "teapot"), []);
  const other = LogBuilder.founded();
  assert.equal(other.draft({ lines: [line("kettle", 1)] }), id);
  cache.apply(2, other.bodies.slice(2));
  assert.deepEqual(find(cache.db, "invoice", "kettle"), [id]);
  assert.deepEqual(find(cache.db, "invoice", "teapot"), []);
  cache.close();
});
