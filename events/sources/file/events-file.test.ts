import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Packr } from "msgpackr";
import { idOf, logOf, smallBatches } from "../../../fixtures/data/events.ts";
import { sizedLog } from "../../../fixtures/data/sized-events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { decodeEvent } from "../../encoding/event.ts";
import { eventHash, sha256 } from "../../hash.ts";
import { assertBodies, bodiesOf } from "../../log/log-harness.suite.ts";
import { SEGMENT } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { MAX_EVENT_BYTES } from "../../values/size-limits.ts";
import { EventsFile, writeEventsFile } from "./events-file.ts";
import { encodeCheckpoint, NO_CHECKPOINT_BYTES } from "./events-file-checkpoint.ts";
import { encodeFileHeader, encodeIndexEntry, encodeRecord, HASH_BYTES, HEADER_BYTES } from "./events-file-format.ts";

const INDEX_ENTRY_BYTES = 40;
/** The seal, and the part after it of a file without a checkpoint. */
const TRAILER_BYTES = HASH_BYTES + NO_CHECKPOINT_BYTES;

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

test("EventsFile returns the blocks before a damaged one, and no event of the damaged one", async () => {
  const { path, bytes } = await sample(3 * SEGMENT);
  const second = HEADER_BYTES + bytes.readUInt32BE(bytes.length - TRAILER_BYTES - 3 * INDEX_ENTRY_BYTES + 4);
  bytes.writeUInt8(bytes.readUInt8(second + 100_000) ^ 1, second + 100_000);
  writeFileSync(path, bytes);
  const { events, code, message } = await readAll(path);
  assert.equal(events, SEGMENT);
  assert.equal(code, "DAMAGED");
  assert.match(message, new RegExp(`: byte ${second}: events 1025 to 2048 `));
  const log = await EventsFile.open(path);
  const last = await bodiesOf(log, { after: 2 * SEGMENT, upTo: 3 * SEGMENT });
  assert.equal(last.length, SEGMENT, "the other blocks can still be read");
  await log.close();
});

