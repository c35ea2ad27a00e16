/** Files opened with the key of their folder, with the SQLite build that is bundled with the desktop. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === "better-sqlite3" ? "better-sqlite3-multiple-ciphers" : specifier, context),
});
const { contentOf, isEncrypted, openDatabase, setFolderKey } = await import("./open-database.ts");

const WORDS = "Grepvogel Winterthur";
const newKey = () => randomBytes(32).toString("hex");

/** The files that contain the words: files of the folder, and deleted files that this process has open. */
function filesWith(folder: string): string[] {
  const named = readdirSync(folder).map((name) => join(folder, name));
  const nameless =
    process.platform !== "linux"
      ? []
      : readdirSync("/proc/self/fd")
          .map((fd) => `/proc/self/fd/${fd}`)
          .filter((path) => {
            try {
              return readlinkSync(path).endsWith("(deleted)");
            } catch {
              return false;
            }
          });
  return [...named, ...nameless].filter((path) => readFileSync(path).includes(WORDS));
}

/** Writes names, and sorts more of them than fit in SQLite's memory. @returns the files with the words at each step */
function fill(path: string): string[][] {
  const db = openDatabase(path);
  const steps: string[][] = [];
  db.pragma("cache_size = 10");
  db.exec("CREATE TABLE client (name TEXT) STRICT");
  const insert = db.prepare("INSERT INTO client VALUES (?)");
  db.transaction(() => {
    for (let n = 0; n < 20_000; n++) insert.run(`${WORDS} ${(n * 7919) % 20_000}`);
  })();
  steps.push(filesWith(join(path, "..")));
  // Row by row: meanwhile the sorter has its runs in a temporary file, if it may use one.
  let looked = false;
  for (const _ of db.prepare("SELECT name FROM client ORDER BY name || name").iterate()) {
    if (!looked) steps.push(filesWith(join(path, "..")));
    looked = true;
  }
  db.close();
  steps.push(filesWith(join(path, "..")));
  return steps;
}

test("openDatabase() writes no plain text to a folder with a key, or to temporary files", () => {
  const plain = temporaryFolder();
  const [written, sorted] = fill(join(plain, "a.sqlite"));
  assert.equal(written?.length, 1);
  assert.ok(
    (sorted?.length ?? 0) > 1 || process.platform !== "linux",
    "without a key, the test finds the file of the sorter",
  );
  const folder = temporaryFolder();
  setFolderKey(folder, { key: newKey(), on: true });
  assert.deepEqual(fill(join(folder, "a.sqlite")), [[], [], []]);
  assert.ok(isEncrypted(join(folder, "a.sqlite")));
});

test("openDatabase() with a wrong key, or without a key, reads nothing", () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.sqlite");
  setFolderKey(folder, { key: newKey(), on: true });
  fill(path);
  for (const key of [{ key: newKey(), on: true }, null]) {
    setFolderKey(folder, key);
    assert.throws(
      () => {
        const db = openDatabase(path);
        try {
          db.prepare("SELECT count(*) FROM client").get();
        } finally {
          db.close();
        }
      },
      { code: "SQLITE_NOTADB" },
    );
  }
});

test("openDatabase() detects a byte that was changed on the disk", () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.sqlite");
  setFolderKey(folder, { key: newKey(), on: true });
  fill(path);
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const db = openDatabase(path);
  assert.throws(() => db.prepare("SELECT count(*), sum(length(name)) FROM client").get());
  db.close();
});

test("openDatabase() opens a plain file without the key, and creates a plain file if encryption is off", () => {
  const folder = temporaryFolder();
  fill(join(folder, "old.sqlite"));
  setFolderKey(folder, { key: newKey(), on: true });
  openDatabase(join(folder, "old.sqlite")).prepare("SELECT count(*) FROM client").get();
  setFolderKey(folder, { key: newKey(), on: false });
  fill(join(folder, "new.sqlite"));
  assert.equal(contentOf(join(folder, "new.sqlite")), "plain");
});

test("setFolderKey() refuses an invalid key", () => {
  for (const key of ["", "ab", `${"a".repeat(63)}'`])
    assert.throws(() => setFolderKey("x", { key, on: true }), /32 bytes/);
});
