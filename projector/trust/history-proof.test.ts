/** A device syncs with a server that signs its history: every lie is found, named, and told from the others. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { TILE_WIDTH } from "../../events/proofs/tree.ts";
import { SEGMENT } from "../../events/sequence.ts";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { fillMirror } from "../sync/mirror.ts";
import { AlteredError } from "./alteration.ts";
import { HistoryProof } from "./history-proof.ts";
import { HistoryVerifier } from "./history-verifier.ts";
import { KeyChangedError } from "./key-changed-error.ts";
import { RestoredError } from "./restored-error.ts";
import { ServerClaims } from "./server-claims.ts";
import { fingerprintOfKeys, newKeys, SigningApi, type SigningKeys } from "./signing-api.suite.ts";
import { TRUST_TABLES, TrustStore } from "./trust-store.ts";

const parent = temporaryFolder();
let folders = 0;
const { signal } = new AbortController();
const long = logOf(SEGMENT + 400).map(({ body }) => body);
const history = long.slice(0, SEGMENT + 300);
/** The same events up to `shared`, and then others. */
const fork = (shared: number, length: number) => [
  ...history.slice(0, shared),
  ...logOf(length, 8)
    .map(({ body }) => body)
    .slice(shared),
];

/** A device with one mirror, which it fetches and proves; `generation` can be raised, as after a refetch. */
class Device {
  readonly folder = join(parent, String(++folders));
  readonly store: TrustStore;
  nowMs = Date.UTC(2026, 10, 28, 12);
  #mirror!: SqliteLog;
  history!: HistoryVerifier;
  proof: HistoryProof;

  constructor(t: TestContext, api: SigningApi) {
    mkdirSync(this.folder);
    const db = new Database(join(this.folder, "local.sqlite"));
    db.exec(TRUST_TABLES);
    this.store = new TrustStore(db, api.logId);
    this.proof = new HistoryProof(this.store);
    this.open(1);
    t.after(() => {
      this.#mirror.closeNow();
      db.close();
    });
  }

  /** Opens a generation of the mirror, as a start does. */
  open(generation: number): void {
    this.#mirror?.closeNow();
    const path = join(this.folder, `${generation}.mirror.sqlite`);
    this.#mirror = SqliteLog.open(path, { kind: "mirror", create: true });
    this.history = new HistoryVerifier({ mirror: this.#mirror, generation, store: this.store, now: () => this.nowMs });
  }

  async sync(api: SigningApi, { isAccepted = false } = {}): Promise<number> {
    const remote = new HttpLog("http://127.0.0.1:1", { token: () => "token", log: api.logId, fetch: api.fetch });
    const claims = new ServerClaims(api.requests, { trust: this.store, now: () => this.nowMs });
    const work = () => fillMirror(this.#mirror, remote, { tree: this.history.tree });
    return await this.proof.around(this.history, claims, work, { signal, isAccepted });
  }

  /** Changes an event in the file of the mirror. */
  edit(seq: number): void {
    const db = openDatabase(this.#mirror.name);
    const body = Buffer.from(history[seq - 1] as Uint8Array);
    body.writeUInt8((body.at(-1) as number) ^ 1, body.length - 1);
    db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(body, seq);
    db.close();
  }

  get facts() {
    return { verified: this.history.facts.verified?.seq ?? null, ...this.proof.facts };
  }
}

/** The alteration that a sync finds. */
async function alterationOf(work: Promise<unknown>): Promise<AlteredError["alteration"]> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(error instanceof AlteredError, String(error));
  assert.equal(error.code, "ALTERED");
  return error.alteration;
}

/** One bit of an event is another. */
function tampered(bodies: readonly Uint8Array[], seq: number): Uint8Array[] {
  const text = Buffer.from(bodies[seq - 1] as Uint8Array);
  const at = text.lastIndexOf("A client"); // one letter of a name: the event stays well-formed
  text.writeUInt8(0x42, at < 0 ? text.length - 1 : at);
  return bodies.with(seq - 1, text) as Uint8Array[];
}

test("a first sync verifies everything, pins the key, and keeps the checkpoint", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  assert.equal(device.facts.verified, history.length);
  assert.equal(device.facts.key?.fingerprint, fingerprintOfKeys(api.keys as SigningKeys));
  assert.deepEqual([device.facts.state, device.facts.key?.how], ["signed", "first"]);
  assert.equal(device.history.facts.verified?.signedAt, api.nowMs);
  const [seen] = device.store.checkpoints();
  assert.deepEqual([seen?.size, seen?.verdict], [history.length, "verified"]);
  assert.match(seen?.note ?? "", /^invoify\//);
});

test("later syncs verify what is new, from any size to any other", async (t) => {
  const api = new SigningApi(history.slice(0, 1));
  const device = new Device(t, api);
  for (const size of [1, 2, 255, 256, 257, 257, 1023, 1024, 1025, history.length]) {
    api.bodies = history.slice(0, size);
    await device.sync(api);
    assert.equal(device.facts.verified, size);
    device.open(1); // a restart
  }
});

test("a server without a key, or an older one, is unsigned: everything is synced, and nothing verified", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  api.hasRoutes = false;
  assert.equal(await device.sync(api), history.length);
  assert.deepEqual([device.facts.state, device.facts.verified, device.facts.key], ["unsigned", null, null]);
  api.hasRoutes = true;
  await device.sync(api);
  assert.deepEqual([device.facts.state, device.facts.verified], ["signed", history.length], "an update of the server");
});

test("a server that is busy is not asked twice, and is verified later", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  api.trouble = "BUSY";
  assert.equal(await device.sync(api), history.length);
  assert.equal(device.facts.verified, null);
  api.trouble = null;
  await device.sync(api);
  assert.equal(device.facts.verified, history.length);
});

test("a server that says itself that its history was altered is believed", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  for (const code of ["ALTERED", "BEHIND"]) {
    api.trouble = code;
    await assert.rejects(device.sync(api), { code });
  }
  api.trouble = null;
  await device.sync(api);
});

