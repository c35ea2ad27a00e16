/**
 * Columns in the form in which one thread sends them to another. Numbers and bytes are in buffers, which are moved
 * without a copy. Texts are copied one by one, at little cost. Bytes are packed because a view of a larger buffer would
 * bring that whole buffer along.
 */
import type { Columns, ColumnValues, Value } from "../rows/row-columns.ts";

type PackedColumn =
  | ColumnValues
  | { readonly numbers: Float64Array }
  /** All values in a row, and the index at which each ends. */
  | { readonly bytes: Uint8Array; readonly ends: Uint32Array };

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
    if (!("bytes" in column)) return column;
    const { bytes, ends } = column;
    return { each: Array.from({ length: count }, (_, n) => bytes.subarray(n === 0 ? 0 : ends[n - 1], ends[n])) };
  });
  return { count, columns: unpacked };
}

function isNumbers(each: ArrayLike<Value>, count: number): boolean {
  for (let n = 0; n < count; n++) if (typeof each[n] !== "number") return false;
  return true;
}

function isBytes(each: ArrayLike<Value>, count: number): boolean {
  for (let n = 0; n < count; n++) if (!(each[n] instanceof Uint8Array)) return false;
  return true;
}
