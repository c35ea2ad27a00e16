import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe, test } from "node:test";
import Database from "better-sqlite3";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { MongoTileStore } from "./mongo-tile-store.ts";
import { SqliteTileStore } from "./sqlite-tile-store.ts";
import type { FullTile, TileStore } from "./tile-store.ts";

const folder = temporaryFolder();

function newTile(index: number, level = 0): FullTile {
  return { level, index, hashes: randomBytes(8192), root: randomBytes(32) };
}

function newPair(size: number) {
  return { size, root: randomBytes(32) };
}

/** @param open opens the stores of two processes, and that of another log */
function testTiles(name: string, skip: string | false, open: () => Promise<[TileStore, TileStore, TileStore]>): void {
  describe(name, { skip }, () => {
    test("a tile is added once, and read by every process", async () => {
      const [one, two, other] = await open();
      const tile = newTile(0);
      assert.equal(await two.tile(1, 0, 0), null);
      await one.addTiles(1, [tile]);
      await Promise.all([one.addTiles(1, [tile]), two.addTiles(1, [tile, newTile(1)])]);
      assert.deepEqual(Buffer.from((await two.tile(1, 0, 0)) ?? []), tile.hashes);
      for (const missing of [two.tile(2, 0, 0), two.tile(1, 1, 0), two.tile(1, 0, 2), other.tile(1, 0, 0)])
        assert.equal(await missing, null);
    });

    test("a tile with other hashes is refused, and the first one stays", async () => {
      const [one, two] = await open();
      const tile = newTile(0);
      await one.addTiles(1, [tile]);
      await assert.rejects(two.addTiles(1, [{ ...newTile(0), root: tile.root }]), {
        code: "ALTERED",
        message: /tile 0 of level 0/,
      });
      assert.deepEqual(Buffer.from((await one.tile(1, 0, 0)) ?? []), tile.hashes);
      await two.addTiles(2, [newTile(0)]); // another generation has tiles of its own
    });

    test("many tiles are added at once, and their roots are read in order, up to a gap", async () => {
      const [one, two] = await open();
      const tiles = Array.from({ length: 300 }, (_, n) => newTile(n));
      await one.addTiles(1, [...tiles.slice(0, 250), ...tiles.slice(251)].reverse());
      const roots = (from: number, to: number) => tiles.slice(from, to).map(({ root }) => root);
      const read = async (from: number, to: number) =>
        (await two.tileRoots(1, 0, from, to)).map((root) => Buffer.from(root));
      assert.deepEqual(await read(0, 256), roots(0, 250));
      assert.deepEqual(await read(251, 400), roots(251, 300));
      assert.deepEqual(await read(7, 9), roots(7, 9));
      assert.deepEqual(await read(250, 300), []);
      assert.deepEqual(await two.tileRoots(1, 1, 0, 256), []);
    });

    test("of several processes that advance the head, one wins", async () => {
      const [one, two, other] = await open();
      assert.equal(await one.head(1), null);
      const firsts = [newPair(3), newPair(4)] as const;
      const won = await Promise.all([one.advance(1, null, firsts[0]), two.advance(1, null, firsts[1])]);
      assert.deepEqual([...won].sort(), [false, true]);
      const first = won[0] ? firsts[0] : firsts[1];
      assert.deepEqual(await headOf(two), first);
      const next = newPair(10);
      assert.equal(await two.advance(1, { ...first, root: randomBytes(32) }, next), false, "another root");
      assert.equal(await two.advance(1, { ...first, size: 9 }, next), false, "another size");
      assert.equal(await two.advance(1, null, next), false, "there is one");
      const both = await Promise.all([one.advance(1, first, next), two.advance(1, first, newPair(11))]);
      assert.equal(both.filter(Boolean).length, 1);
      assert.equal(await one.head(2), null);
      assert.equal(await other.head(1), null);
      const large = newPair(2 ** 40 + 1);
      const now = await headOf(one);
      assert.ok(now && (await one.advance(1, now, large)));
      assert.deepEqual(await headOf(one), large);
    });

    test("a generation begins once", async () => {
      const [one, two, other] = await open();
      assert.deepEqual(await one.forks(), []);
      const begun = await Promise.all([
        one.addFork({ generation: 2, note: "a" }),
        two.addFork({ generation: 2, note: "b" }),
      ]);
      assert.equal(begun.filter(Boolean).length, 1);
      const [fork] = await two.forks();
      assert.ok(fork);
      assert.ok(await two.addFork({ generation: 10, note: "later" }));
      assert.deepEqual(await one.forks(), [fork, { generation: 10, note: "later" }]);
      assert.deepEqual(await other.forks(), []);
    });
  });
}

async function headOf(store: TileStore) {
  const head = await store.head(1);
  return head && { size: head.size, root: Buffer.from(head.root) };
}

testTiles("SqliteTileStore", false, async () => {
  const path = join(folder, `${randomUUID()}.tree.sqlite`);
  return [
    new SqliteTileStore(path),
    new SqliteTileStore(path),
    new SqliteTileStore(join(folder, `${randomUUID()}.tree.sqlite`)),
  ];
});

const url = await sharedMongoUrl();
const databases = url === null ? null : temporaryDatabases(url);
testTiles("MongoTileStore", databases ? false : "no MongoDB server", async () => {
  assert.ok(databases);
  const db = databases.client.db(new URL(databases.newDatabase()).pathname.slice(1));
  const log = uuidText(newUuid());
  return [
    new MongoTileStore(db, log, "log"),
    new MongoTileStore(db, log, "log"),
    new MongoTileStore(db, uuidText(newUuid()), "other"),
  ];
});

test("SqliteTileStore refuses a file of another format", () => {
  const path = join(folder, "other.tree.sqlite");
  const db = new Database(path);
  db.exec("CREATE TABLE tile (n INTEGER); PRAGMA user_version = 2");
  db.close();
  assert.throws(() => new SqliteTileStore(path), { code: "NOT_A_LOG", message: /format 2, expected 1/ });
});
