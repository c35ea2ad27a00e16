/**
 * Kills a process again and again while it follows, syncs or rebuilds. Each kill must leave an exact cache of the log's
 * first events, and the next process must reach the same result as one that was never killed.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { type CacheContents, contentsOf } from "../../fixtures/data/cache-contents.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { Random } from "../../fixtures/data/random.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import { FILES, MARKS } from "./kill.steps.ts";
import { openOrRebuild } from "./open-cache.ts";
import { rebuildCache } from "./rebuild.ts";

/** Kills of each mode. */
const KILLS = pickCount({ usual: 16, long: 50 });
/** A child that takes longer counts as hung. */
const TIMEOUT_MS = 60_000;
/** The child as one file: it starts many times, in half the time. Its folder lets it resolve its packages. */
const CHILD = join(COMPILED, "kill.child.mjs");
/** Events that the cache has at the start of each round. */
const OLD_EVENTS = 20;

const folder = temporaryFolder();
let copies = 0;
let bodies: readonly Uint8Array[] = [];
/** The contents of the cache of the first n events. */
const contentsAt: CacheContents[] = [];

before(async () => {
  buildSync({
    entryPoints: [fileURLToPath(new URL("./kill.child.ts", import.meta.url))],
    outfile: CHILD,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["better-sqlite3", "msgpackr"],
  });
  const log = SqliteLog.open(join(folder, FILES.log), { create: true });
  await writeRandomHistory(log, join(folder, "writer.sqlite"), { seed: 71, commands: 250 });
  bodies = log.readNow(0, log.headNow());
  log.closeNow();
  const cache = Cache.create(join(folder, "expected.sqlite"));
  contentsAt.push(contentsOf(cache.db));
  for (const [n, body] of bodies.entries()) {
    cache.apply(n, [body]);
    contentsAt.push(contentsOf(cache.db));
  }
  cache.close();
  // A child that ends normally stores its compiled code for the others, which then start in half the time.
  for (const { name, begin } of MODES) {
    const own = join(folder, "not-killed");
    await beginIn(own, begin);
    assert.ok((await runChild(name, own, null)).done);
    assert.equal(assertWhole(join(own, FILES.cache)), bodies.length);
  }
});

/** When to kill: `delayMs` after the mark has come for the nth time, n = `times`. */
interface Kill {
  mark: string;
  times: number;
  delayMs: number;
}

interface End {
  marks: string;
  /** True if the child finished its work before the kill. */
  done: boolean;
}

/** Runs a child, and kills it unless `kill` is null. */
async function runChild(mode: string, own: string, kill: Kill | null): Promise<End> {
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED };
  const child = spawn(process.execPath, [CHILD, mode, own], { stdio: ["ignore", "pipe", "inherit"], env });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on("close", (code, signal) => resolve(signal ?? code)),
  );
  let marks = "";
  let killing = false;
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    marks += text;
    if (kill === null || killing || marks.split(kill.mark).length - 1 < kill.times) return;
    killing = true;
    void setTimeout(kill.delayMs).then(() => child.kill("SIGKILL"));
  });
  const hung = setTimeout(TIMEOUT_MS, "hung", { ref: false });
  const outcome = await Promise.race([ended, hung]);
  if (outcome === "hung") child.kill("SIGKILL");
  assert.ok(outcome === "SIGKILL" || outcome === 0, `${mode}: ${outcome}, ${marks}`);
  return { marks, done: marks.endsWith(MARKS.done) };
}

/** The phase in which the child was killed. The child writes each mark before it continues, so the last one tells. */
type Phase = "inside" | "swapping" | "between";
function phaseOf(marks: string): Phase {
  const last = marks.at(-1);
  if (last === MARKS.began) return "inside";
  return last === MARKS.swapping ? "swapping" : "between";
}

interface Mode {
  name: "follow" | "sync" | "rebuild";
  /** Creates the files for the start of a round. */
  begin(own: string): Promise<void>;
  /** Checks a copy of the files that a killed process left. */
  check(own: string): Promise<void>;
  kill(random: Random): Kill;
}

