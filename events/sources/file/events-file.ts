/** Logs in `.events` files, which hold the exact bytes. `events-file-format.ts` has the format. */
import { type FileHandle, open } from "node:fs/promises";
import { decodeHeader } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import { sameBytes, sha256 } from "../../hash.ts";
import { BlockCounter } from "../../log/blocks.ts";
import type { LogId, StoredEvent } from "../../log/log.ts";
import type { Range, Sequence } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { decodeCheckpoint, encodeCheckpoint, MAX_CHECKPOINT_BYTES } from "./events-file-checkpoint.ts";
import {
  type BlockPlace,
  damaged,
  decodeBlock,
  decodeFileHeader,
  decodeIndex,
  encodeFileHeader,
  encodeIndexEntry,
  encodeRecord,
  type FileHeader,
  HASH_BYTES,
  HEADER_BYTES,
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

/**
 * Opening reads the header, the index and the first block. No event is returned before the checksum of its block is
 * checked. Of a file of version 1, whole segments are read, of at most 64 MiB.
 */
export class EventsFile extends FileLog {
  readonly #file: FileHandle;
  readonly #part: Part;
  readonly #header: FileHeader;
  readonly #blocks: readonly BlockPlace[];
  /** The text of the checkpoint in the file; null if there is none. Its signatures have not been checked. */
  readonly checkpoint: string | null;
  /** The last block that was read, because ranges seldom end where blocks do. */
  #last: { n: number; events: Promise<StoredEvent[]> } | null = null;
  /** Set by `readDamaged`. */
  #onDamage: ((block: { after: Sequence; upTo: Sequence }) => void) | null = null;

  private constructor(
    file: FileHandle,
    part: Part,
    { header, blocks, checkpoint }: { header: FileHeader; blocks: BlockPlace[]; checkpoint: string | null },
  ) {
    super({ name: part.name, log: header.count ? uuidText(header.log) : null, head: header.count });
    this.#file = file;
    this.#part = part;
    this.#header = header;
    this.#blocks = blocks;
    this.checkpoint = checkpoint;
  }

  /**
   * @param part the part of the file to open; default: the whole file
   * @throws LogError NOT_A_LOG if it is another kind of file; DAMAGED if it fails its checksums, or its header names
   *   another log than its event 1
   */
  static async open(path: string, part?: Part): Promise<EventsFile> {
    const file = await open(path, "r");
    try {
      const place = part ?? { name: path, at: 0, length: (await file.stat()).size };
      const log = new EventsFile(file, place, await readEnds(file, place));
      await log.#checkId();
      return log;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async *batches({ after, upTo }: Range): AsyncGenerator<StoredEvent[]> {
    const end = Math.min(upTo, this.headNow);
    if (after >= end) return;
    for (let n = this.#blockOf(after); n < this.#blocks.length; n++) {
      const block = this.#blocks[n] as BlockPlace;
      if (block.after >= end) return;
      const events = await this.#block(n);
      yield events.slice(Math.max(0, after - block.after), end - block.after);
    }
  }

  /**
   * From now on, events of a block that fails its checksum are returned too, so that the one that was changed can be found by
   * other means. Only for verifying: nothing else may believe them.
   *
   * @param onDamage called with the range of each such block, whenever it is read
   */
  readDamaged(onDamage: (block: { after: Sequence; upTo: Sequence }) => void): void {
    this.#onDamage = onDamage;
    this.#last = null;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** The number of the block of event `after + 1`. */
  #blockOf(after: Sequence): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle] as BlockPlace).upTo > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  async #block(n: number): Promise<StoredEvent[]> {
    if (this.#last?.n !== n) this.#last = { n, events: this.#readBlock(this.#blocks[n] as BlockPlace) };
    return await this.#last.events;
  }

  async #readBlock(block: BlockPlace): Promise<StoredEvent[]> {
    const bytes = await readAt(this.#file, this.#part, block.offset, block.length);
    if (!sameBytes(sha256(bytes), block.hash)) {
      if (this.#onDamage === null)
        throw damaged(this.name, block.offset, `events ${block.after + 1} to ${block.upTo} fail their checksum`);
      this.#onDamage(block);
    }
    return decodeBlock(bytes, block, { name: this.name, lengthBytes: this.#header.format.lengthBytes });
  }

  /** The id in the header is the one of event 1. A damaged first block is reported when it is read. */
  async #checkId(): Promise<void> {
    if (this.headNow === 0) return;
    const id = await this.#block(0).then(
      ([first]) => first && idOf(first),
      () => null,
    );
    if (id && !sameBytes(id, this.#header.log))
      throw damaged(this.name, 16, `names log ${uuidText(this.#header.log)}, but event 1 is of log ${uuidText(id)}`);
  }
}

/** Reads and checks what surrounds the blocks. */
async function readEnds(file: FileHandle, part: Part) {
  const { name, length: size } = part;
  const headerBytes = await readAt(file, part, 0, Math.min(size, HEADER_BYTES));
  const header = decodeFileHeader(headerBytes, name);
  const { length, format } = header;
  if (size < length) throw damaged(name, size, `the file ends here, but was written with ${length} bytes or more`);
  if (size > length && !format.hasCheckpoint)
    throw damaged(name, length, `${size - length} bytes after the end of the file`);
  const indexBytes = header.blocks * format.indexEntryBytes;
  const indexAt = length - HASH_BYTES - indexBytes;
  if (indexAt < HEADER_BYTES) throw damaged(name, 40, `${length} bytes cannot hold ${header.count} events`);
  const index = await readAt(file, part, indexAt, indexBytes);
  const seal = await readAt(file, part, length - HASH_BYTES, HASH_BYTES);
  if (!sameBytes(sha256(Buffer.concat([headerBytes, index])), seal))
    throw damaged(name, indexAt, "the index, or the seal after it, fails the checksum");
  const blocks = decodeIndex(index, header, { indexAt, name });
  if (!format.hasCheckpoint) return { header, blocks, checkpoint: null };
  const rest = await readAt(file, part, length, Math.min(size - length, MAX_CHECKPOINT_BYTES + 1));
  return { header, blocks, checkpoint: decodeCheckpoint(rest, length, name) };
}

function idOf({ body }: StoredEvent): Uint8Array | null {
  try {
    return decodeHeader(body).id;
  } catch (error) {
    if (error instanceof LogError) return null; // reported when it is read
    throw error;
  }
}

interface EventsFileOptions extends WriteOptions {
  /** Returns the text of the checkpoint to write into the file, once its events are written; null: none. */
  checkpoint?: (written: { log: LogId | null; head: Sequence }) => Promise<string | null> | string | null;
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
  options: EventsFileOptions = {},
): Promise<{ log: LogId | null; head: Sequence }> {
  const write = async (file: FileHandle) => await writeEventsAt(file, 0, events, options);
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
  { checkpoint = () => null }: Pick<EventsFileOptions, "checkpoint"> = {},
): Promise<{ log: LogId | null; head: Sequence; length: number }> {
  let count = 0;
  let log: Uint8Array = Buffer.alloc(16);
  let length = HEADER_BYTES;
  let records: Buffer[] = [];
  const index: Buffer[] = [];
  const counter = new BlockCounter();

  async function endBlock() {
    const block = Buffer.concat(records);
    index.push(encodeIndexEntry(records.length, block));
    records = [];
    await writeAll(file, block, at + length);
    length += block.length;
  }

  for await (const event of events) {
    count++;
    if (event.seq !== count) throw new LogError("GAP", `event ${count} is missing: the next one is ${event.seq}`);
    if (count === 1) log = decodeHeader(event.body, "event 1").id;
    records.push(encodeRecord(event, count));
    if (counter.add(count, event.body)) await endBlock();
  }
  if (records.length > 0) await endBlock();
  const indexBytes = Buffer.concat(index);
  const sealed = length + indexBytes.length + HASH_BYTES;
  const header = encodeFileHeader({ log, count, blocks: index.length, length: sealed });
  const seal = sha256(Buffer.concat([header, indexBytes]));
  const written = { log: count ? uuidText(log) : null, head: count };
  const trailer = Buffer.concat([indexBytes, seal, encodeCheckpoint(await checkpoint(written))]);
  await writeAll(file, trailer, at + length);
  await writeAll(file, header, at);
  return { ...written, length: length + trailer.length };
}

async function readAt(file: FileHandle, { name, at }: Part, offset: number, length: number): Promise<Buffer> {
  const bytes = await readAll(file, at + offset, length);
  if (bytes.length < length)
    throw damaged(name, offset + bytes.length, "the file ends here, but was longer when it was opened");
  return bytes;
}
