import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { smallBatches } from "../../../fixtures/data/events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import type { EncodedEvent } from "../../encoding/event.ts";
import { conformance } from "../../log/log.suite.ts";
import { appendAll } from "../../log/log-harness.suite.ts";
import { type Range, SEGMENT } from "../../sequence.ts";
import { SqliteLog } from "./sqlite-log.ts";

const folder = temporaryFolder();
const newPath = () => join(folder, `${randomUUID()}.sqlite`);

conformance("SqliteLog", {
  async seed(events) {
    const log = SqliteLog.open(newPath(), { create: true });
    await appendAll(log, events);
    return log;
  },
  async grow(log, events) {
    const other = SqliteLog.open(log.name);
    await appendAll(other, events);
    await other.close();
  },
  newAddress: async () => newPath(),
  long: {
    count: { usual: 100_000, long: 10_000_000 },
    async newAddress(batches) {
      const path = newPath();
      const log = SqliteLog.open(path, { create: true });
      for (const batch of batches) await log.append(batch);
      await log.close();
      return path;
    },
  },
});

const bodiesOf = (events: readonly EncodedEvent[]) => events.map(({ body }) => body);

conformance("SqliteLog as a mirror", {
  async seed(events) {
    const log = SqliteLog.open(newPath(), { create: true, kind: "mirror" });
    log.mirror(0, bodiesOf(events));
    return log;
  },
  async grow(log, events) {
    const other = SqliteLog.open(log.name);
    other.mirror(other.headNow(), bodiesOf(events));
    await other.close();
  },
  newAddress: null,
  long: null,
});

test("SqliteLog refuses a log with one or many missing events", async (t) => {
  const path = newPath();
  const log = SqliteLog.open(path, { create: true });
  t.after(() => log.close());
  for (const batch of smallBatches(3 * SEGMENT, SEGMENT)) await log.append(batch);
  const db = new Database(path);
  t.after(() => db.close());
  const count = async (range: Range) => {
    let events = 0;
    for await (const { bodies } of log.read(range)) events += bodies.length;
    return events;
  };
  for (const [missing, range] of [
    ["seq = 5", { after: 0, upTo: 10 }],
    ["seq = 5", { after: 4, upTo: 10 }],
    ["seq = 5", { after: 0, upTo: 5 }],
    [`seq > ${SEGMENT} AND seq <= ${2 * SEGMENT}`, { after: SEGMENT, upTo: Number.POSITIVE_INFINITY }],
    [`seq > ${SEGMENT} AND seq <= ${2 * SEGMENT}`, { after: SEGMENT - 1, upTo: SEGMENT + 5 }],
  ] as const) {
    db.exec(`BEGIN; DELETE FROM event WHERE ${missing}; COMMIT`);
    await assert.rejects(count(range), { code: "DAMAGED", path }, missing);
  }
  assert.equal(await count({ after: 2 * SEGMENT, upTo: Number.POSITIVE_INFINITY }), SEGMENT);
});