/** Asserts that the cache matches the log's first events exactly. @returns how many events */
function assertWhole(path: string): number {
  const cache = Cache.open(path);
  const { seq } = cache.checkpoint;
  assert.deepEqual(contentsOf(cache.db), contentsAt[seq], `at ${seq}`);
  cache.close();
  return seq;
}

const oldCache = (own: string) => rebuildCache(join(own, FILES.cache), new MemoryLog(bodies), { upTo: OLD_EVENTS });

function afterSomeTransactions(random: Random): Kill {
  return { mark: MARKS.began, times: random.int(1, 5), delayMs: random.int(0, 12) };
}

const MODES: readonly Mode[] = [
  {
    name: "follow",
    kill: afterSomeTransactions,
    async begin(own) {
      await oldCache(own);
    },
    async check(own) {
      assertWhole(join(own, FILES.cache));
    },
  },
  {
    name: "sync",
    kill: afterSomeTransactions,
    async begin(own) {
      await oldCache(own);
      const mirror = SqliteLog.open(join(own, FILES.mirror), { kind: "mirror", create: true });
      mirror.mirror(0, bodies.slice(0, OLD_EVENTS));
      mirror.closeNow();
    },
    async check(own) {
      const mirror = SqliteLog.open(join(own, FILES.mirror), { kind: "mirror" });
      const head = mirror.headNow();
      assert.ok(Buffer.concat(mirror.readNow(0, head)).equals(Buffer.concat(bodies.slice(0, head))));
      mirror.closeNow();
      const seq = assertWhole(join(own, FILES.cache));
      assert.ok(seq <= head, `the cache is at ${seq}, its mirror at ${head}`);
    },
  },
  {
    name: "rebuild",
    kill: (random) =>
      random.chance(0.4)
        ? { mark: MARKS.swapping, times: 1, delayMs: random.int(0, 50) }
        : { mark: MARKS.began, times: 1, delayMs: random.int(0, 120) },
    async begin(own) {
      await oldCache(own);
    },
    async check(own) {
      const path = join(own, FILES.cache);
      if (existsSync(path)) assert.ok([OLD_EVENTS, bodies.length].includes(assertWhole(path)));
      else (await openOrRebuild(path, new MemoryLog(bodies))).cache.close();
      assertWhole(path);
    },
  },
];

function copyOf(own: string): string {
  const copy = join(folder, `copy-${++copies}`);
  cpSync(own, copy, { recursive: true });
  return copy;
}

/** Creates the files for the start of a round. */
async function beginIn(own: string, begin: Mode["begin"]): Promise<void> {
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own);
  cpSync(join(folder, FILES.log), join(own, FILES.log));
  await begin(own);
}

describe("kill -9", { concurrency: true }, () => {
  for (const { name, begin, check, kill } of MODES)
    test(`${name} that is killed ${KILLS} times leaves exact caches and reaches the same end`, async (t) => {
      const random = new Random(name);
      const own = join(folder, name);
      const counts: Record<Phase, number> = { inside: 0, swapping: 0, between: 0 };
      let kills = 0;
      let rounds = 0;
      for (let fresh = true; kills < KILLS || !fresh; ) {
        if (fresh) {
          await beginIn(own, begin);
          rounds++;
        }
        const { marks, done } = await runChild(name, own, kills < KILLS ? kill(random) : null);
        fresh = done;
        if (done) {
          assert.equal(assertWhole(join(own, FILES.cache)), bodies.length);
          continue;
        }
        kills++;
        counts[phaseOf(marks)]++;
        const copy = copyOf(own);
        await check(copy);
        rmSync(copy, { recursive: true });
      }
      t.diagnostic(`${kills} kills in ${rounds} rounds: ${JSON.stringify(counts)}`);
      const inside = counts.inside + counts.swapping;
      assert.ok(inside >= KILLS / 2, `${inside} of ${kills} between begin and commit`);
      if (name === "rebuild") assert.ok(counts.inside > 0 && counts.swapping > 0, JSON.stringify(counts));
    });
});
