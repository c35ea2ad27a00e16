/** What `invoify verify` says of the files of documents: missing is not altered, and neither is a place for events only. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { encodeEvent } from "../../events/encoding/event.ts";
import { openBlobs } from "../../events/sources/open-blobs.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { idOf, logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { NamedBlobs } from "../command-line/named-blobs.ts";
import { writeLog } from "./invoify.suite.ts";
import { checkFiles, filesText } from "./verify-files.ts";

const folder = temporaryFolder();
const files = ["kept", "altered", "missing", "unnamed"].map((text) => Buffer.from(text));

function delivered(seq: number, sha256: Uint8Array) {
  const file = { sha256, size: 7, format: "ubl", paperVersion: null } as const;
  const place = { seq, id: idOf(seq), stream: seq - 1, version: 2, at: 1, actor: 2 };
  return encodeEvent({ ...place, type: "DocumentDelivered", data: { how: "sent", file } }, null).body;
}

test("missing and altered files are told apart, and those that no event names are counted", async () => {
  const path = writeLog(folder, "log.sqlite", [logOf(3)]);
  const store = await openBlobs(path, { create: true });
  assert.ok(store);
  const names = await Promise.all(files.map((bytes) => store.put(bytes)));
  const [, altered, missing] = names;
  assert.ok(altered && missing && (await store.remove(missing, 0)));
  await store.close();
  const db = new Database(path.replace(/\.sqlite$/, ".blobs.sqlite"));
  db.prepare("UPDATE blob SET bytes = zeroblob(size) WHERE sha256 = ?").run(altered);
  db.close();

  const named = new NamedBlobs();
  for (const [n, name] of names.slice(0, 3).entries()) named.add(10 + n, delivered(10 + n, name));
  named.add(20, delivered(20, altered)); // another delivery of the same file
  named.add(21, Buffer.from(randomUUID())); // not an event
  const watch = { named, signal: new AbortController().signal, terminal: { env: {}, note: () => {} } as never };
  const log = await openLog(path);
  const { files: report, problems } = await checkFiles(log, path, watch);
  assert.deepEqual(report, { named: 3, checked: true, missing: 1, altered: 1, unnamed: 1 });
  assert.deepEqual(problems, [
    { seq: 11, problem: `the file of the delivery is altered: ${Buffer.from(altered).toString("hex")}` },
    { seq: 12, problem: `the file of the delivery is missing: ${Buffer.from(missing).toString("hex")}` },
  ]);
  assert.equal(filesText(report), "3 files of documents: 1 missing, 1 altered; 1 more file that no event names");

  const elsewhere = await checkFiles(log, join(folder, "log.events"), watch);
  assert.deepEqual(elsewhere.problems, []);
  assert.equal(filesText(elsewhere.files), "not checked: this place holds events only, and they name 3 files");
  await log.close();
  const bare = writeLog(folder, "bare.sqlite", [logOf(3)]);
  const without = await openLog(bare);
  assert.equal((await checkFiles(without, bare, watch)).files.missing, 3);
  await without.close();
});
