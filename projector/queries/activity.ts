/** The list of events for auditors: who did what, and when. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { CATALOGUE, type EventType, STREAM_KINDS, type StreamKind } from "../../events/encoding/catalogue.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import { streamId } from "../../events/values/schema.ts";
import type { Row } from "../tables/tables.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder } from "./list.ts";
import { numberWord, orderBy, orderOf, sortWord, timeWord } from "./list-words.ts";
import { sequenceAt } from "./moment.ts";
import { prepare, prepareValue } from "./prepared.ts";

/** A cache has no event of another type, so a mistyped one would give an empty list. */
const EVENT_TYPES = Object.keys(CATALOGUE) as EventType[];

/** The filters of a list of events. Ranges of times include both ends. */
export const activityList = z.strictObject({
  stream: numberWord(streamId()).optional().describe("Only events of this invoice, client, user …"),
  stream_kind: z.enum(STREAM_KINDS).optional().describe("Only events of streams of this kind."),
  client: numberWord(streamId())
    .optional()
    .describe("Only events of this client, and of its documents, payments and refunds."),
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

/** So many streams are looked up one by one. Of more of them, an event is soon found by reading all events. */
const FEW_STREAMS = 1_000;

const SELECT = 'SELECT a.*, (SELECT name FROM "user" WHERE id = a.actor) AS actor_name FROM activity AS a';

/**
 * @param options.few up to how many streams are looked up one by one; more than these are found by reading all events
 * @throws ZodError for a cursor of another list
 */
export function listActivity(
  db: Database.Database,
  query: ActivityList,
  { few = FEW_STREAMS }: { few?: number } = {},
): Page<ActivityRow> {
  return db.transaction(() => {
    const { rows, next } = listIds(db, walkOf(db, query, few), query);
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

function walkOf(db: Database.Database, query: ActivityList, mostStreams: number): List {
  const { sort, stream, client, actor, stream_kind, type } = query;
  const filter: Condition[] = [];
  // Times grow with sequences, so a range of times is a range of sequences.
  const served: Condition[] = [];
  if (query.from !== undefined) served.push({ sql: "t.seq > ?", values: [sequenceAt(db, query.from - 1)] });
  if (query.to !== undefined) served.push({ sql: "t.seq <= ?", values: [sequenceAt(db, query.to)] });
  if (stream_kind !== undefined) filter.push({ sql: "t.stream_kind = ?", values: [stream_kind] });
  if (type !== undefined) filter.push({ sql: "t.type = ?", values: [type] });
  const few = stream === undefined ? fewStreams(db, query, mostStreams) : null;
  if (client !== undefined && few?.of !== "client") filter.push(isAbout(client));
  if (stream !== undefined) {
    // Within a stream, versions grow with sequences.
    const order = orderOf(sort, { integers: ["seq"], keys: { seq: "t.version" } });
    if (actor !== undefined) filter.push({ sql: "t.actor = ?", values: [actor] });
    const ofStream = { sql: "t.stream = ?", values: [stream] };
    return {
      from: { table: "activity", alias: "t", index: "activity_stream" },
      id: "t.seq",
      order,
      served: [ofStream],
      filter: [...served, ...filter],
    };
  }
  const order = orderBy(sort, []);
  if (few) {
    if (actor !== undefined) filter.push({ sql: "t.actor = ?", values: [actor] });
    const from = { table: "activity", alias: "t", index: null };
    return { from, id: "t.seq", order, served: [...served, few.events], filter };
  }
  if (actor !== undefined) served.push({ sql: "t.actor = ?", values: [actor] });
  const index = actor === undefined ? null : "activity_actor";
  return { from: { table: "activity", alias: "t", index }, id: "t.seq", order, served, filter };
}

const OF_CLIENT = `SELECT ? AS id UNION ALL SELECT id FROM invoice INDEXED BY invoice_client WHERE client_id = ?
  UNION ALL SELECT id FROM payment INDEXED BY payment_client WHERE client_id = ?
  UNION ALL SELECT id FROM refund INDEXED BY refund_client WHERE client_id = ?`;

/** The streams of kinds of which an organization has few. */
const OF_KIND: Partial<Record<StreamKind, string>> = {
  organization: "SELECT id FROM organization WHERE id > 0",
  user: 'SELECT id FROM "user" WHERE id > 0',
  client: "SELECT id FROM client INDEXED BY client_sort_key WHERE sort_key >= ''",
  item: "SELECT id FROM item WHERE id > 0",
};

/** The events of the streams that the query is about, if these are few: a condition; null if they are many. */
function fewStreams(
  db: Database.Database,
  { client, stream_kind, type }: ActivityList,
  most: number,
): { of: "client" | "kind"; events: Condition } | null {
  const kind = stream_kind ?? (type && CATALOGUE[type].stream);
  const ofKind = kind && OF_KIND[kind];
  const candidates = [
    ...(client === undefined ? [] : [{ of: "client" as const, sql: OF_CLIENT, values: Array(4).fill(client) }]),
    ...(ofKind === undefined ? [] : [{ of: "kind" as const, sql: ofKind, values: [] }]),
  ];
  for (const { of, sql, values } of candidates) {
    const count = `SELECT count(*) FROM (SELECT 1 FROM (${sql}) LIMIT ${most + 1})`;
    if ((prepareValue<number[], number>(db, count).get(...values) ?? 0) > most) continue;
    const events = `SELECT seq FROM main.activity INDEXED BY activity_stream WHERE stream IN (${sql})`;
    return { of, events: { sql: `t.seq IN (${events})`, values } };
  }
  return null;
}

/** True for events of the client's own stream, and of those of its documents, payments and refunds. */
function isAbout(client: StreamId): Condition {
  const of = (table: string) => `(SELECT client_id FROM ${table} WHERE id = t.stream) IS ?`;
  return {
    sql: `CASE t.stream_kind WHEN 'client' THEN t.stream = ? WHEN 'invoice' THEN ${of("invoice")}
      WHEN 'payment' THEN ${of("payment")} WHEN 'refund' THEN ${of("refund")} ELSE 0 END`,
    values: Array(4).fill(client),
  };
}
