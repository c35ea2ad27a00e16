/** `invoify diff` of two caches: text, CSV, JSON and exit codes. */
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { parse } from "csv-parse/sync";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { does, fails, invoify } from "../invoify.suite.ts";

const LOG = fileURLToPath(new URL("../../../fixtures/logs/every-event.ndjson", import.meta.url));
const folder = temporaryFolder();
const a = join(folder, "a.sqlite");
await does(["replay", "--from", LOG, "--to", a]);

/** A copy of the cache with changes, as another release could have made it. */
function changed(name: string, sql: string): string {
  const path = join(folder, name);
  copyFileSync(a, path);
  const db = new Database(path);
  db.pragma("foreign_keys = OFF");
  db.exec(sql);
  db.close();
  return path;
}

test("diff of equal caches exits with 0", async () => {
  assert.match(await does(["diff", a, changed("same.sqlite", "")]), /^equal: \d+ rows in \d+ tables$/m);
  assert.match(await does(["diff", a, a, "--all"]), /^equal: /m);
});

test("diff shows new, changed and gone rows, the columns, the sums and the rows side by side", async () => {
  const b = changed(
    "b.sqlite",
    `UPDATE meta SET projector_version = 'next';
     UPDATE payment SET fees_minor = fees_minor + 5 WHERE id = (SELECT min(id) FROM payment WHERE amount_minor > fees_minor + 5);
     DELETE FROM item WHERE id = (SELECT max(id) FROM item);
     INSERT INTO series_total (name, last_period, last_issued_on, documents, since)
       VALUES ('another', '', '2026-01-01', 3, 1)`,
  );
  const { exitCode, stdout, stderr } = await invoify(["diff", a, b]);
  assert.deepEqual([exitCode, stderr], [1, ""]);
  assert.match(stdout, /^B +\S+b\.sqlite +projector next +event \d+$/m);
  assert.match(stdout, /^payment: 1 changed, of \d+ rows\n {2}fees_minor +differs in 1 row$/m);
  assert.match(stdout, /^ {2}fees_minor +[\d.,]+ [A-Z]{3} +[\d.,]+ [A-Z]{3} +0\.05 [A-Z]{3}$/m);
  assert.match(stdout, /^ {4}fees_minor +[\d.]+ [A-Z]{3} +-> +[\d.]+ [A-Z]{3}$/m);
  assert.match(stdout, /^item: 1 gone, of \d+ and \d+ rows?$/m);
  assert.match(stdout, /^series_total: 1 new, of/m);
  assert.match(stdout, /^ {2}new: name "another"$/m);
  const json = await invoify(["diff", a, b, "--json", "--examples", "0"]);
  const { equal, tables, examples } = JSON.parse(json.stdout);
  assert.deepEqual([json.exitCode, equal, examples], [1, false, []]);
  const payment = tables.find(({ table }: { table: string }) => table === "payment");
  assert.equal(payment.sums[0].b - payment.sums[0].a, 5);
  const csv = await invoify(["diff", a, b, "--csv"]);
  const lines = parse(csv.stdout, { columns: true, bom: true }) as Record<string, string>[];
  assert.equal(csv.exitCode, 1);
  assert.deepEqual(
    new Set(lines.map(({ Table, Change }) => `${Table} ${Change}`)),
    new Set(["item gone", "payment changed", "series_total new"]),
  );
});

test("diff leaves out what the digest leaves out, unless it is asked for all", async () => {
  const b = changed("derived.sqlite", "UPDATE client SET sort_key = sort_key || 'x'");
  assert.match(await does(["diff", a, b]), /^equal: /m);
  const { exitCode, stdout } = await invoify(["diff", a, b, "--all"]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^ {2}sort_key +differs in/m);
});

test("diff refuses what it cannot compare", async () => {
  const other = changed("other.sqlite", "UPDATE meta SET log_id = 'another'");
  await Promise.all([
    fails(["diff", a, other], 2, /two logs/),
    fails(["diff", a, join(folder, "missing.sqlite")], 2, /missing\.sqlite: there is no such file/),
    fails(["diff", a, LOG], 2, /every-event\.ndjson: not a cache of Invoify/),
    fails(["diff", a, a, "--json", "--csv"], 2, /CSV or JSON, not both/),
    fails(["diff", a, a, "--examples", "many"], 2, /--examples is a whole number/),
  ]);
});
