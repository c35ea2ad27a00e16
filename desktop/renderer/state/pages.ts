/** A list that is read page by page, as far as somebody scrolls. */
import type { Page } from "../../../projector/queries/list.ts";
import type { Question, Reading } from "./answers.ts";

export interface Listed {
  id: number;
}

/** The rows that were read so far. */
export interface Rows<Row extends Listed> {
  rows: readonly Row[];
  /** Where to read on; null at the end. */
  next: string | null;
}

/** Rows of a first answer: what fits on a screen, at once. */
const FIRST = 60;
/** Rows that one call brings, after that. */
const LIMIT = 200;
/** Who scrolls on gets as many rows again as there are, up to so many: the end of a long list is not far. */
const MAX_MORE = 2_000;
/** Calls in vain for one page of a filter that finds few, before somebody has to scroll again. */
const MAX_CALLS = 200;

/** @param ask reads one page. @param ask.cursor null: from the beginning */
export function pagesOf<Row extends Listed>(
  key: string,
  ask: (cursor: string | null, limit: number) => Promise<Page<Row>>,
): Question<Rows<Row>> {
  return { key, restMs: 0, read: (reading) => readPages(reading, ask) };
}

/** Reads on, or as much again as there was. */
async function readPages<Row extends Listed>(
  { before, more, isWanted }: Reading<Rows<Row>>,
  ask: (cursor: string | null, limit: number) => Promise<Page<Row>>,
): Promise<Rows<Row> | undefined> {
  const count = before?.rows.length ?? 0;
  const goal = more ? count + Math.min(MAX_MORE, Math.max(LIMIT, count)) : Math.max(FIRST, count);
  const rows = more && before ? [...before.rows] : [];
  const known = new Set(rows.map(({ id }) => id));
  let next = more && before ? before.next : null;
  if (more && next === null) return before;
  const maxCalls = MAX_CALLS + goal / LIMIT;
  for (let calls = 0; calls < maxCalls; calls++) {
    const page = await ask(next, calls === 0 && !more ? Math.min(LIMIT, goal) : LIMIT);
    if (!isWanted()) return;
    // What is written between two pages may move a row into the later one, where it would be a second time.
    rows.push(...page.rows.filter(({ id }) => !known.has(id)));
    for (const { id } of page.rows) known.add(id);
    next = page.next;
    if (next === null || rows.length >= goal) break;
  }
  return { rows, next };
}
