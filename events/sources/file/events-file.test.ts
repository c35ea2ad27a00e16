import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Packr } from "msgpackr";
import { logOf, smallBatches } from "../../../fixtures/data/events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { decodeEvent } from "../../encoding/event.ts";
import { eventHash, sha256 } from "../../hash.ts";
import { bodiesOf } from "../../log/log-harness.suite.ts";
import { SEGMENT } from "../../sequence.ts";
import { EventsFile, writeEventsFile } from "./events-file.ts";
import { encodeFileHeader, encodeRecord, HASH_BYTES, HEADER_BYTES, INDEX_ENTRY_BYTES } from "./events-file-format.ts";

const folder = temporaryFolder();
const newPath = () => join(folder, `${randomUUID()}.events`);

/** Reads all events. @returns the number read, and the error that ended the reading */
async function readAll(path: string): Promise<{ events: number; code: string | null; message: string }> {
  let events = 0;
  try {
    const log = await EventsFile.open(path);
    try {
      for await (const { bodies } of log.read({ after: 0, upTo: Number.POSITIVE_INFINITY })) events += bodies.length;
    } finally {
      await log.close();
    }
    return { events, code: null, message: "" };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { events, code, message };
  }
}

async function sample(count: number): Promise<{ path: string; bytes: Buffer }> {
  const path = newPath();
  const events = logOf(count).map((event) => ({ ...event, request: event.seq % 2 ? sha256(`${event.seq}`) : null }));
  await writeEventsFile(path, events);
  return { path, bytes: readFileSync(path) };
}

test("EventsFile refuses a file with any byte altered", async () => {
  const { path, bytes } = await sample(3);
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(at) ^ (1 << (at % 8)), at);
    writeFileSync(path, altered);
    const { events, code, message } = await readAll(path);
    assert.equal(code, at < 8 ? "NOT_A_LOG" : "DAMAGED", `byte ${at}`);
    assert.equal(events, 0, `byte ${at}`);
    assert.ok(message.startsWith(path), message);
    if (at >= 8) assert.match(message, /: byte \d+: /);
  }
});

test("EventsFile refuses a file that is cut at any byte, and names the byte", async () => {
  const { path, bytes } = await sample(3);
  for (let length = bytes.length - 1; length >= 0; length--) {
    truncateSync(path, length);
    const { events, code, message } = await readAll(path);
    assert.equal(code, length < 8 ? "NOT_A_LOG" : "DAMAGED", `cut at ${length}`);
    assert.equal(events, 0);
    if (length >= 8) assert.ok(message.startsWith(`${path}: byte ${length}: `), message);
  }
});

test("EventsFile refuses bytes after the end of the file, and names the byte", async () => {
  const { path, bytes } = await sample(3);
  for (const more of ["\0", "more", bytes]) {
    writeFileSync(path, bytes);
    appendFileSync(path, more);
    const { events, code, message } = await readAll(path);
    assert.equal(code, "DAMAGED");
    assert.equal(events, 0);
    assert.ok(message.startsWith(`${path}: byte ${bytes.length}: `), message);
  }
});

test("EventsFile returns the segments before a damaged one, and no event of the damaged one", async () => {
  const { path, bytes } = await sample(3 * SEGMENT);
  const second = HEADER_BYTES + bytes.readUInt32BE(bytes.length - HASH_BYTES - 3 * INDEX_ENTRY_BYTES);
  bytes.writeUInt8(bytes.readUInt8(second + 100_000) ^ 1, second + 100_000);
  writeFileSync(path, bytes);
  const { events, code, message } = await readAll(path);
  assert.equal(events, SEGMENT);
  assert.equal(code, "DAMAGED");
  assert.match(message, new RegExp(`: byte ${second}: events 1025 to 2048 `));
  const log = await EventsFile.open(path);
  const last = await bodiesOf(log, { after: 2 * SEGMENT, upTo: 3 * SEGMENT });
  assert.equal(last.length, SEGMENT, "the other segments can still be read");
  await log.close();
});

test("EventsFile refuses swapped segments", async () => {
  const path = newPath();
  const [first, second, third] = [...smallBatches(3 * SEGMENT, SEGMENT)].map((batch) => eventsOf(batch));
  assert.ok(first && second && third);
  await writeEventsFile(path, [...first, ...second, ...third]);
  const bytes = readFileSync(path);
  const indexAt = bytes.length - HASH_BYTES - 3 * INDEX_ENTRY_BYTES;
  const lengths = [0, 1, 2].map((n) => bytes.readUInt32BE(indexAt + n * INDEX_ENTRY_BYTES));
  const ends = lengths.map((_, n) => HEADER_BYTES + lengths.slice(0, n + 1).reduce((sum, length) => sum + length, 0));
  const swapped = Buffer.concat([
    bytes.subarray(0, ends[0]),
    bytes.subarray(ends[1], ends[2]),
    bytes.subarray(ends[0], ends[1]),
    bytes.subarray(ends[2]),
  ]);
  writeFileSync(path, swapped);
  assert.deepEqual(pick(await readAll(path)), { events: SEGMENT, code: "DAMAGED" });
});

