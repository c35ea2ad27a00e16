/** What a source provides to the conformance tests, and helpers that these tests share. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { EncodedEvent } from "../encoding/event.ts";
import type { Range } from "../sequence.ts";
import { openWritableLog } from "../sources/open-log.ts";
import type { EventLog, StoredEvent, WritableLog } from "./log.ts";

export interface Harness {
  /** Makes a new log with these events, and opens it. */
  seed(events: readonly EncodedEvent[]): Promise<EventLog>;
  /** Adds events to the stored log, but not through `log`; null if that is impossible. */
  grow: ((log: EventLog, events: readonly EncodedEvent[]) => Promise<void>) | null;
  /** Returns the address of a new, empty log; null if this source is read-only. */
  newAddress: (() => Promise<string>) | null;
  /** Returns the address of a new log with these events; null if this source is not tested with long logs. */
  long: LongLogs | null;
}

export interface LongLogs {
  newAddress: (batches: Iterable<readonly EncodedEvent[]>) => Promise<string>;
  /** The number of small events, by default and with INVOIFY_LONG=1. */
  count: { usual: number; long: number };
}

/** Opens the log at an address until the test ends. */
export async function openUntilEnd(t: TestContext, address: string): Promise<WritableLog> {
  const log = await openWritableLog(address, { create: true });
  t.after(() => log.close());
  return log;
}

/** Reads a range to its end, and checks that its batches follow each other. */
export async function bodiesOf(log: EventLog, range: Range, expect?: Uint8Array): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for await (const batch of log.read(range, expect ? { expect } : {})) {
    assert.equal(batch.after, range.after + bodies.length, "a batch follows the previous one");
    for (const body of batch.bodies) bodies.push(body);
  }
  return bodies;
}

/** Asserts that these are the events' bytes. (A failing `deepEqual` of so many would take minutes and all memory.) */
export function assertBodies(bodies: readonly Uint8Array[], events: readonly EncodedEvent[]): void {
  assert.equal(bodies.length, events.length);
  for (const [n, { seq, body }] of events.entries())
    assert.ok(Buffer.compare(bodies[n] ?? Buffer.alloc(0), body) === 0, `the bytes of event ${seq}`);
}

export async function storedOf(log: WritableLog, range: Range): Promise<StoredEvent[]> {
  const stored: StoredEvent[] = [];
  for await (const event of log.readStored(range)) stored.push(event);
  return stored;
}

/** Appends in several calls. Every event must be appended. */
export async function appendAll(log: WritableLog, events: readonly EncodedEvent[], batch = 1024): Promise<void> {
  for (let n = 0; n < events.length; n += batch) {
    const some = events.slice(n, n + batch);
    assert.equal(await log.append(some), some.length);
  }
}
