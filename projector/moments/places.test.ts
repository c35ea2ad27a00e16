/** The places where readers stand: few, and fairly shared among organizations and their users. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { readCheckpoint } from "../cache/checkpoint.ts";
import { openOffice } from "../writer/office.suite.ts";
import { Places } from "./places.ts";

const folder = temporaryFolder();
const { cachePath } = await openOffice({ after } as unknown as TestContext, folder);

/** A copy of the cache, as another organization's. */
function fileOf(name: string, opened = 1) {
  const path = join(folder, name);
  rmSync(path, { force: true });
  const db = openCacheForReading(cachePath);
  db.prepare("VACUUM INTO ?").run(path);
  db.close();
  return { path, opened };
}

const textOf = (places: Places) => places.all.map(({ path, user }) => `${path.slice(folder.length + 1)} ${user}`);

test("Places takes the oldest place of the organization that has the most", () => {
  const [large, small, other] = [fileOf("large"), fileOf("small"), fileOf("other")];
  const places = new Places({ max: 4 });
  places.of(small, "a");
  for (const user of ["a", "b", "c"]) places.of(large, user);
  assert.deepEqual(textOf(places), ["small a", "large a", "large b", "large c"]);
  places.of(large, "a");
  places.of(large, "d");
  assert.deepEqual(textOf(places), ["small a", "large c", "large a", "large d"]);
  places.of(other, "a");
  places.of(small, "b");
  assert.deepEqual(textOf(places).toSorted(), ["large d", "other a", "small a", "small b"]);
  for (const { path, user } of places.all) assert.ok(places.of({ path, opened: 1 }, user));
  for (const { path } of [large, small, other]) places.forget(path);
  assert.deepEqual(places.all, []);
});

test("Places gives a user one place, however many moments are read", () => {
  const file = fileOf("busy");
  const places = new Places({ max: 2 });
  places.of(file, "modest");
  for (let seq = 1; seq <= 5; seq++) {
    const source = places.of(file, "greedy")?.moments.sourceAt({ seq: 1 + (seq % 2), atMs: 0 });
    assert.equal(source && readCheckpoint(source.db).seq, 1 + (seq % 2));
  }
  assert.deepEqual(textOf(places), ["busy modest", "busy greedy"]);
  places.forget(file.path);
});

test("Places follows a file that is replaced, and does not go back to the one before", () => {
  const old = fileOf("replaced", 1);
  const places = new Places();
  const before = places.of(old, "a");
  assert.ok(before?.now.open);
  const newer = fileOf("replaced", 2);
  const after = places.of(newer, "a");
  assert.equal(before.now.open, false);
  assert.ok(after?.now.open);
  assert.equal(places.of(old, "a"), null);
  places.leave(old);
  assert.ok(after.now.open);
  places.leave(newer);
  assert.equal(after.now.open, false);
});
