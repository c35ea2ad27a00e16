/** Lists of invoices and credit notes, and one with all its parts. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { INVOICE_KINDS } from "../../events/business/invoice.ts";
import type { StreamId } from "../../events/sequence.ts";
import { streamId } from "../../events/values/schema.ts";
import type { Row } from "../tables/tables.ts";
import { type ActivityRow, activityOfStreams } from "./activity.ts";
import { streamsAbout } from "./history.ts";
import { INVOICE_COLUMNS } from "./invoice-rows.ts";
import {
  type AllIds,
  allIds,
  type Condition,
  type List,
  listIds,
  type Page,
  pageWords,
  rowsInOrder,
  type Value,
} from "./list.ts";
import { currencyWord, dayWord, flagWord, numberWord, orderOf, sortWord } from "./list-words.ts";
import { prepare } from "./prepared.ts";
import { matchIn } from "./search.ts";

const SORTS = ["id", "issued_on", "due_on", "gross_minor", "number"] as const;
type Sort = (typeof SORTS)[number];

const amount = () => numberWord(z.int());

/** The filters of a list of invoices. Ranges of dates and amounts include both ends. */
export const invoiceList = z.strictObject({
  q: z.string().max(200).optional().describe("Words in number, buyer, notes, references or lines; newest first."),
  status: z.enum(["draft", "issued", "void", "discarded"]).optional().describe("Default: all but discarded drafts."),
  kind: z.enum(INVOICE_KINDS).optional().describe("Only this kind."),
  client: numberWord(streamId()).optional().describe("Only of this client."),
  currency: currencyWord().optional().describe("ISO 4217."),
  open: flagWord().optional().describe("true: issued, with a balance that is not zero."),
  overdue: flagWord().optional().describe("true: open invoices with a due date before today."),
  issued_from: dayWord().optional().describe("Issued on this day or later."),
  issued_to: dayWord().optional().describe("Issued on this day or earlier."),
  due_from: dayWord().optional().describe("Due on this day or later."),
  due_to: dayWord().optional().describe("Due on this day or earlier."),
  gross_min: amount().optional().describe("At least this gross amount, in minor units of any currency."),
  gross_max: amount().optional().describe("At most this gross amount, in minor units of any currency."),
  sort: sortWord(SORTS)
    .optional()
    .describe(
      "A column; `-` for descending order. Leaves out rows without a value in it. Default: by the filters, else -id.",
    ),
  ...pageWords,
});
type InvoiceList = z.output<typeof invoiceList>;
type Filter = Omit<InvoiceList, "limit" | "cursor">;

const SELECT_ROWS = `SELECT ${INVOICE_COLUMNS} FROM invoice AS i WHERE i.id IN (SELECT value FROM json_each(?))`;

/**
 * A page of invoices.
 *
 * @param options.today the day to which `overdue` refers
 * @throws ZodError for a cursor of another list, or for `q` with an order other than by id
 */
export function listInvoices(
  db: Database.Database,
  filter: InvoiceList,
  { today, maxScanned }: { today: string; maxScanned?: number },
): Page<Row<"invoice">> {
  const list = listOf(db, filter, today);
  if (list === null) return { rows: [], next: null };
  const { limit, cursor } = filter;
  const { rows, next } = listIds(db, list, { limit, cursor, ...(maxScanned !== undefined && { maxScanned }) });
  return { rows: invoicesByIds(db, rows), next };
}

/** The ids of a whole list, in its order. @throws ZodError as `listInvoices` */
export function listInvoiceIds(
  db: Database.Database,
  filter: Filter,
  { today, max }: { today: string; max: number },
): AllIds {
  const list = listOf(db, filter, today);
  return list === null ? { ids: [], shortened: false } : allIds(db, list, max);
}

/** These invoices, in this order. Unknown ids are left out. */
export function invoicesByIds(db: Database.Database, ids: readonly StreamId[]): Row<"invoice">[] {
  return rowsInOrder<Row<"invoice">>(db, SELECT_ROWS, ids, ({ id }) => id);
}

/** Null if `q` contains no word to search for. */
function listOf(db: Database.Database, filter: Filter, today: string): List | null {
  const match = filter.q === undefined ? undefined : matchIn(db, "invoice", filter.q);
  if (match === null) return null;
  return match === undefined ? walkOf(filter, today) : searchOf(filter, match, today);
}

