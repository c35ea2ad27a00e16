/** When a checkpoint is signed again, and what its signatures say of the time. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, test } from "node:test";
import type { WritableLog } from "../../events/log/log.ts";
import { keyFileText, newKeyFile, parseKeyFile } from "../../events/proofs/server-key.ts";
import { openSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { parseVerifierKey } from "../../events/proofs/verifier-key.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { SqliteTileStore } from "../storage/sqlite-tile-store.ts";
import { LogProofs } from "./log-proofs.ts";
import { Signing } from "./signing.ts";

const folder = temporaryFolder();
const LOG_ID = "01920e3b-7c00-7d3a-9b1e-2f4c6a8d0e12";
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const opened: { close(): unknown }[] = [];
after(async () => {
  for (const one of opened) await one.close();
});

/** A log, of ten events, whose server has a clock of its own. */
function newLog({ events = 10, ...options }: { events?: number; delayMs?: number; batch?: number } = {}) {
  const time = { ownMs: START_MS, serverMs: START_MS };
  const memory = new MemoryLog(
    logOf(events).map(({ body }) => body),
    options,
  );
  const log = Object.assign(memory, { serverTime: async () => time.serverMs }) as unknown as WritableLog;
  const name = join(folder, randomUUID());
  const key = parseKeyFile(keyFileText(newKeyFile(START_MS)), "key");
  const signing = new Signing(key, { signedPath: `${name}.signed.sqlite`, clock: () => time.ownMs });
  const openTiles = async () => new SqliteTileStore(`${name}.tree.sqlite`);
  const proofs = new LogProofs({ logId: LOG_ID, log, openTiles, signing });
  opened.push(proofs, signing);
  const pass = (ms: number) => {
    time.ownMs += ms;
    time.serverMs += ms;
  };
  /** The checkpoint, made again now: `atLeast` passes over the one of the last second. */
  const again = async () => {
    const { text } = await proofs.checkpoint({ atLeast: Number.MAX_SAFE_INTEGER });
    const { keys } = await proofs.key();
    return openSignedCheckpoint(text, { keys: keys.map(parseVerifierKey), log: LOG_ID });
  };
  return { time, pass, proofs, again, memory };
}

test("the signatures of a log that does not grow are made again after an hour, and not before", async () => {
  const { pass, again } = newLog();
  const first = await again();
  assert.equal(first.signedAt, START_MS / 1000);
  pass(HOUR_MS - 1);
  assert.equal((await again()).note, first.note);
  pass(1);
  const later = await again();
  assert.equal(later.signedAt, (START_MS + HOUR_MS) / 1000);
  assert.deepEqual([later.size, later.root], [first.size, first.root]);
});

test("after the clock has gone back, no signature from the future is served", async () => {
  const { pass, again } = newLog();
  await again();
  pass(-10 * HOUR_MS);
  assert.equal((await again()).signedAt, (START_MS - 10 * HOUR_MS) / 1000);
});

for (const skewMs of [61_000, -61_000])
  test(`a clock that is ${skewMs} ms from the database's states no time, and signs all the same`, async () => {
    const { time, again } = newLog();
    time.ownMs += skewMs;
    const signed = await again();
    assert.deepEqual([signed.signatures.length, signed.signedAt], [2, null]);
  });

test("many requests at once, and within a second, read the log once", async () => {
  const { proofs, memory } = newLog();
  const heads = () => memory.requests.filter((request) => request === "head").length;
  const results = await Promise.all(Array.from({ length: 50 }, () => proofs.checkpoint()));
  assert.equal(new Set(results).size, 1);
  await proofs.checkpoint();
  assert.equal(heads(), 1);
});

test("a request does not wait for the tree of a long log, which goes on being made", async () => {
  const { proofs } = newLog({ delayMs: 50, batch: 1 });
  await assert.rejects(proofs.checkpoint({ patienceMs: 1 }), { code: "OPENING" });
  assert.equal((await proofs.checkpoint({ patienceMs: Number.POSITIVE_INFINITY })).size, 10);
});

test("a tree that is being made stops when the log is closed", async () => {
  const { proofs, memory } = newLog({ delayMs: 1, batch: 256, events: 20_000 });
  await assert.rejects(proofs.checkpoint({ patienceMs: 20 }), { code: "OPENING" });
  await proofs.close();
  assert.equal(proofs.signed, null);
  const reads = memory.requests.length;
  assert.ok(reads > 0);
});

test("a closed log opens nothing again", async () => {
  const { proofs } = newLog();
  await proofs.checkpoint();
  await proofs.close();
  await assert.rejects(proofs.tile({ level: 0, index: 0, width: 1 }), { code: "UNREACHABLE" });
});
