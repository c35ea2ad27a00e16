/**
 * The orders of a list of invoices, each as walks of indexes. Some orders are several lists that follow each other: one of
 * each currency, because amounts of different currencies do not compare, or one of each status.
 */
import type Database from "better-sqlite3";
import type { StreamId } from "../../events/sequence.ts";
import { NUMBER_ORDER } from "../tables/document-tables.ts";
import { currenciesHomeFirst } from "./currencies.ts";
import type { Condition, List } from "./list.ts";
import { columnOf, type Order, orderBy, orderByClient, orderOf } from "./list-words.ts";

export const SORTS = [
  "id",
  "issued_on",
  "due_on",
  "gross_minor",
  "number",
  "client",
  "status",
  "balance_minor",
] as const;
type InvoiceSort = `${"" | "-"}${(typeof SORTS)[number]}`;

export const IS_OPEN = "t.status = 'issued' AND t.gross_minor - t.prepaid_minor + t.rounding_minor <> t.paid_minor";
/** Of what is open: the client owes it, it is no credit. */
export const IS_DEBIT = "(t.kind = 'invoice') = (t.gross_minor + t.rounding_minor > t.prepaid_minor)";
const BALANCE = "t.gross_minor - t.prepaid_minor + t.rounding_minor - t.paid_minor";

/** The filters that decide which index serves an order. */
interface InvoiceFilter {
  status?: string | undefined;
  kind?: "invoice" | "credit_note" | undefined;
  client?: StreamId | undefined;
  currency?: string | undefined;
  open?: boolean | undefined;
  owed?: boolean | undefined;
  overdue?: boolean | undefined;
}

/** A condition on one column, or with a name of its own. */
export type ColumnCondition = Condition & { column: string };

/** An index, and what it serves. */
interface Walk {
  part?: string;
  /** Null: the table itself. */
  index: string | null;
  /** The columns whose conditions the index serves. */
  serves: readonly string[];
  /** The condition of a partial index, which the query must repeat; and others that the index serves. */
  needs?: readonly Condition[];
  /** Other conditions of this walk. */
  also?: readonly Condition[];
  order: Order;
}

/** The lists of a sort. @param conditions all conditions of the filter */
export function listsInOrder(
  db: Database.Database,
  sort: InvoiceSort,
  filter: InvoiceFilter,
  conditions: readonly ColumnCondition[],
): List[] {
  if (columnOf(sort) === "client" && filter.client === undefined) return [byClient(sort, conditions)];
  return walksOf(db, sort, filter).map(({ part, index, serves, needs = [], also = [], order }) => {
    const served = conditions.filter(({ column }) => serves.includes(column));
    return {
      ...(part !== undefined && { part }),
      from: { table: "invoice", alias: "t", index },
      id: "t.id",
      order,
      served: [...served, ...needs],
      filter: [...conditions.filter((condition) => !served.includes(condition)), ...also],
    };
  });
}

function walksOf(db: Database.Database, sort: InvoiceSort, filter: InvoiceFilter): Walk[] {
  const column = columnOf(sort);
  const client = filter.client !== undefined;
  switch (column) {
    case "number":
      return [
        { index: "invoice_number_order", serves: [], needs: [is("t.number IS NOT NULL")], order: numberOrder(sort) },
      ];
    case "gross_minor":
      return perCurrency(db, filter, (currency) => ({
        index: "invoice_gross",
        serves: ["gross_minor"],
        needs: [is("t.currency = ?", currency)],
        order: orderOf(sort, { integers: ["gross_minor"] }),
      }));
    case "balance_minor":
      return perCurrency(db, filter, (currency) => ({
        index: "invoice_balance",
        serves: ["open"],
        needs: [is("t.currency = ?", currency), is(IS_OPEN)],
        order: orderBy(sort, [{ sql: BALANCE, type: "integer" }]),
      }));
    case "issued_on":
      return client
        ? [{ index: "invoice_client_issued_on", serves: ["client_id", "issued_on"], order: orderOf(sort) }]
        : [{ index: "invoice_issued_on", serves: ["issued_on"], order: orderOf(sort) }];
    case "due_on":
      return filter.open || filter.overdue || filter.owed !== undefined
        ? [{ index: "invoice_open", serves: ["due_on", "open"], order: orderOf(sort) }]
        : [{ index: "invoice_due_on", serves: ["due_on"], order: orderOf(sort) }];
    case "status":
      // A cancelled invoice is issued.
      return byStatus(sort, filter.status === "cancelled" ? { ...filter, status: "issued" } : filter);
    case "client":
      return [{ index: "invoice_client", serves: ["client_id"], order: newestFirst(sort) }];
    case "id":
      return [{ ...byId(filter), order: orderOf(sort) }];
  }
}