/** Walks the index that serves the order and most of the conditions, and filters by the rest. */
function walkOf(filter: Filter, today: string): List {
  const sort = filter.sort ?? defaultSort(filter);
  const order = orderOf(sort, { integers: ["gross_minor"] });
  const column = sort.replace("-", "") as Sort;
  const conditions = conditionsOf(filter, today);
  const index = indexFor(column, filter);
  const served = conditions.filter(({ column: of }) => index.serves.includes(of));
  return {
    from: index.name === null ? "invoice AS t" : `invoice AS t INDEXED BY ${index.name}`,
    id: "t.id",
    order,
    served: [...served, ...index.needs.map((sql) => ({ sql, values: [] }))],
    filter: conditions.filter((condition) => !served.includes(condition)),
  };
}

/** Search results come newest first, by id. Any other order would need a sort. */
function searchOf(filter: Filter, match: string, today: string): List {
  const sort = filter.sort ?? "-id";
  if (sort !== "id" && sort !== "-id")
    throw new z.ZodError([{ code: "custom", path: ["sort"], message: "with q, sort must be id or -id", input: sort }]);
  return {
    from: "invoice_search AS s CROSS JOIN invoice AS t ON t.id = s.rowid",
    id: "s.rowid",
    order: orderOf(sort),
    served: [{ sql: "invoice_search MATCH ?", values: [match] }],
    filter: conditionsOf(filter, today),
  };
}

/** The default order for a filter. */
function defaultSort({ open, overdue, issued_from, issued_to, due_from, due_to, gross_min, gross_max }: Filter) {
  if (open || overdue || due_from !== undefined || due_to !== undefined) return "due_on";
  if (issued_from !== undefined || issued_to !== undefined) return "-issued_on";
  if (gross_min !== undefined || gross_max !== undefined) return "-gross_minor";
  return "-id";
}

const IS_OPEN = "t.status = 'issued' AND t.gross_minor - t.prepaid_minor <> t.paid_minor";

interface Index {
  name: string | null;
  /** The columns whose conditions the index serves. */
  serves: readonly string[];
  /** The condition of a partial index, which the query must repeat. */
  needs: readonly string[];
}

function indexFor(sort: Sort, filter: Filter): Index {
  const client = filter.client !== undefined;
  switch (sort) {
    case "number":
      return { name: "invoice_number", serves: ["number"], needs: ["t.number IS NOT NULL"] };
    case "gross_minor":
      return { name: "invoice_gross", serves: ["gross_minor"], needs: [] };
    case "issued_on":
      return client
        ? { name: "invoice_client_issued_on", serves: ["client_id", "issued_on"], needs: [] }
        : { name: "invoice_issued_on", serves: ["issued_on"], needs: [] };
    case "due_on":
      return filter.open || filter.overdue
        ? { name: "invoice_open", serves: ["due_on", "open"], needs: [] }
        : { name: "invoice_due_on", serves: ["due_on"], needs: [] };
    case "id":
      if (client) return { name: "invoice_client", serves: ["client_id"], needs: [] };
      if (filter.status !== undefined && filter.status !== "issued")
        return { name: "invoice_not_issued", serves: ["status"], needs: ["t.status <> 'issued'"] };
      if (filter.kind === "credit_note") return { name: "invoice_credit_note", serves: ["kind"], needs: [] };
      return { name: null, serves: [], needs: [] };
  }
}

type ColumnCondition = Condition & { column: string };

function conditionsOf(filter: Filter, today: string): ColumnCondition[] {
  const conditions: ColumnCondition[] = [];
  const add = (column: string, sql: string, ...values: (Value | undefined)[]) => {
    if (values.every((value) => value !== undefined)) conditions.push({ column, sql, values });
  };
  if (filter.status === undefined) add("all but discarded", "t.status <> 'discarded'");
  add("status", "t.status = ?", filter.status);
  // A literal, so that SQLite can use the partial index.
  if (filter.kind === "credit_note") add("kind", "t.kind = 'credit_note'");
  else add("kind", "t.kind = ?", filter.kind);
  add("client_id", "t.client_id = ?", filter.client);
  add("currency", "t.currency = ?", filter.currency);
  if (filter.open || filter.overdue) add("open", `(${IS_OPEN})`);
  if (filter.open === false) add("closed", `NOT (${IS_OPEN})`);
  if (filter.overdue) {
    add("overdue", "t.kind = 'invoice'");
    add("due_on", "t.due_on < ?", today);
  }
  if (filter.overdue === false)
    add("not overdue", `(${IS_OPEN} AND t.kind = 'invoice' AND t.due_on < ?) IS NOT TRUE`, today);
  add("issued_on", "t.issued_on >= ?", filter.issued_from);
  add("issued_on", "t.issued_on <= ?", filter.issued_to);
  add("due_on", "t.due_on >= ?", filter.due_from);
  add("due_on", "t.due_on <= ?", filter.due_to);
  add("gross_minor", "t.gross_minor >= ?", filter.gross_min);
  add("gross_minor", "t.gross_minor <= ?", filter.gross_max);
  return conditions;
}

