import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { clientRegistered, logOf } from "../../fixtures/data/events.ts";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { decodeEvent } from "../encoding/event.ts";
import { eventHash, sameBytes } from "../hash.ts";
import type { Range } from "../sequence.ts";
import type { EventLog } from "./log.ts";
import { assertBodies, bodiesOf, opened } from "./log-harness.suite.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const PROCESSES = 4;
const WRITERS_EACH = 2;
const EVENTS = 5_000;

/** What a log promises to many processes. */
export function processTests(newPlace: () => Promise<string>): void {
  test(`append() by 8 writers in 4 processes leaves 1 to 5,000 without a gap, each writer's in its order`, async (t) => {
    const place = await newPlace();
    const log = await opened(t, place);
    const founding = logOf(2);
    await log.append(founding);

    const writers = PROCESSES * WRITERS_EACH;
    const counts = Array.from({ length: writers }, (_, n) => Math.floor((EVENTS - founding.length + n) / writers));
    const children = Array.from({ length: PROCESSES }, (_, n) => {
      const first = n * WRITERS_EACH;
      return startChild("write", place, first, ...counts.slice(first, first + WRITERS_EACH));
    });
    const written = Promise.all(children.map((child) => ended(child)));
    const seen = await followUntil(await opened(t, place), written);

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

  test("append() by a writer that is killed loses nothing that it had answered", async (t) => {
    const place = await newPlace();
    const log = await opened(t, place);
    await log.append(logOf(2));
    for (const [round, answers] of [1, 17, 40].entries()) {
      const answered = await killAfter(startChild("append", place, round), answers);
      const again = await opened(t, place);
      for (const { after, upTo } of answered) {
        const written = Array.from({ length: upTo - after }, (_, n) =>
          clientRegistered(after + 1 + n, { salt: round }),
        );
        assertBodies(await bodiesOf(again, { after, upTo }), written);
      }
      // Beyond them may be what it was writing when it was killed: whole events, in order.
      for (const [n, body] of (await bodiesOf(again, ALL)).entries()) assert.equal(decodeEvent(body).seq, n + 1);
    }
  });
}

/** Reads on and on while others write, each time from the last event on. What it saw once must stay as it was. */
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

/** Kills the child in the middle of its work. @returns the ranges that it was told have landed */
async function killAfter(child: ChildProcess, answers: number): Promise<Range[]> {
  const answered: Range[] = [];
  assert.ok(child.stdout);
  for await (const line of createInterface(child.stdout)) {
    const [after = 0, upTo = 0] = line.split(" ").map(Number);
    answered.push({ after, upTo });
    if (answered.length === answers) child.kill("SIGKILL");
  }
  assert.ok(answered.length >= answers, "the child ended by itself");
  return answered;
}

/** Starts `log.suite.child.ts`; what it says is read by the caller. */
export function startChild(...args: (string | number)[]): ChildProcess {
  const program = join(import.meta.dirname, "log.suite.child.ts");
  return spawn(process.execPath, ["--expose-gc", program, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
}

/** What a child said, when it has ended well. */
export async function ended(child: ChildProcess): Promise<string> {
  let said = "";
  child.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  const [code, signal] = await once(child, "close");
  assert.equal(code, 0, `the child ended with ${code ?? signal}`);
  return said;
}
