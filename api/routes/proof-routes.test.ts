/** What `/api/log/…` serves verifies, with nothing but the bytes served. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { ROLES, type Role } from "../../events/business/roles.ts";
import { eventHash } from "../../events/hash.ts";
import { openProof } from "../../events/proofs/proof-text.ts";
import { openSignedCheckpoint, readSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { consistencyProof, rootAt } from "../../events/proofs/tile-proofs.ts";
import { decodeEntries, type TileReader, tilePath } from "../../events/proofs/tiles.ts";
import { rootOf } from "../../events/proofs/tree.ts";
import { parseVerifierKey } from "../../events/proofs/verifier-key.ts";
import { checkConsistency } from "../../events/proofs/verify-proofs.ts";
import { splitEvents } from "../../events/sources/http/http-log.ts";
import { keyFilePath } from "../proofs/open-server-key.ts";
import { CLIENT, type RunningApi } from "../running-api.suite.ts";
import { call, join, openOffice, signUp, startApi } from "../sessions/people.suite.ts";
import { onEachStorage } from "../storage/storages.suite.ts";

type SigningKey = { origin: string; generation: number; keys: string[]; successors: string[]; trouble: object | null };

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

async function textOf({ call }: RunningApi, path: string): Promise<string> {
  const response = await call(path);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
  return text;
}

async function keysOf(running: RunningApi) {
  const { keys } = await running.get<SigningKey>("/api/log/key");
  return keys.map(parseVerifierKey);
}

/** A checkpoint of at least this size: another one may be served for a second. */
async function checkpointOf(running: RunningApi, size: number) {
  const trust = { keys: await keysOf(running), log: running.logId };
  await textOf(running, `/api/log/proof/${size}`);
  const signed = openSignedCheckpoint(await textOf(running, "/api/log/checkpoint"), trust);
  assert.ok(signed.size >= size, `${signed.size} of ${size}`);
  return signed;
}

async function entriesOf(running: RunningApi): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for (;;) {
    const bytes = await bytesOf(await running.call(`/api/events?after=${bodies.length}`));
    const more = splitEvents(bytes, "events");
    if (more.length === 0) return bodies.map(eventHash);
    bodies.push(...more);
  }
}

function tilesOf({ call }: RunningApi): TileReader {
  return {
    async readTile(tile) {
      const response = await call(`/api/log/${tilePath(tile)}`);
      assert.equal(response.status, 200, tilePath(tile));
      return await bytesOf(response);
    },
  };
}

async function register(running: RunningApi, count: number): Promise<number> {
  const written = await Promise.all(
    Array.from({ length: count }, (_, n) => running.send("POST", "/api/clients", { ...CLIENT, name: `Client ${n}` })),
  );
  return Math.max(...written.map(({ seq }) => seq));
}

