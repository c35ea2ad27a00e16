/** Open items: the documents that are not settled, and the payments that are not used up, or that were not until a day. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { daysBetween } from "../../../events/values/calendar.ts";
import { streamId } from "../../../events/values/schema.ts";
import type { Row } from "../../tables/tables.ts";
import { type Condition, type List, listIds, type Page, pageWords } from "../list.ts";
import { columnOf, currencyWord, numberWord, orderBy, orderOf, sortWord } from "../list-words.ts";
import { prepare, prepareValue } from "../prepared.ts";
import { checkClient, type Dated, datedOf, datedWords } from "./dated.ts";

export const openItems = z.strictObject({
  client: numberWord(streamId()).optional().describe("Only of this client; sorted by issue date."),
  currency: currencyWord().optional().describe("ISO 4217: only in this currency."),
  ...datedWords,
  sort: sortWord(["due_on", "issued_on"])
    .optional()
    .describe("Documents first, then payments by the day of receipt. Default: due_on; with client: issued_on."),
  ...pageWords,
});
type OpenItems = z.output<typeof openItems>;

/** An invoice or credit note that is not settled, or a payment that is not used up. */
export interface OpenItemRow {
  /** The document or payment. */
  id: StreamId;
  kind: Row<"invoice">["kind"] | "payment";
  /** The document's number, or the payment's reference. */
  number: string | null;
  client_id: StreamId;
  /** The client's current name. */
  client_name: string;
  currency: string;
  /** The issue date, or the day of receipt. YYYY-MM-DD */
  issued_on: string;
  due_on: string | null;
  /** The whole amount: negative for a credit note or payment. */
  total_minor: number;
  /** What the client owes for it. */
  open_minor: number;
  /** What is left of the client's credit. */
  credit_minor: number;
  /** What is open, less the credit. */
  balance_minor: number;
  /** Days after the due date on the day of the report; null: not overdue. */
  days_overdue: number | null;
}

/** A part of the open items. */
export interface OpenItemsPart {
  /** Documents or payments. */
  of: "documents" | "payments";
  /** What clients owe, or their credit. */
  side: "open" | "credit";
  /** Due dates, both ends included; null: unlimited. A document without one counts as due after every day. */
  due?: { from: string | null; to: string | null };
}

/**
 * @param today YYYY-MM-DD
 * @param part default: everything
 * @throws ZodError as `checkClient` and `listIds`, and for a client with another order
 */
export function listOpenItems(
  db: Database.Database,
  query: OpenItems,
  today: string,
  part?: OpenItemsPart,
): Page<OpenItemRow> {
  const { client, dated_until } = query;
  const sort = query.sort ?? (client === undefined ? "due_on" : "issued_on");
  if (client !== undefined && columnOf(sort) !== "issued_on")
    throw new z.ZodError([
      { code: "custom", path: ["sort"], message: "with client, sort must be issued_on or -issued_on", input: sort },
    ]);
  return db.transaction(() => {
    checkClient(db, client);
    const dated = datedOf(db, query);
    const lists = listsOf(query, sort, dated);
    const { rows, next } = listIds(db, part ? partOf(lists, part, dated) : lists, query);
    return { rows: rowsOf(db, rows, { dated, day: dated_until ?? today }), next };
  })();
}

/** The sum of the postings about a document or payment, with the day as a question mark; null without any. */
function sumSql(of: "open" | "credit", id: string): string {
  const amount = of === "open" ? "p.open_minor" : "p.credit_minor";
  return `SELECT sum(${amount}) FROM posting AS p INDEXED BY posting_${of}
    WHERE p.${of === "open" ? "document_id" : "credit_id"} = ${id} AND ${amount} <> 0 AND p.dated_on <= ?`;
}

const OPEN = `(${sumSql("open", "t.id")})`;
const CREDIT = `(${sumSql("credit", "t.id")})`;

type Sort = NonNullable<OpenItems["sort"]>;

