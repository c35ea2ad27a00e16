/** Payments: lists of them, and one with what it is put against. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { PAYMENT_METHODS } from "../../events/business/payment.ts";
import type { StreamId } from "../../events/sequence.ts";
import { currency, date, streamId } from "../../events/values/schema.ts";
import type { Row } from "../tables/tables.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder, type Value } from "./list.ts";
import { flagWord, numberWord, orderOf, sortWord } from "./list-words.ts";
import { prepared } from "./prepared.ts";
import { anywhere, matchIn } from "./search.ts";

/** What a list of payments may be asked for. Both ends of dates are in. */
export const paymentList = z.strictObject({
  q: z.string().max(200).optional().describe("Words that find the client, or what the reference has in it."),
  client: numberWord(streamId()).optional().describe("Of this client."),
  invoice: numberWord(streamId()).optional().describe("Payments that are put against this invoice now; by id."),
  currency: currency().optional().describe("ISO 4217."),
  method: z.enum(PAYMENT_METHODS).optional().describe("Paid in this way."),
  received_from: date().optional().describe("Received on this day or later."),
  received_to: date().optional().describe("Received on this day or before."),
  reversed: flagWord().optional().describe("true: only those that were reversed; false: only the others."),
  unallocated: flagWord().optional().describe("true: something of it is not put against an invoice."),
  sort: sortWord(["id", "received_on"]).optional().describe("Default: -received_on where that is asked for, else -id."),
  ...pageWords,
});
export type PaymentList = z.output<typeof paymentList>;

export interface PaymentWithAllocations extends Row<"payment"> {
  allocations: (Omit<Row<"paymentAllocation">, "payment_id"> & Pick<Row<"invoice">, "number">)[];
}

/** @throws ZodError for a cursor of another list, or for payments of an invoice in another order than by id */
export function listPayments(db: Database.Database, asked: PaymentList): Page<Row<"payment">> {
  const ranged = asked.received_from !== undefined || asked.received_to !== undefined;
  const sort = asked.sort ?? (ranged && asked.invoice === undefined ? "-received_on" : "-id");
  const byDay = sort.endsWith("received_on");
  if (asked.invoice !== undefined && byDay)
    throw new z.ZodError([{ code: "custom", path: ["sort"], message: "with invoice only id or -id", input: sort }]);
  const { rows, next } = listIds(db, walkOf(db, asked, sort), asked);
  const select = "SELECT * FROM payment WHERE id IN (SELECT value FROM json_each(?))";
  return { rows: rowsInOrder<Row<"payment">>(db, select, rows, ({ id }) => id), next };
}

function walkOf(db: Database.Database, asked: PaymentList, sort: string): List {
  const order = orderOf(sort);
  const conditions = conditionsOf(db, asked);
  const serve = (column: string) => ({
    served: conditions.filter((condition) => condition.column === column),
    filter: conditions.filter((condition) => condition.column !== column),
  });
  if (sort.endsWith("received_on"))
    return { from: "payment AS t INDEXED BY payment_received_on", id: "t.id", order, ...serve("received_on") };
  if (asked.invoice !== undefined)
    return {
      from: `payment_allocation AS a INDEXED BY payment_allocation_invoice CROSS JOIN payment AS t ON t.id = a.payment_id`,
      id: "a.payment_id",
      order,
      served: [{ sql: "a.invoice_id = ?", values: [asked.invoice] }],
      filter: conditions,
    };
  if (asked.client !== undefined)
    return { from: "payment AS t INDEXED BY payment_client", id: "t.id", order, ...serve("client_id") };
  return { from: "payment AS t", id: "t.id", order, served: [], filter: conditions };
}

function conditionsOf(db: Database.Database, asked: PaymentList): (Condition & { column: string })[] {
  const conditions: (Condition & { column: string })[] = [];
  const add = (column: string, sql: string, ...values: (Value | undefined)[]) => {
    if (values.every((value) => value !== undefined)) conditions.push({ column, sql, values });
  };
  add("client_id", "t.client_id = ?", asked.client);
  if (asked.q !== undefined) conditions.push({ column: "q", ...wordsIn(db, asked.q) });
  add("currency", "t.currency = ?", asked.currency);
  add("method", "t.method = ?", asked.method);
  add("received_on", "t.received_on >= ?", asked.received_from);
  add("received_on", "t.received_on <= ?", asked.received_to);
  if (asked.reversed !== undefined) add("reversed", "t.reversed = ?", asked.reversed ? 1 : 0);
  const left = "(t.reversed = 0 AND t.allocated_minor < t.amount_minor)";
  if (asked.unallocated !== undefined) add("unallocated", asked.unallocated ? left : `NOT ${left}`);
  return conditions;
}

function wordsIn(db: Database.Database, q: string): Condition {
  const reference = { sql: "t.reference LIKE ? ESCAPE '\\'", values: [anywhere(q)] };
  const match = matchIn(db, "client", q);
  if (match === null) return reference;
  const client = "t.client_id IN (SELECT s.rowid FROM client_search AS s WHERE client_search MATCH ?)";
  return { sql: `(${reference.sql} OR ${client})`, values: [...reference.values, match] };
}

/** A payment with its allocations, and the numbers of their invoices; undefined if there is none. */
export function paymentById(db: Database.Database, id: StreamId): PaymentWithAllocations | undefined {
  return db.transaction(() => {
    const row = prepared<[number], Row<"payment">>(db, "SELECT * FROM payment WHERE id = ?").get(id);
    const allocations = prepared<[number], PaymentWithAllocations["allocations"][number]>(
      db,
      `SELECT a.n, a.invoice_id, a.amount_minor, i.number
       FROM payment_allocation AS a CROSS JOIN invoice AS i ON i.id = a.invoice_id
       WHERE a.payment_id = ? ORDER BY a.n`,
    );
    return row && { ...row, allocations: allocations.all(id) };
  })();
}
