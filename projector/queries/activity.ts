/** Who did what, when: the list of events, as an auditor asks for them. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { STREAM_KINDS } from "../../events/encoding/catalogue.ts";
import type { StreamId } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import { streamId } from "../../events/values/schema.ts";
import type { Row } from "../tables/tables.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder } from "./list.ts";
import { numberWord, orderOf, sortWord, timeWord } from "./list-words.ts";
import { prepared } from "./prepared.ts";
import { sequenceAt } from "./times.ts";

/** What a list of events may be asked for. Both ends of the times are in. */
export const activityList = z.strictObject({
  stream: numberWord(streamId()).optional().describe("What happened to this invoice, client, user …"),
  stream_kind: z.enum(STREAM_KINDS).optional().describe("What happened to things of this kind."),
  actor: numberWord(z.int().min(0)).optional().describe("What this user did; 0: the server itself."),
  type: z.string().max(60).optional().describe("Event type, such as InvoiceIssued."),
  from: timeWord().optional().describe("At this time or later."),
  to: timeWord().optional().describe("At this time or before."),
  sort: sortWord(["seq"]).default("-seq").describe("`seq`: the oldest first."),
  ...pageWords,
});
export type ActivityList = z.output<typeof activityList>;

export interface ActivityRow extends Omit<Row<"activity">, "event_id"> {
  /** As text. */
  event_id: string;
  /** The user's name now; null: the server itself. */
  actor_name: string | null;
}

type RowWithBytes = Omit<ActivityRow, "event_id"> & Pick<Row<"activity">, "event_id">;

const SELECT = 'SELECT a.*, u.name AS actor_name FROM activity AS a LEFT JOIN "user" AS u ON u.id = a.actor';

/** @throws ZodError for a cursor of another list */
export function listActivity(db: Database.Database, asked: ActivityList): Page<ActivityRow> {
  return db.transaction(() => {
    const { rows, next } = listIds(db, walkOf(db, asked), asked);
    const select = `${SELECT} WHERE a.seq IN (SELECT value FROM json_each(?))`;
    return { rows: rowsInOrder<RowWithBytes>(db, select, rows, ({ seq }) => seq).map(shown), next };
  })();
}

/** All that happened to any of these streams, in order. */
export function activityOfStreams(db: Database.Database, streams: readonly StreamId[]): ActivityRow[] {
  const select = `${SELECT} WHERE a.stream IN (SELECT value FROM json_each(?)) ORDER BY a.seq`;
  return prepared<[string], RowWithBytes>(db, select).all(JSON.stringify(streams)).map(shown);
}

function shown(row: RowWithBytes): ActivityRow {
  return { ...row, event_id: uuidText(row.event_id) };
}

function walkOf(db: Database.Database, asked: ActivityList): List {
  const filter: Condition[] = [];
  // Times grow with sequences, so a time is one.
  const served: Condition[] = [];
  if (asked.from !== undefined) served.push({ sql: "t.seq > ?", values: [sequenceAt(db, asked.from - 1)] });
  if (asked.to !== undefined) served.push({ sql: "t.seq <= ?", values: [sequenceAt(db, asked.to)] });
  if (asked.stream_kind !== undefined) filter.push({ sql: "t.stream_kind = ?", values: [asked.stream_kind] });
  if (asked.type !== undefined) filter.push({ sql: "t.type = ?", values: [asked.type] });
  const { sort } = asked;
  if (asked.stream !== undefined) {
    // Within a stream, versions grow with sequences too.
    const order = orderOf(sort, { integers: ["seq"], keys: { seq: "t.version" } });
    if (asked.actor !== undefined) filter.push({ sql: "t.actor = ?", values: [asked.actor] });
    const ofStream = { sql: "t.stream = ?", values: [asked.stream] };
    return {
      from: "activity AS t INDEXED BY activity_stream",
      id: "t.seq",
      order,
      served: [ofStream],
      filter: [...served, ...filter],
    };
  }
  const order = { ...orderOf(sort), key: null };
  if (asked.actor === undefined) return { from: "activity AS t", id: "t.seq", order, served, filter };
  served.push({ sql: "t.actor = ?", values: [asked.actor] });
  return { from: "activity AS t INDEXED BY activity_actor", id: "t.seq", order, served, filter };
}
