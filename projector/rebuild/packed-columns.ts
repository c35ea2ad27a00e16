/**
 * Columns in the form in which one thread sends them to another. Numbers and bytes are in buffers, which are moved
 * without a copy. Few different texts, such as days and currencies, are sent once, with the
 * number of each row's. Other texts are copied one by one. Bytes are packed because a view of a larger buffer would bring that
 * whole buffer along.
 */
import type { Columns, ColumnValues, Value } from "../rows/row-columns.ts";

type PackedColumn =
  | ColumnValues
  | { readonly numbers: Float64Array }
  /** The different texts, and for each row the index of its own. */
  | { readonly texts: readonly (string | null)[]; readonly indexes: Uint8Array }
  /** All values in a row, and the index at which each ends. */
  | { readonly bytes: Uint8Array; readonly ends: Uint32Array };

/** As many as a byte can number. */
const MAX_TEXTS = 256;

export interface PackedColumns {
  readonly count: number;
  readonly columns: readonly PackedColumn[];
}

/** @returns the packed columns, and the buffers to transfer with them */
export function pack({ count, columns }: Columns): { packed: PackedColumns; buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = [];
  const bufferOf = (size: number) => {
    const buffer = new ArrayBuffer(size);
    buffers.push(buffer);
    return buffer;
  };
  const packed = columns.map((column): PackedColumn => {
    if (!("each" in column)) return column;
    const { each } = column;
    if (isNumbers(each, count)) {
      const numbers = new Float64Array(bufferOf(8 * count));
      for (let n = 0; n < count; n++) numbers[n] = each[n] as number;
      return { numbers };
    }
    const few = fewTexts(each, count);
    if (few) {
      buffers.push(few.indexes.buffer);
      return few;
    }
    if (!isBytes(each, count)) return column;
    const ends = new Uint32Array(bufferOf(4 * count));
    let size = 0;
    for (let n = 0; n < count; n++) ends[n] = size += (each[n] as Uint8Array).length;
    const bytes = new Uint8Array(bufferOf(size));
    for (let n = 0; n < count; n++) bytes.set(each[n] as Uint8Array, n === 0 ? 0 : ends[n - 1]);
    return { bytes, ends };
  });
  return { packed: { count, columns: packed }, buffers };
}

/** Reverses `pack`. */
export function unpack({ count, columns }: PackedColumns): Columns {
  const unpacked = columns.map((column): ColumnValues => {
    if ("numbers" in column) return { each: column.numbers };
    const each = new Array<Value>(count).fill(null);
    if ("texts" in column) {
      const { texts, indexes } = column;
      for (let n = 0; n < count; n++) each[n] = texts[indexes[n] as number] as Value;
      return { each };
    }
    if (!("bytes" in column)) return column;
    const { bytes, ends } = column;
    for (let n = 0; n < count; n++) each[n] = bytes.subarray(n === 0 ? 0 : ends[n - 1], ends[n]);
    return { each };
  });
  return { count, columns: unpacked };
}

/** A column of few different texts; null for any other. The first rows tell which it is. */
function fewTexts(each: ArrayLike<Value>, count: number) {
  const known = new Map<string | null, number>();
  const indexes = new Uint8Array(new ArrayBuffer(count));
  for (let n = 0; n < count; n++) {
    const text = each[n];
    if (typeof text !== "string" && text !== null) return null;
    let index = known.get(text);
    if (index === undefined) {
      index = known.size;
      if (index === MAX_TEXTS || index > 8 + n / 4) return null;
      known.set(text, index);
    }
    indexes[n] = index;
  }
  return { texts: [...known.keys()], indexes };
}

function isNumbers(each: ArrayLike<Value>, count: number): boolean {
  for (let n = 0; n < count; n++) if (typeof each[n] !== "number") return false;
  return true;
}

function isBytes(each: ArrayLike<Value>, count: number): boolean {
  for (let n = 0; n < count; n++) if (!(each[n] instanceof Uint8Array)) return false;
  return true;
}