/** Documents, then payments. */
function listsOf({ client, currency }: OpenItems, sort: Sort, dated: Dated): List[] {
  const { until } = dated;
  const own: Condition[] = currency === undefined ? [] : [{ sql: "t.currency = ?", values: [currency] }];
  const ofClient: Condition[] = client === undefined ? [] : [{ sql: "t.client_id = ?", values: [client] }];
  const open: Condition = dated.isAll
    ? { sql: "t.status = 'issued' AND t.gross_minor - t.prepaid_minor + t.rounding_minor <> t.paid_minor", values: [] }
    : { sql: `(${OPEN} <> 0 OR ${CREDIT} <> 0)`, values: [until, until] };
  const byDue = columnOf(sort) === "due_on";
  // A partial index has only the documents that are open in the end.
  const isServed = byDue && dated.isAll;
  const index =
    client !== undefined ? "invoice_client_issued_on" : isServed ? "invoice_open" : `invoice_${columnOf(sort)}`;
  return [
    {
      part: "documents",
      from: { table: "invoice", alias: "t", index },
      id: "t.id",
      order: orderOf(sort),
      served: [...ofClient, ...(isServed ? [open] : issuedUntil(dated, byDue))],
      filter: [...own, ...(isServed ? [] : [open])],
    },
    {
      part: "payments",
      from: {
        table: "payment",
        alias: "t",
        index: client === undefined ? "payment_received_on" : "payment_client",
      },
      id: "t.id",
      order:
        client === undefined
          ? orderOf(sort, { keys: { due_on: "t.received_on", issued_on: "t.received_on" } })
          : orderBy(sort, []),
      served: ofClient,
      filter: [...own, { sql: `${CREDIT} <> 0`, values: [until] }],
    },
  ];
}

function partOf(lists: readonly List[], { of, side, due }: OpenItemsPart, dated: Dated): List[] {
  const amount = side === "open" ? OPEN : CREDIT;
  const filter: Condition[] = [{ sql: `${amount} <> 0`, values: [dated.until] }];
  const { from = null, to = null } = due ?? {};
  if (from !== null)
    filter.push({ sql: `(t.due_on >= ?${to === null ? " OR t.due_on IS NULL" : ""})`, values: [from] });
  if (to !== null) filter.push({ sql: "t.due_on <= ?", values: [to] });
  return lists.filter(({ part }) => part === of).map((list) => ({ ...list, filter: [...list.filter, ...filter] }));
}

/** What an index by issue date leaves out: documents that are issued later. */
function issuedUntil({ until }: Dated, byDue: boolean): Condition[] {
  return byDue ? [] : [{ sql: "t.issued_on <= ?", values: [until] }];
}

type Item = Omit<OpenItemRow, "client_name" | "balance_minor" | "days_overdue">;

function rowsOf(
  db: Database.Database,
  ids: readonly StreamId[],
  { dated: { until }, day }: { dated: Dated; day: string },
): OpenItemRow[] {
  const items = prepare<[object], Omit<Item, "open_minor" | "credit_minor">>(
    db,
    `SELECT id, kind, number, client_id, currency, issued_on, due_on,
       CASE kind WHEN 'invoice' THEN gross_minor ELSE -gross_minor END AS total_minor
     FROM invoice WHERE id IN (SELECT value FROM json_each(:ids))
     UNION ALL
     SELECT id, 'payment', reference, client_id, currency, received_on, NULL, -amount_minor
     FROM payment WHERE id IN (SELECT value FROM json_each(:ids))`,
  ).all({ ids: JSON.stringify(ids) });
  const byId = new Map(items.map((item) => [item.id, item]));
  const name = prepareValue<[number], string>(db, "SELECT name FROM client WHERE id = ?");
  const openOf = prepareValue<unknown[], number | null>(db, sumSql("open", "?"));
  const creditOf = prepareValue<unknown[], number | null>(db, sumSql("credit", "?"));
  return ids.flatMap((id): OpenItemRow[] => {
    const item = byId.get(id);
    const open_minor = openOf.get(id, until) ?? 0;
    const credit_minor = creditOf.get(id, until) ?? 0;
    if (!item) return [];
    const isOverdue = open_minor !== 0 && item.due_on !== null && item.due_on < day;
    return [
      {
        ...item,
        client_name: name.get(item.client_id) ?? "",
        open_minor,
        credit_minor,
        balance_minor: open_minor - credit_minor,
        days_overdue: isOverdue ? daysBetween(item.due_on ?? day, day) : null,
      },
    ];
  });
}
