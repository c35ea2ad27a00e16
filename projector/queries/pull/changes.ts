/** The current state of things for old API clients: their rows, with nested children. */
import type Database from "better-sqlite3";
import type { StreamKind } from "../../../events/encoding/catalogue.ts";
import type { StreamId } from "../../../events/sequence.ts";
import { INVOICE_COLUMNS } from "../../tables/invoice-rows.ts";
import { columnList, quote, type Table } from "../../tables/table.ts";
import { TABLES, type TableName } from "../../tables/tables.ts";
import { INVOICE_PARTY } from "../../tables/views.ts";
import { prepare } from "../prepared.ts";

export interface Thing {
  kind: StreamKind;
  id: StreamId;
}

export interface Change {
  type: "upsert" | "delete";
  collection: string;
  /** The stream's number, as text. */
  mongoId: string;
  [column: string]: unknown;
}

/** The collection of each kind of stream, and its nested children. Parents come before things that refer to them. */
export const COLLECTIONS = {
  organization: { name: "organizations", children: { number_series: "numberSeries", vat_rates: "savedVatRate" } },
  user: { name: "users", children: {} },
  client: { name: "clients", children: { balances: "clientBalance" } },
  item: { name: "items", children: {} },
  invoice: {
    name: "invoices",
    children: {
      parties: INVOICE_PARTY,
      lines: "invoiceLine",
      adjustments: "invoiceAdjustment",
      taxes: "invoiceTax",
      deliveries: "documentDelivery",
      credit_allocations: "creditAllocation",
    },
  },
  payment: { name: "payments", children: { allocations: "paymentAllocation" } },
  refund: { name: "refunds", children: { sources: "refundSource" } },
} as const satisfies Record<StreamKind, { name: string; children: Record<string, TableName | Table> }>;

type PlainRow = Record<string, unknown>;

/** Things that are read together, and their nested rows: an invoice can have 2,000 lines. */
const CHUNK = 32;
const CHUNK_ROWS = 2_000;

/** The number of nested rows of a thing, roughly: only those of invoices can be many. */
export function nestedRows(db: Database.Database, { kind, id }: Thing): number {
  if (kind !== "invoice") return 0;
  const count = "line_count + adjustment_count + tax_count + delivery_count + allocation_count";
  const row = prepare<[number], { count: number }>(db, `SELECT ${count} AS count FROM invoice WHERE id = ?`).get(id);
  return row?.count ?? 0;
}

/** The state of each thing: parents first, then by id. @param pause called after each part */
export async function changesOf(
  db: Database.Database,
  things: readonly Thing[],
  pause: () => Promise<void> | void,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const kind of Object.keys(COLLECTIONS) as StreamKind[]) {
    const ids = things.filter((thing) => thing.kind === kind).map(({ id }) => id);
    ids.sort((a, b) => a - b);
    for (let first = 0, next = 0; first < ids.length; first = next) {
      for (let rows = 0; next < ids.length && next - first < CHUNK && rows < CHUNK_ROWS; next++)
        rows += nestedRows(db, { kind, id: ids[next] as StreamId });
      changes.push(...changesOfKind(db, kind, ids.slice(first, next)));
      await pause();
    }
  }
  return changes;
}

function changesOfKind(db: Database.Database, kind: StreamKind, ids: readonly StreamId[]): Change[] {
  const { name: collection } = COLLECTIONS[kind];
  const children = Object.entries(COLLECTIONS[kind].children as Record<string, TableName | Table>);
  const columns = kind === "invoice" ? INVOICE_COLUMNS : columnList(TABLES[kind], "i");
  const rows = prepare<[string], PlainRow & { id: StreamId }>(
    db,
    `SELECT ${columns} FROM ${quote(kind)} AS i WHERE i.id IN (SELECT value FROM json_each(?)) ORDER BY i.id`,
  ).all(JSON.stringify(ids));
  const upserts = rows.filter((row) => row.status !== "discarded").map(({ id }) => id);
  const nested = children.map(([field, table]) => ({ field, byParent: childrenOf(db, table, upserts) }));
  return rows.map((row): Change => {
    const mongoId = String(row.id);
    if (row.status === "discarded") return { type: "delete", collection, mongoId };
    const fields = nested.map(({ field, byParent }) => [field, byParent.get(row.id) ?? []]);
    return { type: "upsert", collection, mongoId, ...plain(row), ...Object.fromEntries(fields) };
  });
}

/** The children of these parents, without the parent's id. */
function childrenOf(
  db: Database.Database,
  child: TableName | Table,
  parents: readonly StreamId[],
): Map<StreamId, PlainRow[]> {
  const table = tableOf(child);
  const { name, key } = table;
  const [parent = "", place] = key;
  const byParent = new Map<StreamId, PlainRow[]>();
  const select = prepare<[string], PlainRow>(
    db,
    `SELECT ${columnList(table)} FROM ${quote(name)} WHERE ${parent} IN (SELECT value FROM json_each(?)) ORDER BY ${parent}, ${place}`,
  );
  for (const { [parent]: id, ...row } of select.all(JSON.stringify(parents))) {
    const siblings = byParent.get(id as StreamId);
    if (siblings) siblings.push(plain(row));
    else byParent.set(id as StreamId, [plain(row)]);
  }
  return byParent;
}

export function tableOf(child: TableName | Table): Table {
  return typeof child === "string" ? TABLES[child] : child;
}

/** Bytes become base64. */
function plain(row: PlainRow): PlainRow {
  for (const [name, value] of Object.entries(row))
    if (value instanceof Uint8Array) row[name] = Buffer.from(value).toString("base64");
  return row;
}