await onEachStorage((running) => {
  test("the checkpoint is signed by both keys of the server, and its root is that of the events", async () => {
    const head = await register(running, 300);
    const before = Date.now();
    const signed = await checkpointOf(running, head);
    assert.equal(signed.origin, `invoify/${running.logId}/1`);
    assert.deepEqual(signed.signatures.map(({ key }) => key.type).sort(), [1, 6]);
    assert.ok(signed.signedAt && Math.abs(signed.signedAt * 1000 - before) < 60_000);
    const entries = await entriesOf(running);
    assert.deepEqual(signed.root, rootOf(entries.slice(0, signed.size)));
    assert.deepEqual(await rootAt(tilesOf(running), signed.size), signed.root);
  });

  test("later checkpoints begin with the earlier ones, and no signature is made twice for one", async () => {
    const head = await register(running, 1);
    const first = await checkpointOf(running, head);
    assert.equal((await checkpointOf(running, head)).note, first.note);
    const second = await checkpointOf(running, await register(running, 5));
    assert.ok(second.size > first.size);
    const hashes = await consistencyProof(tilesOf(running), first.size, second.size);
    checkConsistency({ oldSize: first.size, oldRoot: first.root, size: second.size, root: second.root, hashes });
  });

  test("a proof shows that an event is in the log", async () => {
    const head = await register(running, 1);
    const entries = await entriesOf(running);
    const trust = { keys: await keysOf(running), log: running.logId };
    for (const seq of [1, 2, 256, 257, head]) {
      const text = await textOf(running, `/api/log/proof/${seq}`);
      const { index, checkpoint } = openProof(text, entries[seq - 1] ?? assert.fail(), trust);
      assert.equal(index, seq - 1);
      assert.ok(checkpoint.size >= seq);
      assert.throws(() => openProof(text, entries[seq % head] ?? assert.fail(), trust), /./, "another event");
    }
  });

  test("entries are served as bundles of tlog-tiles", async () => {
    const head = await register(running, 1);
    const entries = await entriesOf(running);
    const bundle = async (path: string, index: number, width: number) =>
      decodeEntries(await bytesOf(await running.call(`/api/log/tile/entries/${path}`)), { index, width });
    assert.deepEqual((await bundle("000", 0, 256)).map(Buffer.from), entries.slice(0, 256));
    const width = head - 256;
    assert.deepEqual((await bundle(`001.p/${width}`, 1, width)).map(Buffer.from), entries.slice(256, head));
  });

  test("a full tile may be kept for ever; a checkpoint, never", async () => {
    await checkpointOf(running, 300);
    const full = await running.call("/api/log/tile/0/000");
    assert.equal((await bytesOf(full)).length, 8192);
    assert.match(full.headers.get("cache-control") ?? "", /private, max-age=\d+, immutable/);
    const etag = full.headers.get("etag") ?? assert.fail();
    const again = await running.call("/api/log/tile/0/000", { headers: { "if-none-match": etag } });
    assert.deepEqual([again.status, await again.text()], [304, ""]);
    for (const path of ["tile/0/001.p/1", "tile/1/000.p/1", "checkpoint", "proof/1", "key", "forks"])
      assert.equal((await running.call(`/api/log/${path}`)).headers.get("cache-control"), "no-store", path);
  });

  test("what the tree does not have is refused, as are other spellings of a path", async () => {
    const signed = await checkpointOf(running, 300);
    const next = signed.size - 256 + 1;
    const paths = [
      "tile/0/002",
      `tile/0/001.p/${next}`,
      "tile/1/000",
      "tile/2/000.p/1",
      "tile/8/000.p/1",
      "tile/0/x999/x999/x999/999",
      "tile/entries/002.p/1",
      `proof/${signed.size + 1}`,
      "proof/900000000000",
    ];
    const spellings = [
      "tile/0/0",
      "tile/00/000",
      "tile/0/x000/000",
      "tile/0/000.p/0",
      "tile/0/000.p/256",
      "tile/0/000.p/x",
      "tile/",
      "tile/entries/",
    ];
    for (const path of [...paths, ...spellings]) {
      const { status, body } = await call(running.base, "GET", `/api/log/${path}`, undefined, { token: running.token });
      assert.equal(status, 404, `${path}: ${JSON.stringify(body)}`);
      assert.equal(body.code, "NOT_IN_TREE", path);
    }
    assert.equal((await running.call("/api/log/proof/0")).status, 422);
  });

  test("the key is described without anything secret", async () => {
    const key = await running.get<SigningKey & { fingerprints: Record<string, string> }>("/api/log/key");
    assert.deepEqual(
      [key.origin, key.generation, key.successors, key.trouble],
      [`invoify/${running.logId}/1`, 1, [], null],
    );
    assert.match(`${key.fingerprints.ed25519} ${key.fingerprints.mlDsa44}`, /^[0-9a-f]{64} [0-9a-f]{64}$/);
    assert.equal(await textOf(running, "/api/log/forks"), "");
  });
});

test("every role reads, and each organization gets its own tree only", async () => {
  const office = await openOffice();
  const { base } = office;
  const stranger = await signUp(base);
  const paths = ["checkpoint", "tile/0/000.p/2", "tile/entries/000.p/2", "proof/2", "key"];
  const get = (path: string, token: string) => call(base, "GET", `/api/log/${path}`, undefined, { token });
  for (const role of ROLES) {
    const { token } = role === "owner" ? office.owner : await join(office, role as Role);
    for (const path of paths) assert.equal((await get(path, token)).status, 200, `${role}: ${path}`);
  }
  for (const path of paths) {
    const [own, others] = [await get(path, office.owner.token), await get(path, stranger.token)];
    assert.equal(others.status, 200, path);
    assert.notEqual(others.text, own.text, path);
    assert.ok(!others.text.includes(office.owner.log), path);
  }
});

test("a server whose key was lost works, makes no other key by itself, and says that it signs nothing", async () => {
  const { api, owner, base, config } = await openOffice();
  const get = (at: string, path: string) => call(at, "GET", path, undefined, { token: owner.token });
  const signed = await get(base, "/api/log/checkpoint");
  assert.equal(signed.status, 200);
  await api.close();
  const path = keyFilePath(config) ?? assert.fail();
  const key = readFileSync(path);
  rmSync(path);
  const without = await startApi(config);
  for (const what of ["checkpoint", "tile/0/000.p/1", "proof/1", "key", "forks"]) {
    const { status, body } = await get(without.base, `/api/log/${what}`);
    assert.deepEqual([status, body.code], [404, "NOT_SIGNED"], what);
  }
  assert.equal((await get(without.base, "/api/events?after=0")).status, 200);
  assert.equal(existsSync(path), false);
  await without.api.close();
  writeFileSync(path, key, { mode: 0o600 });
  const again = await startApi(config);
  assert.equal(openedSize((await get(again.base, "/api/log/checkpoint")).text), openedSize(signed.text));
});

function openedSize(note: string): number {
  return readSignedCheckpoint(note).size;
}
