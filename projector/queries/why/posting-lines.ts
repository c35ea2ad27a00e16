/**
 * The postings behind a figure, with a running value: a ledger whose last line is the figure. A page walks an index from
 * the end of the page before it and carries the running value in its cursor, so each page costs the same.
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Row } from "../../tables/tables.ts";
import { type Page, pageWords } from "../list.ts";
import { prepare, prepareValue } from "../prepared.ts";
import { type Dated, datedOf, datedWords } from "../reports/dated.ts";
import { jsonOf, notACursor } from "./cursors.ts";
import { type PostingFigure, postingFigure } from "./figures.ts";
import { type Posting, postingAt } from "./posting.ts";
import { type Walk, walkSql, walksOf } from "./postings-of.ts";

export const figurePostings = z.strictObject({
  figure: postingFigure,
  dated_until: datedWords.dated_until,
  sort: z.enum(["newest", "oldest"]).default("newest").describe("Which end the list begins at."),
  ...pageWords,
});
type FigurePostings = z.output<typeof figurePostings>;

/** A posting that is a part of a figure. */
export interface FigurePosting extends Posting {
  /** What it adds to the figure: minor units, or documents. */
  amount: number;
  /** The figure after this posting, counted from the oldest. */
  running: number;
}

/** Index entries that a page reads, at most. */
const MAX_SCANNED = 4_096;

/** @throws ZodError for a cursor of another list */
export function listFigurePostings(
  db: Database.Database,
  query: FigurePostings,
  maxScanned = MAX_SCANNED,
): Page<FigurePosting> {
  return db.transaction(() => {
    const { figure, sort, cursor, limit } = query;
    const dated = datedOf(db, query);
    const walks = sort === "newest" ? walksOf(db, figure).reverse() : walksOf(db, figure);
    const start = cursor === undefined ? startOf(db, query, dated) : placeOf(cursor, sort, walks.length);
    const found = scan(db, walks, { start, dated, sort, room: limit, maxScanned });
    const rows = found.lines.map(({ seq, n, amount, running }) => ({ ...postingAt(db, seq, n), amount, running }));
    return { rows, next: found.next };
  })();
}

/** The sum of all postings of the figure, and by what they are. */
export interface PostedSum {
  value: number;
  kinds: { kind: Row<"posting">["kind"]; postings: number; amount: number }[];
}

export function sumOfPostings(db: Database.Database, figure: PostingFigure, dated: Dated): PostedSum {
  const kinds = new Map<string, PostedSum["kinds"][number]>();
  let value = 0;
  for (const walk of walksOf(db, figure))
    for (const { kind, postings, amount } of sumsOf(db, walk, dated)) {
      const sum = kinds.get(kind) ?? { kind, postings: 0, amount: 0 };
      kinds.set(kind, { kind, postings: sum.postings + postings, amount: sum.amount + amount });
      value += amount;
    }
  return { value, kinds: [...kinds.values()] };
}

function sumsOf(db: Database.Database, walk: Walk, dated: Dated): PostedSum["kinds"] {
  const values = { ...walk.values, ...named(dated) };
  if (!walk.amountOf)
    return prepare<[object], PostedSum["kinds"][number]>(
      db,
      `SELECT kind, count(*) AS postings, sum(amount) AS amount FROM (${walkSql(walk)}) WHERE amount <> 0 GROUP BY kind`,
    ).all(values);
  const postings = prepare<[object], Scanned>(db, walkSql(walk)).all(values);
  return postings.flatMap((posting) => {
    const amount = amountOf(walk, posting);
    return amount === null ? [] : [{ kind: posting.kind, postings: 1, amount }];
  });
}

/** What the index says of a posting. */
interface Scanned {
  dated_on: string;
  seq: number;
  n: number;
  kind: Row<"posting">["kind"];
  document_id: number;
  amount: number;
}

/** @returns null if the posting is no line */
function amountOf({ amountOf }: Walk, posting: Scanned): number | null {
  const amount = amountOf ? amountOf(posting) : posting.amount;
  return amount === 0 ? null : amount;
}

const named = ({ until }: Dated) => ({ until });

interface Line extends Scanned {
  running: number;
}

/** Where a page begins: in which walk, after which posting, and the running value there. */
interface Place {
  walk: number;
  after: readonly [dated_on: string, seq: number, n: number] | null;
  running: number;
}

