/**
 * The checks that a shell does before it passes a call on: the call must exist, and its argument must be plain data of
 * bounded size. The worker alone parses the argument, so a shell loads no schemas.
 */
import type { Failure } from "../contract/call-error.ts";

/** The largest argument: UTF-16 code units of its texts, and `VALUE_SIZE` for each of its values. */
export const MAX_ARGUMENT = 8 * 1024 * 1024;
const VALUE_SIZE = 8;
/** How deep objects and lists may be nested. */
const MAX_DEPTH = 16;

/** @param names the existing calls; null if they are not known yet @returns why the call is refused; null if it is not */
export function refusalOf(name: unknown, argument: unknown, names: ReadonlySet<string> | null): Failure | null {
  if (typeof name !== "string" || names?.has(name) === false)
    return { code: "UNKNOWN_CALL", message: `${String(name).slice(0, 60)}: there is no such call` };
  const size = sizeOf(argument, 0);
  if (Number.isNaN(size)) return { code: "NOT_VALID", message: `${name}: the argument is not plain data` };
  if (size > MAX_ARGUMENT) return { code: "NOT_VALID", message: `${name}: the argument is too large` };
  return null;
}

/** NaN if the value is not plain data. Stops once it is too large, so it also ends for a value that contains itself. */
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
