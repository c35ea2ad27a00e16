/**
 * Two servers of one store sign and are killed again and again: whatever they signed is one history, and the last server
 * still signs what extends all of it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventHash } from "../../events/hash.ts";
import { keyFileText, newKeyFile } from "../../events/proofs/server-key.ts";
import { openSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { rootOf } from "../../events/proofs/tree.ts";
import { parseVerifierKey } from "../../events/proofs/verifier-key.ts";
import { splitEvents } from "../../events/sources/http/http-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { signUp } from "../sessions/people.suite.ts";

const KILLS = pickCount({ usual: 6, long: 40 });
const READERS = 4;
/** A process is killed at a random time up to this after it has signed something, ms. */
const LONGEST_LIFE_MS = 1_200;
const SERVERS = 2;

const mongo = await sharedMongoUrl();
const databases = mongo === null ? null : temporaryDatabases(mongo);
const signingKey = keyFileText(newKeyFile(Date.now()));

test(`on embedded storage, ${KILLS} kills leave one signed history`, async (t) => {
  await killWhileSigning(t, {});
});

test(`on MongoDB, ${KILLS} kills leave one signed history`, {
  skip: databases ? false : "no MongoDB server",
}, async (t) => {
  await killWhileSigning(t, { MONGODB_URL: databases?.newDatabase() ?? "", INVOIFY_SIGNING_KEY: signingKey });
});

async function killWhileSigning(t: TestContext, more: Record<string, string>): Promise<void> {
  const folder = temporaryFolder();
  const environment = newEnvironment(join(folder, "0"), more);
  // With MongoDB, each server is on a machine of its own.
  const environments = Array.from({ length: SERVERS }, (_, n) =>
    "MONGODB_URL" in more ? { ...environment, INVOIFY_DATA: join(folder, String(n)) } : environment,
  );
  const start = (n: number) => serveProcess(t, environments[n] ?? environment);
  const servers = await Promise.all(environments.map((_, n) => start(n)));
  const { token, log } = await signUp(servers[0]?.base ?? "");
  const notes = new Set<string>();
  let kills = 0;

  const killing = (async () => {
    while (kills < KILLS) {
      const before = notes.size;
      while (notes.size === before) await sleep(5);
      await sleep(Math.random() * LONGEST_LIFE_MS);
      const n = kills++ % SERVERS;
      await servers[n]?.kill();
      servers[n] = await start(n);
    }
  })();
  const working = Array.from({ length: READERS }, async (_, n) => {
    while (kills < KILLS) {
      const base = servers[n % SERVERS]?.base ?? "";
      await write(base, token).catch(() => {});
      const note = await checkpoint(base, token).catch(() => null);
      if (note !== null) notes.add(note);
      await sleep(50); // writing is not what is tested
    }
  });
  await Promise.all([killing, ...working]);

  const { base } = servers[0] ?? assert.fail();
  const response = await get(base, token, "/api/log/key");
  const { keys } = (await response.json()) as { keys: string[] };
  const trust = { keys: keys.map(parseVerifierKey), log };
  notes.add((await checkpoint(base, token)) ?? assert.fail("the last server signs nothing"));
  const entries = (await bodiesOf(base, token)).map(eventHash);
  for (const note of notes) {
    const { origin, size, root } = openSignedCheckpoint(note, trust);
    assert.equal(origin, `invoify/${log}/1`);
    assert.deepEqual(root, rootOf(entries.slice(0, size)), `${size} of ${entries.length}`);
  }
  assert.ok(notes.size > 3, `${notes.size}`);
  t.diagnostic(`${kills} kills, ${notes.size} checkpoints of ${entries.length} events`);
}

function get(base: string, token: string, path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${base}${path}`, { headers, signal: AbortSignal.timeout(20_000) });
}

/** @returns null if the server cannot say now @throws if it says that something contradicts what was signed */
async function checkpoint(base: string, token: string): Promise<string | null> {
  const response = await get(base, token, "/api/log/checkpoint");
  const text = await response.text();
  if (response.status === 200) return text;
  const { code } = JSON.parse(text) as { code: string };
  if (code === "ALTERED" || code === "BEHIND") contradictions.push(text);
  return null;
}

const contradictions: string[] = [];
test("no server said that anything contradicts what was signed", () => assert.deepEqual(contradictions, []));

async function write(base: string, token: string): Promise<void> {
  await fetch(`${base}/api/clients`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "A client", address: { country: "GB" } }),
    signal: AbortSignal.timeout(20_000),
  });
}

async function bodiesOf(base: string, token: string): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for (;;) {
    const response = await get(base, token, `/api/events?after=${bodies.length}`);
    assert.equal(response.status, 200);
    const more = splitEvents(new Uint8Array(await response.arrayBuffer()), "events");
    if (more.length === 0) return bodies;
    bodies.push(...more);
  }
}