/** The index that walks invoices by id. */
function byId(filter: InvoiceFilter): Omit<Walk, "order"> {
  if (filter.client !== undefined) return { index: "invoice_client", serves: ["client_id"] };
  if (filter.status === "cancelled") return { index: "invoice_cancelled", serves: ["cancelled"] };
  if (filter.status !== undefined && filter.status !== "issued")
    return { index: "invoice_not_issued", serves: ["status"], needs: [is("t.status <> 'issued'")] };
  if (filter.kind === "credit_note") return { index: "invoice_credit_note", serves: ["kind"] };
  return { index: null, serves: [] };
}

function numberOrder(sort: InvoiceSort): Order {
  const [beginning, digits, count] = NUMBER_ORDER.map((sql) => sql.replaceAll("number", "t.number"));
  return orderBy(sort, [
    { sql: beginning as string, type: "text" },
    { sql: digits as string, type: "integer" },
    { sql: count as string, type: "text" },
  ]);
}

/** The invoices of each client. */
const INVOICES = { table: "invoice", alias: "t", index: "invoice_client", on: "t.client_id = c.id" };

/** By the client's current name; the invoices of a client newest first. Leaves out drafts without a client. */
function byClient(sort: InvoiceSort, conditions: readonly ColumnCondition[]): List {
  return {
    // A client without invoices is an entry without one, so that many of them count as read.
    from: { table: "client", alias: "c", index: "client_sort_key", joins: INVOICES },
    id: "t.id",
    order: orderByClient(sort),
    served: [],
    filter: [is("t.id IS NOT NULL"), ...conditions],
    cost: 2, // The invoices of a client are far apart in the table.
  };
}

/**
 * Drafts, open invoices by due date (so the overdue ones come first), open credit notes, what is settled, and void ones:
 * as a user who works through the list needs them. Within a status, the order is the same in both directions.
 */
function byStatus(sort: InvoiceSort, filter: InvoiceFilter): Walk[] {
  const { status, kind, overdue, owed } = filter;
  const open = filter.open ?? (owed === undefined ? undefined : true);
  const order = newestFirst(sort);
  const notIssued = (part: string): Walk => ({
    part,
    index: "invoice_not_issued",
    serves: [],
    needs: [is("t.status <> 'issued'"), is("t.status = ?", part)],
    order,
  });
  const wants = (part: string) => (status ?? part) === part && (part === "issued" || !(open || overdue));
  const walks: Walk[] = [];
  if (wants("draft")) walks.push(notIssued("draft"));
  if (wants("issued") && open !== false && kind !== "credit_note")
    walks.push({
      part: "open",
      index: "invoice_open",
      serves: ["due_on", "open"],
      needs: [is(IS_OPEN)],
      also: [is("t.kind = 'invoice'")],
      order: { sort, keys: [{ sql: "t.due_on", type: "text", descending: false }], descending: false },
    });
  if (wants("issued") && open !== false && kind !== "invoice" && !overdue)
    walks.push({
      part: "credit",
      index: "invoice_credit_note",
      serves: ["kind"],
      needs: [is("t.kind = 'credit_note'")],
      also: [is(IS_OPEN)],
      order,
    });
  if (wants("issued") && !open && !overdue)
    walks.push({ part: "settled", ...byId(filter), also: [is(`t.status = 'issued' AND NOT (${IS_OPEN})`)], order });
  if (wants("void")) walks.push(notIssued("void"));
  if (status === "discarded") walks.push(notIssued("discarded"));
  return sort.startsWith("-") ? walks.reverse() : walks;
}

function newestFirst(sort: InvoiceSort): Order {
  return { sort, keys: [], descending: true };
}

/** One walk of the filter's currency; else one of each currency, the organization's first. */
function perCurrency(db: Database.Database, { currency }: InvoiceFilter, walkOf: (currency: string) => Walk): Walk[] {
  if (currency !== undefined) return [walkOf(currency)];
  return currenciesHomeFirst(db, "invoice").map((code) => ({ ...walkOf(code), part: code }));
}

function is(sql: string, ...values: string[]): Condition {
  return { sql, values };
}
