/**
 * Limits on the structure of JSON, checked before it is parsed: half a megabyte of brackets or of keys costs the parsers
 * a tenth of a second, and no request needs them.
 */
import { HttpProblem } from "../problems.ts";

/** Maximum depth of objects and arrays. The deepest command has five. */
export const MAX_DEPTH = 16;
/** Maximum number of values. An invoice with 1,000 lines has about 12,000; an event has no room for more. */
export const MAX_VALUES = 20_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING: readonly [number, number] = [0x5b, 0x7b]; // [ {
const CLOSING: readonly [number, number] = [0x5d, 0x7d];

/**
 * Checks the structure in one pass over the bytes, which need not be JSON: a parser checks that.
 *
 * @throws HttpProblem 400 BAD_REQUEST
 */
export function checkStructure(bytes: Uint8Array): void {
  let depth = 0;
  let values = 1;
  let isText = false;
  for (let n = 0; n < bytes.length; n++) {
    const byte = bytes[n];
    if (byte === BACKSLASH) n++;
    else if (byte === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (byte === COMMA) values++;
    else if (byte === OPENING[0] || byte === OPENING[1]) {
      values++;
      depth++;
      if (depth > MAX_DEPTH) throw new HttpProblem("BAD_REQUEST", `the body has more than ${MAX_DEPTH} levels`);
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) depth--;
    if (values > MAX_VALUES)
      throw new HttpProblem("BAD_REQUEST", `the body has more than ${MAX_VALUES.toLocaleString("en")} values`);
  }
}
