import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { eventHash } from "../../events/hash.ts";
import { rootOf } from "../../events/proofs/tree.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { SqliteTileStore } from "../storage/sqlite-tile-store.ts";
import type { TreePair } from "../storage/tile-store.ts";
import { SignedPairs } from "./signed-pairs.ts";
import { SigningLog } from "./signing-log.ts";

const folder = temporaryFolder();
const LOG_ID = "01920e3b-7c00-7d3a-9b1e-2f4c6a8d0e12";
const EVENTS = logOf(3_000).map(({ body }) => body);
const OTHERS = logOf(3_000, 1).map(({ body }) => body);
const rootAt = (size: number, bodies = EVENTS) => rootOf(bodies.slice(0, size).map(eventHash));

const opened: { close(): unknown }[] = [];
after(() => opened.map((one) => one.close()));

interface Place {
  treePath: string;
  signedPath: string;
}

/** A store and the memory of a machine, both empty. */
function newPlace(): Place {
  const name = join(folder, randomUUID());
  return { treePath: `${name}.tree.sqlite`, signedPath: `${name}.signed.sqlite` };
}

/** A process on this place. */
function start({ treePath, signedPath }: Place, log: MemoryLog, generation = 1) {
  const store = new SqliteTileStore(treePath);
  const signed = new SignedPairs(signedPath);
  opened.push(store, signed);
  return { store, signed, signing: new SigningLog({ logId: LOG_ID, log, store, generation, signed }) };
}

const logWith = (size: number) => new MemoryLog(EVENTS.slice(0, size));
const grow = (log: MemoryLog, size: number) => void log.bodies.push(...EVENTS.slice(log.bodies.length, size));

test("a log without an event has no pair", async () => {
  assert.equal(await start(newPlace(), logWith(0)).signing.advance(), null);
});

test("processes that advance together give out pairs of one history only", async () => {
  const plans = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 400 })), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const place = newPlace();
      const elsewhere = { ...place, signedPath: newPlace().signedPath }; // the same store, from another machine
      const log = logWith(1);
      const processes = [start(place, log), start(place, log), start(elsewhere, log)];
      let largest = 0;
      for (const [who, more] of plan) {
        grow(log, log.bodies.length + more);
        const others = processes.filter((_, n) => n !== who).map(({ signing }) => signing.advance());
        const pairs = await Promise.all([processes[who]?.signing.advance(), ...others]);
        for (const pair of pairs) {
          assert.ok(pair && pair.size >= largest, `${pair?.size} after ${largest}`);
          assert.deepEqual(Buffer.from(pair.root), rootAt(pair.size));
        }
        largest = log.bodies.length;
      }
    }),
    { numRuns: 20 },
  );
});

test("a pair is persisted before it is given out, and a later process continues with it", async () => {
  const place = newPlace();
  const log = logWith(700);
  const { signing, store, signed } = start(place, log);
  const order: string[] = [];
  const { advance } = SqliteTileStore.prototype;
  store.advance = async (...args) => {
    order.push(`store, with ${signed.last(LOG_ID)?.size ?? "nothing"} remembered`);
    return await advance.apply(store, args);
  };
  assert.equal((await signing.advance())?.size, 700);
  grow(log, 701);
  assert.equal((await signing.advance())?.size, 701);
  assert.deepEqual(order, ["store, with nothing remembered", "store, with 700 remembered"]);
  assert.equal(signed.last(LOG_ID)?.size, 701);
  assert.equal((await store.head(1))?.size, 701);
  const next = start(place, log).signing;
  assert.deepEqual(await next.advance(), await signing.advance());
});

