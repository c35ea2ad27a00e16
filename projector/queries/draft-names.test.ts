/** A draft shows its client's current name in every read; an issued invoice keeps the name that it was issued with. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { CLIENT } from "../../fixtures/data/events.ts";
import { content, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { invoiceHeading } from "./history.ts";
import { pullChanges } from "./pull/pull.ts";
import { READ_LIST } from "./reads/reads.ts";

type Names = Record<number, string | null>;

const folder = temporaryFolder();
let caches = 0;
const log = LogBuilder.founded();
const harbour = log.client("Harbour");
const mill = log.client("Mill");
const lines = [line("Mug", 1)];
const draft = log.draft({ clientId: harbour, lines });
const revised = log.draft({ clientId: harbour, lines });
log.add(revised, { type: "InvoiceRevised", data: { content: content({ clientId: harbour, lines, note: "soon" }) } });
const moved = log.draft({ clientId: harbour, lines });
log.add(moved, { type: "InvoiceRevised", data: { content: content({ clientId: mill, lines }) } });
const discarded = log.draft({ clientId: harbour, lines });
log.add(discarded, { type: "InvoiceDraftDiscarded", data: {} });
const nobody = log.draft({ clientId: null, lines });
const issued = log.issue("INV-1", { clientId: harbour, lines });
const voided = log.issue("INV-2", { clientId: harbour, lines });
log.add(voided, { type: "InvoiceVoided", data: { reason: "a test", neverDelivered: true } });
const beforeRename = log.bodies.length;
log.add(harbour, { type: "ClientDetailsChanged", data: { ...CLIENT, name: "Haven" } });
log.add(harbour, { type: "ClientArchived", data: {} });

const ofIssued = { [issued]: "The buyer", [voided]: "The buyer" };
const BEFORE: Names = {
  ...{ [draft]: "Harbour", [revised]: "Harbour", [discarded]: "Harbour", [moved]: "Mill", [nobody]: null },
  ...ofIssued,
};
const AFTER: Names = { ...BEFORE, [draft]: "Haven", [revised]: "Haven", [discarded]: "Haven" };

/** A cache of the first events that followed them one by one, and one that was rebuilt from them. */
async function cachesUpTo(upTo: number): Promise<Database.Database[]> {
  const bodies = log.bodies.slice(0, upTo);
  const followed = Cache.create(join(folder, `followed-${++caches}.sqlite`));
  for (const [n, body] of bodies.entries()) followed.apply(n, [body]);
  const path = join(folder, `rebuilt-${caches}.sqlite`);
  await rebuildCache(path, new MemoryLog(bodies));
  return [followed.db, openCacheForReading(path)];
}

/** The names of the invoices anywhere in an answer. */
function namesIn(answer: unknown, names: Names = {}): Names {
  if (typeof answer !== "object" || answer === null) return names;
  if ("buyer_name" in answer && "id" in answer) names[answer.id as number] = answer.buyer_name as string | null;
  for (const part of Object.values(answer)) namesIn(part, names);
  return names;
}

/** The names in the answers of every read, for every invoice and every status. */
function namesInReads(db: Database.Database): { [read: string]: Names } {
  const all: { [read: string]: Names } = {};
  const ids = Object.keys(BEFORE).map(Number);
  const inputs: object[] = [
    {},
    { ids },
    { locale: "en" },
    { locale: "en", status: "discarded" },
    { status: "discarded" },
    ...ids.map((id) => ({ id })),
    { client: harbour },
    { client: harbour, currency: "GBP" },
  ];
  for (const [name, read] of READ_LIST)
    for (const words of inputs) {
      const input = read.input.safeParse(words);
      if (!input.success) continue;
      const names = namesIn(read.run({ db, nowMs: Date.UTC(2026, 0, 1) }, input.data as never));
      if (Object.keys(names).length > 0) all[name] = { ...all[name], ...names };
    }
  return all;
}

for (const [when, upTo, names] of [
  ["before its client is renamed", beforeRename, BEFORE],
  ["after it", log.bodies.length, AFTER],
] as const)
  test(`every read and the old sync contract show a draft's client by its current name: ${when}`, async () => {
    for (const db of await cachesUpTo(upTo)) {
      const reads = namesInReads(db);
      assert.deepEqual(Object.keys(reads).sort(), ["exportInvoices", "getInvoice", "getInvoiceRows", "listInvoices"]);
      for (const [read, found] of Object.entries(reads)) assert.deepEqual(found, names, read);
      const headings = Object.keys(names).map((id) => [id, invoiceHeading(db, Number(id))?.buyer_name]);
      assert.deepEqual(Object.fromEntries(headings), names);
      const { changes } = await pullChanges(db, new MemoryLog(log.bodies), { sinceMs: -1, limit: 1_000 });
      const { [discarded]: _, ...pulled } = names;
      assert.deepEqual(namesIn(changes), pulled);
      db.close();
    }
  });

test("pullChanges() sends the drafts of a client again that was changed, and no other document", async () => {
  const [db] = await cachesUpTo(log.bodies.length);
  assert.ok(db);
  const select = db.prepare<[number], number>("SELECT at FROM activity WHERE seq = ?").pluck();
  const page = await pullChanges(db, new MemoryLog(log.bodies), {
    sinceMs: select.get(beforeRename) ?? 0,
    limit: 1_000,
  });
  assert.deepEqual(namesIn(page.changes), { [draft]: "Haven", [revised]: "Haven" });
  db.close();
});
