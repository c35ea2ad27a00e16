/** Logs in `.events` files, which hold the exact bytes. `events-file-format.ts` has the format. */
import { type FileHandle, open } from "node:fs/promises";
import { decodeHeader } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import { sameBytes, sha256 } from "../../hash.ts";
import type { LogId, StoredEvent } from "../../log/log.ts";
import { type Range, SEGMENT, type Sequence, segmentEnd } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import {
  damaged,
  decodeFileHeader,
  decodeSegment,
  encodeFileHeader,
  encodeRecord,
  HASH_BYTES,
  HEADER_BYTES,
  INDEX_ENTRY_BYTES,
  segmentsOf,
} from "./events-file-format.ts";
import { FileLog } from "./file-log.ts";
import { readAll, type WriteOptions, writeAll, writeWholeFile } from "./whole-file.ts";

/** The part of another file that contains a whole `.events` file. */
interface Part {
  /** For errors. */
  name: string;
  /** Offset and length of the part, bytes. */
  at: number;
  length: number;
}

/** Opening reads the header and the index. No event is returned before the checksum of its segment is checked. */
export class EventsFile extends FileLog {
  readonly #file: FileHandle;
  /** Offset of the `.events` file: 0, unless it is part of another file. */
  readonly #at: number;
  readonly #index: Buffer;
  /** Offset of each segment, and of the end of the last one. */
  readonly #offsets: Float64Array;
  /** The last segment that was read, because ranges seldom end where segments do. */
  #last: { n: number; events: Promise<StoredEvent[]> } | null = null;

  private constructor(
    file: FileHandle,
    header: { name: string; log: LogId | null; head: Sequence; at: number },
    index: Buffer,
  ) {
    super(header);
    this.#file = file;
    this.#at = header.at;
    this.#index = index;
    this.#offsets = offsetsOf(index);
  }

