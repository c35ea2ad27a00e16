/**
 * What a shell checks of a call before it passes it on: that there is such a call, and that its argument is plain data of
 * bounded size. What the argument means is parsed once, in the worker, so a shell loads no schemas.
 */
import type { Failure } from "../contract/call-error.ts";

/** The largest argument: UTF-16 code units of its texts, and `VALUE_SIZE` for each of its values. */
export const MAX_ARGUMENT = 1024 * 1024;
const VALUE_SIZE = 8;
/** Objects and lists inside each other. */
const MAX_DEPTH = 16;

/** @param names the calls that there are; null: not known yet @returns why it goes no further; null: the worker may have it */
export function refusalOf(name: unknown, argument: unknown, names: ReadonlySet<string> | null): Failure | null {
  if (typeof name !== "string" || names?.has(name) === false)
    return { code: "UNKNOWN_CALL", message: `${String(name).slice(0, 60)}: there is no such call` };
  const size = sizeOf(argument, 0);
  if (Number.isNaN(size)) return { code: "NOT_VALID", message: `${name}: the argument is not plain data` };
  if (size > MAX_ARGUMENT) return { code: "NOT_VALID", message: `${name}: the argument is too large` };
  return null;
}

/** NaN if it is not plain data. Stops where it is too large: what holds itself has no end. */
function sizeOf(value: unknown, depth: number): number {
  if (typeof value === "string") return value.length + VALUE_SIZE;
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean")
    return VALUE_SIZE;
  if (typeof value !== "object" || depth === MAX_DEPTH || !isPlain(value)) return Number.NaN;
  let size = VALUE_SIZE;
  for (const [key, inner] of Object.entries(value)) {
    size += key.length + sizeOf(inner, depth + 1);
    if (!(size <= MAX_ARGUMENT)) return size;
  }
  return size;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