for (const seq of [1, 200, TILE_WIDTH, TILE_WIDTH + 1, SEGMENT, SEGMENT + 1, history.length])
  test(`an event that is changed on the wire is found and named: ${seq}`, async (t) => {
    const api = new SigningApi(history);
    const device = new Device(t, api);
    api.onEvents = (bodies) => tampered(bodies, seq);
    const { kind, seq: found, from, to } = await alterationOf(device.sync(api));
    assert.deepEqual([kind, found], ["received", seq]);
    assert.ok((from as number) <= seq && seq <= (to as number), "in its segment");
    assert.equal(device.facts.verified, null);
    assert.equal(device.store.checkpoints()[0]?.verdict, "altered", "the signature is kept as evidence");
    // It stays found, also after a restart, and while the line is honest again: the copy still has the wrong event.
    api.onEvents = null;
    device.open(1);
    device.proof = new HistoryProof(device.store);
    assert.equal((await alterationOf(device.sync(api))).seq, seq);
    device.open(2); // what is fetched again is right
    await device.sync(api);
    assert.deepEqual([device.facts.verified, device.history.facts.altered], [history.length, null]);
  });

test("an event that was verified and is rewritten on the server is found and named", async (t) => {
  for (const seq of [1, 300, SEGMENT + 200]) {
    const api = new SigningApi(history.slice(0, SEGMENT + 250));
    const device = new Device(t, api);
    await device.sync(api);
    for (const more of [SEGMENT + 250, SEGMENT + 251, history.length]) {
      api.bodies = tampered(history, seq).slice(0, more);
      // A thief sends what the device expects: the events after its head, with the hash that it has there.
      api.onEvents = () => history.slice(0, more);
      const found = await alterationOf(device.sync(api));
      assert.deepEqual([found.kind, found.seq], ["rewritten", seq], `${more} events`);
      device.open(1);
    }
    assert.equal(device.facts.verified, SEGMENT + 250, "what was verified before");
  }
});

test("an operator who puts the true history back is believed again", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = tampered(history, 12);
  api.onEvents = () => history;
  await alterationOf(device.sync(api));
  api.bodies = long;
  api.onEvents = null;
  await device.sync(api);
  assert.deepEqual([device.facts.verified, device.history.facts.altered], [long.length, null]);
});