interface Scan {
  start: Place;
  dated: Dated;
  sort: FigurePostings["sort"];
  room: number;
  maxScanned: number;
}

/** Reads lines until there are enough, or until so many entries of the index were read. */
function scan(
  db: Database.Database,
  walks: readonly Walk[],
  { start, dated, sort, room, maxScanned }: Scan,
): { lines: Line[]; next: string | null } {
  const lines: Line[] = [];
  let { running } = start;
  let scanned = 0;
  let last: Place = start;
  for (const [at, walk] of walks.entries()) {
    if (at < start.walk) continue;
    const after = at === start.walk ? start.after : null;
    const { sql, values } = walkFrom(walk, after, sort);
    const entries = prepare<[object], Scanned>(db, sql).iterate({ ...walk.values, ...named(dated), ...values });
    for (const posting of entries) {
      if (lines.length === room || scanned === maxScanned) return { lines, next: cursorOf(last, sort) };
      scanned++;
      const amount = amountOf(walk, posting);
      const isNewest = sort === "newest";
      if (amount !== null) {
        if (!isNewest) running += amount;
        lines.push({ ...posting, amount, running });
        if (isNewest) running -= amount;
      }
      last = { walk: at, after: [posting.dated_on, posting.seq, posting.n], running };
    }
    last = { walk: at + 1, after: null, running };
  }
  return { lines, next: null };
}

function walkFrom(walk: Walk, after: Place["after"], sort: Scan["sort"]) {
  const keys = walk.index === null ? ["p.seq", "p.n"] : ["p.dated_on", "p.seq", "p.n"];
  const [direction, beyond] = sort === "newest" ? ["DESC", "<"] : ["ASC", ">"];
  const names = walk.index === null ? ":after_seq, :after_n" : ":after_day, :after_seq, :after_n";
  const and = after === null ? "" : ` AND (${keys.join(", ")}) ${beyond} (${names})`;
  const order = keys.map((key) => `${key} ${direction}`).join(", ");
  const [after_day, after_seq, after_n] = after ?? [];
  const values = after === null ? {} : { after_seq, after_n, ...(walk.index !== null && { after_day }) };
  return { sql: `${walkSql(walk, and)} ORDER BY ${order}`, values };
}

/** The newest line has the value of the figure; the oldest one begins at 0. */
function startOf(db: Database.Database, { figure, sort }: FigurePostings, dated: Dated): Place {
  const running = sort === "newest" ? valueOfPostings(db, figure, dated) : 0;
  return { walk: 0, after: null, running };
}

/** The heads have the sums of all clients: adding them up would read every posting. */
export function valueOfPostings(db: Database.Database, figure: PostingFigure, dated: Dated): number {
  return headOf(db, figure, dated) ?? sumOfPostings(db, figure, dated).value;
}

const TOTALS: Partial<Record<PostingFigure["figure"], string>> = {
  total_open: "open_minor",
  total_credit: "credit_minor",
  total_owed: "open_minor - credit_minor",
  total_less_credit: "-credit_minor",
};

/** The head of the figure; null: it has none at this moment. */
export function headOf(db: Database.Database, figure: PostingFigure, { isAll }: Dated): number | null {
  const total = TOTALS[figure.figure];
  if (total === undefined || !isAll || !("currency" in figure) || figure.currency === undefined) return null;
  const sql = `SELECT ${total} FROM currency_balance WHERE currency = ?`;
  return prepareValue<[string], number>(db, sql).get(figure.currency) ?? 0;
}

const cursorWords = z.tuple([
  z.enum(["newest", "oldest"]),
  z.int().min(0),
  z.tuple([z.string().max(10), z.int(), z.int()]).nullable(),
  z.int(),
]);

function cursorOf({ walk, after, running }: Place, sort: Scan["sort"]): string {
  return Buffer.from(JSON.stringify([sort, walk, after, running])).toString("base64url");
}

function placeOf(cursor: string, sort: Scan["sort"], walks: number): Place {
  const parsed = cursorWords.safeParse(jsonOf(cursor));
  const [ofSort, walk = walks, after = null, running = 0] = parsed.data ?? [];
  if (parsed.success && ofSort === sort && walk <= walks) return { walk, after, running };
  throw notACursor(cursor);
}
