/**
 * Walks MessagePack bytes without making values of them: is this one event in the one way it may be written, and
 * where does it end? Everything that reads bytes from outside asks here first, so the decoder behind it (msgpackr)
 * never sees a map, an extension, a cut value or an array that claims four billion elements.
 *
 * The rules, after https://github.com/msgpack/msgpack/blob/master/spec.md: nil, booleans, strings of valid UTF-8, bin,
 * arrays; lengths and integers up to 32 bits in their shortest form, integers beyond that as float64 with |n| ≤ 2⁵³ − 1.
 */
import { isUtf8 } from "node:buffer";
import { LogError } from "./errors.ts";
import { MAX_EVENT_BYTES } from "./schema.ts";

/** Arrays inside arrays, the event's own included. The deepest schema, an adjustment of a line, needs seven. */
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
  const end = scanValue(bytes, start, start, 0, where);
  if (end - start > MAX_EVENT_BYTES) {
    throw new LogError("MALFORMED_EVENT", `${where}: ${end - start} bytes, an event has at most ${MAX_EVENT_BYTES}`);
  }
  return end;
}

function scanValue(bytes: Uint8Array, at: number, start: number, depth: number, where: string): number {
  const bad = (problem: string) => new LogError("MALFORMED_EVENT", `${where}: byte ${at - start}: ${problem}`);
  const head = bytes[at];
  if (head === undefined) throw bad("the bytes end inside the event");

  if (head <= 0x7f || head >= 0xe0) return at + 1; // fixint
  if (head <= 0x8f) throw bad("a map; objects are arrays");
  if (head <= 0x9f) return scanArray(bytes, at + 1, head & 0x0f, start, depth, where);
  if (head <= 0xbf) return scanString(bytes, at + 1, head & 0x1f, bad);

  switch (head) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return at + 1;
    case 0xc4: // bin 8, 16, 32
      return skip(bytes, at + 2, uint(bytes, at + 1, 1, 0, bad), bad);
    case 0xc5:
      return skip(bytes, at + 3, uint(bytes, at + 1, 2, 0x100, bad), bad);
    case 0xcb:
      return scanFloat(bytes, at, bad);
    case 0xcc: // uint 8, 16, 32
      uint(bytes, at + 1, 1, 0x80, bad);
      return at + 2;
    case 0xcd:
      uint(bytes, at + 1, 2, 0x100, bad);
      return at + 3;
    case 0xce:
      uint(bytes, at + 1, 4, 0x1_0000, bad);
      return at + 5;
    case 0xd0: // int 8, 16, 32: negative ones only
      return scanNegative(bytes, at, 1, -0x80, -0x21, bad);
    case 0xd1:
      return scanNegative(bytes, at, 2, -0x8000, -0x81, bad);
    case 0xd2:
      return scanNegative(bytes, at, 4, -0x8000_0000, -0x8001, bad);
    case 0xd9: // string 8, 16
      return scanString(bytes, at + 2, uint(bytes, at + 1, 1, 0x20, bad), bad);
    case 0xda:
      return scanString(bytes, at + 3, uint(bytes, at + 1, 2, 0x100, bad), bad);
    case 0xdc: // array 16
      return scanArray(bytes, at + 3, uint(bytes, at + 1, 2, 0x10, bad), start, depth, where);
    case 0xde:
    case 0xdf:
      throw bad("a map; objects are arrays");
    case 0xca:
    case 0xcf:
    case 0xd3:
      throw bad(`${hex(head)}: integers past 32 bits are float64`);
    default:
      // bin 32, string 32 and array 32 are longer than an event may be; the rest are extensions and 0xc1.
      throw bad(`${hex(head)} has no place in an event`);
  }
}

/** The sequence of an event that `scanEvent` has accepted: the first of its positions. NaN if it is no number. */
export function sequenceOf(body: Uint8Array): number {
  const head = body[1] ?? 0xc0;
  if (head <= 0x7f) return head;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (head === 0xcc) return view.getUint8(2);
  if (head === 0xcd) return view.getUint16(2);
  if (head === 0xce) return view.getUint32(2);
  return head === 0xcb ? view.getFloat64(2) : Number.NaN;
}

type Bad = (problem: string) => LogError;

/** An unsigned integer of `size` bytes that would not have fitted a shorter form (it is at least `least`). */
function uint(bytes: Uint8Array, at: number, size: 1 | 2 | 4, least: number, bad: Bad): number {
  if (at + size > bytes.length) throw bad("the bytes end inside the event");
  let value = 0;
  for (let n = 0; n < size; n++) value = value * 256 + (bytes[at + n] ?? 0);
  if (value < least) throw bad(`${value} is not in its shortest form`);
  return value;
}

function scanNegative(bytes: Uint8Array, at: number, size: 1 | 2 | 4, min: number, max: number, bad: Bad): number {
  const raw = uint(bytes, at + 1, size, 0, bad);
  const value = raw >= 2 ** (8 * size - 1) ? raw - 2 ** (8 * size) : raw;
  if (value < min || value > max) throw bad(`${value} is not in its shortest form`);
  return at + 1 + size;
}

function scanFloat(bytes: Uint8Array, at: number, bad: Bad): number {
  if (at + 9 > bytes.length) throw bad("the bytes end inside the event");
  const value = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(at + 1);
  if (!Number.isSafeInteger(value)) throw bad(`${value} is not an integer within ±(2^53 - 1)`);
  if (value >= -0x8000_0000 && value <= 0xffff_ffff) throw bad(`${value} is not in its shortest form`);
  return at + 9;
}

function skip(bytes: Uint8Array, at: number, length: number, bad: Bad): number {
  if (at + length > bytes.length) throw bad("the bytes end inside the event");
  return at + length;
}

function scanString(bytes: Uint8Array, at: number, length: number, bad: Bad): number {
  const end = skip(bytes, at, length, bad);
  for (let n = at; n < end; n++) {
    if ((bytes[n] ?? 0) > 0x7f) {
      if (!isUtf8(bytes.subarray(at, end))) throw bad("a string that is not valid UTF-8");
      break;
    }
  }
  return end;
}

function scanArray(bytes: Uint8Array, at: number, count: number, start: number, depth: number, where: string): number {
  if (depth === MAX_DEPTH)
    throw new LogError("MALFORMED_EVENT", `${where}: byte ${at - start}: arrays nested deeper than ${MAX_DEPTH}`);
  let next = at;
  for (let n = 0; n < count; n++) next = scanValue(bytes, next, start, depth + 1, where);
  return next;
}

function hex(byte: number | undefined): string {
  return byte === undefined ? "missing" : `0x${byte.toString(16).padStart(2, "0")}`;
}
