/** Compares the rows of one table in two caches: both are read by key, side by side, so that memory does not grow with them. */
import { type CacheFile, homeCurrencyOf, rowsOf } from "./cache-file.ts";

export type Side = "a" | "b";
export type RowChange = "new" | "changed" | "gone";

/** A row that differs: it is only in B, in both, or only in A. */
export interface RowDifference {
  table: string;
  change: RowChange;
  /** The values of the key's columns, in its order. */
  key: readonly unknown[];
  /** Changed: the columns that differ. New or gone: all others than the key. */
  columns: readonly { column: string; currency: string | null; a: unknown; b: unknown }[];
}

/** Sums of one column in one currency. */
export interface MoneySum {
  column: string;
  /** ISO 4217; null: unknown. */
  currency: string | null;
  a: bigint;
  b: bigint;
}

export interface TableDifference {
  table: string;
  rowsA: number;
  rowsB: number;
  new: number;
  changed: number;
  gone: number;
  /** In how many of the changed rows each column differs; only columns that do. */
  columns: { column: string; rows: number }[];
  /** Sums of amounts over all rows; only those that differ. */
  sums: MoneySum[];
  onlyInA: readonly string[];
  onlyInB: readonly string[];
  /** The keys of the two tables; null if they are equal. Rows with different keys are not compared. */
  keys: { a: readonly string[]; b: readonly string[] } | null;
}

interface Options {
  onDifference?: (difference: RowDifference) => void;
  signal?: AbortSignal;
  /** Called now and then. @param rows read since the last call */
  onRows?: (rows: number) => void;
}

/** Rows between two looks at the signal. */
const CHECK_EVERY = 4_096;

/** Compares a table that both caches have. */
export function diffTable(a: CacheFile, b: CacheFile, table: string, options: Options = {}): TableDifference {
  const [inA, inB] = [a.tables.get(table), b.tables.get(table)];
  if (!inA || !inB) throw new Error(`not in both caches: ${table}`);
  const shared = inA.columns.filter((column) => inB.columns.includes(column));
  const sameKey = inA.key.join() === inB.key.join() && inA.key.length > 0;
  const result: TableDifference = {
    table,
    rowsA: 0,
    rowsB: 0,
    new: 0,
    changed: 0,
    gone: 0,
    columns: [],
    sums: [],
    onlyInA: inA.columns.filter((column) => !shared.includes(column)),
    onlyInB: inB.columns.filter((column) => !shared.includes(column)),
    keys: sameKey ? null : { a: inA.key, b: inB.key },
  };
  if (!sameKey) return { ...result, rowsA: countOf(a, table), rowsB: countOf(b, table) };
  new TableMerge(result, { a, b, key: inA.key, columns: shared }, options).run();
  return result;
}

interface Compared {
  a: CacheFile;
  b: CacheFile;
  key: readonly string[];
  columns: readonly string[];
}

class TableMerge {
  readonly #result: TableDifference;
  readonly #of: Compared;
  readonly #options: Options;
  readonly #keyAt: number[];
  /** Positions of the columns outside the key. */
  readonly #restAt: number[];
  readonly #moneyAt: number[];
  readonly #accountingAt: number;
  readonly #home: Readonly<Record<Side, string | null>>;
  readonly #differing = new Map<number, number>();
  readonly #sums = new Map<string, MoneySum>();
  #read = 0;

  constructor(result: TableDifference, of: Compared, options: Options) {
    const { a, b, key, columns } = of;
    this.#result = result;
    this.#of = of;
    this.#options = options;
    this.#keyAt = key.map((name) => columns.indexOf(name));
    this.#restAt = [...columns.keys()].filter((at) => !this.#keyAt.includes(at));
    this.#moneyAt = [...columns.keys()].filter((at) => columns[at]?.endsWith("_minor"));
    this.#accountingAt = columns.indexOf("accounting_currency");
    this.#home = { a: homeCurrencyOf(a), b: homeCurrencyOf(b) };
  }

