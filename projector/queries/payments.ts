/** Lists of payments, and one with its allocations. */
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
import { type FoundPayments, searchPayments } from "./payment-search.ts";
import { prepare } from "./prepared.ts";
import { type RefundOfSource, refundsOfSource } from "./refunds.ts";
import { exactFirst, HOW_TO_SEARCH, listsFound } from "./search.ts";

const SORTS = ["id", "received_on", "amount_minor", "client"] as const;

/** The filters of a list of payments. Ranges of dates include both ends. */
export const paymentList = z.strictObject({
  q: z
    .string()
    .max(200)
    .optional()
    .describe(`${HOW_TO_SEARCH} Client, reference, amount, number of an invoice that it pays.`),
  client: numberWord(streamId()).optional().describe("Only of this client."),
  invoice: numberWord(streamId()).optional().describe("Only payments allocated to this invoice now; by id."),
  currency: currencyWord().optional().describe("ISO 4217."),
  method: z.enum(PAYMENT_METHODS).optional().describe("Only with this method."),
  received_from: dayWord().optional().describe("Received on this day or later."),
  received_to: dayWord().optional().describe("Received on this day or earlier."),
  reversed: flagWord().optional().describe("true: only reversed payments; false: only the others."),
  unallocated: flagWord()
    .optional()
    .describe("true: only payments with a rest that is neither allocated nor refunded."),
  sort: sortWord(SORTS)
    .optional()
    .describe(
      [
        "Amounts are sorted within each currency, the organization's first; client: by the client's name.",
        "Default: -received_on with a filter on that date, else -id; with q: exact matches first, unless there is a filter",
        "on that date, a client or an invoice.",
      ].join(" "),
    ),
  ...pageWords,
});
type PaymentList = z.output<typeof paymentList>;
type Sort = NonNullable<PaymentList["sort"]>;

export interface PaymentWithAllocations extends Row<"payment"> {
  allocations: (Omit<Row<"paymentAllocation">, "payment_id"> & Pick<Row<"invoice">, "number">)[];
  /** The refunds that were paid out of it, also those that were reversed. */
  refunds: RefundOfSource[];
}

/** @throws ZodError for a cursor of another list, or for `invoice` with an order other than by id */
export function listPayments(db: Database.Database, query: PaymentList): Page<Row<"payment">> {
  const ranged = query.received_from !== undefined || query.received_to !== undefined;
  const sort = query.sort ?? (ranged && query.invoice === undefined ? "-received_on" : "-id");
  if (query.invoice !== undefined && columnOf(sort) !== "id")
    throw new z.ZodError([
      { code: "custom", path: ["sort"], message: "with invoice, sort must be id or -id", input: sort },
    ]);
  const found = query.q === undefined ? undefined : searchPayments(db, query.q);
  if (found === null) return { rows: [], next: null };
  const { rows, next } = listIds(db, listsOf(db, query, { sort, found }), query);
  const select = `SELECT ${columnList(TABLES.payment)} FROM payment WHERE id IN (SELECT value FROM json_each(?))`;
  return { rows: rowsInOrder<Row<"payment">>(db, select, rows, ({ id }) => id), next };
}

function listsOf(
  db: Database.Database,
  query: PaymentList,
  { sort, found }: { sort: Sort; found: FoundPayments | undefined },
): List | List[] {
  const order = orderOf(sort, { integers: ["amount_minor"] });
  const conditions = conditionsOf(query);
  if (found && query.sort === undefined && sort === "-id" && query.invoice === undefined && query.client === undefined)
    return searchOf(found, conditions);
  if (found) conditions.push({ column: "q", ...found.condition });
  const serve = (...columns: string[]) => ({
    served: conditions.filter(({ column }) => columns.includes(column)),
    filter: conditions.filter(({ column }) => !columns.includes(column)),
  });
  const column = columnOf(sort);
  if (column === "received_on")
    return {
      from: { table: "payment", alias: "t", index: "payment_received_on" },
      id: "t.id",
      order,
      ...serve("received_on"),
    };
  if (column === "amount_minor") return byAmount(db, query, { order, ...serve("currency") });
  if (query.invoice !== undefined) return ofInvoice(query.invoice, order, conditions);
  const byId = column === "client" ? { sort, keys: [], descending: true } : order;
  if (query.client !== undefined)
    return {
      from: { table: "payment", alias: "t", index: "payment_client" },
      id: "t.id",
      order: byId,
      ...serve("client_id"),
    };
  if (column === "client") return byClient(sort, conditions);
  return { from: { table: "payment", alias: "t", index: null }, id: "t.id", order, served: [], filter: conditions };
}