test("EventsFile refuses events in the wrong order, even with correct checksums", async () => {
  const { path } = await sample(2);
  const { log, records } = recordsOf(readFileSync(path));
  writeFileSync(path, seal(log, 2, Buffer.concat([records[1] as Buffer, records[0] as Buffer])));
  assert.deepEqual(pick(await readAll(path)), { events: 0, code: "DAMAGED" });
  writeFileSync(path, seal(log, 1, Buffer.concat(records)));
  assert.deepEqual(pick(await readAll(path)), { events: 0, code: "DAMAGED" });
  writeFileSync(path, seal(log, 3, Buffer.concat(records)));
  assert.deepEqual(pick(await readAll(path)), { events: 0, code: "DAMAGED" });
  writeFileSync(path, seal(log, 2, Buffer.concat(records), Buffer.from("more")));
  assert.deepEqual(pick(await readAll(path)), { events: 0, code: "DAMAGED" });
  writeFileSync(path, seal(log, 2, Buffer.concat(records)));
  assert.deepEqual(pick(await readAll(path)), { events: 2, code: null }, "the test seals files correctly");
});

test("EventsFile returns a body with too few or too many positions, and decodeEvent() refuses it and names the event", async () => {
  const packr = new Packr({ useRecords: false });
  const { path } = await sample(2);
  const { log, records } = recordsOf(readFileSync(path));
  const [first, second] = records as [Buffer, Buffer];
  const positions: unknown[] = packr.unpack(second.subarray(3 + second.readUInt8(2)));
  for (const wrong of [positions.slice(0, -1), [...positions, null]]) {
    const body = packr.pack(wrong);
    writeFileSync(path, seal(log, 2, Buffer.concat([first, encodeRecord({ seq: 2, body, request: null }, 2)])));
    const file = await EventsFile.open(path);
    const bodies = await bodiesOf(file, { after: 0, upTo: 2 });
    await file.close();
    assert.deepEqual(bodies[1], body);
    assert.throws(() => decodeEvent(body, `${path}: event 2`), {
      code: "MALFORMED_EVENT",
      message: `${path}: event 2: ${wrong.length} positions, an event has 9`,
    });
  }
});

test("EventsFile asks for an update if the format is newer", async () => {
  const { path, bytes } = await sample(1);
  bytes.writeUInt32BE(2, 8);
  sha256(bytes.subarray(0, 48)).copy(bytes, 48);
  writeFileSync(path, bytes);
  const { code, message } = await readAll(path);
  assert.equal(code, "NOT_A_LOG");
  assert.match(message, /format version 2, this release reads 1: update needed/);
});

test("EventsFile refuses more events than fit its length", async () => {
  const { path, bytes } = await sample(1);
  const header = encodeFileHeader({ log: bytes.subarray(16, 32), count: 2 ** 53 - 1, length: bytes.length });
  writeFileSync(path, Buffer.concat([header, bytes.subarray(HEADER_BYTES)]));
  assert.deepEqual(pick(await readAll(path)), { events: 0, code: "DAMAGED" });
});

test("EventsFile reads only the segment that contains the range", async () => {
  const path = newPath();
  const events = [...smallBatches(5 * SEGMENT, SEGMENT)].flatMap(eventsOf);
  await writeEventsFile(path, events);
  const bytes = readFileSync(path);
  bytes.fill(0xff, HEADER_BYTES, HEADER_BYTES + 1000); // in the first segment
  bytes.fill(0xff, bytes.length - 5000, bytes.length - 4000); // in the last one
  writeFileSync(path, bytes);
  const log = await EventsFile.open(path);
  const last = events[2 * SEGMENT - 1];
  assert.ok(last);
  const range = { after: 2 * SEGMENT, upTo: 2 * SEGMENT + 10 };
  assert.equal((await bodiesOf(log, range, eventHash(last.body))).length, 10);
  await log.close();
});

const pick = ({ events, code }: { events: number; code: string | null }) => ({ events, code });

const eventsOf = (batch: { seq: number; body: Uint8Array }[]) =>
  batch.map(({ seq, body }) => ({ seq, body, request: null }));

/** The log's id and the records of a file of one segment. */
function recordsOf(bytes: Buffer): { log: Buffer; records: Buffer[] } {
  const end = bytes.length - HASH_BYTES - INDEX_ENTRY_BYTES;
  const records: Buffer[] = [];
  for (let at = HEADER_BYTES; at < end; ) {
    const length = 3 + bytes.readUInt8(at + 2) + bytes.readUInt16BE(at);
    records.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { log: bytes.subarray(16, 32), records };
}

/** A file of one segment with correct checksums, and `stray` bytes between segment and index. */
function seal(log: Buffer, count: number, segment: Buffer, stray = Buffer.alloc(0)): Buffer {
  const index = Buffer.alloc(INDEX_ENTRY_BYTES);
  index.writeUInt32BE(segment.length);
  sha256(segment).copy(index, 4);
  const length = HEADER_BYTES + segment.length + stray.length + INDEX_ENTRY_BYTES + HASH_BYTES;
  const header = encodeFileHeader({ log, count, length });
  return Buffer.concat([header, segment, stray, index, sha256(Buffer.concat([header, index]))]);
}