/** Steps after which a process can be killed. */
const KILLS = ["addTiles", "advance", "record"] as const;
for (const kill of KILLS)
  for (const when of ["before", "after"] as const)
    test(`a process that is killed ${when} ${kill} leaves what the next one continues with`, async () => {
      const place = newPlace();
      const log = logWith(300);
      assert.equal((await start(place, log).signing.advance())?.size, 300);
      grow(log, 900);
      const killed = start(place, log);
      const target = (kill === "record" ? killed.signed : killed.store) as unknown as Record<string, () => unknown>;
      const step = target[kill] ?? assert.fail();
      target[kill] = function (this: unknown, ...args: unknown[]) {
        const result = when === "after" ? step.apply(this, args as []) : null;
        const dead = () => new Error("killed");
        if (kill === "record") throw dead();
        return Promise.resolve(result).then(() => {
          throw dead();
        });
      };
      await assert.rejects(killed.signing.advance(), /killed/);
      grow(log, 1_000);
      const next = start(place, log);
      const pair = await next.signing.advance();
      assert.deepEqual([pair?.size, Buffer.from(pair?.root ?? [])], [1_000, rootAt(1_000)]);
    });

/** What an attacker or an accident does to the log or the store after 1,000 events were signed. */
const CONTRADICTIONS: [what: string, code: string, message: RegExp, spoil: (log: MemoryLog, place: Place) => void][] = [
  [
    "a signed event changed",
    "ALTERED",
    /first 1000 events/,
    (log) => log.bodies.splice(899, 1, OTHERS[899] as Uint8Array),
  ],
  [
    "the last signed event changed",
    "ALTERED",
    /first 1000/,
    (log) => log.bodies.splice(999, 1, OTHERS[999] as Uint8Array),
  ],
  ["a whole other history", "ALTERED", /first 1000/, (log) => log.bodies.splice(0, 3_000, ...OTHERS)],
  ["the end of the log cut off", "BEHIND", /ends at event 999, but 1000/, (log) => log.bodies.splice(999)],
  ["the whole log deleted", "BEHIND", /ends at event 0/, (log) => log.bodies.splice(0)],
  [
    "the record deleted",
    "ALTERED",
    /signed 1000 events .* remembers none/,
    (_, place) => sql(place, "DELETE FROM tree_head"),
  ],
  [
    "the record and the end deleted, and other events written",
    "ALTERED",
    /remembers none/,
    (log, place) => {
      sql(place, "DELETE FROM tree_head; DELETE FROM tile");
      log.bodies.splice(500, 3_000, ...OTHERS.slice(500));
    },
  ],
  [
    "the record set back",
    "ALTERED",
    /remembers 600/,
    (_, place) => sql(place, "UPDATE tree_head SET size = 600, root = ?", rootAt(600)),
  ],
  [
    "the record replaced by that of another history",
    "ALTERED",
    /first 1000/,
    (log, place) => {
      sql(place, "UPDATE tree_head SET root = ?", rootAt(1_000, OTHERS));
      sql(place, "DELETE FROM tile");
      log.bodies.splice(0, 3_000, ...OTHERS);
    },
  ],
];

for (const [what, code, message, spoil] of CONTRADICTIONS)
  for (const [who, isRestarted] of [
    ["the process that signed", false],
    ["a later process", true],
  ] as const) {
    // The tree of a running process has the events as they were: it sees a change of the last event, and readers of the
    // other events compare them with its tiles.
    if (what === "a signed event changed" && !isRestarted) continue;
    test(`${who} signs nothing more after ${what}`, async () => {
      const place = newPlace();
      const log = logWith(1_000);
      const first = start(place, log).signing;
      assert.equal((await first.advance())?.size, 1_000);
      spoil(log, place);
      if (log.bodies.length >= 1_000) grow(log, 1_100);
      const signing = isRestarted ? start(place, log).signing : first;
      for (let n = 0; n < 2; n++) await assert.rejects(signing.advance(), { code, message });
    });
  }

