/** The things of a kind that changed between two moments, with both states side by side, and who changed them. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../../events/sequence.ts";
import { TABLES } from "../../tables/tables.ts";
import { pageWords } from "../list.ts";
import { prepare } from "../prepared.ts";
import type { Parts } from "../read.ts";
import type { ChangedRow, ChangeEvent, Unnamed } from "./changed-row.ts";
import { type ChangedColumn, type ChangedThing, changedColumns, changedParts, changedThings } from "./compare.ts";
import { cursorText, keySchema, parseCursor } from "./cursor.ts";
import { CHANGE_KINDS, type ChangeKind, SOURCES } from "./kinds.ts";
import { withNames } from "./names.ts";
import { eventsOf, partsAt, type RowKey, rowsAt, type Span } from "./rows-then.ts";
import { type SpanOfAnswer, spanOf, spanWords } from "./span.ts";

export const changedRowsInput = z.strictObject({
  ...spanWords,
  kind: z.enum(CHANGE_KINDS).describe("Things of this kind."),
  ...pageWords,
});

/** Keys that a page looks at, at most: those that were changed and changed back give no row. */
const MAX_LOOKED_AT = 4_096;
/** Events of a row that a page has. */
const MAX_EVENTS = 5;

export interface ChangedPage extends SpanOfAnswer {
  rows: ChangedRow[];
  /** The `cursor` of the next page; null at the end. */
  next: string | null;
}

/** @throws ZodError as `spanOf`; for a cursor of another list */
export function* changedRowsParts(
  db: Database.Database,
  { kind, limit, cursor, ...input }: z.output<typeof changedRowsInput>,
  nowMs: number,
): Parts<ChangedPage> {
  const { span, answer } = spanOf(db, input, nowMs);
  const found: ChangedThing[] = [];
  let next: RowKey | null = null;
  let looked = 0;
  for (const slice of changedThings(
    db,
    SOURCES[kind],
    span,
    cursor === undefined ? null : parseCursor(cursor, keySchema),
  )) {
    yield;
    if (!slice) continue;
    looked += slice.keys;
    found.push(...slice.things);
    if (found.length > limit) {
      next = found[limit - 1]?.key ?? null;
      break;
    }
    if (looked >= MAX_LOOKED_AT && !slice.isLast) {
      next = slice.last;
      break;
    }
  }
  const things = found.slice(0, limit);
  const rows = withNames(db, rowsOf(db, kind, things, span), span);
  return { ...answer, rows, next: next && cursorText(next) };
}

/** A number, for lists. A client can have a balance in each currency, whose three letters are a number below 36^3. */
function rowIdOf([id, currency]: RowKey): number {
  return currency === undefined ? Number(id) : Number(id) * 36 ** 3 + Number.parseInt(String(currency), 36);
}

function rowsOf(db: Database.Database, kind: ChangeKind, things: readonly ChangedThing[], span: Span): Unnamed[] {
  const { table, parts } = SOURCES[kind];
  const ids = parts.length === 0 ? [] : things.map(({ key }) => Number(key[0]));
  const states = parts.map((part) => ({
    part,
    before: partsAt(db, part, ids, span.from),
    after: partsAt(db, part, ids, span.to),
  }));
  const wrote = things.map(({ key }) => eventsOf(db, table, key, { ...span, max: MAX_EVENTS }));
  const events = eventsAt(
    db,
    wrote.flatMap(({ seqs }) => seqs),
    span.to,
  );
  return things.map(({ key, change, before, after }, n): Unnamed => {
    const id = Number(key[0]);
    const row = after ?? before ?? {};
    const { seqs = [], more = false } = wrote[n] ?? {};
    const textIn = (column: string) => (typeof row[column] === "string" ? (row[column] as string) : null);
    return {
      kind,
      id: rowIdOf(key),
      stream: id,
      name: textIn(NAMES[kind]),
      status: textIn("status"),
      client_id: typeof row.client_id === "number" ? row.client_id : null,
      currency: textIn("currency"),
      accounting_currency: textIn("accounting_currency"),
      change,
      columns: changedColumns(table, before, after).map(withoutBytes),
      // A draft that was discarded keeps its parts, but it is gone.
      parts: states.flatMap((state) =>
        changedParts(state.part, before ? state.before.get(id) : [], after ? state.after.get(id) : []),
      ),
      events: seqs.flatMap((seq) => events.get(seq) ?? []),
      more_events: more,
    };
  });
}

/** An image is shown as its size. */
function withoutBytes({ column, before, after }: ChangedColumn): ChangedColumn {
  const sizeOf = (value: unknown) => (value instanceof Uint8Array ? value.length : value);
  return { column, before: sizeOf(before), after: sizeOf(after) };
}

/** The column with which people tell things of a kind apart. */
const NAMES: { readonly [K in ChangeKind]: string } = {
  client: "name",
  item: "code",
  invoice: "number",
  credit_note: "number",
  payment: "reference",
  refund: "reference",
  balance: "currency",
  user: "name",
  organization: "legal_name",
};

/** The events, newest first, with the names that users had at the second moment. */
function eventsAt(db: Database.Database, seqs: readonly Sequence[], to: Sequence): Map<Sequence, ChangeEvent> {
  const events = prepare<[string], Omit<ChangeEvent, "actor_name">>(
    db,
    "SELECT seq, type, at, actor FROM main.activity WHERE seq IN (SELECT value FROM json_each(?))",
  ).all(JSON.stringify(seqs));
  const actors = [...new Set(events.map(({ actor }) => actor))].map((actor) => [actor]);
  const users = rowsAt(db, TABLES.user, actors, to);
  const nameOf = (actor: number) => (users.get(String(actor))?.name as string | undefined) ?? null;
  return new Map(events.map((event) => [event.seq, { ...event, actor_name: nameOf(event.actor) }]));
}