test("a mirror that was edited after it was verified is found by hashing it again, and the server names the event", async (t) => {
  for (const seq of [1, 700, SEGMENT + 290]) {
    const api = new SigningApi(history);
    const device = new Device(t, api);
    await device.sync(api);
    await device.history.rehash(signal);
    assert.equal(device.history.facts.rehashed?.seq, history.length);
    device.edit(seq);
    const { kind, from, to } = await alterationOf(device.history.rehash(signal));
    assert.equal(kind, "device");
    assert.ok((from as number) <= seq && seq <= (to as number) && (to as number) - (from as number) < TILE_WIDTH);
    await alterationOf(device.sync(api)); // it stays found
    device.open(2);
    await device.sync(api);
    assert.equal(device.history.facts.altered, null);
  }
});

test("an edited mirror is not taken for an altered server", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  device.edit(history.length - 3); // in the part that a start hashes again
  device.open(1);
  const { kind, seq } = await alterationOf(device.sync(api));
  assert.deepEqual([kind, seq], ["device", history.length - 3]);
});

test("the contradiction of two mirrors is found: what was verified once has to stay", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  const split = new SigningApi(fork(500, history.length + 50));
  split.keys = api.keys;
  device.open(2); // the mirror was lost, and is fetched from a server that shows another history
  const { kind, from, to } = await alterationOf(device.sync(split));
  assert.deepEqual([kind, from, to], ["rewritten", TILE_WIDTH + 1, 2 * TILE_WIDTH]);
});

test("a person can accept another history; what contradicts it stays as evidence", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  const split = new SigningApi(fork(500, history.length + 50));
  split.keys = api.keys;
  device.open(2);
  await device.sync(split, { isAccepted: true });
  assert.equal(device.facts.verified, split.bodies.length);
  const aside = device.store.checkpoints().filter(({ setAside }) => setAside !== null);
  assert.deepEqual(
    aside.map(({ size }) => size),
    [history.length],
  );
  await device.sync(split);
});

test("a server that is behind what it once signed is told from one that was altered", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history.slice(0, 900);
  await assert.rejects(device.sync(api), { code: "BEHIND" });
  assert.deepEqual(device.facts.behind, { signed: history.length });
  await assert.rejects(device.sync(api), { code: "BEHIND" });
  api.bodies = long;
  await device.sync(api);
  assert.deepEqual([device.facts.behind, device.facts.verified], [null, long.length]);
});

test("an old checkpoint is a delay at first, and later the server is behind", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.signed = history.slice(0, 900);
  await device.sync(api);
  assert.equal(device.facts.behind, null);
  device.nowMs += 3_600_000;
  await device.sync(api);
  assert.deepEqual([device.facts.behind, device.facts.verified], [{ signed: history.length }, history.length]);
});

test("a server that signs more events than it sends is behind", async (t) => {
  const api = new SigningApi(history.slice(0, 900));
  const device = new Device(t, api);
  api.signed = history;
  await assert.rejects(device.sync(api), { code: "BEHIND" });
});

test("an honest restore names what is lost, and is trusted once a person agrees", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.restore(1_000);
  const restored = await device.sync(api).then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(restored instanceof RestoredError && restored.code === "FORKED", String(restored));
  assert.deepEqual(restored.restored, { upTo: 1_000, at: api.nowMs, lost: history.length - 1_000 });
  assert.deepEqual(device.facts.restored, restored.restored);
  device.open(2);
  await device.sync(api, { isAccepted: true });
  assert.deepEqual([device.facts.verified, device.facts.restored], [1_000, null]);
  api.bodies = fork(1_000, 1_100);
  await device.sync(api);
  assert.equal(device.facts.verified, 1_100);
  const sizes = device.store.checkpoints().map(({ generation, size }) => [generation, size]);
  assert.deepEqual(
    sizes,
    [
      [1, history.length],
      [2, 1_000],
      [2, 1_100],
    ],
    "old checkpoints stay",
  );
});

test("a restore that loses nothing of this device is trusted without a question", async (t) => {
  const api = new SigningApi(history.slice(0, 800));
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history;
  api.restore(1_000);
  api.restore(900);
  api.bodies = fork(900, 1_200);
  await device.sync(api);
  assert.equal(device.facts.verified, 1_200);
});

test("a restored history that was rewritten is altered, whatever the fork note says", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = tampered(history, 40);
  api.restore(1_000);
  const { kind } = await alterationOf(device.sync(api));
  assert.equal(kind, "rewritten");
});

