/** A log is altered in its database after it was signed: the server signs nothing more, sends nothing of it as proven, and says so. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { rootOf } from "../../events/proofs/tree.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { fill, logIdOf } from "../backup/backup-stores.suite.ts";
import { logOptions } from "../http/server-log.ts";
import { call, logIn, newConfig, startApi } from "../sessions/people.suite.ts";
import { spoilLog, spoilTrees } from "./spoil.suite.ts";

const COUNT = 1_400;
const LOG = logIdOf(1);
const EVENTS = logOf(COUNT, 1).map(({ body }) => body);
const METRICS_TOKEN = randomBytes(32).toString("base64");

/** An embedded store with one log that was signed, whose server is stopped. */
async function signedStore() {
  const config = newConfig({ INVOIFY_METRICS_TOKEN: METRICS_TOKEN });
  await fill(config, [COUNT]);
  const server = await serve(config);
  assert.equal((await server.get("/api/log/checkpoint")).status, 200);
  await server.close();
  return config;
}

async function serve(config: ReturnType<typeof newConfig>) {
  const lines: string[] = [];
  const logger = logOptions({ write: (line) => lines.push(line) });
  const { api, base } = await startApi(config, { logger, readiness: { keepMs: 0 } });
  const { token } = await logIn(base, "owner@example.com");
  const get = (path: string, as = token) => call(base, "GET", path, undefined, { token: as });
  return {
    api,
    lines,
    get,
    close: () => api.close(),
    /** What `/metrics` says. */
    async contradicting(): Promise<number> {
      const { text } = await get("/metrics", METRICS_TOKEN);
      return Number(/^invoify_logs_contradicting_signatures (\d+)$/m.exec(text)?.[1]);
    },
  };
}

/** Another valid event at the same place. */
const forged = (seq: number) => logOf(COUNT, 2)[seq - 1]?.body ?? assert.fail();

test("an altered event is never sent in a block, is named, and nothing more is signed until it is put right", async () => {
  const config = await signedStore();
  spoilLog(config, LOG, "UPDATE event SET body = ? WHERE seq = 300", forged(300));
  const { get, api, lines, contradicting } = await serve(config);
  // The altered event is far from the tree's right edge, so it is found when it is read.
  assert.equal((await get("/api/log/checkpoint")).status, 200);
  assert.equal((await get("/api/ready")).body.warnings, undefined);
  for (let n = 0; n < 2; n++) {
    const block = await get("/api/events?after=0");
    assert.deepEqual([block.status, block.body.code], [503, "ALTERED"]);
    const entries = await get("/api/log/tile/entries/001");
    assert.deepEqual([entries.status, entries.body.code], [503, "ALTERED"]);
    const checkpoint = await get("/api/log/checkpoint");
    assert.deepEqual([checkpoint.status, checkpoint.body.code], [503, "ALTERED"]);
  }
  assert.equal((await get("/api/log/tile/entries/000")).status, 200, "the others are proven as before");
  assert.deepEqual((await get("/api/log/key")).body.trouble, { code: "ALTERED", event: 300, signed: COUNT });
  assert.match(JSON.stringify((await get("/api/ready")).body.warnings), /1 log contradicts what was signed/);
  assert.equal(await contradicting(), 1);
  const named = lines.filter((line) => line.includes(`log ${LOG} contradicts`));
  assert.equal(named.length, 1, "said once");
  assert.match(named[0] ?? "", /event 300 is not the one in the tree/);

  await api.organizations.get(LOG); // reading and writing go on
  const client = { name: "A client", address: { country: "GB" } };
  const { token } = await logIn(`http://127.0.0.1:${portOf(api)}`, "owner@example.com");
  const written = await call(`http://127.0.0.1:${portOf(api)}`, "POST", "/api/clients", client, { token });
  assert.equal(written.status, 200, written.text);

  spoilLog(config, LOG, "UPDATE event SET body = ? WHERE seq = 300", EVENTS[299]);
  await untilSigned(get);
  assert.equal((await get("/api/events?after=0")).status, 200);
  assert.equal((await get("/api/ready")).body.warnings, undefined);
  assert.equal(await contradicting(), 0);
});

function portOf({ app }: { app: { server: { address(): unknown } } }): number {
  return (app.server.address() as { port: number }).port;
}

/** A result is served for a second. */
async function untilSigned(get: (path: string) => Promise<{ status: number; text: string }>): Promise<void> {
  const giveUpMs = performance.now() + 20_000;
  for (;;) {
    const { status, text } = await get("/api/log/checkpoint");
    if (status === 200) return;
    assert.ok(performance.now() < giveUpMs, text);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const CONTRADICTIONS: [what: string, code: string, spoil: (config: ReturnType<typeof newConfig>) => void][] = [
  [
    "one of the last events altered",
    "ALTERED",
    (config) => spoilLog(config, LOG, "UPDATE event SET body = ? WHERE seq = ?", forged(COUNT - 3), COUNT - 3),
  ],
  ["the record of what was signed deleted", "ALTERED", (config) => spoilTrees(config, LOG, "DELETE FROM tree_head")],
  [
    "that record replaced",
    "ALTERED",
    (config) => spoilTrees(config, LOG, "UPDATE tree_head SET root = ?", rootOf([randomBytes(32)])),
  ],
  [
    "the root of a tile replaced",
    "ALTERED",
    (config) => spoilTrees(config, LOG, "UPDATE tile SET root = ? WHERE level = 0 AND n = 2", randomBytes(32)),
  ],
];
for (const [what, code, spoil] of CONTRADICTIONS)
  test(`nothing more is signed after ${what}`, async () => {
    const config = await signedStore();
    spoil(config);
    const { get, api, contradicting } = await serve(config);
    // Without any request for a checkpoint, the sweep over open organizations notices.
    await api.organizations.signNew();
    assert.equal(await contradicting(), 1);
    const { status, body } = await get("/api/log/checkpoint");
    assert.deepEqual([status, body.code], [503, code]);
  });

for (const [what, sql, code] of [
  ["removed", "DELETE FROM event WHERE seq = 300", 300],
  ["removed, of the last ones", "DELETE FROM event WHERE seq = 1398", 1_398],
  ["replaced by the next one", "UPDATE event SET body = (SELECT body FROM event WHERE seq = 301) WHERE seq = 300", 300],
] as const)
  test(`an event that was ${what} is named, whatever is read`, async () => {
    const config = await signedStore();
    spoilLog(config, LOG, sql);
    const { get, lines } = await serve(config);
    const first = code < 1_024 ? 0 : 1_024;
    for (const path of [`/api/events?after=${first}`, `/api/log/tile/entries/001`, "/api/log/checkpoint"]) {
      if (path.includes("entries") && first > 0) continue; // that tile has all its events
      const { status, body } = await get(path);
      assert.deepEqual([status, body.code], [503, "ALTERED"], path);
      assert.match(String(body.detail), new RegExp(`^event ${code}: the log contradicts what this server signed`));
    }
    const { trouble } = (await get("/api/log/key")).body;
    assert.partialDeepStrictEqual(trouble, { code: "ALTERED", event: code });
    assert.ok(lines.some((line) => line.includes(`contradicts`) && line.includes(`event ${code} is `)));
  });

test("an altered tile is found when its events are read", async () => {
  const config = await signedStore();
  spoilTrees(config, LOG, "UPDATE tile SET hashes = ? WHERE level = 0 AND n = 1", randomBytes(8192));
  const { get } = await serve(config);
  const { status, body } = await get("/api/events?after=0");
  assert.deepEqual([status, body.code], [503, "ALTERED"]);
});
