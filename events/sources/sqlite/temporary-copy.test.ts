import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openCopy } from "./temporary-copy.ts";

const folder = temporaryFolder();
process.env.TMPDIR = join(folder, "temporary");
mkdirSync(process.env.TMPDIR);

const open = (path: string, options: Database.Options) => new Database(path, options);
const countIn = (db: Database.Database) => db.prepare("SELECT count(*) FROM t").pluck().get();

/** Copies a database and what is beside it now, as a crash or a backup of the disk would leave it. */
function snapshot(path: string, name: string): string {
  const to = join(folder, name);
  for (const part of ["", "-wal", "-journal"])
    try {
      copyFileSync(path + part, to + part);
    } catch {}
  return to;
}

test("openCopy() undoes a transaction that was interrupted, and leaves the original as it is", () => {
  const path = join(folder, "interrupted.sqlite");
  const db = open(path, {});
  db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  db.pragma("cache_size = 1");
  db.exec("BEGIN");
  const insert = db.prepare("INSERT INTO t VALUES (zeroblob(3000))");
  for (let n = 0; n < 100; n++) insert.run();
  const left = snapshot(path, "left.sqlite");
  db.close();
  assert.ok(readdirSync(folder).includes("left.sqlite-journal"));
  const copy = openCopy(left, open);
  assert.equal(countIn(copy), 1);
  copy.close();
  assert.ok(readdirSync(folder).includes("left.sqlite-journal"));
});

test("openCopy() reads the write-ahead log beside the file to which a link leads", {
  skip: process.platform === "win32",
}, () => {
  const path = join(folder, "linked.sqlite");
  const db = open(path, {});
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  const left = snapshot(path, "target.sqlite");
  db.close();
  mkdirSync(join(folder, "links"));
  const link = join(folder, "links", "log.sqlite");
  symlinkSync(left, link);
  const copy = openCopy(link, open);
  assert.equal(countIn(copy), 2);
  copy.close();
});

test("openCopy() leaves no copy: not while it is open, not after an error", () => {
  const path = join(folder, "small.sqlite");
  open(path, {}).exec("CREATE TABLE t (a)").close();
  const copies = () => readdirSync(process.env.TMPDIR as string).length;
  const copy = openCopy(path, open);
  assert.equal(copies(), process.platform === "win32" ? 1 : 0);
  assert.equal(countIn(copy), 0);
  assert.throws(() => copy.exec("INSERT INTO t VALUES (1)"), { code: "SQLITE_READONLY" });
  copy.close();
  assert.equal(copies(), 0);
  const text = join(folder, "text.sqlite");
  writeFileSync(text, "not a database at all".repeat(100));
  assert.throws(() => openCopy(text, open), { code: "SQLITE_NOTADB" });
  assert.equal(copies(), 0);
});
