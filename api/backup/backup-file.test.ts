import assert from "node:assert/strict";
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { LogError } from "../../events/errors.ts";
import { sha256 } from "../../events/hash.ts";
import { writeAll } from "../../events/sources/file/whole-file.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { newConfig } from "../sessions/people.suite.ts";
import { ArchiveWriter, listArchive } from "./archive.ts";
import { makeBackup } from "./backup.ts";
import { BackupFile } from "./backup-file.ts";
import { MANIFEST, SUMS } from "./backup-format.ts";
import { contentsOf, fill, HASHES, logIdOf, ownerOf, withStorage } from "./backup-stores.suite.ts";

const folder = temporaryFolder();
const good = join(folder, "good.tar");
const store = newConfig();
const NO_MODES = process.platform === "win32" ? "Windows has no file modes" : false;
let bytes = Buffer.alloc(0);

before(async () => {
  await fill(store, [5, 1030]);
  await withStorage(store, (storage) => makeBackup(storage, good, { release: "1.2.3" }));
  bytes = readFileSync(good);
});

function newFile(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Replaces a text by another of the same length, without correcting the hashes. */
function withText(from: string, to: string): Buffer {
  assert.equal(from.length, to.length);
  const at = bytes.indexOf(from);
  assert.notEqual(at, -1, from);
  const changed = Buffer.from(bytes);
  changed.write(to, at, "latin1");
  return changed;
}

test("BackupFile returns what was backed up", async () => {
  const backup = await BackupFile.open(good);
  const { logs } = await contentsOf(store);
  assert.deepEqual(
    backup.manifest.logs.map(({ log, events }) => [log, events]),
    logs.map(({ log, events }) => [log, events]),
  );
  assert.equal(backup.manifest.release, "1.2.3");
  const accounts = await Array.fromAsync(backup.accounts());
  assert.deepEqual(
    accounts,
    [1, 2].map((salt) => ({ ...ownerOf(salt), passwordHash: HASHES[salt - 1] ?? `hash ${salt}` })),
  );
  assert.equal((await Array.fromAsync(backup.claims())).length, 1);
  const log = await backup.openLog(logIdOf(2));
  assert.equal(await log.head(), 1030);
  await log.close();
});

test("BackupFile.open() reports its progress", async () => {
  const reports: [number, number][] = [];
  await BackupFile.open(good, { onProgress: (...report) => reports.push(report) });
  assert.equal(reports.length, 6); // manifest, two logs, accounts, claims, sums
  assert.ok(reports.every(([done, total], n) => total === bytes.length && done > (reports[n - 1]?.[0] ?? 0)));
});

test("only the owner may read a backup, because it contains password hashes", { skip: NO_MODES }, () => {
  assert.equal(statSync(good).mode & 0o777, 0o600);
});

test("a backup contains no session and no one-time link", () => {
  for (const text of ["link 1", '"f1"', "expiresAt"]) assert.equal(bytes.indexOf(text), -1, text);
  assert.notEqual(bytes.indexOf("hash 2"), -1);
});

test("BackupFile.open() refuses a backup with any byte changed", async () => {
  const path = newFile("changed.tar", bytes);
  // Every byte outside the events would take minutes. Every 97th byte of the file reaches each part.
  for (let at = 0; at < bytes.length; at += 97) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    await assert.rejects(BackupFile.open(path), (error) => error instanceof LogError, `byte ${at}`);
  }
});

test("BackupFile.open() refuses a backup that was cut or extended", async () => {
  const path = join(folder, "cut.tar");
  copyFileSync(good, path);
  for (let size = bytes.length - 1; size > 0; size -= 1013) {
    truncateSync(path, size);
    await assert.rejects(BackupFile.open(path), (error) => error instanceof LogError, `${size} bytes`);
  }
  truncateSync(path, 0);
  await assert.rejects(BackupFile.open(path), { code: "NOT_A_LOG" });
  await assert.rejects(
    BackupFile.open(newFile("longer.tar", Buffer.concat([bytes, Buffer.alloc(512)]))),
    /after the end/,
  );
});

