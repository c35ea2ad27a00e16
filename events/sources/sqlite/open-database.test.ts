/** Files opened with their folder's key, on the SQLite with ciphers that the desktop is bundled with. */
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

/** Files of the folder, and those without a name that this process has open, which have the words in them. */
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

/** Writes names and sorts more of them than fit into SQLite's memory. @returns files with the words at each step */
function fill(path: string): string[][] {
  const db = openDatabase(path);
  const seen: string[][] = [];
  db.pragma("cache_size = 10");
  db.exec("CREATE TABLE client (name TEXT) STRICT");
  const insert = db.prepare("INSERT INTO client VALUES (?)");
  db.transaction(() => {
    for (let n = 0; n < 20_000; n++) insert.run(`${WORDS} ${(n * 7919) % 20_000}`);
  })();
  seen.push(filesWith(join(path, "..")));
  // A row at a time: the sorter holds its runs in a temporary file meanwhile, where it may.
  let looked = false;
  for (const _ of db.prepare("SELECT name FROM client ORDER BY name || name").iterate()) {
    if (!looked) seen.push(filesWith(join(path, "..")));
    looked = true;
  }
  db.close();
  seen.push(filesWith(join(path, "..")));
  return seen;
}

test("openDatabase() writes nothing in the clear into a folder with a key, nor into temporary files", () => {
  const plain = temporaryFolder();
  const [written, sorted] = fill(join(plain, "a.sqlite"));
  assert.equal(written?.length, 1);
  assert.ok(
    (sorted?.length ?? 0) > 1 || process.platform !== "linux",
    "the sorter's file is found where there is no key",
  );
  const folder = temporaryFolder();
  setFolderKey(folder, { key: newKey(), on: true });
  assert.deepEqual(fill(join(folder, "a.sqlite")), [[], [], []]);
  assert.ok(isEncrypted(join(folder, "a.sqlite")));
});

test("openDatabase() with another key, or with none, reads nothing", () => {
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

test("openDatabase() notices a byte that was changed on the disk", () => {
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

test("a file in the clear is opened as it is, whatever the folder's key; a new one with a key that is off too", () => {
  const folder = temporaryFolder();
  fill(join(folder, "old.sqlite"));
  setFolderKey(folder, { key: newKey(), on: true });
  openDatabase(join(folder, "old.sqlite")).prepare("SELECT count(*) FROM client").get();
  setFolderKey(folder, { key: newKey(), on: false });
  fill(join(folder, "new.sqlite"));
  assert.equal(contentOf(join(folder, "new.sqlite")), "plain");
});

test("setFolderKey() refuses what is no key", () => {
  for (const key of ["", "ab", `${"a".repeat(63)}'`])
    assert.throws(() => setFolderKey("x", { key, on: true }), /32 bytes/);
});