/** The payments that are allocated to an invoice. */
function ofInvoice(invoice: StreamId, order: List["order"], conditions: readonly Condition[]): List {
  const fits = conditions.map(({ sql }) => `AND ${sql}`).join(" ");
  const values = conditions.flatMap((condition) => condition.values);
  return {
    from: { table: "payment_allocation", alias: "a", index: "payment_allocation_invoice" },
    id: "a.payment_id",
    order,
    served: [{ sql: "a.invoice_id = ?", values: [invoice] }],
    filter:
      conditions.length === 0
        ? []
        : [{ sql: `EXISTS (SELECT 1 FROM payment AS t WHERE t.id = a.payment_id ${fits})`, values }],
  };
}

/** Exact hits first, then the newest. */
function searchOf({ match, condition, exact, atMoment }: FoundPayments, filter: readonly Condition[]): List | List[] {
  if (match !== null) return listsFound("payment", { match, exact, atMoment }, { sort: undefined, filter });
  const list = {
    from: { table: "payment", alias: "t", index: null },
    id: "t.id",
    order: orderOf("-id"),
    served: [],
    filter: [...filter, condition],
  };
  return exactFirst("payment", exact, list);
}

/** One list of the filter's currency; else one of each currency, the organization's first. */
function byAmount(
  db: Database.Database,
  { currency }: PaymentList,
  { order, served, filter }: Pick<List, "order" | "served" | "filter">,
): List | List[] {
  const list = { from: { table: "payment", alias: "t", index: "payment_amount" }, id: "t.id", order, filter };
  if (currency !== undefined) return { ...list, served };
  return currenciesHomeFirst(db, "payment").map((part) => ({
    ...list,
    part,
    served: [{ sql: "t.currency = ?", values: [part] }],
  }));
}

/** The payments of each client. */
const PAYMENTS = { table: "payment", alias: "t", index: "payment_client", on: "t.client_id = c.id" };

/** By the client's name; the payments of a client newest first. */
function byClient(sort: Sort, conditions: readonly Condition[]): List {
  return {
    // A client without payments is an entry without one, so that many of them count as read.
    from: { table: "client", alias: "c", index: "client_sort_key", joins: PAYMENTS },
    id: "t.id",
    order: orderByClient(sort),
    served: [],
    filter: [{ sql: "t.id IS NOT NULL", values: [] }, ...conditions],
    cost: 2, // The payments of a client are far apart in the table.
  };
}

function conditionsOf(query: PaymentList): (Condition & { column: string })[] {
  const conditions: (Condition & { column: string })[] = [];
  const add = (column: string, sql: string, ...values: (Value | undefined)[]) => {
    if (values.every((value) => value !== undefined)) conditions.push({ column, sql, values });
  };
  add("client_id", "t.client_id = ?", query.client);
  add("currency", "t.currency = ?", query.currency);
  add("method", "t.method = ?", query.method);
  add("received_on", "t.received_on >= ?", query.received_from);
  add("received_on", "t.received_on <= ?", query.received_to);
  if (query.reversed !== undefined) add("reversed", "t.reversed = ?", query.reversed ? 1 : 0);
  const left = "(t.reversed = 0 AND t.allocated_minor + t.refunded_minor < t.amount_minor)";
  if (query.unallocated !== undefined) add("unallocated", query.unallocated ? left : `NOT ${left}`);
  return conditions;
}

/** A payment with its allocations and their invoice numbers; undefined if there is no such payment. */
export function paymentById(db: Database.Database, id: StreamId): PaymentWithAllocations | undefined {
  return db.transaction(() => {
    const row = prepare<[number], Row<"payment">>(
      db,
      `SELECT ${columnList(TABLES.payment)} FROM payment WHERE id = ?`,
    ).get(id);
    const allocations = prepare<[number], PaymentWithAllocations["allocations"][number]>(
      db,
      `SELECT a.n, a.invoice_id, a.amount_minor, a.allocated_on, i.number
       FROM payment_allocation AS a JOIN main.invoice AS i ON i.id = a.invoice_id
       WHERE a.payment_id = ? ORDER BY a.n`,
    );
    return row && { ...row, allocations: allocations.all(id), refunds: refundsOfSource(db, id) };
  })();
}