/** A row without the id of its invoice. */
type PartOf<R> = Omit<R, "invoice_id">;

export interface WholeInvoice extends Row<"invoice"> {
  parties: PartOf<Row<"invoiceParty">>[];
  lines: PartOf<Row<"invoiceLine">>[];
  adjustments: PartOf<Row<"invoiceAdjustment">>[];
  taxes: PartOf<Row<"invoiceTax">>[];
  /** For a credit note: its allocations. */
  credit_allocations: Omit<Row<"creditAllocation">, "credit_note_id">[];
  /** Payments that are allocated to it. */
  payments: InvoicePayment[];
  /** Credit notes that are applied to it. */
  credits: InvoiceCredit[];
}

type InvoicePayment = Pick<Row<"paymentAllocation">, "payment_id" | "amount_minor"> &
  Pick<Row<"payment">, "received_on" | "method" | "reference">;
type InvoiceCredit = Pick<Row<"creditAllocation">, "credit_note_id" | "amount_minor"> &
  Pick<Row<"invoice">, "number" | "issued_on">;

const SELECT_ROW = `SELECT ${INVOICE_COLUMNS} FROM invoice AS i WHERE i.id = ?`;

/** An invoice with its parts and everything allocated to it; undefined if there is no such invoice. */
export function invoiceById(db: Database.Database, id: StreamId): WholeInvoice | undefined {
  return db.transaction(() => {
    const row = prepare<[number], Row<"invoice">>(db, SELECT_ROW).get(id);
    return row && { ...row, ...partsOf(db, id) };
  })();
}

function partsOf(db: Database.Database, id: StreamId): Omit<WholeInvoice, keyof Row<"invoice">> {
  const children = <R extends { invoice_id: number }>(table: string): Omit<R, "invoice_id">[] =>
    prepare<[number], R>(db, `SELECT * FROM ${table} WHERE invoice_id = ? ORDER BY n`)
      .all(id)
      .map(({ invoice_id: _, ...rest }) => rest);
  return {
    parties: children<Row<"invoiceParty">>("invoice_party"),
    lines: children<Row<"invoiceLine">>("invoice_line"),
    adjustments: children<Row<"invoiceAdjustment">>("invoice_adjustment"),
    taxes: children<Row<"invoiceTax">>("invoice_tax"),
    credit_allocations: prepare<[number], Omit<Row<"creditAllocation">, "credit_note_id">>(
      db,
      "SELECT n, invoice_id, amount_minor FROM credit_allocation WHERE credit_note_id = ? ORDER BY n",
    ).all(id),
    payments: prepare<[number], InvoicePayment>(
      db,
      `SELECT a.payment_id, a.amount_minor, p.received_on, p.method, p.reference
       FROM payment_allocation AS a CROSS JOIN payment AS p ON p.id = a.payment_id
       WHERE a.invoice_id = ? ORDER BY a.payment_id`,
    ).all(id),
    credits: prepare<[number], InvoiceCredit>(
      db,
      `SELECT a.credit_note_id, a.amount_minor, c.number, c.issued_on
       FROM credit_allocation AS a CROSS JOIN invoice AS c ON c.id = a.credit_note_id
       WHERE a.invoice_id = ? ORDER BY a.credit_note_id`,
    ).all(id),
  };
}

/** The events of an invoice and of its payments and credit notes; undefined if there is no such invoice. */
export function historyOfInvoice(db: Database.Database, id: StreamId): ActivityRow[] | undefined {
  return db.transaction(() => {
    if (!prepare<[number], object>(db, "SELECT id FROM invoice WHERE id = ?").get(id)) return undefined;
    return activityOfStreams(db, [id, ...streamsAbout(db, id)]);
  })();
}
