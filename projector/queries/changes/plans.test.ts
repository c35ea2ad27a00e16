/** How changes between two moments reach their rows: by ranges of events and of keys, never by scanning a table. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../../cache/cache.ts";
import { plansOf, recording } from "../query-plans.suite.ts";
import { inOne } from "../read.ts";
import { changedRowsInput, changedRowsParts } from "./changed-rows.ts";
import { changesInput, changesParts } from "./changes.ts";
import { CHANGE_KINDS } from "./kinds.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 300, seed: 3 });
const head = log.headNow();
log.closeNow();
const plain = openCacheForReading(join(folder, "cache.sqlite"));

/** What has one row, or one for each currency or each reset of the time zone, may be read as a whole. */
const SMALL = /^SCAN (?:meta|main\.meta|c|organization|organization_past)\b/;

function stepsOf(work: (db: Database.Database) => void): string[] {
  const { db, statements } = recording(plain);
  work(db);
  assert.ok(statements.size > 3);
  return [...plansOf(plain, statements)];
}

test("changes are found by ranges of events and keys, for a short span and a long one", () => {
  for (const from of [1, Math.floor(head / 2), head - 3]) {
    const words = { from: `event:${from}`, to: `event:${head - 1}` };
    const steps = stepsOf((db) => {
      inOne(db, changesParts(db, changesInput.parse(words), Date.now()));
      for (const kind of CHANGE_KINDS)
        inOne(db, changedRowsParts(db, changedRowsInput.parse({ ...words, kind }), Date.now()));
    });
    const scans = steps.filter(
      (step) => step.startsWith("SCAN") && !SMALL.test(step) && !/^SCAN (?:j|json_each) /.test(step),
    );
    assert.deepEqual([...new Set(scans)], []);
  }
});

test("only the former row that was replaced first after a moment is read, however many there are", () => {
  const steps = stepsOf((db) => {
    const words = { from: "event:5", to: `event:${head - 1}`, kind: "balance" };
    inOne(db, changedRowsParts(db, changedRowsInput.parse(words), Date.now()));
  });
  assert.ok(
    steps.some((step) => /^SEARCH p USING PRIMARY KEY \(until=\? AND client_id=\? AND currency=\?\)/.test(step)),
    steps.join("\n"),
  );
  assert.ok(steps.some((step) => /^SEARCH q USING COVERING INDEX client_balance_past_key/.test(step)));
});
