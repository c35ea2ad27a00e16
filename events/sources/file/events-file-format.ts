/**
 * The `.events` format: a log's exact bytes, with checksums. All numbers are unsigned and big-endian.
 *
 * | part       | bytes     | content                                                                               |
 * |------------|-----------|---------------------------------------------------------------------------------------|
 * | header     | 80        | below                                                                                 |
 * | blocks     | length × n | the events of each block (`events/log/blocks.ts`), one record each                    |
 * | index      | 40 × n    | for each block: its number of events (4), its length (4), the SHA-256 of its bytes (32) |
 * | seal       | 32        | SHA-256(header ‖ index): together with the index, a hash of all events                |
 * | checkpoint | 36 + m    | length of a text (4), the text: a signed checkpoint or nothing; SHA-256 of both (32)     |
 *
 * | header at | bytes | content                                              |
 * |-----------|-------|------------------------------------------------------|
 * | 0         | 8     | `89 45 56 45 4E 54 53 0A`: \x89 EVENTS \n            |
 * | 8         | 4     | format version, 2                                    |
 * | 12        | 4     | number of blocks                                     |
 * | 16        | 16    | the log's id; zeros if the log is empty              |
 * | 32        | 8     | number of events                                     |
 * | 40        | 8     | length of the file up to the end of the seal         |
 * | 48        | 32    | SHA-256 of the preceding 48 bytes                    |
 *
 * | record    | bytes | content                                                    |
 * |-----------|-------|------------------------------------------------------------|
 * | length    | 4     | of the body, 1 to 1,048,576                                |
 * | length    | 1     | of the request hash: 32, or 0 if there is none             |
 * | request   | 0, 32 | the request hash                                           |
 * | body      |       | the event's bytes                                          |
 *
 * Version 1 is read, too. It has 1,024 events per segment (4) at byte 12 of the header, segments instead of blocks,
 * whose index has no number of events (36 × n), lengths of 2 bytes in records, and no checkpoint.
 *
 * Every later version keeps the header, so that an older release can name the version.
 */
import { sequenceOf } from "../../encoding/scan.ts";
import { LogError } from "../../errors.ts";
import { sameBytes, sha256 } from "../../hash.ts";
import { BLOCK_BYTES } from "../../log/blocks.ts";
import type { StoredEvent } from "../../log/log.ts";
import { type Range, SEGMENT, type Sequence, segmentEnd } from "../../sequence.ts";
import { MAX_EVENT_BYTES } from "../../values/size-limits.ts";

export const MAGIC = Buffer.from("\x89EVENTS\n", "latin1");
export const HEADER_BYTES = 80;
export const HASH_BYTES = 32;

const HEADER_HASH_AT = 48;
const MAX_RECORD_HEAD_BYTES = 4 + 1 + HASH_BYTES;

/** What differs between the versions of the format. */
interface Version {
  /** Bytes of an entry of the index. */
  indexEntryBytes: number;
  /** Bytes of a body's length in a record. */
  lengthBytes: 2 | 4;
  /** Maximum size of a block with the heads of its records, bytes. */
  maxBlockBytes: number;
  /** True if a checkpoint follows the seal. */
  hasCheckpoint: boolean;
}

/** The version that is written. */
const CURRENT = 2;

const VERSIONS: { readonly [version: number]: Version; readonly [CURRENT]: Version } = {
  1: {
    indexEntryBytes: 4 + HASH_BYTES,
    lengthBytes: 2,
    maxBlockBytes: SEGMENT * (65_535 + MAX_RECORD_HEAD_BYTES),
    hasCheckpoint: false,
  },
  [CURRENT]: {
    indexEntryBytes: 4 + 4 + HASH_BYTES,
    lengthBytes: 4,
    maxBlockBytes: BLOCK_BYTES + MAX_EVENT_BYTES + SEGMENT * MAX_RECORD_HEAD_BYTES,
    hasCheckpoint: true,
  },
};

export interface FileHeader {
  version: number;
  format: Version;
  /** The log's id, 16 bytes; zeros if the log is empty. */
  log: Uint8Array;
  count: Sequence;
  blocks: number;
  /** Length up to the end of the seal, bytes. */
  length: number;
}

export function encodeFileHeader({ log, count, blocks, length }: Omit<FileHeader, "version" | "format">): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(CURRENT, 8);
  header.writeUInt32BE(blocks, 12);
  header.set(log, 16);
  header.writeBigUInt64BE(BigInt(count), 32);
  header.writeBigUInt64BE(BigInt(length), 40);
  sha256(header.subarray(0, HEADER_HASH_AT)).copy(header, HEADER_HASH_AT);
  return header;
}

