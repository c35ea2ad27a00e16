import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import type { Column, Table } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { Cache, openCacheForReading } from "./cache.ts";
import { digestOf } from "./digest.ts";

const folder = temporaryFolder();
let files = 0;
const newPath = () => join(folder, `${++files}.sqlite`);

function history(clients = 3): LogBuilder {
  const log = LogBuilder.founded();
  for (let n = 1; n <= clients; n++)
    log.issue(`INV-${n}`, { clientId: log.client(`Client ${n}`), lines: [line("Mug", 10 * n)] }, { counter: n });
  return log;
}

function cacheOf(log: LogBuilder, upTo = log.head): Cache {
  const cache = Cache.create(newPath());
  cache.apply(0, log.bodies.slice(0, upTo));
  return cache;
}

test("digestOf() is the same for a followed and a rebuilt cache", async () => {
  const log = history();
  const followed = cacheOf(log);
  const path = newPath();
  await rebuildCache(path, new MemoryLog(log.bodies));
  const rebuilt = openCacheForReading(path);
  assert.deepEqual(digestOf(rebuilt), digestOf(followed.db));
  rebuilt.close();
  followed.close();
});

test("digestOf() lists every table by name, with its rows", () => {
  const cache = cacheOf(history());
  const { digest, tables } = digestOf(cache.db);
  assert.match(digest, /^[0-9a-f]{64}$/);
  const names = tables.map(({ table }) => table);
  assert.deepEqual(
    names,
    Object.values(TABLES)
      .filter(({ derived }) => !derived)
      .map(({ name }) => name)
      .sort(),
  );
  const rows = Object.fromEntries(tables.map(({ table, rows }) => [table, rows]));
  assert.deepEqual([rows.activity, rows.client, rows.invoice, rows.item], [11, 3, 3, 0]);
  cache.close();
});

test("digestOf() shows which table differs", () => {
  const one = cacheOf(history());
  const other = cacheOf(history());
  other.db.exec("UPDATE client SET note = 'x' WHERE id = 3");
  const a = digestOf(one.db);
  const b = digestOf(other.db);
  assert.notEqual(a.digest, b.digest);
  const differing = a.tables.filter(({ digest }, n) => digest !== b.tables[n]?.digest).map(({ table }) => table);
  assert.deepEqual(differing, ["client"]);
  one.close();
  other.close();
});

test("digestOf() changes with any column of any row, except derived ones", () => {
  const cache = cacheOf(history());
  cache.db.pragma("foreign_keys = OFF");
  cache.db.pragma("ignore_check_constraints = ON");
  const before = digestOf(cache.db).digest;
  const digests = new Set([before]);
  for (const { name, columns, key, derived: isDerived } of Object.values<Table>(TABLES))
    for (const [column, { type, derived }] of Object.entries<Column<unknown>>(columns)) {
      if (key.includes(column)) continue;
      const other = { INTEGER: "777", TEXT: "'other'", BLOB: "x'00'" }[type];
      cache.db.exec("BEGIN");
      const last = `(SELECT ${key.join(", ")} FROM "${name}" ORDER BY ${key.map((k) => `${k} DESC`).join(", ")} LIMIT 1)`;
      const { changes } = cache.db
        .prepare(`UPDATE "${name}" SET ${column} = ${other} WHERE (${key.join(", ")}) = ${last}`)
        .run();
      const { digest } = digestOf(cache.db);
      if (isDerived || derived) assert.equal(digest, before, `${name}.${column}`);
      else if (changes > 0) assert.notEqual(digest, before, `${name}.${column}`);
      digests.add(digest);
      cache.db.exec("ROLLBACK");
    }
  assert.ok(digests.size > 100, `${digests.size} different digests`);
  assert.equal(digestOf(cache.db).digest, before);
  cache.close();
});

test("digestOf() distinguishes NULL, an empty text, '0' and 'NULL'", () => {
  const log = LogBuilder.founded();
  const id = log.client();
  const cache = cacheOf(log);
  const digests = ["NULL", "''", "'0'", "'NULL'"].map((note) => {
    cache.db.exec(`UPDATE client SET note = ${note} WHERE id = ${id}`);
    return digestOf(cache.db).digest;
  });
  assert.equal(new Set(digests).size, digests.length);
  cache.close();
});

test("digestOf() includes the checkpoint and the log's id", () => {
  const cache = cacheOf(history());
  const digests = ["", "SET checkpoint = checkpoint - 1", "SET log_id = 'other'", "SET checkpoint_hash = x'00'"].map(
    (set) => {
      cache.db.exec("BEGIN");
      if (set) cache.db.exec(`UPDATE meta ${set}`);
      const { digest } = digestOf(cache.db);
      cache.db.exec("ROLLBACK");
      return digest;
    },
  );
  assert.equal(new Set(digests).size, digests.length);
  cache.close();
});

test("digestOf() excludes search, versions and the file's id", () => {
  const cache = cacheOf(history());
  const before = digestOf(cache.db).digest;
  cache.db.exec(
    `UPDATE meta SET projector_version = 'x', file_id = 7; DELETE FROM client_search; CREATE TABLE other (a)`,
  );
  assert.equal(digestOf(cache.db).digest, before);
  cache.close();
});

test("digestOf() hashes more rows than one chunk: size - 1, size, size + 1", () => {
  const log = LogBuilder.founded();
  while (log.head < 514) log.client(`Client ${log.head}`);
  const digests = new Set<string>();
  for (const upTo of [511, 512, 513, 514]) {
    const cache = cacheOf(log, upTo);
    const { digest, tables } = digestOf(cache.db);
    assert.equal(tables.find(({ table }) => table === "activity")?.rows, upTo);
    digests.add(digest);
    cache.close();
  }
  assert.equal(digests.size, 4);
});
