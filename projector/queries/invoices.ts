/** Lists of invoices and credit notes, and one with all its parts. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { INVOICE_KINDS } from "../../events/business/invoice.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import type { Buyer, Seller } from "../../events/document/party.ts";
import type { StreamId } from "../../events/sequence.ts";
import { streamId } from "../../events/values/schema.ts";
import { buyerOf, furtherOfDocument, sellerOf } from "../stated/further.ts";
import { type StatedRows, statedRows } from "../stated/stated-rows.ts";
import { INVOICE_COLUMNS } from "../tables/invoice-rows.ts";
import { columnList, type RowOf, type Table } from "../tables/table.ts";
import { type Row, TABLES } from "../tables/tables.ts";
import { INVOICE_PARTY } from "../tables/views.ts";
import { type ActivityRow, activityOfStreams } from "./activity.ts";
import { homeCurrencyOf } from "./currencies.ts";
import { defaultInvoiceSort } from "./default-sort.ts";
import { streamsAbout } from "./history.ts";
import { type ColumnCondition, IS_DEBIT, IS_OPEN, listsInOrder, SORTS } from "./invoice-orders.ts";
import { type AllIds, allIds, type List, listIds, type Page, pageWords, rowsInOrder, type Value } from "./list.ts";
import { currencyWord, dayWord, flagWord, numberWord, sortWord } from "./list-words.ts";
import { prepare } from "./prepared.ts";
import { HOW_TO_SEARCH, listsFound, searchInvoices, sortOfSearch } from "./search.ts";

const amount = () => numberWord(z.int());

/** The filters of a list of invoices. Ranges of dates and amounts include both ends. */
export const invoiceList = z.strictObject({
  q: z
    .string()
    .max(200)
    .optional()
    .describe(`${HOW_TO_SEARCH} Number, buyer or a draft's client, notes, references, lines, gross amount.`),
  status: z
    .enum(["draft", "issued", "cancelled", "void", "discarded"])
    .optional()
    .describe(
      "Default: all but discarded drafts. cancelled: issued invoices that a credit note cancels; issued: these too.",
    ),
  kind: z.enum(INVOICE_KINDS).optional().describe("Only this kind."),
  client: numberWord(streamId()).optional().describe("Only of this client."),
  currency: currencyWord()
    .optional()
    .describe("ISO 4217. Default, with gross_min or gross_max: the organization's currency."),
  open: flagWord().optional().describe("true: issued, with a balance that is not zero."),
  owed: flagWord().optional().describe("true: open, and owed by the client; false: open, and credit of the client."),
  overdue: flagWord().optional().describe("true: open and owed by the client, with a due date before today."),
  issued_from: dayWord().optional().describe("Issued on this day or later."),
  issued_to: dayWord().optional().describe("Issued on this day or earlier."),
  due_from: dayWord().optional().describe("Due on this day or later."),
  due_to: dayWord().optional().describe("Due on this day or earlier."),
  gross_min: amount().optional().describe("At least this gross amount, in minor units of `currency`."),
  gross_max: amount().optional().describe("At most this gross amount, in minor units of `currency`."),
  sort: sortWord(SORTS)
    .optional()
    .describe(
      [
        "A column; `-` for descending order. Leaves out rows without a value in it.",
        "Amounts are sorted within each currency, the organization's first.",
        "client: by the client's current name; status: drafts, open by due date, settled, void.",
        "Default: by the filters, else -id; with q: exact matches first, then -id.",
      ].join(" "),
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

/** Null if `q` contains nothing to search for. */
function listOf(db: Database.Database, given: Filter, today: string): List | List[] | null {
  const filter = withCurrency(db, given);
  const { q, sort, status } = filter;
  if (q === undefined) return listsInOrder(db, sort ?? defaultInvoiceSort(filter), filter, conditionsOf(filter, today));
  const found = searchInvoices(db, q, { discarded: status === "discarded" });
  return found && listsFound("invoice", found, { sort: sortOfSearch(sort), filter: conditionsOf(filter, today) });
}

/** The filter with one currency, if it has a limit of an amount: amounts of different currencies do not compare. */
function withCurrency(db: Database.Database, filter: Filter): Filter {
  const { currency, gross_min, gross_max } = filter;
  if (currency !== undefined || (gross_min === undefined && gross_max === undefined)) return filter;
  return { ...filter, currency: homeCurrencyOf(db) };
}

function conditionsOf(filter: Filter, today: string): ColumnCondition[] {
  const conditions: ColumnCondition[] = [];
  const add = (column: string, sql: string, ...values: (Value | undefined)[]) => {
    if (values.every((value) => value !== undefined)) conditions.push({ column, sql, values });
  };
  if (filter.status === undefined) add("all but discarded", "t.status <> 'discarded'");
  // A literal, so that SQLite can use the partial index.
  if (filter.status === "cancelled") add("cancelled", "t.cancelled_by_id IS NOT NULL");
  else add("status", "t.status = ?", filter.status);
  // A literal, so that SQLite can use the partial index.
  if (filter.kind === "credit_note") add("kind", "t.kind = 'credit_note'");
  else add("kind", "t.kind = ?", filter.kind);
  add("client_id", "t.client_id = ?", filter.client);
  add("currency", "t.currency = ?", filter.currency);
  if (filter.open || filter.overdue || filter.owed !== undefined) add("open", `(${IS_OPEN})`);
  if (filter.open === false) add("closed", `NOT (${IS_OPEN})`);
  if (filter.overdue) {
    add("overdue", IS_DEBIT);
    add("due_on", "t.due_on < ?", today);
  }
  if (filter.overdue === false) add("not overdue", `(${IS_OPEN} AND ${IS_DEBIT} AND t.due_on < ?) IS NOT TRUE`, today);
  if (filter.owed !== undefined) add("owed", filter.owed ? IS_DEBIT : `NOT (${IS_DEBIT})`);
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
  /** What it states beyond the usual, as a draft takes it; null: nothing. */
  more: InvoiceContent["more"];
  /** `more`: what they state beyond the usual; null: nothing. */
  parties: (PartOf<RowOf<typeof INVOICE_PARTY>> & { more: Seller["more"] | Buyer["more"] })[];
  lines: (PartOf<Row<"invoiceLine">> & Pick<InvoiceContent["lines"][number], "more">)[];
  adjustments: PartOf<Row<"invoiceAdjustment">>[];
  taxes: PartOf<Row<"invoiceTax">>[];
  /** How it was delivered, as far as it was recorded. */
  deliveries: PartOf<Row<"documentDelivery">>[];
  /** For a credit note: its allocations. */
  credit_allocations: Omit<Row<"creditAllocation">, "credit_note_id">[];
  /** Payments that are allocated to it. */
  payments: InvoicePayment[];
  /** Credit notes that are applied to it. */
  credits: InvoiceCredit[];
}

type InvoicePayment = Pick<Row<"paymentAllocation">, "payment_id" | "amount_minor" | "allocated_on"> &
  Pick<Row<"payment">, "received_on" | "method" | "reference">;
type InvoiceCredit = Pick<Row<"creditAllocation">, "credit_note_id" | "amount_minor" | "allocated_on"> &
  Pick<Row<"invoice">, "kind" | "number" | "issued_on">;

const SELECT_ROW = `SELECT ${INVOICE_COLUMNS} FROM invoice AS i WHERE i.id = ?`;

/** An invoice with its parts and everything allocated to it; undefined if there is no such invoice. */
export function invoiceById(db: Database.Database, id: StreamId): WholeInvoice | undefined {
  return db.transaction(() => {
    const row = prepare<[number], Row<"invoice">>(db, SELECT_ROW).get(id);
    return row && { ...row, ...partsOf(db, row) };
  })();
}

/** @param n 1: the seller, 2: the buyer */
function furtherOfParty(rows: StatedRows, { seller_id, buyer_id }: Row<"invoice">, n: number) {
  if (n === 1) return seller_id === null ? null : sellerOf(rows, seller_id).more;
  return buyer_id === null ? null : buyerOf(rows, buyer_id).more;
}

/** The seller is first in the view of parties; at a moment, SQLite would sort the two in a temporary tree. */
const orderIn = (table: Table) => (table === INVOICE_PARTY ? "" : " ORDER BY n");

function partsOf(db: Database.Database, row: Row<"invoice">): Omit<WholeInvoice, keyof Row<"invoice">> {
  const { id } = row;
  const rows = statedRows(db);
  const { more, ofLines } = furtherOfDocument(rows, row);
  const children = <R extends { invoice_id: number }>(table: Table): Omit<R, "invoice_id">[] =>
    prepare<[number], R>(db, `SELECT ${columnList(table)} FROM ${table.name} WHERE invoice_id = ?${orderIn(table)}`)
      .all(id)
      .map(({ invoice_id: _, ...rest }) => rest);
  return {
    more,
    parties: children<RowOf<typeof INVOICE_PARTY>>(INVOICE_PARTY).map((party) => ({
      ...party,
      more: furtherOfParty(rows, row, party.n),
    })),
    lines: children<Row<"invoiceLine">>(TABLES.invoiceLine).map((line) => ({
      ...line,
      more: ofLines.get(line.n) ?? null,
    })),
    adjustments: children<Row<"invoiceAdjustment">>(TABLES.invoiceAdjustment),
    taxes: children<Row<"invoiceTax">>(TABLES.invoiceTax),
    deliveries: children<Row<"documentDelivery">>(TABLES.documentDelivery),
    credit_allocations: prepare<[number], Omit<Row<"creditAllocation">, "credit_note_id">>(
      db,
      "SELECT n, invoice_id, amount_minor, allocated_on FROM credit_allocation WHERE credit_note_id = ? ORDER BY n",
    ).all(id),
    payments: prepare<[number], InvoicePayment>(
      db,
      `SELECT a.payment_id, a.amount_minor, a.allocated_on, p.received_on, p.method, p.reference
       FROM payment_allocation AS a INDEXED BY payment_allocation_invoice JOIN main.payment AS p ON p.id = a.payment_id
       WHERE a.invoice_id = ? ORDER BY a.payment_id`,
    ).all(id),
    credits: prepare<[number], InvoiceCredit>(
      db,
      `SELECT a.credit_note_id, a.amount_minor, a.allocated_on, c.kind, c.number, c.issued_on
       FROM credit_allocation AS a INDEXED BY credit_allocation_invoice JOIN main.invoice AS c ON c.id = a.credit_note_id
       WHERE a.invoice_id = ? ORDER BY a.credit_note_id`,
    ).all(id),
  };
}

/**
 * The events of an invoice or payment, and of what settles, corrects or pays it out: payments, credit notes, refunds.
 *
 * @returns undefined if there is no such invoice or payment
 */
export function historyOf(
  db: Database.Database,
  table: "invoice" | "payment",
  id: StreamId,
): ActivityRow[] | undefined {
  return db.transaction(() => {
    if (!prepare<[number], object>(db, `SELECT id FROM ${table} WHERE id = ?`).get(id)) return undefined;
    return activityOfStreams(db, [id, ...streamsAbout(db, id)]);
  })();
}
