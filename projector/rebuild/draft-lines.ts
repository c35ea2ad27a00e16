/**
 * The search words of lines that were just written, by invoice. An invoice is mostly issued soon after it was drafted, and
 * its lines need not be read back from the file.
 */
import { wordsOfLine } from "../cache/search-index.ts";
import type { Columns, ColumnValues, Value } from "../rows/row-columns.ts";

/** Characters of words in memory. */
const MAX_SIZE = 8 * 2 ** 20;

const COLUMNS = ["invoice_id", "n", "code", "description"] as const;

export class DraftLines {
  readonly #indexes: readonly number[];
  readonly #maxSize: number;
  readonly #words = new Map<number, string[]>();
  #size = 0;

  /** @param columnNames the columns of the lines that `add` receives */
  constructor(columnNames: readonly string[], maxSize = MAX_SIZE) {
    this.#indexes = COLUMNS.map((name) => columnNames.indexOf(name));
    this.#maxSize = maxSize;
  }

  /** Adds lines in the order of their keys. A projection writes all lines of a draft, so line 1 begins it anew. */
  add({ count, columns }: Columns): void {
    const [idAt, nAt, codeAt, descriptionAt] = this.#indexes.map((index) => readerOf(columns[index] as ColumnValues));
    if (!idAt || !nAt || !codeAt || !descriptionAt) return;
    for (let row = 0; row < count; row++) {
      const words = wordsOfLine(codeAt(row) as string | null, descriptionAt(row) as string);
      this.#add(idAt(row) as number, nAt(row) as number, words);
    }
  }

  /** Forgets the invoices of these lines. */
  forgetAll({ count, columns }: Columns): void {
    const idAt = readerOf(columns[this.#indexes[0] as number] as ColumnValues);
    for (let row = 0; row < count; row++) this.forget(idAt(row) as number);
  }

  #add(id: number, n: number, words: string): void {
    if (n === 1) this.forget(id);
    const before = this.#words.get(id);
    if (n === 1) {
      if (this.#size > this.#maxSize) this.#clear();
      this.#words.set(id, [words]);
    } else if (before) before.push(words);
    else return;
    this.#size += words.length;
  }

  /** The words of an invoice's lines, which are then forgotten; null if they are not in memory. */
  take(id: number): string | null {
    const words = this.#words.get(id)?.join(" ") ?? null;
    this.forget(id);
    return words;
  }

  forget(id: number): void {
    for (const { length } of this.#words.get(id) ?? []) this.#size -= length;
    this.#words.delete(id);
  }

  #clear(): void {
    this.#words.clear();
    this.#size = 0;
  }
}

function readerOf(column: ColumnValues): (row: number) => Value {
  return "same" in column ? () => column.same : (row) => column.each[row] as Value;
}
