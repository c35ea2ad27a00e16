/** The files of documents in a backup: they are restored before their events, and what was lost before stays lost. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../events/hash.ts";
import { openBlobs } from "../../events/sources/open-blobs.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { CopiedBlobs, openBlobsOf } from "../../projector/command-line/named-blobs.ts";
import { foldersOf } from "../config/config.ts";
import { openSigning } from "../proofs/open-server-key.ts";
import { runApi } from "../running-api.suite.ts";
import { makeBackup } from "./backup.ts";
import { BackupFile } from "./backup-file.ts";
import { kindsOfStore, withStorage } from "./backup-stores.suite.ts";
import { restoreBackup } from "./restore.ts";

const folder = temporaryFolder();
const { api, config, send, logId } = await runApi();
const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 100e6, vatCategory: "S", vatRate3: 20_000 };
const client = await send("POST", "/api/clients", { name: "A client", address: { country: "GB" } });
const { stream: id } = await send("POST", "/api/invoices", { clientId: client.stream, lines: [LINE] });
await send("POST", `/api/invoices/${id}/issue`, {});
for (const format of ["pdf", "ubl", "cii"])
  await send("POST", `/api/invoices/${id}/delivered`, { how: "sent", format });
const blobs = await api.storage.openBlobs(logId, { create: false });
assert.ok(blobs);
const orphan = await blobs.put(Buffer.from("no event names it"));
const stored = await Array.fromAsync(blobs.list());
const named = stored.map((one) => one.sha256).filter((name) => Buffer.compare(name, orphan) !== 0);
const source = join(foldersOf(config).logs, `${logId}.sqlite`);

const notes: string[] = [];
const onNote = (text: string) => notes.push(text);
const signing = await openSigning(config, { clock: Date.now, create: false });
const backupTo = (path: string) => makeBackup(api.storage, path, { release: "0.2.0", onNote, signing });

test("a backup has the files that events name, and each kind of store gets them back", async () => {
  assert.equal(named.length, 3);
  const path = join(folder, "whole.backup");
  assert.equal((await backupTo(path)).files, 3);
  assert.deepEqual(notes, []);
  for (const { kind, newStore } of await kindsOfStore()) {
    const store = newStore();
    const opened = await BackupFile.open(path);
    const restored = await withStorage(store, (storage) => restoreBackup(opened, storage, { signing }), true);
    assert.equal(restored.files, 3, kind);
    await withStorage(store, async (storage) => {
      const own = await storage.openBlobs(logId, { create: false });
      for (const name of named) assert.ok(await own?.get(name), kind);
      assert.equal(await own?.get(orphan), null, kind);
      await own?.close();
    });
  }
});

test("a copy has them too, and a place for events only is said to be one", async () => {
  const log = await openLog(source);
  const terminal = { env: {}, note: onNote } as never;
  const target = join(folder, "copy.sqlite");
  const from = await openBlobsOf(log, source, terminal);
  const files = new CopiedBlobs({ from, to: target, log: logId });
  const events = async function* () {
    for await (const { after, bodies } of log.read({ after: 0, upTo: await log.head() }))
      for (const [n, body] of bodies.entries()) yield { seq: after + n + 1, body, request: null };
  };
  for await (const _ of files.before(events()));
  assert.deepEqual([files.copied, files.problem("A", "B")], [3, null]);
  await files.close();
  const copied = await openBlobs(target);
  for (const name of named) assert.ok(await copied?.get(name));
  await copied?.close();
  for (const [from, to, words] of [
    [null, target, "A"],
    [await openBlobsOf(log, source, terminal), null, "B"],
  ] as const) {
    const left = new CopiedBlobs({ from, to, log: logId });
    for await (const _ of left.before(events()));
    assert.equal(left.problem("A", "B"), `${words} holds events only: 3 files of documents were not copied`);
    await left.close();
  }
  await log.close();
});

test("a backup is made although a file is missing and another one altered, and says so", async () => {
  const [first, second] = named;
  assert.ok(first && second && (await blobs.remove(first, 0)));
  const { default: Database } = await import("better-sqlite3");
  const db = new Database(source.replace(/\.sqlite$/, ".blobs.sqlite"));
  db.prepare("UPDATE blob SET bytes = zeroblob(size) WHERE sha256 = ?").run(second);
  db.close();
  const path = join(folder, "lost.backup");
  assert.equal((await backupTo(path)).files, 1);
  assert.deepEqual(
    notes.map((note) => note.replace(/^log \S+: /, "")),
    [
      "1 file of its documents missing: the backup does not have them",
      "1 file of its documents altered: the backup does not have them",
    ],
  );
  const opened = await BackupFile.open(path);
  const files = await Array.fromAsync(opened.files(logId));
  assert.equal(files.length, 1);
  for (const { name, bytes } of files) assert.deepEqual(Buffer.from(name), sha256(bytes));
});
