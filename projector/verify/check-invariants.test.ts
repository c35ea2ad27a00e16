/** What deciders have decided breaks no invariant. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { EventLog } from "../../events/log/log.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeHistory } from "../../fixtures/cli/write-history.ts";
import { companyHistory } from "../../fixtures/company/generator.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { checkInvariants, type Violation } from "./check-invariants.ts";

const EVERY_EVENT = fileURLToPath(new URL("../../fixtures/logs/every-event.events", import.meta.url));
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
  for (const seed of [1, 2, 3])
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
