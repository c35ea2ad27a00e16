/** What changed between two moments: how many things of each kind, and what their amounts add up to before and after. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../../events/sequence.ts";
import { quote } from "../../tables/table.ts";
import { TABLES } from "../../tables/tables.ts";
import { pageWords } from "../list.ts";
import { prepare } from "../prepared.ts";
import type { Parts } from "../read.ts";
import { type ChangedThing, changedThings } from "./compare.ts";
import { cursorText, keySchema, parseCursor } from "./cursor.ts";
import { amountsOf, CHANGE_KINDS, type ChangeKind, type ChangeSource, SOURCES } from "./kinds.ts";
import type { RowKey, Span } from "./rows-then.ts";
import { type SpanOfAnswer, spanOf, spanWords } from "./span.ts";

export const changesInput = z.strictObject({
  ...spanWords,
  cursor: pageWords.cursor.describe("`next` of the part before: a long history is counted in parts that are added up."),
});

/** Things that a part of the answer looks at: well below 100 ms. */
const MAX_LOOKED_AT = 4_096;

/** A column of amounts in one currency: its sum over the things that changed. */
export interface ChangedSum {
  column: string;
  /** ISO 4217 */
  currency: string;
  before_minor: number;
  after_minor: number;
}

export interface KindChanges {
  kind: ChangeKind;
  new: number;
  changed: number;
  gone: number;
  /** Of issued documents, and of money that was not taken back. */
  sums: ChangedSum[];
}

export interface Changes extends SpanOfAnswer {
  /** One for each kind of which anything changed, as far as this part of the answer goes. */
  rows: KindChanges[];
  /** The `cursor` of the next part; null if this is the last one. */
  next: string | null;
  /** What all clients owe, and their credit, at both moments: currencies in which anything changed. In the first part. */
  balances: {
    currency: string;
    open_before_minor: number;
    open_after_minor: number;
    credit_before_minor: number;
    credit_after_minor: number;
  }[];
}

/** @throws ZodError as `spanOf`; for a cursor of another list */
export function* changesParts(
  db: Database.Database,
  { cursor, ...words }: z.output<typeof changesInput>,
  nowMs: number,
  { maxLookedAt = MAX_LOOKED_AT }: { maxLookedAt?: number } = {},
): Parts<Changes> {
  const { span, answer } = spanOf(db, words, nowMs);
  const start = cursor === undefined ? { kind: CHANGE_KINDS[0], after: null } : placeOf(cursor);
  const balances = cursor === undefined ? balancesOf(db, span) : [];
  const rows: KindChanges[] = [];
  let left = maxLookedAt;
  for (const kind of CHANGE_KINDS.slice(CHANGE_KINDS.indexOf(start.kind))) {
    const counting = new Counting(kind);
    let next: string | null = null;
    for (const slice of changedThings(db, SOURCES[kind], span, kind === start.kind ? start.after : null)) {
      yield;
      if (!slice) continue;
      counting.add(slice.things);
      left -= slice.keys;
      if (left > 0) continue;
      next = cursorOf(kind, slice.last);
      break;
    }
    if (counting.changes.new + counting.changes.changed + counting.changes.gone > 0) rows.push(counting.whole());
    if (next !== null) return { ...answer, rows, balances, next };
  }
  return { ...answer, rows, balances, next: null };
}

class Counting {
  readonly changes: KindChanges;
  readonly #source: ChangeSource;
  readonly #sums = new Map<string, ChangedSum>();

  constructor(kind: ChangeKind) {
    this.changes = { kind, new: 0, changed: 0, gone: 0, sums: [] };
    this.#source = SOURCES[kind];
  }

  add(things: readonly ChangedThing[]): void {
    for (const thing of things) {
      this.changes[thing.change]++;
      addSums(this.#sums, this.#source, thing);
    }
  }

  /** Also sums that do not differ: with those of other parts they may. */
  whole(): KindChanges {
    return { ...this.changes, sums: [...this.#sums.values()] };
  }
}

const KINDS_AND_KEYS = z.tuple([z.enum(CHANGE_KINDS), keySchema]);

function cursorOf(kind: ChangeKind, key: RowKey): string {
  return cursorText([kind, key]);
}

function placeOf(cursor: string): { kind: ChangeKind; after: RowKey } {
  const [kind, after] = parseCursor(cursor, KINDS_AND_KEYS);
  return { kind, after };
}

function addSums(sums: Map<string, ChangedSum>, source: ChangeSource, { before, after }: ChangedThing): void {
  for (const [row, side] of [
    [before, "before_minor"],
    [after, "after_minor"],
  ] as const) {
    if (row === null || !source.counts(row)) continue;
    for (const { column, currency, minor } of amountsOf(source, row)) {
      const key = `${column} ${currency}`;
      const sum = sums.get(key) ?? { column, currency, before_minor: 0, after_minor: 0 };
      sum[side] += minor;
      sums.set(key, sum);
    }
  }
}

function balancesOf(db: Database.Database, { from, to }: Span): Changes["balances"] {
  const [before, after] = [balancesAt(db, from), balancesAt(db, to)];
  return [...after].flatMap(([currency, { open_minor, credit_minor }]) => {
    const was = before.get(currency) ?? { open_minor: 0, credit_minor: 0 };
    if (was.open_minor === open_minor && was.credit_minor === credit_minor) return [];
    return {
      currency,
      open_before_minor: was.open_minor,
      open_after_minor: open_minor,
      credit_before_minor: was.credit_minor,
      credit_after_minor: credit_minor,
    };
  });
}

/** By currency, in alphabetical order. A currency stays, once something was posted in it. */
function balancesAt(db: Database.Database, seq: Sequence): Map<string, { open_minor: number; credit_minor: number }> {
  const name = TABLES.currencyBalance.name;
  const past = `main.${quote(`${name}_past`)}`;
  // There is one former row for each posting: only the one that was replaced first after the event can be it.
  const rows = prepare<[object], { currency: string; open_minor: number; credit_minor: number }>(
    db,
    `SELECT c.currency, coalesce(p.open_minor, c.open_minor) AS open_minor, coalesce(p.credit_minor, c.credit_minor) AS credit_minor
     FROM main.${quote(name)} AS c LEFT JOIN ${past} AS p ON p.currency = c.currency
       AND p.until = (SELECT min(q.until) FROM ${past} AS q WHERE q.currency = c.currency AND q.until > :seq)
     WHERE coalesce(p.since, c.since) <= :seq ORDER BY c.currency`,
  ).all({ seq });
  return new Map(rows.map(({ currency, ...sums }) => [currency, sums]));
}
