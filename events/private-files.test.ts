/** What other users of the machine can read: nothing of ours. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import Database from "better-sqlite3";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { createPrivately, makePrivateFolder, openPrivateFolder } from "./private-files.ts";
import { writeAll, writeWholeFile } from "./sources/file/whole-file.ts";
import { openDatabase } from "./sources/sqlite/open-database.ts";

const skip = process.platform === "win32" ? "Windows has no file modes" : false;
const before = process.umask(0o022);
after(() => process.umask(before));

const modeOf = (path: string) => statSync(path).mode & 0o7777;

/** A folder that everybody may read, with files that everybody may read. */
function openFolder(...names: string[]): string {
  const folder = join(temporaryFolder(), "data");
  mkdirSync(folder, { mode: 0o755 });
  for (const name of names) writeFileSync(join(folder, name), name, { mode: 0o644 });
  return folder;
}

test("openPrivateFolder() creates a private folder, and says nothing", { skip }, () => {
  const folder = join(temporaryFolder(), "a", "b");
  assert.equal(openPrivateFolder(folder, { ours: /./ }), null);
  assert.equal(modeOf(folder), 0o700);
  assert.equal(openPrivateFolder(folder, { ours: /./ }), null);
});

test("openPrivateFolder() closes an open folder and its files, says so once, and changes no content", { skip }, () => {
  const folder = openFolder("a.sqlite", "a.sqlite-wal", ".hidden");
  chmodSync(join(folder, "a.sqlite-wal"), 0o660);
  const note = openPrivateFolder(folder, { ours: /\.sqlite/ });
  assert.equal(
    note,
    `${folder}: the folder was open to other users of this machine, and is closed now; 2 of its files and folders could be read by other users, and are closed now`,
  );
  assert.deepEqual([modeOf(folder), modeOf(join(folder, "a.sqlite"))], [0o700, 0o600]);
  assert.deepEqual([modeOf(join(folder, "a.sqlite-wal")), modeOf(join(folder, ".hidden"))], [0o600, 0o644]);
  assert.equal(readFileSync(join(folder, "a.sqlite"), "utf8"), "a.sqlite");
  assert.equal(openPrivateFolder(folder, { ours: /\.sqlite/ }), null);
});

test("openPrivateFolder() leaves a folder with foreign files open, and says so; our files are closed", { skip }, () => {
  const folder = openFolder("a.sqlite", "holiday.jpg");
  assert.match(
    openPrivateFolder(folder, { ours: /\.sqlite/ }) ?? "",
    /1 of its files and folders .*; the folder stays open/,
  );
  assert.deepEqual([modeOf(folder), modeOf(join(folder, "a.sqlite"))], [0o755, 0o600]);
  assert.equal(modeOf(join(folder, "holiday.jpg")), 0o644);
  const tmp = openFolder();
  chmodSync(tmp, 0o1777);
  assert.match(openPrivateFolder(tmp, { ours: /./ }) ?? "", /the folder stays open/);
  assert.equal(modeOf(tmp), 0o1777, "like /tmp");
});

test("openPrivateFolder() with `shared` closes our files only, and follows no link", { skip }, () => {
  const folder = openFolder("a.sqlite");
  const target = join(openFolder("target"), "target");
  symlinkSync(target, join(folder, "b.sqlite"));
  assert.match(openPrivateFolder(folder, { ours: /\.sqlite/, shared: true }) ?? "", /: 1 of its files and folders/);
  assert.deepEqual([modeOf(folder), modeOf(join(folder, "a.sqlite")), modeOf(target)], [0o755, 0o600, 0o644]);
});

test("a new database is private, with the files beside it; so is a new file", { skip }, async () => {
  const folder = openFolder();
  const db = openDatabase(join(folder, "log.sqlite"));
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  for (const suffix of ["", "-wal", "-shm"]) assert.equal(modeOf(join(folder, `log.sqlite${suffix}`)), 0o600, suffix);
  db.close();
  await writeWholeFile(join(folder, "export"), (file) => writeAll(file, Buffer.from("x"), 0));
  assert.equal(modeOf(join(folder, "export")), 0o600);
});

test("openDatabase() in a missing folder reports SQLite's own error", () => {
  const path = join(temporaryFolder(), "missing", "log.sqlite");
  assert.throws(() => openDatabase(path), /directory does not exist|unable to open/);
});

test("openDatabase() of a database in memory creates no file", () => {
  const folder = process.cwd();
  process.chdir(temporaryFolder());
  try {
    openDatabase(":memory:").close();
    assert.equal(existsSync(":memory:"), false);
  } finally {
    process.chdir(folder);
  }
});

test("createPrivately() holds for every file that the process creates later", { skip }, () => {
  const folder = openFolder();
  createPrivately();
  mkdirSync(join(folder, "made"));
  writeFileSync(join(folder, "written"), "");
  new Database(join(folder, "db")).exec("CREATE TABLE t (x)").close();
  assert.deepEqual(
    ["made", "written", "db"].map((name) => modeOf(join(folder, name))),
    [0o700, 0o600, 0o600],
  );
  process.umask(0o022);
});

test("makePrivateFolder() creates missing folders, and fails at once where it cannot", { skip }, () => {
  const deep = join(temporaryFolder(), "a", "b", "c");
  makePrivateFolder(deep);
  makePrivateFolder(deep);
  for (const path of [deep, dirname(deep)]) assert.equal(statSync(path).mode & 0o777, 0o700);
  if (existsSync("/proc/self"))
    for (const path of ["/proc/none", "/proc/none/deep/er"])
      assert.throws(() => makePrivateFolder(path), { code: "ENOENT", path: "/proc/none" });
  const file = join(deep, "file");
  writeFileSync(file, "");
  assert.throws(() => makePrivateFolder(file), { code: "EEXIST" });
});
