/** The list of events for auditors: who did what, and when. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { CATALOGUE, type EventType, STREAM_KINDS } from "../../events/encoding/catalogue.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import { streamId } from "../../events/values/schema.ts";
import type { Row } from "../tables/tables.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder } from "./list.ts";
import { numberWord, orderBy, orderOf, sortWord, timeWord } from "./list-words.ts";
import { prepare } from "./prepared.ts";
import { sequenceAt } from "./times.ts";

/** A cache has no event of another type, so a mistyped one would give an empty list. */
const EVENT_TYPES = Object.keys(CATALOGUE) as EventType[];

/** The filters of a list of events. Ranges of times include both ends. */
export const activityList = z.strictObject({
  stream: numberWord(streamId()).optional().describe("Only events of this invoice, client, user …"),
  stream_kind: z.enum(STREAM_KINDS).optional().describe("Only events of streams of this kind."),
  actor: numberWord(z.int().min(0)).optional().describe("Only events by this user; 0: the server."),
  type: z.enum(EVENT_TYPES).optional().describe("Event type, such as InvoiceIssued."),
  from: timeWord().optional().describe("At this time or later."),
  to: timeWord().optional().describe("At this time or earlier."),
  sort: sortWord(["seq"]).default("-seq").describe("`seq`: oldest first; `-seq`: newest first."),
  ...pageWords,
});
type ActivityList = z.output<typeof activityList>;

export interface ActivityRow extends Omit<Row<"activity">, "event_id"> {
  /** The UUID as text. */
  event_id: string;
  /** The user's current name; null for the server. */
  actor_name: string | null;
}

type RowWithBytes = Omit<ActivityRow, "event_id"> & Pick<Row<"activity">, "event_id">;

const SELECT = 'SELECT a.*, u.name AS actor_name FROM activity AS a LEFT JOIN "user" AS u ON u.id = a.actor';

/** @throws ZodError for a cursor of another list */
export function listActivity(db: Database.Database, query: ActivityList): Page<ActivityRow> {
  return db.transaction(() => {
    const { rows, next } = listIds(db, walkOf(db, query), query);
    return { rows: activityOfEvents(db, rows), next };
  })();
}

/** These events, in this order. Those that the cache does not contain are left out. */
export function activityOfEvents(db: Database.Database, seqs: readonly Sequence[]): ActivityRow[] {
  const select = `${SELECT} WHERE a.seq IN (SELECT value FROM json_each(?))`;
  return rowsInOrder<RowWithBytes>(db, select, seqs, ({ seq }) => seq).map(rowOf);
}

/** All events of these streams, in order. */
export function activityOfStreams(db: Database.Database, streams: readonly StreamId[]): ActivityRow[] {
  const select = `${SELECT} WHERE a.stream IN (SELECT value FROM json_each(?)) ORDER BY a.seq`;
  return prepare<[string], RowWithBytes>(db, select).all(JSON.stringify(streams)).map(rowOf);
}

function rowOf(row: RowWithBytes): ActivityRow {
  return { ...row, event_id: uuidText(row.event_id) };
}

function walkOf(db: Database.Database, query: ActivityList): List {
  const filter: Condition[] = [];
  // Times grow with sequences, so a range of times is a range of sequences.
  const served: Condition[] = [];
  if (query.from !== undefined) served.push({ sql: "t.seq > ?", values: [sequenceAt(db, query.from - 1)] });
  if (query.to !== undefined) served.push({ sql: "t.seq <= ?", values: [sequenceAt(db, query.to)] });
  if (query.stream_kind !== undefined) filter.push({ sql: "t.stream_kind = ?", values: [query.stream_kind] });
  if (query.type !== undefined) filter.push({ sql: "t.type = ?", values: [query.type] });
  const { sort } = query;
  if (query.stream !== undefined) {
    // Within a stream, versions grow with sequences.
    const order = orderOf(sort, { integers: ["seq"], keys: { seq: "t.version" } });
    if (query.actor !== undefined) filter.push({ sql: "t.actor = ?", values: [query.actor] });
    const ofStream = { sql: "t.stream = ?", values: [query.stream] };
    return {
      from: { table: "activity", alias: "t", index: "activity_stream" },
      id: "t.seq",
      order,
      served: [ofStream],
      filter: [...served, ...filter],
    };
  }
  const order = orderBy(sort, []);
  if (query.actor !== undefined) served.push({ sql: "t.actor = ?", values: [query.actor] });
  const index = query.actor === undefined ? null : "activity_actor";
  return { from: { table: "activity", alias: "t", index }, id: "t.seq", order, served, filter };
}