test("BackupFile.open() names the entry that was changed", async () => {
  const cases = [
    [withText("hash 2", "hash X"), /accounts.ndjson was changed/],
    [withText('owner@example.com",', 'owner@example.org",'), /claims.ndjson was changed/],
    [withText("logs/", "Logs/"), /the header of an entry was changed/],
  ] as const;
  for (const [changed, message] of cases)
    await assert.rejects(BackupFile.open(newFile("named.tar", changed)), { code: "DAMAGED", message });
});

test("BackupFile.open() of a later format asks for an update, whatever else is in it", async () => {
  const later = newFile("later.tar", withText('"format": 2', '"format": 3'));
  const message = /a backup of format 3, made by release 1\.2\.3; this release reads formats up to 2: update needed/;
  await assert.rejects(BackupFile.open(later), { code: "NOT_A_LOG", message });
});

test("BackupFile.open() refuses other files", async () => {
  const text = newFile("notes.txt", Buffer.from("Dear diary"));
  await assert.rejects(BackupFile.open(text), { code: "NOT_A_LOG", message: /not a backup/ });
  await assert.rejects(BackupFile.open(join(folder, "nothing.tar")), { code: "ENOENT" });
});

/** Assembles a backup from entries, with correct hashes. */
async function assemble(name: string, entries: readonly (readonly [string, Uint8Array])[]): Promise<string> {
  const path = join(folder, name);
  const file = await open(path, "w+");
  const archive = new ArchiveWriter(file, 1);
  const sums = entries.map(([entry, content]) => `${sha256(content).toString("hex")}  ${entry}\n`);
  for (const [entry, content] of [...entries, [SUMS, Buffer.from(sums.join(""))] as const])
    await archive.add(entry, async (at) => {
      await writeAll(file, content, at);
      return content.length;
    });
  await archive.finish();
  await file.close();
  return path;
}

/** The entries of a backup except the last, which contains their hashes. */
async function entriesOf(path: string): Promise<[string, Buffer][]> {
  const file = await open(path, "r");
  const entries = await listArchive(file, path, async () => {});
  const all = readFileSync(path);
  await file.close();
  return entries.slice(0, -1).map(({ name, at, length }) => [name, all.subarray(at, at + length)]);
}

test("BackupFile.open() reads a backup of format 1, which says nothing of what was signed", async () => {
  const [manifest, ...rest] = await entriesOf(good);
  const { logs, ...head } = JSON.parse(String(manifest?.[1])) as { logs: object[] };
  const bare = logs.map((log) => ({ ...log, signed: undefined, forks: undefined }));
  const text = JSON.stringify({ ...head, format: 1, logs: bare });
  assert.ok(!text.includes("signed"));
  const backup = await BackupFile.open(await assemble("format-1.tar", [[MANIFEST, Buffer.from(text)], ...rest]));
  assert.deepEqual(
    backup.manifest.logs.map(({ signed, forks }) => [signed, forks]),
    logs.map(() => [null, []]),
  );
});

test("BackupFile.open() refuses a backup assembled from others, even with correct hashes", async () => {
  const entries = await entriesOf(good);
  await BackupFile.open(await assemble("same.tar", entries));
  const longer = newConfig();
  await fill(longer, [6, 1030]);
  const path = join(folder, "longer-log.tar");
  await withStorage(longer, (storage) => makeBackup(storage, path, { release: "1.2.3" }));
  const [, log] = await entriesOf(path);
  assert.ok(log);
  const [manifest, first, second, ...rest] = entries;
  assert.ok(manifest && first && second);
  const cases: [string, [string, Buffer][], RegExp][] = [
    ["another log's file", [manifest, [first[0], second[1]], second, ...rest], /expected log .* up to event 5/],
    ["a longer log", [manifest, log, second, ...rest], /up to event 6 .*, expected log .* up to event 5/],
    ["a log is missing", [manifest, first, ...rest], /contains accounts\.ndjson instead of logs/],
    ["logs in another order", [manifest, second, first, ...rest], /instead of logs/],
    ["an extra entry", [...entries, ["more", Buffer.from("x")]], /instead of SHA256SUMS/],
    ["no accounts", [manifest, first, second, ...rest.slice(1)], /instead of accounts/],
  ];
  for (const [n, [what, parts, message]] of cases.entries())
    await assert.rejects(BackupFile.open(await assemble(`${n}.tar`, parts)), { code: "DAMAGED", message }, what);
});
