/**
 * The old sync contract, kept for old clients: not events, but the last state of each thing that changed after a time,
 * with its columns by name. Read from a cache; which things an event changed is read from the log.
 */
import type Database from "better-sqlite3";
import { CATALOGUE } from "../events/catalogue.ts";
import { decodeEvent, type LogEvent } from "../events/event.ts";
import type { EventLog } from "../events/log.ts";
import type { Sequence, StreamId } from "../events/sequence.ts";
import { readCheckpoint } from "./cache.ts";
import { quote } from "./table.ts";
import { TABLES, type TableName } from "./tables.ts";

/** Things that clients keep, and the children that travel inside them. */
const COLLECTIONS = {
  organization: { name: "organizations", children: { number_series: "numberSeries" } },
  user: { name: "users", children: {} },
  client: { name: "clients", children: { balances: "clientBalance" } },
  item: { name: "items", children: {} },
  invoice: {
    name: "invoices",
    children: {
      parties: "invoiceParty",
      lines: "invoiceLine",
      adjustments: "invoiceAdjustment",
      taxes: "invoiceTax",
      credit_allocations: "creditAllocation",
    },
  },
  payment: { name: "payments", children: { allocations: "paymentAllocation" } },
} as const satisfies Partial<Record<TableName, { name: string; children: Record<string, TableName> }>>;

type Kind = keyof typeof COLLECTIONS;

export interface Change {
  type: "upsert" | "delete";
  collection: (typeof COLLECTIONS)[Kind]["name"];
  /** The stream's number, as text. */
  mongoId: string;
  [column: string]: unknown;
}

export interface Pulled {
  changes: Change[];
  /** The `since` to ask with next, ms since 1970 UTC. */
  serverTimeMs: number;
  hasMore: boolean;
}

/** Events that are looked at in one read of the log. */
const CHUNK = 256;

/**
 * What changed after a time.
 *
 * @param sinceMs exclusive, ms since 1970 UTC
 * @param limit changes wanted; a page never splits the events of one `at`, so it may hold more
 */
export async function pullChanges(
  db: Database.Database,
  log: EventLog,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<Pulled> {
  const { seq: head, atMs: headAtMs } = readCheckpoint(db);
  const touched = new Map<string, { kind: Kind; id: StreamId }>();
  const touch = (kind: Kind, id: StreamId) => touched.set(`${kind} ${id}`, { kind, id });
  let lastAtMs = sinceMs;
  let hasMore = false;

  for await (const event of eventsAfter(log, firstAfter(db, sinceMs, head), head)) {
    if (event.at > lastAtMs && touched.size >= limit) {
      hasMore = true;
      break;
    }
    lastAtMs = event.at;
    touch(CATALOGUE[event.type].stream, event.stream);
    for (const { kind, id } of await alsoChangedBy(db, log, event)) touch(kind, id);
  }
  const changes = db.transaction(() => [...touched.values()].flatMap(({ kind, id }) => changeOf(db, kind, id)))();
  // The last millisecond may get more events yet: it is asked for again.
  return { changes, hasMore, serverTimeMs: hasMore ? lastAtMs : Math.max(sinceMs, headAtMs - 1) };
}

/** The sequence before the first event after a time: `at` never falls, so halving finds it. */
function firstAfter(db: Database.Database, sinceMs: number, head: Sequence): Sequence {
  const atOf = db.prepare<[number], number>("SELECT at FROM activity WHERE seq = ?").pluck();
  let low = 0;
  let high = head;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((atOf.get(middle) ?? Number.POSITIVE_INFINITY) <= sinceMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

async function* eventsAfter(log: EventLog, after: Sequence, head: Sequence): AsyncGenerator<LogEvent> {
  for (let at = after; at < head; at = Math.min(at + CHUNK, head)) {
    for await (const { bodies } of log.read({ after: at, upTo: Math.min(at + CHUNK, head) }))
      for (const body of bodies) yield decodeEvent(body);
  }
}

/** Things beside its own stream that an event changed: a payment changes invoices, and its client's balance. */
async function alsoChangedBy(
  db: Database.Database,
  log: EventLog,
  event: LogEvent,
): Promise<{ kind: Kind; id: StreamId }[]> {
  const { type, stream, version } = event;
  if (type === "InvoiceIssued" || type === "InvoiceVoided") {
    const row = db
      .prepare<[number], { corrects_id: number | null; client_id: number }>(
        "SELECT corrects_id, client_id FROM invoice WHERE id = ?",
      )
      .get(stream);
    if (!row) return [];
    const client = { kind: "client", id: row.client_id } as const;
    return row.corrects_id === null ? [client] : [client, { kind: "invoice", id: row.corrects_id }];
  }
  const allocates = type === "CreditApplied" || type.startsWith("Payment");
  if (!allocates) return [];
  const table = type === "CreditApplied" ? "invoice" : "payment";
  const clientId = db.prepare<[number], number>(`SELECT client_id FROM ${table} WHERE id = ?`).pluck().get(stream);
  // What the list before this one named has changed too.
  const before = db
    .prepare<[number, number], number>("SELECT seq FROM activity WHERE stream = ? AND version < ? ORDER BY version")
    .pluck()
    .all(stream, version);
  const lists: LogEvent[] = [event];
  for (const seq of before)
    for await (const { bodies } of log.read({ after: seq - 1, upTo: seq }))
      lists.push(...bodies.map((body) => decodeEvent(body)));
  const invoices = lists.flatMap(({ data }) => ("allocations" in data ? data.allocations : []));
  return [
    ...(clientId === undefined ? [] : [{ kind: "client", id: clientId } as const]),
    ...invoices.map(({ invoiceId }) => ({ kind: "invoice", id: invoiceId }) as const),
  ];
}

function changeOf(db: Database.Database, kind: Kind, id: StreamId): Change[] {
  const { name: collection, children } = COLLECTIONS[kind];
  const mongoId = String(id);
  const row = db.prepare<[number], Record<string, unknown>>(`SELECT * FROM ${quote(kind)} WHERE id = ?`).get(id);
  if (!row) return [];
  if (kind === "invoice" && row.status === "discarded") return [{ type: "delete", collection, mongoId }];
  const nested = Object.entries(children as Record<string, TableName>).map(([field, child]) => {
    const { name, key, columnNames } = TABLES[child];
    const columns = columnNames.filter((column) => column !== key[0]).join(", ");
    const select = `SELECT ${columns} FROM ${quote(name)} WHERE ${key[0]} = ? ORDER BY ${key[1]}`;
    return [field, db.prepare<[number], Record<string, unknown>>(select).all(id).map(plain)];
  });
  return [{ type: "upsert", collection, mongoId, ...plain(row), ...Object.fromEntries(nested) }];
}

/** Bytes become base64. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
    ]),
  );
}
