/**
 * Limits on the structure of JSON, checked before it is parsed: half a megabyte of brackets or of keys costs the parsers
 * a tenth of a second, and no request needs them.
 */
import { HttpProblem } from "../problems.ts";

/** Maximum depth of objects and arrays. The deepest command has five. */
export const MAX_DEPTH = 16;
/** Maximum number of values, unless the route has a long body. */
export const MAX_VALUES = 20_000;
/** Maximum number of values of a document: 2,000 lines with 20 allowances each have about 184,000. */
export const MAX_LONG_VALUES = 200_000;
/** Maximum number of keys of an object. No command has more than 20; with 200,000 of them a parser takes a tenth of a second. */
export const MAX_KEYS = 1_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING: readonly [number, number] = [0x5b, 0x7b]; // [ {
const CLOSING: readonly [number, number] = [0x5d, 0x7d];

/**
 * Checks the structure in one pass over the bytes, which need not be JSON: a parser checks that.
 *
 * @param maxValues the largest number of values
 * @throws HttpProblem 400 BAD_REQUEST
 */
export function checkStructure(bytes: Uint8Array, maxValues: number): void {
  let depth = 0;
  /** For each level, the keys of its object; NaN for a list. */
  const keys = [Number.NaN];
  let values = 1;
  let isText = false;
  for (let n = 0; n < bytes.length; n++) {
    const byte = bytes[n];
    if (byte === BACKSLASH) n++;
    else if (byte === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (byte === COMMA) {
      values++;
      const count = (keys[depth] ?? Number.NaN) + 1;
      if (count > MAX_KEYS)
        throw new HttpProblem("BAD_REQUEST", `an object has more than ${MAX_KEYS.toLocaleString("en")} keys`);
      keys[depth] = count;
    } else if (byte === OPENING[0] || byte === OPENING[1]) {
      values++;
      depth++;
      if (depth > MAX_DEPTH) throw new HttpProblem("BAD_REQUEST", `the body has more than ${MAX_DEPTH} levels`);
      keys[depth] = byte === OPENING[1] ? 1 : Number.NaN;
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) depth--;
    if (values > maxValues)
      throw new HttpProblem("BAD_REQUEST", `the body has more than ${maxValues.toLocaleString("en")} values`);
  }
}
