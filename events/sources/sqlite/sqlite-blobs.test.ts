import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { blobStoreTests } from "../../blobs/blob-store.suite.ts";
import { blobsFileName, SqliteBlobs } from "./sqlite-blobs.ts";

const folder = temporaryFolder();
const newPath = () => join(folder, `${randomUUID()}.sqlite`);

blobStoreTests("SqliteBlobs", {
  newAddress: async () => newPath(),
  async alter(address, name, bytes) {
    const db = new Database(blobsFileName(address));
    db.prepare("UPDATE blob SET bytes = ?, size = ? WHERE sha256 = ?").run(bytes, bytes.length, name);
    db.close();
  },
});

test("SqliteBlobs refuses a file of another kind or format, and leaves it as it is", () => {
  for (const ddl of ["CREATE TABLE blob (n)", "PRAGMA application_id = 1", "PRAGMA user_version = 7"]) {
    const path = newPath();
    new SqliteBlobs(blobsFileName(path)).closeNow();
    const other = ddl.startsWith("CREATE") ? path : blobsFileName(path);
    const db = new Database(other);
    db.exec(ddl);
    db.close();
    assert.throws(() => new SqliteBlobs(other), { code: "NOT_A_LOG", message: new RegExp(other) });
    const after = new Database(other);
    assert.equal(after.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get(), 1);
    after.close();
  }
});

test("evict() keeps the blobs that were put or touched last, within the limit", async () => {
  let nowMs = 1_000;
  const store = new SqliteBlobs(blobsFileName(newPath()), { clock: () => nowMs++ });
  const names = Array.from({ length: 5 }, () => store.putNow(randomBytes(100)));
  const [first] = names;
  assert.ok(first);
  store.touch(first);
  store.evict(500);
  assert.equal((await Array.fromAsync(store.list())).length, 5, "all fit");
  store.evict(350);
  const left = names.map((name) => store.getNow(name) !== null);
  assert.deepEqual(left, [true, false, false, true, true]);
  store.evict(99);
  assert.deepEqual(await Array.fromAsync(store.list()), []);
  store.closeNow();
});
