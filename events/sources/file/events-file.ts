/** Logs in files of exact bytes: `.events`. Their format is in `events-file-format.ts`. */
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

/** Where a whole file of events stands in another one. */
export interface Part {
  /** For errors. */
  name: string;
  /** Where it begins, and how long it is, bytes. */
  at: number;
  length: number;
}

/** Opening reads the header and the index; no event is given before its segment's hash was checked. */
export class EventsFile extends FileLog {
  readonly #file: FileHandle;
  /** Where the file of events begins: 0, unless it is part of another one. */
  readonly #at: number;
  readonly #index: Buffer;
  /** Where each segment begins, and where the last one ends. */
  readonly #offsets: Float64Array;
  /** The segment that was read last: ranges seldom end where segments do. */
  #last: { n: number; events: Promise<StoredEvent[]> } | null = null;

  private constructor(
    file: FileHandle,
    place: { name: string; log: LogId | null; head: Sequence; at: number },
    index: Buffer,
  ) {
    super(place);
    this.#file = file;
    this.#at = place.at;
    this.#index = index;
    this.#offsets = offsetsOf(index);
  }

  /**
   * @param part of the file, where it is not the whole one
   * @throws LogError NOT_A_LOG if it is another kind of file; DAMAGED if it is not as it was written
   */
  static async open(path: string, part?: Part): Promise<EventsFile> {
    const file = await open(path, "r");
    try {
      const { name, at, length: size } = part ?? { name: path, at: 0, length: (await file.stat()).size };
      const headerBytes = await readAt(file, { name, at }, 0, Math.min(size, HEADER_BYTES));
      const { log, count, length } = decodeFileHeader(headerBytes, name);
      if (size < length) throw damaged(name, size, `the file ends here, it was written with ${length} bytes`);
      if (size > length) throw damaged(name, length, `${size - length} bytes after the end of the file`);
      const indexBytes = segmentsOf(count) * INDEX_ENTRY_BYTES;
      const indexAt = length - HASH_BYTES - indexBytes;
      if (indexAt < HEADER_BYTES) throw damaged(name, 40, `${length} bytes cannot hold ${count} events`);
      const index = await readAt(file, { name, at }, indexAt, indexBytes);
      const seal = await readAt(file, { name, at }, length - HASH_BYTES, HASH_BYTES);
      if (!sameBytes(sha256(Buffer.concat([headerBytes, index])), seal))
        throw damaged(name, indexAt, "the index, or the hash over the whole file after it, is not what was written");
      const opened = new EventsFile(file, { name, log: count ? uuidText(log) : null, head: count, at }, index);
      const end = opened.#offsets[segmentsOf(count)];
      if (end !== indexAt) throw damaged(name, indexAt, `the segments end at byte ${end}, not here`);
      return opened;
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
    const place = { name: this.name, at: this.#at };
    const bytes = await readAt(this.#file, place, offset, (this.#offsets[n + 1] ?? 0) - offset);
    const after = n * SEGMENT;
    const upTo = Math.min(this.headNow, after + SEGMENT);
    const hash = this.#index.subarray(n * INDEX_ENTRY_BYTES + 4, (n + 1) * INDEX_ENTRY_BYTES);
    if (!sameBytes(sha256(bytes), hash))
      throw damaged(this.name, offset, `events ${after + 1} to ${upTo} are not what was written`);
    return decodeSegment(bytes, { after, upTo }, { name: this.name, offset });
  }
}

/**
 * Writes a log from its first event on as a file.
 *
 * @returns the log's id (null if it has no event) and the count of its events
 * @throws LogError GAP if an event is left out; MALFORMED_EVENT; Error EEXIST if there is such a file
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
 * Writes a log from its first event on as a file of events inside another file.
 *
 * @param at where it begins, bytes
 * @returns what `writeEventsFile` does, and the length of what was written, bytes
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
    throw damaged(name, offset + bytes.length, "the file ends here, it was longer a moment ago");
  return bytes;
}
