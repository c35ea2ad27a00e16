/** Reads at a moment answer what they would have answered then. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import { answersOf, callsOf, INPUTS } from "./every-read.suite.ts";
import { Moments } from "./moments.ts";

const folder = temporaryFolder();
const path = join(folder, "cache.sqlite");
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, path, { commands: 400, seed: 3 });
const head = log.headNow();
const bodies = log.readNow(0, head);
log.closeNow();
const db = openCacheForReading(path);
const moments = new Moments(path);
after(() => {
  moments.close();
  db.close();
});
const timeOf = (seq: number) => db.prepare<[number], number>("SELECT at FROM activity WHERE seq = ?").pluck().get(seq);

/** The cache as it was after an event. */
function cacheAfter(seq: number): Cache {
  const cache = Cache.create(join(folder, `after-${seq}.sqlite`));
  cache.apply(0, bodies.slice(0, seq));
  return cache;
}

test("every read at a moment answers as a cache that ends there; at the head, as without a moment", () => {
  const answered = new Map<string, Set<string>>();
  for (const seq of [head, Math.floor(head / 2), Math.floor(head / 4), 5, head - 3]) {
    const nowMs = timeOf(seq) ?? assert.fail();
    const cache = seq === head ? null : cacheAfter(seq);
    const source = { db, nowMs, sourceAt: (moment: { seq: number; atMs: number }) => moments.sourceAt(moment) };
    for (const call of callsOf(db)) {
      const then = answersOf({ db: cache?.db ?? db, nowMs }, call);
      const atMoment = { ...call, input: { ...call.input, at: `event:${seq}` } };
      assert.deepEqual(answersOf(source, atMoment), then, `${JSON.stringify(call)} at ${seq}`);
      answered.set(call.name, (answered.get(call.name) ?? new Set()).add(JSON.stringify(then)));
    }
    cache?.close();
  }
  const same = Object.keys(INPUTS).filter((name) => (answered.get(name)?.size ?? 0) < 2);
  assert.deepEqual(same, [], "the answers differ from moment to moment");
});