  /**
   * @param part the part of the file to open; default: the whole file
   * @throws LogError NOT_A_LOG if it is another kind of file; DAMAGED if it fails its checksums
   */
  static async open(path: string, part?: Part): Promise<EventsFile> {
    const file = await open(path, "r");
    try {
      const { name, at, length: size } = part ?? { name: path, at: 0, length: (await file.stat()).size };
      const headerBytes = await readAt(file, { name, at }, 0, Math.min(size, HEADER_BYTES));
      const { log: id, count, length } = decodeFileHeader(headerBytes, name);
      if (size < length) throw damaged(name, size, `the file ends here, but was written with ${length} bytes`);
      if (size > length) throw damaged(name, length, `${size - length} bytes after the end of the file`);
      const indexBytes = segmentsOf(count) * INDEX_ENTRY_BYTES;
      const indexAt = length - HASH_BYTES - indexBytes;
      if (indexAt < HEADER_BYTES) throw damaged(name, 40, `${length} bytes cannot hold ${count} events`);
      const index = await readAt(file, { name, at }, indexAt, indexBytes);
      const seal = await readAt(file, { name, at }, length - HASH_BYTES, HASH_BYTES);
      if (!sameBytes(sha256(Buffer.concat([headerBytes, index])), seal))
        throw damaged(name, indexAt, "the index, or the seal after it, fails the checksum");
      const log = new EventsFile(file, { name, log: count ? uuidText(id) : null, head: count, at }, index);
      const end = log.#offsets[segmentsOf(count)];
      if (end !== indexAt) throw damaged(name, indexAt, `the segments end at byte ${end}, not here`);
      return log;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async *segments({ after, upTo }: Range): AsyncGenerator<StoredEvent[]> {
    const end = Math.min(upTo, this.headNow);
    for (let at = after; at < end; ) {
      const to = Math.min(end, segmentEnd(at));
      const n = Math.floor(at / SEGMENT);
      const events = await this.#segment(n);
      yield events.slice(at - n * SEGMENT, to - n * SEGMENT);
      at = to;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #segment(n: number): Promise<StoredEvent[]> {
    if (this.#last?.n !== n) this.#last = { n, events: this.#readSegment(n) };
    return await this.#last.events;
  }

  async #readSegment(n: number): Promise<StoredEvent[]> {
    const offset = this.#offsets[n] ?? 0;
    const bytes = await readAt(
      this.#file,
      { name: this.name, at: this.#at },
      offset,
      (this.#offsets[n + 1] ?? 0) - offset,
    );
    const after = n * SEGMENT;
    const upTo = Math.min(this.headNow, after + SEGMENT);
    const hash = this.#index.subarray(n * INDEX_ENTRY_BYTES + 4, (n + 1) * INDEX_ENTRY_BYTES);
    if (!sameBytes(sha256(bytes), hash))
      throw damaged(this.name, offset, `events ${after + 1} to ${upTo} fail their checksum`);
    return decodeSegment(bytes, { after, upTo }, { name: this.name, offset });
  }
}

/**
 * Writes a whole log, from event 1, as a file.
 *
 * @returns the log's id (null if the log is empty) and its head
 * @throws LogError GAP if an event is missing; MALFORMED_EVENT; Error EEXIST if the file exists
 */
export async function writeEventsFile(
  path: string,
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  options?: WriteOptions,
): Promise<{ log: LogId | null; head: Sequence }> {
  const write = async (file: FileHandle) => await writeEventsAt(file, 0, events);
  const { log, head } = await writeWholeFile(path, write, options);
  return { log, head };
}

/**
 * Writes a whole log, from event 1, as a `.events` file inside another file.
 *
 * @param at the offset to write at, bytes
 * @returns the same as `writeEventsFile`, and the number of bytes written
 */
export async function writeEventsAt(
  file: FileHandle,
  at: number,
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
): Promise<{ log: LogId | null; head: Sequence; length: number }> {
  let count = 0;
  let log: Uint8Array = Buffer.alloc(16);
  let length = HEADER_BYTES;
  let records: Buffer[] = [];
  const index: Buffer[] = [];

  async function endSegment() {
    const segment = Buffer.concat(records);
    const entry = Buffer.alloc(INDEX_ENTRY_BYTES);
    entry.writeUInt32BE(segment.length);
    sha256(segment).copy(entry, 4);
    index.push(entry);
    records = [];
    await writeAll(file, segment, at + length);
    length += segment.length;
  }

  for await (const event of events) {
    count++;
    if (event.seq !== count) throw new LogError("GAP", `event ${count} is missing: the next one is ${event.seq}`);
    if (count === 1) log = decodeHeader(event.body, "event 1").id;
    records.push(encodeRecord(event, count));
    if (records.length === SEGMENT) await endSegment();
  }
  if (records.length > 0) await endSegment();
  const indexBytes = Buffer.concat(index);
  const header = encodeFileHeader({ log, count, length: length + indexBytes.length + HASH_BYTES });
  const trailer = Buffer.concat([indexBytes, sha256(Buffer.concat([header, indexBytes]))]);
  await writeAll(file, trailer, at + length);
  await writeAll(file, header, at);
  return { log: count ? uuidText(log) : null, head: count, length: length + trailer.length };
}

function offsetsOf(index: Buffer): Float64Array {
  const segments = index.length / INDEX_ENTRY_BYTES;
  const offsets = new Float64Array(segments + 1);
  let offset = HEADER_BYTES;
  for (let n = 0; n < segments; n++) {
    offsets[n] = offset;
    offset += index.readUInt32BE(n * INDEX_ENTRY_BYTES);
  }
  offsets[segments] = offset;
  return offsets;
}

async function readAt(
  file: FileHandle,
  { name, at }: { name: string; at: number },
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = await readAll(file, at + offset, length);
  if (bytes.length < length)
    throw damaged(name, offset + bytes.length, "the file ends here, but was longer when it was opened");
  return bytes;
}
