/** Lists of refunds, one with what it was paid out of, and the refunds of a payment or a document. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { PAYMENT_METHODS } from "../../events/business/payment.ts";
import type { StreamId } from "../../events/sequence.ts";
import { streamId } from "../../events/values/schema.ts";
import { columnList } from "../tables/table.ts";
import { type Row, TABLES } from "../tables/tables.ts";
import { currenciesHomeFirst } from "./currencies.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder, type Value } from "./list.ts";
import {
  columnOf,
  currencyWord,
  dayWord,
  flagWord,
  numberWord,
  orderByClient,
  orderOf,
  sortWord,
} from "./list-words.ts";
import { searchOneByOne } from "./payment-search.ts";
import { prepare } from "./prepared.ts";
import { HOW_TO_SEARCH } from "./search.ts";

const SORTS = ["id", "paid_on", "amount_minor", "client"] as const;

/** The filters of a list of refunds. Ranges of dates include both ends. */
export const refundList = z.strictObject({
  q: z.string().max(200).optional().describe(`${HOW_TO_SEARCH} Client, reference, amount.`),
  client: numberWord(streamId()).optional().describe("Only to this client."),
  currency: currencyWord().optional().describe("ISO 4217."),
  method: z.enum(PAYMENT_METHODS).optional().describe("Only with this method."),
  paid_from: dayWord().optional().describe("Paid on this day or later."),
  paid_to: dayWord().optional().describe("Paid on this day or earlier."),
  reversed: flagWord().optional().describe("true: only reversed refunds; false: only the others."),
  sort: sortWord(SORTS)
    .optional()
    .describe(
      [
        "Amounts are sorted within each currency, the organization's first; client: by the client's name.",
        "Default: -paid_on with a filter on that date, else -id.",
      ].join(" "),
    ),
  ...pageWords,
});
type RefundList = z.output<typeof refundList>;
type Sort = NonNullable<RefundList["sort"]>;

/** A payment or document that a refund was paid out of. */
type RefundedSource = Omit<Row<"refundSource">, "refund_id"> & {
  kind: "payment" | "credit_note" | "invoice";
  /** A document's number; a payment's reference, or null. */
  name: string | null;
  /** YYYY-MM-DD: when it was received or issued. */
  on: string;
};

export interface RefundWithSources extends Row<"refund"> {
  sources: RefundedSource[];
}

/** A refund, as the payment or document that it was paid out of shows it. */
export type RefundOfSource = Pick<Row<"refundSource">, "refund_id" | "amount_minor"> &
  Pick<Row<"refund">, "paid_on" | "method" | "reference" | "reversed">;

/** The refunds of each client. */
const REFUNDS = { table: "refund", alias: "t", index: "refund_client", on: "t.client_id = c.id" };

/** @throws ZodError for a cursor of another list */
export function listRefunds(db: Database.Database, query: RefundList): Page<Row<"refund">> {
  const isRanged = query.paid_from !== undefined || query.paid_to !== undefined;
  const found = query.q === undefined ? undefined : searchOneByOne(db, query.q);
  if (found === null) return { rows: [], next: null };
  const sort = query.sort ?? (isRanged ? "-paid_on" : "-id");
  const { rows, next } = listIds(db, listsOf(db, query, { sort, found }), query);
  const select = `SELECT ${columnList(TABLES.refund)} FROM refund WHERE id IN (SELECT value FROM json_each(?))`;
  return { rows: rowsInOrder<Row<"refund">>(db, select, rows, ({ id }) => id), next };
}

function listsOf(
  db: Database.Database,
  query: RefundList,
  { sort, found }: { sort: Sort; found: Condition | undefined },
): List | List[] {
  const order = orderOf(sort, { integers: ["amount_minor"] });
  const conditions = conditionsOf(query);
  const others = found ? [found] : [];
  const serve = (...columns: string[]) => ({
    served: conditions.filter(({ column }) => columns.includes(column)),
    filter: [...conditions.filter(({ column }) => !columns.includes(column)), ...others],
  });
  const column = columnOf(sort);
  if (column === "paid_on")
    return { from: { table: "refund", alias: "t", index: "refund_paid_on" }, id: "t.id", order, ...serve("paid_on") };
  if (column === "amount_minor") {
    const list = {
      from: { table: "refund", alias: "t", index: "refund_amount" },
      id: "t.id",
      order,
      ...serve("currency"),
    };
    if (query.currency !== undefined) return list;
    return currenciesHomeFirst(db, "refund").map((part) => ({
      ...list,
      part,
      served: [{ sql: "t.currency = ?", values: [part] }],
    }));
  }
  const byId = column === "client" ? { sort, keys: [], descending: true } : order;
  if (query.client !== undefined)
    return {
      from: { table: "refund", alias: "t", index: "refund_client" },
      id: "t.id",
      order: byId,
      ...serve("client_id"),
    };
  if (column === "id") return { from: { table: "refund", alias: "t", index: null }, id: "t.id", order, ...serve() };
  return {
    // A client without refunds is an entry without one, so that many of them count as read.
    from: { table: "client", alias: "c", index: "client_sort_key", joins: REFUNDS },
    id: "t.id",
    order: orderByClient(sort),
    served: [],
    filter: [{ sql: "t.id IS NOT NULL", values: [] }, ...serve().filter],
    cost: 2, // The refunds of a client are far apart in the table.
  };
}

function conditionsOf(query: RefundList): (Condition & { column: string })[] {
  const conditions: (Condition & { column: string })[] = [];
  const add = (column: string, sql: string, value: Value | undefined) => {
    if (value !== undefined) conditions.push({ column, sql, values: [value] });
  };
  add("client_id", "t.client_id = ?", query.client);
  add("currency", "t.currency = ?", query.currency);
  add("method", "t.method = ?", query.method);
  add("paid_on", "t.paid_on >= ?", query.paid_from);
  add("paid_on", "t.paid_on <= ?", query.paid_to);
  if (query.reversed !== undefined) add("reversed", "t.reversed = ?", query.reversed ? 1 : 0);
  return conditions;
}

/** A refund with its sources; undefined if there is no such refund. */
export function refundById(db: Database.Database, id: StreamId): RefundWithSources | undefined {
  return db.transaction(() => {
    const row = prepare<[number], Row<"refund">>(
      db,
      `SELECT ${columnList(TABLES.refund)} FROM refund WHERE id = ?`,
    ).get(id);
    const sources = prepare<[number], RefundedSource>(
      db,
      `SELECT s.n, s.source_id, s.amount_minor, coalesce(i.kind, 'payment') AS kind,
         CASE WHEN i.id IS NULL THEN p.reference ELSE i.number END AS name,
         coalesce(i.issued_on, p.received_on) AS "on"
       FROM refund_source AS s LEFT JOIN main.invoice AS i ON i.id = s.source_id
         LEFT JOIN main.payment AS p ON p.id = s.source_id
       WHERE s.refund_id = ? ORDER BY s.n`,
    );
    return row && { ...row, sources: sources.all(id) };
  })();
}

/** The refunds that were paid out of a payment or a document, also those that were reversed, oldest first. */
export function refundsOfSource(db: Database.Database, id: StreamId): RefundOfSource[] {
  return prepare<[number], RefundOfSource>(
    db,
    `SELECT s.refund_id, s.amount_minor, r.paid_on, r.method, r.reference,
       (SELECT reversed FROM refund WHERE id = s.refund_id) AS reversed
     FROM refund_source AS s INDEXED BY refund_source_source JOIN main.refund AS r ON r.id = s.refund_id
     WHERE s.source_id = ? ORDER BY s.refund_id`,
  ).all(id);
}
