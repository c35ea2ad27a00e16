/**
 * The `.events` format: a log's exact bytes, with checksums. All numbers are unsigned and big-endian.
 *
 * | part     | bytes               | content                                                                      |
 * |----------|---------------------|------------------------------------------------------------------------------|
 * | header   | 80                  | below                                                                        |
 * | segments | length × n          | events (0, 1,024], (1,024, 2,048] …, one record each                         |
 * | index    | 36 × n              | for each segment: its length (4) and the SHA-256 of its bytes (32)           |
 * | seal     | 32                  | SHA-256(header ‖ index): together with the index, a hash of the whole file   |
 *
 * | header at | bytes | content                                              |
 * |-----------|-------|------------------------------------------------------|
 * | 0         | 8     | `89 45 56 45 4E 54 53 0A`: \x89 EVENTS \n            |
 * | 8         | 4     | format version, 1                                    |
 * | 12        | 4     | events per segment, 1,024                            |
 * | 16        | 16    | the log's id; zeros if the log is empty              |
 * | 32        | 8     | number of events                                     |
 * | 40        | 8     | length of the file                                   |
 * | 48        | 32    | SHA-256 of the preceding 48 bytes                    |
 *
 * | record    | bytes | content                                                    |
 * |-----------|-------|------------------------------------------------------------|
 * | length    | 2     | of the body, 1 to 65,535                                   |
 * | length    | 1     | of the request hash: 32, or 0 if there is none             |
 * | request   | 0, 32 | the request hash                                           |
 * | body      |       | the event's bytes                                          |
 *
 * Every later version keeps the header, so that an older release can name the version.
 */
import { sequenceOf } from "../../encoding/scan.ts";
import { LogError } from "../../errors.ts";
import { sameBytes, sha256 } from "../../hash.ts";
import type { StoredEvent } from "../../log/log.ts";
import { SEGMENT, type Sequence } from "../../sequence.ts";

export const MAGIC = Buffer.from("\x89EVENTS\n", "latin1");
export const HEADER_BYTES = 80;
export const HASH_BYTES = 32;
export const INDEX_ENTRY_BYTES = 36;

const VERSION = 1;
const HEADER_HASH_AT = 48;
const RECORD_HEAD_BYTES = 3;
/** The largest body that this version has room for. */
const MAX_BODY_BYTES = 65_535;

interface FileHeader {
  /** The log's id, 16 bytes; zeros if the log is empty. */
  log: Uint8Array;
  count: Sequence;
  /** Length of the file, bytes. */
  length: number;
}

/** The number of segments for a number of events. */
export function segmentsOf(count: Sequence): number {
  return Math.ceil(count / SEGMENT);
}

export function encodeFileHeader({ log, count, length }: FileHeader): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(VERSION, 8);
  header.writeUInt32BE(SEGMENT, 12);
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
  const [version, segment] = [bytes.readUInt32BE(8), bytes.readUInt32BE(12)];
  if (version !== VERSION)
    throw new LogError("NOT_A_LOG", `${name}: format version ${version}, this release reads ${VERSION}: update needed`);
  if (segment !== SEGMENT) throw damaged(name, 12, `segments of ${segment} events, not ${SEGMENT}`);
  return {
    log: bytes.subarray(16, 32),
    count: Number(bytes.readBigUInt64BE(32)),
    length: Number(bytes.readBigUInt64BE(40)),
  };
}

/** Encodes one event as a record. @throws LogError MALFORMED_EVENT if it is not the event `seq`, or too long */
export function encodeRecord({ body, request }: StoredEvent, seq: Sequence): Buffer {
  if (body.length > MAX_BODY_BYTES || sequenceOf(body) !== seq || (request !== null && request.length !== HASH_BYTES))
    throw new LogError("MALFORMED_EVENT", `event ${seq}: its bytes are those of another event, or too long`);
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + (request?.length ?? 0) + body.length);
  record.writeUInt16BE(body.length, 0);
  record.writeUInt8(request?.length ?? 0, 2);
  if (request) record.set(request, RECORD_HEAD_BYTES);
  record.set(body, record.length - body.length);
  return record;
}

/**
 * Decodes the events of a segment whose checksum is correct.
 *
 * @param offset of the segment in its file, for errors
 * @throws LogError DAMAGED if the bytes are not records of these events
 */
export function decodeSegment(
  bytes: Buffer,
  { after, upTo }: { after: Sequence; upTo: Sequence },
  { name, offset }: { name: string; offset: number },
): StoredEvent[] {
  const events: StoredEvent[] = [];
  let at = 0;
  for (let seq = after + 1; seq <= upTo; seq++) {
    const bodyAt = at + RECORD_HEAD_BYTES + (bytes[at + 2] ?? 0);
    const end = bodyAt + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    const request = bodyAt === at + RECORD_HEAD_BYTES ? null : bytes.subarray(at + RECORD_HEAD_BYTES, bodyAt);
    const body = bytes.subarray(bodyAt, end);
    if (end > bytes.length || sequenceOf(body) !== seq || (request && request.length !== HASH_BYTES))
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