test("a repaired log is signed again by the same process", async () => {
  const place = newPlace();
  const log = logWith(1_000);
  const { signing } = start(place, log);
  await signing.advance();
  const [last] = log.bodies.splice(999, 1, OTHERS[999] as Uint8Array);
  grow(log, 1_001);
  await assert.rejects(signing.advance(), { code: "ALTERED" });
  log.bodies[999] = last as Uint8Array;
  assert.deepEqual(Buffer.from((await signing.advance())?.root ?? []), rootAt(1_001));
});

test("events that were never signed may go: the tree is opened again", async () => {
  const place = newPlace();
  const log = logWith(300);
  const { signing, store } = start(place, log);
  await signing.advance();
  grow(log, 310);
  const { advance } = SqliteTileStore.prototype;
  store.advance = async () => {
    throw new Error("the disk is full");
  };
  await assert.rejects(signing.advance(), /full/);
  store.advance = advance.bind(store);
  log.bodies.splice(305);
  assert.deepEqual(Buffer.from((await signing.advance())?.root ?? []), rootAt(305));
});

test("a store with an older generation than this machine has signed is refused", async () => {
  const place = newPlace();
  const log = logWith(100);
  await start(place, log).signing.advance();
  await start(place, log, 2).signing.advance();
  await assert.rejects(start(place, log, 1).signing.advance(), { code: "ALTERED", message: /has generation 1/ });
  assert.equal((await start(place, log, 2).signing.advance())?.size, 100);
});

test("SignedPairs records a pair only after the one that the caller has checked", () => {
  const { signedPath } = newPlace();
  const [one, two] = [new SignedPairs(signedPath), new SignedPairs(signedPath)];
  opened.push(one, two);
  const pair = (size: number, generation = 1) => ({ generation, size, root: randomBytes(32) });
  const [first, second] = [pair(3), pair(5)];
  assert.equal(one.record("a", null, first), true);
  assert.equal(two.record("a", null, second), false);
  assert.equal(two.record("b", null, second), true);
  const last = two.last("a");
  assert.ok(last && two.record("a", last, second));
  assert.equal(one.record("a", first, pair(6)), false);
  assert.equal(one.record("a", second, pair(1, 2)), true);
  assert.deepEqual([two.last("a")?.size, two.last("b")?.size, two.last("c")], [1, 5, null]);
});

function sql({ treePath }: Place, statement: string, ...values: unknown[]): void {
  const db = new Database(treePath);
  if (values.length > 0) db.prepare(statement).run(...values);
  else db.exec(statement);
  db.close();
}

/** A store whose reads are older than an earlier one for a moment, as after an election. */
function staleStore(store: SqliteTileStore, reads: number): { head: (generation: number) => Promise<TreePair | null> } {
  const old = store.head(1);
  let left = reads;
  return Object.assign(store, {
    mayBeStale: true,
    head: async (generation: number) =>
      left-- > 0 ? await old : await SqliteTileStore.prototype.head.call(store, generation),
  });
}

test("a read that is older than an earlier one for a moment is no contradiction", async () => {
  const place = newPlace();
  const log = logWith(100);
  const { signing, store } = start(place, log);
  await signing.advance();
  const stale = start(place, log);
  staleStore(stale.store, 3);
  grow(log, 200);
  await signing.advance();
  assert.equal((await stale.signing.advance())?.size, 200);
  staleStore(store, 1_000);
  sql(place, "DELETE FROM tree_head");
  const lost = start(place, log);
  staleStore(lost.store, 1_000);
  await assert.rejects(lost.signing.advance(), { code: "ALTERED", message: /remembers none/ });
});

test("a machine that has signed nothing itself proves what the others have signed", async () => {
  for (const [what, code, , spoil] of CONTRADICTIONS.filter(([what]) => !what.includes("record"))) {
    const place = newPlace();
    const log = logWith(1_000);
    await start(place, log).signing.advance();
    spoil(log, place);
    if (log.bodies.length >= 1_000) grow(log, 1_100);
    const elsewhere = start({ ...place, signedPath: newPlace().signedPath }, log).signing;
    await assert.rejects(elsewhere.advance(), { code }, what);
  }
});
