import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { clientRegistered, logOf } from "../../fixtures/data/events.ts";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { decodeEvent } from "../encoding/event.ts";
import { eventHash, sameBytes } from "../hash.ts";
import type { Range } from "../sequence.ts";
import type { EventLog } from "./log.ts";
import { assertBodies, bodiesOf, openUntilEnd } from "./log-harness.suite.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const PROCESSES = 4;
const WRITERS_EACH = 2;
const EVENTS = pickCount({ usual: 2_000, long: 5_000 });

/** What a log promises to many processes. */
export function processTests(newAddress: () => Promise<string>): void {
  test(`append() by 8 writers in 4 processes numbers 1 to ${EVENTS} without a gap, and keeps each writer's order`, async (t) => {
    const address = await newAddress();
    const log = await openUntilEnd(t, address);
    const founding = logOf(2);
    await log.append(founding);

    const writers = PROCESSES * WRITERS_EACH;
    const counts = Array.from({ length: writers }, (_, n) => Math.floor((EVENTS - founding.length + n) / writers));
    const children = Array.from({ length: PROCESSES }, (_, n) => {
      const first = n * WRITERS_EACH;
      return startChild("write", address, first, ...counts.slice(first, first + WRITERS_EACH));
    });
    const written = Promise.all(children.map((child) => outputOf(child)));
    const seen = await followUntil(await openUntilEnd(t, address), written);

    const bodies = await bodiesOf(log, ALL);
    assert.equal(bodies.length, EVENTS);
    for (const [n, body] of seen.entries())
      assert.ok(sameBytes(bodies[n], body), `event ${n + 1} is what the reader saw`);
    const next = counts.map(() => 0);
    for (const [n, body] of bodies.entries()) {
      const event = decodeEvent(body);
      assert.equal(event.seq, n + 1);
      if (event.type !== "ClientRegistered") continue;
      const [writer = -1, number = -1] = event.data.name.split(" ").map(Number);
      assert.equal(number, next[writer], `the next event of writer ${writer}`);
      next[writer] = number + 1;
    }
    assert.deepEqual(next, counts);
  });

  test("append() by a killed writer loses no acknowledged event", async (t) => {
    const address = await newAddress();
    const log = await openUntilEnd(t, address);
    await log.append(logOf(2));
    for (const [round, count] of [1, 17, 40].entries()) {
      const acknowledged = await killAfter(startChild("append", address, round), count);
      const again = await openUntilEnd(t, address);
      for (const { after, upTo } of acknowledged) {
        const written = Array.from({ length: upTo - after }, (_, n) =>
          clientRegistered(after + 1 + n, { salt: round }),
        );
        assertBodies(await bodiesOf(again, { after, upTo }), written);
      }
      // After them can be the events of the append that was running at the kill: whole events, in order.
      for (const [n, body] of (await bodiesOf(again, ALL)).entries()) assert.equal(decodeEvent(body).seq, n + 1);
    }
  });
}

/** Reads new events again and again while other processes write. Events that it has read must not change. */
async function followUntil(log: EventLog, written: Promise<unknown>): Promise<Uint8Array[]> {
  let done = false;
  const finished = written.finally(() => {
    done = true;
  });
  const seen: Uint8Array[] = [];
  try {
    while (!done) {
      const last = seen.at(-1);
      for (const body of await bodiesOf(log, { ...ALL, after: seen.length }, last && eventHash(last))) {
        assert.equal(decodeEvent(body).seq, seen.length + 1);
        seen.push(body);
      }
      await sleep(5);
    }
  } finally {
    await finished;
  }
  return seen;
}

/** Kills the child while it appends. @returns the ranges that were acknowledged */
async function killAfter(child: ChildProcess, count: number): Promise<Range[]> {
  const acknowledged: Range[] = [];
  assert.ok(child.stdout);
  for await (const line of createInterface(child.stdout)) {
    const [after = 0, upTo = 0] = line.split(" ").map(Number);
    acknowledged.push({ after, upTo });
    if (acknowledged.length === count) child.kill("SIGKILL");
  }
  assert.ok(acknowledged.length >= count, "the child ended too early");
  return acknowledged;
}

/** Starts `log.suite.child.ts`. The caller reads its output. */
export function startChild(...args: (string | number)[]): ChildProcess {
  const program = join(import.meta.dirname, "log.suite.child.ts");
  return spawn(process.execPath, ["--expose-gc", program, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
}

/** The output of a child, once it has ended successfully. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const [code, signal] = await once(child, "close");
  assert.equal(code, 0, `the child ended with ${code ?? signal}`);
  return output;
}
