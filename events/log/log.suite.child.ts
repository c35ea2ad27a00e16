// The part of the conformance suite that runs in other processes:
//
//   write ADDRESS FIRST COUNT…   runs writers FIRST, FIRST + 1 … at once; each opens the log and appends COUNT events
//   append ADDRESS SALT          appends until it is killed, and prints each acknowledged range
//   read ADDRESS                 reads the whole log, and prints how much memory that took
import assert from "node:assert/strict";
import { clientRegistered } from "../../fixtures/data/events.ts";
import type { EncodedEvent } from "../encoding/event.ts";
import { LogError } from "../errors.ts";
import { openLog, openWritableLog } from "../sources/open-log.ts";
import { newUuid } from "../uuid.ts";
import type { WritableLog } from "./log.ts";

const [task, address = "", ...rest] = process.argv.slice(2);
const numbers = rest.map(Number);

switch (task) {
  case "write": {
    const [first = 0, ...counts] = numbers;
    await Promise.all(counts.map((count, n) => write(first + n, count)));
    break;
  }
  case "append":
    await append(numbers[0] ?? 0);
    break;
  case "read":
    await read();
    break;
  default:
    throw new Error(`no such task: ${task}`);
}

/** Appends events that each begin a stream. Their names are the writer and a number. */
async function write(writer: number, count: number): Promise<void> {
  const log = await openWritableLog(address);
  let head = await log.head();
  for (let n = 0; n < count; ) {
    const size = Math.min(1 + ((writer + n) % 25), count - n);
    const batch = Array.from({ length: size }, (_, k) =>
      clientRegistered(head + 1 + k, { id: newUuid(), client: { name: `${writer} ${n + k}` } }),
    );
    const landed = await appendWithRetries(log, batch);
    n += landed;
    head += landed;
    if (landed < size) head = await log.head(head);
  }
  await log.close();
}

/** Retries the same events while the outcome is unknown. They are appended once. */
async function appendWithRetries(log: WritableLog, batch: readonly EncodedEvent[]): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await log.append(batch);
    } catch (error) {
      if (!(error instanceof LogError) || error.code !== "UNKNOWN_OUTCOME" || attempt === 10) throw error;
    }
  }
}

async function append(salt: number): Promise<void> {
  const log = await openWritableLog(address);
  let head = await log.head();
  for (;;) {
    const batch = Array.from({ length: 1 + (head % 20) }, (_, k) => clientRegistered(head + 1 + k, { salt }));
    const landed = await appendWithRetries(log, batch);
    if (landed > 0) process.stdout.write(`${head} ${head + landed}\n`);
    head = landed > 0 ? head + landed : await log.head(head);
  }
}

/** Needs --expose-gc, to measure live memory after a collection. The resident set shows the total cost. */
async function read(): Promise<void> {
  const log = await openLog(address);
  const head = await log.head();
  let events = 0;
  let bytes = 0;
  const live: number[] = [];
  for await (const { after, bodies } of log.read({ after: 0, upTo: head })) {
    assert.equal(after, events);
    for (const body of bodies) bytes += body.length;
    events += bodies.length;
    if (events >= (head / 10) * (live.length + 1)) live.push(liveBytes());
  }
  assert.equal(events, head);
  await log.close();
  process.stdout.write(JSON.stringify({ events, bytes, live, peakRss: process.resourceUsage().maxRSS * 1024 }));
}

function liveBytes(): number {
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
