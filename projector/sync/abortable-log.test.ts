import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch, EventLog } from "../../events/log/log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { abortableLog } from "./abortable-log.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const bodies = logOf(3).map(({ body }) => body);

/** A log whose reads never wait, such as one in SQLite. */
function busyLog(batches: number): EventLog {
  return {
    name: "busy",
    id: async () => null,
    head: async () => batches,
    changed: async () => {},
    close: async () => {},
    async *read(): AsyncGenerator<Batch> {
      for (let after = 0; after < batches; after++) yield { after, bodies, head: null };
    },
  };
}

test("abortableLog() gives timers and signals a turn after each batch, and stops when aborted", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 0);
  let read = 0;
  let ended = false;
  const reading = async () => {
    for await (const _ of abortableLog(busyLog(1_000_000), stop.signal, () => {
      ended = true;
    }).read(ALL))
      read++;
  };
  await assert.rejects(reading, /enough/);
  assert.ok(read < 1_000_000, `${read} batches`);
  assert.equal(ended, false);
});

test("abortableLog() calls onEnd when a read ends, or its caller stops early", async () => {
  const { signal } = new AbortController();
  let ends = 0;
  const log = abortableLog(busyLog(5), signal, () => ends++);
  let read = 0;
  for await (const _ of log.read(ALL)) read++;
  assert.deepEqual({ read, ends }, { read: 5, ends: 1 });
  for await (const _ of log.read(ALL)) break;
  assert.equal(ends, 2);
});
