/**
 * Walks MessagePack bytes without decoding them, checks that they are one event in its only allowed encoding, and finds
 * its end. All bytes from outside are scanned first, so the decoder (msgpackr) never sees a map, an extension, a cut
 * value or an array that claims four billion elements.
 *
 * The allowed subset of https://github.com/msgpack/msgpack/blob/master/spec.md: nil, booleans, strings of valid UTF-8,
 * bin and arrays; lengths and integers up to 32 bits in their shortest form; integers beyond 32 bits as float64 with
 * |n| ≤ 2⁵³ − 1.
 */
import { isUtf8 } from "node:buffer";
import { LogError } from "../errors.ts";
import { MAX_EVENT_BYTES } from "../values/size-limits.ts";

/** No event is shorter. A sequence takes up to nine bytes, after one byte of the array. */
const LEAST_BYTES = 10;

/** The limit on nested arrays, including the event's own. The deepest schema, an adjustment of a line, needs seven. */
const MAX_DEPTH = 8;

/**
 * Finds the end of the event that begins at `start`.
 *
 * @param where names the bytes in errors, such as `seq 17` or `sample.events`
 * @returns the offset after its last byte
 * @throws LogError MALFORMED_EVENT with the offset, counted from `start`, of the first byte that breaks a rule
 */
export function scanEvent(bytes: Uint8Array, start: number, where: string): number {
  const first = bytes[start];
  if (first === undefined || (first & 0xf0) !== 0x90) {
    throw new LogError("MALFORMED_EVENT", `${where}: byte 0 is ${hex(first)}, not the array that begins an event`);
  }
  let end: number;
  try {
    end = scanValue(bytes, start, 0);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new LogError("MALFORMED_EVENT", `${where}: byte ${error.at - start}: ${error.message}`);
  }
  if (end - start > MAX_EVENT_BYTES) {
    throw new LogError("MALFORMED_EVENT", `${where}: ${end - start} bytes, an event has at most ${MAX_EVENT_BYTES}`);
  }
  return end;
}

/** A broken rule and its offset. All functions below throw it. */
class Misfit extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

function scanValue(bytes: Uint8Array, at: number, depth: number): number {
  const head = bytes[at];
  if (head === undefined) throw cut(at);

  if (head <= 0x7f || head >= 0xe0) return at + 1; // fixint
  if (head <= 0x8f) throw new Misfit(at, "a map; objects must be arrays");
  if (head <= 0x9f) return scanArray(bytes, at + 1, head & 0x0f, depth);
  if (head <= 0xbf) return scanString(bytes, at, at + 1, head & 0x1f);

  switch (head) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return at + 1;
    case 0xc4: // bin 8, 16, 32
      return skip(bytes, at, at + 2, uint(bytes, at, 1, 0));
    case 0xc5:
      return skip(bytes, at, at + 3, uint(bytes, at, 2, 0x100));
    case 0xcb:
      return scanFloat(bytes, at);
    case 0xcc: // uint 8, 16, 32
      uint(bytes, at, 1, 0x80);
      return at + 2;
    case 0xcd:
      uint(bytes, at, 2, 0x100);
      return at + 3;
    case 0xce:
      uint(bytes, at, 4, 0x1_0000);
      return at + 5;
    case 0xd0: // int 8, 16, 32: negative ones only
      return scanNegative(bytes, at, 1, -0x80, -0x21);
    case 0xd1:
      return scanNegative(bytes, at, 2, -0x8000, -0x81);
    case 0xd2:
      return scanNegative(bytes, at, 4, -0x8000_0000, -0x8001);
    case 0xd9: // string 8, 16
      return scanString(bytes, at, at + 2, uint(bytes, at, 1, 0x20));
    case 0xda:
      return scanString(bytes, at, at + 3, uint(bytes, at, 2, 0x100));
    case 0xdc: // array 16
      return scanArray(bytes, at + 3, uint(bytes, at, 2, 0x10), depth);
    case 0xde:
    case 0xdf:
      throw new Misfit(at, "a map; objects must be arrays");
    case 0xca:
    case 0xcf:
    case 0xd3:
      throw new Misfit(at, `${hex(head)}: integers beyond 32 bits must be float64`);
    default:
      // No field needs bin 32, string 32 or array 32; the rest are extensions and 0xc1.
      throw new Misfit(at, `${hex(head)} is not allowed in an event`);
  }
}

/** Reads the sequence of an event, its first position. NaN if the bytes do not begin like an event. */
export function sequenceOf(body: Uint8Array): number {
  if (((body[0] ?? 0) & 0xf0) !== 0x90 || body.length < LEAST_BYTES) return Number.NaN;
  const head = body[1] as number;
  if (head <= 0x7f) return head;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (head === 0xcc) return view.getUint8(2);
  if (head === 0xcd) return view.getUint16(2);
  if (head === 0xce) return view.getUint32(2);
  return head === 0xcb ? view.getFloat64(2) : Number.NaN;
}

function cut(at: number): Misfit {
  return new Misfit(at, "the bytes end inside the event");
}

/** Reads the unsigned integer of `size` bytes after a head. Below `least`, it would have had a shorter form. */
function uint(bytes: Uint8Array, head: number, size: 1 | 2 | 4, least: number): number {
  if (head + 1 + size > bytes.length) throw cut(head);
  let value = 0;
  for (let n = 1; n <= size; n++) value = value * 256 + (bytes[head + n] as number);
  if (value < least) throw new Misfit(head, `${value} is not in its shortest form`);
  return value;
}

function scanNegative(bytes: Uint8Array, head: number, size: 1 | 2 | 4, min: number, max: number): number {
  const raw = uint(bytes, head, size, 0);
  const value = raw >= 2 ** (8 * size - 1) ? raw - 2 ** (8 * size) : raw;
  if (value < min || value > max) throw new Misfit(head, `${value} is not in its shortest form`);
  return head + 1 + size;
}

function scanFloat(bytes: Uint8Array, head: number): number {
  if (head + 9 > bytes.length) throw cut(head);
  const value = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(head + 1);
  if (!Number.isSafeInteger(value)) throw new Misfit(head, `${value} is not an integer within ±(2^53 - 1)`);
  if (value >= -0x8000_0000 && value <= 0xffff_ffff) throw new Misfit(head, `${value} is not in its shortest form`);
  return head + 9;
}

/** The offset after the `length` bytes from `at`, which belong to the value with its head at `head`. */
function skip(bytes: Uint8Array, head: number, at: number, length: number): number {
  if (at + length > bytes.length) throw cut(head);
  return at + length;
}

function scanString(bytes: Uint8Array, head: number, at: number, length: number): number {
  const end = skip(bytes, head, at, length);
  for (let n = at; n < end; n++) {
    if ((bytes[n] as number) > 0x7f) {
      if (!isUtf8(bytes.subarray(at, end))) throw new Misfit(head, "a string that is not valid UTF-8");
      break;
    }
  }
  return end;
}

function scanArray(bytes: Uint8Array, at: number, count: number, depth: number): number {
  if (depth === MAX_DEPTH) throw new Misfit(at, `arrays nested deeper than ${MAX_DEPTH}`);
  let next = at;
  for (let n = 0; n < count; n++) next = scanValue(bytes, next, depth + 1);
  return next;
}

function hex(byte: number | undefined): string {
  return byte === undefined ? "missing" : `0x${byte.toString(16).padStart(2, "0")}`;
}
