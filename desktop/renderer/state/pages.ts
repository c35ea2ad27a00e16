/** A list that is read page by page as the user scrolls. */
import type { Page } from "../../../projector/queries/list.ts";
import type { Question, Reading } from "./question.ts";

export interface ListRow {
  id: number;
}

/** The rows read so far. */
export interface Rows<Row extends ListRow> {
  rows: readonly Row[];
  /** The cursor of the next page; null at the end of the list. */
  next: string | null;
}

/** Rows of the first answer: they fill a screen, and are read in one call. */
const FIRST = 60;
/** Rows per call after the first answer. */
const LIMIT = 200;
/** Each continuation doubles the list, up to this many new rows, so the end of a long list is only a few steps away. */
const MAX_MORE = 2_000;
/** Calls that one continuation makes, at most, when a filter matches few rows. To continue, the user scrolls again. */
const MAX_CALLS = 200;

/** @param readPage reads one page; with a null cursor, the first one */
export function pagesOf<Row extends ListRow>(
  key: string,
  readPage: (cursor: string | null, limit: number) => Promise<Page<Row>>,
): Question<Rows<Row>> {
  return { key, restMs: 0, read: (reading) => readPages(reading, readPage) };
}

/** Continues after the last row, or reads again as many rows as the list has. */
async function readPages<Row extends ListRow>(
  { before, more, isWanted }: Reading<Rows<Row>>,
  readPage: (cursor: string | null, limit: number) => Promise<Page<Row>>,
): Promise<Rows<Row> | undefined> {
  const count = before?.rows.length ?? 0;
  const goal = more ? count + Math.min(MAX_MORE, Math.max(LIMIT, count)) : Math.max(FIRST, count);
  const rows = more && before ? [...before.rows] : [];
  const ids = new Set(rows.map(({ id }) => id));
  let next = more && before ? before.next : null;
  if (more && next === null) return before;
  const maxCalls = MAX_CALLS + goal / LIMIT;
  for (let calls = 0; calls < maxCalls; calls++) {
    const page = await readPage(next, calls === 0 && !more ? Math.min(LIMIT, goal) : LIMIT);
    if (!isWanted()) return;
    // A write between two pages can move a row into the later one, where it would appear a second time.
    rows.push(...page.rows.filter(({ id }) => !ids.has(id)));
    for (const { id } of page.rows) ids.add(id);
    next = page.next;
    if (next === null || rows.length >= goal) break;
  }
  return { rows, next };
}