/** @throws LogError NOT_A_LOG for another kind of file, or a later version of the format; DAMAGED */
export function decodeFileHeader(bytes: Buffer, name: string): FileHeader {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)))
    throw new LogError("NOT_A_LOG", `${name}: not a .events file: its first bytes are different`);
  if (bytes.length < HEADER_BYTES)
    throw damaged(name, bytes.length, `the file ends inside its header of ${HEADER_BYTES} bytes`);
  if (!sameBytes(sha256(bytes.subarray(0, HEADER_HASH_AT)), bytes.subarray(HEADER_HASH_AT, HEADER_BYTES)))
    throw damaged(name, 0, "the header fails its checksum");
  const version = bytes.readUInt32BE(8);
  const format = VERSIONS[version];
  if (!format)
    throw new LogError("NOT_A_LOG", `${name}: format version ${version}, this release reads 1 and 2: update needed`);
  const count = Number(bytes.readBigUInt64BE(32));
  const at12 = bytes.readUInt32BE(12);
  if (version === 1 && at12 !== SEGMENT) throw damaged(name, 12, `segments of ${at12} events, not ${SEGMENT}`);
  return {
    version,
    format,
    log: bytes.subarray(16, 32),
    count,
    blocks: version === 1 ? Math.ceil(count / SEGMENT) : at12,
    length: Number(bytes.readBigUInt64BE(40)),
  };
}

/** A block of events in a file. */
export interface BlockPlace extends Range {
  /** The offset of its first record. */
  offset: number;
  length: number;
  /** SHA-256 of its bytes. */
  hash: Uint8Array;
}

/** Encodes the entry of a block in the index. */
export function encodeIndexEntry(count: number, block: Uint8Array): Buffer {
  const entry = Buffer.alloc(8 + HASH_BYTES);
  entry.writeUInt32BE(count, 0);
  entry.writeUInt32BE(block.length, 4);
  sha256(block).copy(entry, 8);
  return entry;
}

/**
 * Decodes the index.
 *
 * @throws LogError DAMAGED if the blocks are not those of all events, or do not end where the index begins
 */
export function decodeIndex(
  index: Buffer,
  { format, count, blocks }: FileHeader,
  { indexAt, name }: { indexAt: number; name: string },
): BlockPlace[] {
  const places: BlockPlace[] = [];
  const hasCounts = format.indexEntryBytes === 8 + HASH_BYTES;
  let [after, offset] = [0, HEADER_BYTES];
  for (let n = 0; n < blocks; n++) {
    const at = n * format.indexEntryBytes;
    const upTo = hasCounts ? after + index.readUInt32BE(at) : Math.min(count, segmentEnd(after));
    const length = index.readUInt32BE(at + (hasCounts ? 4 : 0));
    if (upTo <= after || upTo > segmentEnd(after) || length > format.maxBlockBytes)
      throw damaged(name, indexAt + at, `no block has events ${after + 1} to ${upTo} in ${length} bytes`);
    places.push({
      after,
      upTo,
      offset,
      length,
      hash: index.subarray(at + format.indexEntryBytes - HASH_BYTES, at + format.indexEntryBytes),
    });
    after = upTo;
    offset += length;
  }
  if (after !== count) throw damaged(name, 32, `${count} events, but the blocks have ${after}`);
  if (offset !== indexAt) throw damaged(name, indexAt, `the blocks end at byte ${offset}, not here`);
  return places;
}

/** Encodes one event as a record. @throws LogError MALFORMED_EVENT if it is not the event `seq`, or too long */
export function encodeRecord({ body, request }: StoredEvent, seq: Sequence): Buffer {
  if (body.length > MAX_EVENT_BYTES || sequenceOf(body) !== seq || (request !== null && request.length !== HASH_BYTES))
    throw new LogError("MALFORMED_EVENT", `event ${seq}: its bytes are those of another event, or too long`);
  const head = VERSIONS[CURRENT].lengthBytes + 1;
  const record = Buffer.allocUnsafe(head + (request?.length ?? 0) + body.length);
  record.writeUInt32BE(body.length, 0);
  record.writeUInt8(request?.length ?? 0, head - 1);
  if (request) record.set(request, head);
  record.set(body, record.length - body.length);
  return record;
}

/**
 * Decodes the events of a block whose checksum is correct.
 *
 * @throws LogError DAMAGED if the bytes are not records of these events
 */
export function decodeBlock(
  bytes: Buffer,
  { after, upTo, offset }: Pick<BlockPlace, "after" | "upTo" | "offset">,
  { name, lengthBytes }: { name: string; lengthBytes: 2 | 4 },
): StoredEvent[] {
  const events: StoredEvent[] = [];
  let at = 0;
  for (let seq = after + 1; seq <= upTo; seq++) {
    const requestAt = at + lengthBytes + 1;
    const bodyAt = requestAt + (bytes[requestAt - 1] ?? 0);
    const end = requestAt > bytes.length ? Number.NaN : bodyAt + bytes.readUIntBE(at, lengthBytes);
    const request = bodyAt === requestAt ? null : bytes.subarray(requestAt, bodyAt);
    const body = bytes.subarray(bodyAt, end);
    if (!(end <= bytes.length) || sequenceOf(body) !== seq || (request && request.length !== HASH_BYTES))
      throw damaged(name, offset + at, `not the record of event ${seq}`);
    events.push({ seq, body, request });
    at = end;
  }
  if (at !== bytes.length) throw damaged(name, offset + at, `${bytes.length - at} bytes after event ${upTo}`);
  return events;
}

export function damaged(name: string, offset: number, problem: string): LogError {
  return new LogError("DAMAGED", `${name}: byte ${offset}: ${problem}`);
}
