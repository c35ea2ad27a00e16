import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { eventHash } from "../../events/hash.ts";
import { parseProof } from "../../events/proofs/proof-text.ts";
import { HASH_BYTES, leafHash, rootOf, rootOfHashes, TILE_WIDTH } from "../../events/proofs/tree.ts";
import { checkInclusion } from "../../events/proofs/verify-proofs.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { smallEvent } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { mirrorTiles } from "./mirror-tiles.ts";
import { MirrorTree } from "./mirror-tree.ts";
import { proveEvent } from "./prove-event.ts";
import type { SeenCheckpoint } from "./trust-store.ts";

const bodies = Array.from({ length: 3 * TILE_WIDTH + 5 }, (_, n) => smallEvent(n + 1).body);

/** A checkpoint as a device remembers it. Its text is not read here. */
function signedAt(size: number): SeenCheckpoint {
  const root = rootOf(bodies.slice(0, size).map(eventHash));
  const seen = { seenAt: 0, signedAt: 5, verdict: "verified", setAside: null } as const;
  return { generation: 1, origin: "o", size, root, note: "a note\n", ...seen };
}

async function openMirror(): Promise<{ mirror: SqliteLog; tree: MirrorTree }> {
  const path = join(temporaryFolder(), "mirror.sqlite");
  const mirror = SqliteLog.open(path, { kind: "mirror", create: true });
  mirror.mirror(0, bodies);
  const tree = new MirrorTree(mirror);
  await tree.catchUp();
  return { mirror, tree };
}

test("proveEvent() proves each event by any checkpoint that contains it", async () => {
  const copy = await openMirror();
  for (const size of [1, 2, 255, 256, 257, 512, 600, bodies.length]) {
    const signed = signedAt(size);
    for (const seq of [1, 2, 255, 256, 257, 511, 512, 513, bodies.length - 1, bodies.length]) {
      const proof = await proveEvent({ ...copy, signed }, seq);
      assert.equal(proof === null, seq > size, `event ${seq} of ${size}`);
      if (proof === null) continue;
      const { index, hashes, checkpoint } = parseProof(proof.text);
      assert.deepEqual([index, hashes.length, checkpoint], [seq - 1, proof.hashes, "a note\n"]);
      const leaf = leafHash(eventHash(bodies[seq - 1] as Uint8Array));
      checkInclusion({ index, size, leaf, hashes, root: signed.root });
    }
  }
});

test("proveEvent() proves nothing of an event that was changed on this device", async () => {
  const copy = await openMirror();
  const db = openDatabase(copy.mirror.name);
  db.prepare("UPDATE event SET body = ? WHERE seq = 300").run(bodies[298]);
  db.close();
  const signed = signedAt(bodies.length);
  await assert.rejects(proveEvent({ ...copy, signed }, 300), { code: "UNPROVEN" });
  await assert.rejects(proveEvent({ ...copy, signed }, 301), { code: "UNPROVEN" }, "its neighbour leads to no root");
  assert.notEqual(await proveEvent({ ...copy, signed }, 3), null, "another tile");
});

test("mirrorTiles() has the higher levels of a long log", async () => {
  const { mirror } = await openMirror();
  const roots = Buffer.alloc(3 * TILE_WIDTH * HASH_BYTES, Buffer.from("made up hashes of tiles"));
  const tile = mirrorTiles(mirror, roots).readTile({ level: 2, index: 0, width: 3 });
  const expected = [0, 1, 2].map((n) => rootOfHashes(roots, n * TILE_WIDTH, (n + 1) * TILE_WIDTH));
  assert.deepEqual(await tile, Buffer.concat(expected));
});
