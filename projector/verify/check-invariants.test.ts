/** What deciders have decided breaks no invariant. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { EventLog } from "../../events/log/log.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeHistory } from "../../fixtures/cli/write-history.ts";
import { companyHistory } from "../../fixtures/company/generator.ts";
import { CLIENT } from "../../fixtures/data/events.ts";
import { LogBuilder } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { importText } from "../../fixtures/retail/import.suite.ts";
import { retailSlice } from "../../fixtures/retail/retail-slice.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { checkInvariants, type Violation } from "./check-invariants.ts";

const EVERY_EVENT = fileURLToPath(new URL("../../fixtures/logs/every-event.events", import.meta.url));
const SEEDS = pickCount({ usual: 3, long: 40 });
const folder = temporaryFolder();

async function violationsOf(log: EventLog): Promise<Violation[]> {
  return Array.fromAsync(checkInvariants(log, { folder }));
}

test("checkInvariants() finds nothing in the log with every event in every shape", async () => {
  const log = await openLog(EVERY_EVENT);
  assert.deepEqual(await violationsOf(log), []);
  await log.close();
});

test("checkInvariants() finds nothing in random histories", async () => {
  for (let seed = 1; seed <= SEEDS; seed++)
    assert.deepEqual(await violationsOf(new MemoryLog(await randomHistory(folder, { seed, commands: 1500 }))), []);
});

test("checkInvariants() finds nothing in the history of a company", async () => {
  const log = SqliteLog.open(join(folder, "company.log.sqlite"), { create: true });
  const history = companyHistory({ seed: 1, invoices: 250, from: "2023-01-01", until: "2023-12-31" });
  await writeHistory(history, { log, cachePath: join(folder, "company.sqlite") });
  let last = 0;
  for await (const violation of checkInvariants(log, { folder, onProgress: (seq) => (last = seq) }))
    assert.fail(JSON.stringify(violation));
  assert.equal(last, await log.head());
  await log.close();
});

test("checkInvariants() finds nothing in invoices of another system, in a foreign series", async () => {
  const { log } = await importText(retailSlice(1, 400));
  assert.ok((await log.head()) > 50);
  assert.deepEqual(await violationsOf(log), []);
  await log.close();
});

/** A log of clients, some of which are registered by the server. */
function clientsOf(count: number, byServer: readonly number[]): LogBuilder {
  const log = LogBuilder.founded();
  while (log.head < count)
    log.begin({ type: "ClientRegistered", data: CLIENT }, byServer.includes(log.head + 1) ? { actor: 0 } : {});
  return log;
}

test("checkInvariants() reports violations in order, at every edge of its batches and those of the log", async () => {
  const bad = [3, 1023, 1024, 1025, 2048, 2049, 2100];
  const { bodies } = clientsOf(2100, bad);
  for (const batch of [7, 1024, 5000]) {
    const violations = await violationsOf(new MemoryLog(bodies, { batch }));
    assert.deepEqual(
      violations.map(({ seq, invariant }) => [seq, invariant]),
      bad.map((seq) => [seq, "founding"]),
    );
  }
});

test("checkInvariants() reports those before an event that cannot be folded, then that event, and stops", async () => {
  const log = clientsOf(40, [5, 30, 40]);
  log.add(3, { type: "ClientRestored", data: {} });
  log.begin({ type: "ClientRegistered", data: CLIENT }, { actor: 0 });
  assert.deepEqual(
    (await violationsOf(new MemoryLog(log.bodies))).map(({ seq, invariant }) => [seq, invariant]),
    [
      [5, "founding"],
      [30, "founding"],
      [40, "founding"],
      [41, "fold"],
    ],
  );
});

test("checkInvariants() throws for an event that cannot be read, after those before it were reported", async () => {
  const log = clientsOf(10, [4]);
  log.addUnknown();
  const found: number[] = [];
  await assert.rejects(
    async () => {
      for await (const { seq } of checkInvariants(new MemoryLog(log.bodies), { folder })) found.push(seq);
    },
    { code: "UNKNOWN_EVENT" },
  );
  assert.deepEqual(found, [4]);
});

test("checkInvariants() takes two users who exchange their addresses in one batch", async () => {
  const log = LogBuilder.founded();
  const add = (email: string) => log.begin({ type: "UserAdded", data: { email, name: "Clerk", role: "clerk" } });
  const move = (id: number, email: string) =>
    log.add(id, { type: "UserDetailsChanged", data: { email, name: "Clerk" } });
  const [a, b] = [add("a@example.com"), add("b@example.com")];
  move(a, "c@example.com");
  move(b, "a@example.com");
  move(a, "b@example.com");
  assert.deepEqual(await violationsOf(new MemoryLog(log.bodies)), []);
  move(a, "a@example.com");
  assert.deepEqual(
    (await violationsOf(new MemoryLog(log.bodies))).map(({ seq, invariant }) => [seq, invariant]),
    [[log.head, "fold"]],
  );
});

test("checkInvariants() leaves no file behind, even if the caller stops early", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  for await (const _ of checkInvariants(new MemoryLog(clientsOf(20, [3, 4]).bodies), { folder: empty })) break;
  assert.deepEqual(readdirSync(empty), []);
});