  run(): void {
    const { a, b, columns } = this.#of;
    const name = this.#result.table;
    const [left, right] = [rowsOf(a, { name, columns }), rowsOf(b, { name, columns })];
    try {
      this.#merge(left, right);
    } finally {
      left.return?.();
      right.return?.();
    }
    const { onRows } = this.#options;
    onRows?.(this.#read % CHECK_EVERY);
    this.#result.columns = [...this.#differing]
      .sort(([one], [other]) => one - other)
      .map(([at, rows]) => ({ column: columns[at] ?? "", rows }));
    this.#result.sums = [...this.#sums.values()]
      .filter(({ a, b }) => a !== b)
      .sort((one, other) => columns.indexOf(one.column) - columns.indexOf(other.column) || compareTexts(one, other));
  }

  #merge(left: IterableIterator<unknown[]>, right: IterableIterator<unknown[]>): void {
    let rowA = this.#next(left, "a");
    let rowB = this.#next(right, "b");
    while (rowA !== undefined || rowB !== undefined) {
      const order = rowA === undefined ? 1 : rowB === undefined ? -1 : this.#compareKeys(rowA, rowB);
      if (order === 0) this.#both(rowA as unknown[], rowB as unknown[]);
      else if (order < 0) this.#one("gone", rowA as unknown[]);
      else this.#one("new", rowB as unknown[]);
      if (order <= 0) rowA = this.#next(left, "a");
      if (order >= 0) rowB = this.#next(right, "b");
    }
  }

  #next(rows: IterableIterator<unknown[]>, side: Side): unknown[] | undefined {
    const { done, value } = rows.next();
    if (done) return undefined;
    this.#result[side === "a" ? "rowsA" : "rowsB"]++;
    for (const at of this.#moneyAt) this.#add(value, at, side);
    if (++this.#read % CHECK_EVERY === 0) {
      this.#options.signal?.throwIfAborted();
      this.#options.onRows?.(CHECK_EVERY);
    }
    return value;
  }

  #add(row: readonly unknown[], at: number, side: Side): void {
    const value = row[at];
    if (typeof value !== "number" || value === 0) return;
    const column = this.#of.columns[at] ?? "";
    const currency = this.#currencyOf(row, column, side);
    const key = `${column} ${currency}`;
    let sum = this.#sums.get(key);
    if (!sum) {
      sum = { column, currency, a: 0n, b: 0n };
      this.#sums.set(key, sum);
    }
    sum[side] += BigInt(value);
  }

  /** Amounts for the accounts are in the organization's currency. */
  #currencyOf(row: readonly unknown[], column: string, side: Side): string | null {
    if (!column.startsWith("accounting_")) return (row[this.#of.columns.length] as string | null) ?? null;
    return (row[this.#accountingAt] as string | null | undefined) ?? this.#home[side];
  }

  #compareKeys(rowA: readonly unknown[], rowB: readonly unknown[]): number {
    for (const at of this.#keyAt) {
      const order = compareValues(rowA[at], rowB[at]);
      if (order !== 0) return order;
    }
    return 0;
  }

  #both(rowA: readonly unknown[], rowB: readonly unknown[]): void {
    const differing = this.#restAt.filter((at) => compareValues(rowA[at], rowB[at]) !== 0);
    if (differing.length === 0) return;
    this.#result.changed++;
    for (const at of differing) this.#differing.set(at, (this.#differing.get(at) ?? 0) + 1);
    this.#report("changed", rowA, rowB, differing);
  }

  #one(change: "new" | "gone", row: readonly unknown[]): void {
    this.#result[change]++;
    const [rowA, rowB] = change === "gone" ? [row, null] : [null, row];
    this.#report(change, rowA, rowB, this.#restAt);
  }

  #report(
    change: RowChange,
    rowA: readonly unknown[] | null,
    rowB: readonly unknown[] | null,
    differing: readonly number[],
  ): void {
    const { onDifference } = this.#options;
    if (!onDifference) return;
    const row = rowB ?? rowA ?? [];
    const columns = differing.map((at) => {
      const column = this.#of.columns[at] ?? "";
      const currency = column.endsWith("_minor") ? this.#currencyOf(row, column, rowB ? "b" : "a") : null;
      return { column, currency, a: rowA?.[at] ?? null, b: rowB?.[at] ?? null };
    });
    onDifference({ table: this.#result.table, change, key: this.#keyAt.map((at) => row[at]), columns });
  }
}

function countOf({ db }: CacheFile, table: string): number {
  return db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() ?? 0;
}

/** As SQLite sorts them: nulls, numbers, texts by their UTF-8 bytes, bytes. 0 only if they are equal. */
function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const [rankA, rankB] = [rankOf(a), rankOf(b)];
  if (rankA !== rankB) return rankA - rankB;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return Buffer.compare(bytesOf(a), bytesOf(b));
}

function rankOf(value: unknown): number {
  if (value === null) return 0;
  if (typeof value === "number") return 1;
  return typeof value === "string" ? 2 : 3;
}

function bytesOf(value: unknown): Uint8Array {
  return typeof value === "string" ? Buffer.from(value) : (value as Uint8Array);
}

function compareTexts(one: MoneySum, other: MoneySum): number {
  return (one.currency ?? "") < (other.currency ?? "") ? -1 : 1;
}