test("a new generation without a fork note, or with another's, is refused; an old generation is behind", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.generation = 2;
  await assert.rejects(device.sync(api), { code: "UNPROVEN", message: /without a fork note/ });
  const thief = new SigningApi(history);
  thief.restore(1_000);
  api.forks.push(...thief.forks);
  await assert.rejects(device.sync(api), { code: "UNPROVEN" });
  api.generation = 1;
  api.forks.length = 0;
  api.restore(1_000);
  device.open(2);
  await device.sync(api, { isAccepted: true });
  api.generation = 1;
  await assert.rejects(device.sync(api), { code: "BEHIND" });
});

const SPOILT: Record<string, (note: string, api: SigningApi) => string> = {
  "a changed size": (note) => note.replace(`\n${history.length}\n`, `\n${history.length - 1}\n`),
  "a cut note": (note) => note.slice(0, -30),
  "a note without its signatures": (note) => note.split("\n\n")[0] as string,
  "a web page": () => "<!doctype html><title>Welcome</title>",
  nothing: () => "",
  "a forged signature": (note) =>
    note.replace(/(— \S+ .{20})(.)/, (_, start, letter) => start + (letter === "A" ? "B" : "A")),
  "another log's checkpoint": (_, api) => {
    const other = new SigningApi(logOf(20, 9).map(({ body }) => body));
    return other.note(api.keys as SigningKeys);
  },
};

for (const [what, spoil] of Object.entries(SPOILT))
  test(`a checkpoint is refused, and nothing is lost: ${what}`, async (t) => {
    for (const isFirst of [true, false]) {
      const api = new SigningApi(history);
      const device = new Device(t, api);
      if (!isFirst) await device.sync(api);
      api.onCheckpoint = (note) => spoil(note, api);
      await assert.rejects(
        device.sync(api),
        (error) => error instanceof LogError && error.code === "UNPROVEN" && error.message.length > 20,
      );
      assert.equal(device.facts.key === null, isFirst, "no key is pinned");
      api.onCheckpoint = (note) => note;
      await device.sync(api);
      assert.equal(device.facts.verified, history.length);
    }
  });

test("a key that the earlier one announced is followed, also over several changes", async (t) => {
  const api = new SigningApi(history.slice(0, 900));
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history;
  api.rotate();
  const keys = api.rotate();
  await device.sync(api);
  assert.deepEqual([device.facts.key?.fingerprint, device.facts.key?.how], [fingerprintOfKeys(keys), "successor"]);
  assert.equal(device.facts.verified, history.length);
  assert.equal(device.store.keys().length, 2, "the earlier key stays known");
});

test("any other change of the key stops the sync before an event, until a person trusts exactly that key", async (t) => {
  const api = new SigningApi(history.slice(0, 900));
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history;
  api.keys = newKeys();
  const offered = fingerprintOfKeys(api.keys);
  for (const times of [1, 2]) {
    const error = await device.sync(api).then(
      () => null,
      (error: unknown) => error,
    );
    assert.ok(error instanceof KeyChangedError && error.code === "KEY_CHANGED", `${times}: ${error}`);
    assert.deepEqual(device.facts.otherKey, { fingerprint: offered });
  }
  assert.equal(device.facts.verified, 900);
  assert.equal(device.proof.trustOffered("another"), false);
  assert.equal(device.proof.trustOffered(offered), true);
  await device.sync(api);
  assert.deepEqual(
    [device.facts.verified, device.facts.key?.how, device.facts.otherKey],
    [history.length, "person", null],
  );
});

test("a key that a thief announces with a key of their own is not followed", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.keys = newKeys();
  api.rotate();
  await assert.rejects(device.sync(api), { code: "KEY_CHANGED" });
});

test("a server that stops to sign asks a person, and may begin again with the same key only", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  const { keys } = api;
  for (const stop of [() => (api.keys = null), () => (api.hasRoutes = false)]) {
    stop();
    await assert.rejects(device.sync(api), { code: "KEY_CHANGED" });
    assert.deepEqual(device.facts.otherKey, { fingerprint: null });
  }
  assert.equal(device.proof.trustOffered(null), true);
  await device.sync(api);
  assert.deepEqual([device.facts.state, device.facts.key], ["unsigned", null]);
  Object.assign(api, { keys: newKeys(), hasRoutes: true });
  await assert.rejects(device.sync(api), { code: "KEY_CHANGED" });
  api.keys = keys;
  await device.sync(api);
  assert.equal(device.facts.state, "signed");
});