test("EventsFile refuses swapped blocks", async () => {
  const path = newPath();
  const [first, second, third] = [...smallBatches(3 * SEGMENT, SEGMENT)].map((batch) => eventsOf(batch));
  assert.ok(first && second && third);
  await writeEventsFile(path, [...first, ...second, ...third]);
  const bytes = readFileSync(path);
  const indexAt = bytes.length - TRAILER_BYTES - 3 * INDEX_ENTRY_BYTES;
  const lengths = [0, 1, 2].map((n) => bytes.readUInt32BE(indexAt + n * INDEX_ENTRY_BYTES + 4));
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
  const positions: unknown[] = packr.unpack(second.subarray(5 + second.readUInt8(4)));
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

test("EventsFile refuses a header that names another log than event 1, also in a file with correct checksums", async () => {
  const { path } = await sample(2);
  const { log, records } = recordsOf(readFileSync(path));
  const other = Buffer.from(idOf(1, 7));
  writeFileSync(path, seal(other, 2, Buffer.concat(records)));
  const [named, actual] = [uuidText(other), uuidText(log)];
  await assert.rejects(EventsFile.open(path), {
    code: "DAMAGED",
    message: `${path}: byte 16: names log ${named}, but event 1 is of log ${actual}`,
  });
});

test("EventsFile refuses a request hash of another length, and a block that could not be held in memory", async () => {
  const { path } = await sample(1);
  const { log, records } = recordsOf(readFileSync(path));
  const [record] = records as [Buffer];
  const short = Buffer.from(record.subarray(0, record.length));
  short.writeUInt8(31, 4);
  writeFileSync(path, seal(log, 1, short.subarray(0, -1)));
  const { code, message } = await readAll(path);
  assert.deepEqual([code, message], ["DAMAGED", `${path}: byte ${HEADER_BYTES}: not the record of event 1`]);

  const bytes = seal(log, 1, record);
  const indexAt = HEADER_BYTES + record.length;
  bytes.writeUInt32BE(2 ** 31, indexAt + 4);
  const header = bytes.subarray(0, HEADER_BYTES);
  sha256(Buffer.concat([header, bytes.subarray(indexAt, indexAt + INDEX_ENTRY_BYTES)])).copy(
    bytes,
    indexAt + INDEX_ENTRY_BYTES,
  );
  writeFileSync(path, bytes);
  await assert.rejects(EventsFile.open(path), {
    code: "DAMAGED",
    message: /no block has events 1 to 1 in 2147483648 bytes/,
  });
});

test("EventsFile reads one block of large events at a time", async () => {
  const path = newPath();
  const events = sizedLog([
    ...Array<number>(9).fill(MAX_EVENT_BYTES),
    ...Array<number>(1020).fill(200),
    MAX_EVENT_BYTES,
  ]);
  await writeEventsFile(path, events);
  const log = await EventsFile.open(path);
  const batches: [number, number][] = [];
  for await (const { after, bodies } of log.read({ after: 0, upTo: Number.POSITIVE_INFINITY }))
    batches.push([after, after + bodies.length]);
  assert.deepEqual(batches, [
    [0, 5],
    [5, 9],
    [9, 1024],
    [1024, 1031],
  ]);
  for (const after of [0, 1, 4, 5, 6, 1023, 1024, 1030, 1031])
    assertBodies(await bodiesOf(log, { after, upTo: after + 7 }), events.slice(after, after + 7));
  await log.close();
});

test("EventsFile asks for an update if the format is newer", async () => {
  const { path, bytes } = await sample(1);
  bytes.writeUInt32BE(3, 8);
  sha256(bytes.subarray(0, 48)).copy(bytes, 48);
  writeFileSync(path, bytes);
  const { code, message } = await readAll(path);
  assert.equal(code, "NOT_A_LOG");
  assert.match(message, /format version 3, this release reads 1 and 2: update needed/);
});

test("EventsFile refuses more events than fit its length", async () => {
  const { path, bytes } = await sample(1);
  const header = encodeFileHeader({
    log: bytes.subarray(16, 32),
    count: 2 ** 53 - 1,
    blocks: 2 ** 32 - 1,
    length: bytes.length,
  });
  writeFileSync(path, Buffer.concat([header, bytes.subarray(HEADER_BYTES)]));
  assert.deepEqual(pick(await readAll(path)), { events: 0, code: "DAMAGED" });
});

test("EventsFile reads only the block that contains the range", async () => {
  const path = newPath();
  const events = [...smallBatches(5 * SEGMENT, SEGMENT)].flatMap(eventsOf);
  await writeEventsFile(path, events);
  const bytes = readFileSync(path);
  bytes.fill(0xff, HEADER_BYTES, HEADER_BYTES + 1000); // in the first block
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

/** The log's id and the records of a file of one block. */
function recordsOf(bytes: Buffer): { log: Buffer; records: Buffer[] } {
  const end = bytes.length - TRAILER_BYTES - INDEX_ENTRY_BYTES;
  const records: Buffer[] = [];
  for (let at = HEADER_BYTES; at < end; ) {
    const length = 5 + bytes.readUInt8(at + 4) + bytes.readUInt32BE(at);
    records.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { log: bytes.subarray(16, 32), records };
}

/** A file of one block with correct checksums, and `stray` bytes between block and index. */
function seal(log: Buffer, count: number, block: Buffer, stray = Buffer.alloc(0)): Buffer {
  const index = encodeIndexEntry(count, block);
  const length = HEADER_BYTES + block.length + stray.length + index.length + HASH_BYTES;
  const header = encodeFileHeader({ log, count, blocks: 1, length });
  const sealed = [header, block, stray, index, sha256(Buffer.concat([header, index]))];
  return Buffer.concat([...sealed, encodeCheckpoint(null)]);
}
