/**
 * What is open until a day: the SQL that other reports add up. What clients owe is open by document; what the company owes
 * them is the credit of a source: the rest of a payment, or a document below zero. If nothing is left out, the tables of the
 * state have it; else it is the sum of postings. What a document states since it was issued, and a payment since it was
 * received, never changes, so it is read from `main` at any moment, too.
 */
import type Database from "better-sqlite3";
import { prepareValue } from "../prepared.ts";
import { type Dated, IS_DATED } from "./dated.ts";

/** The client and currency of a report; absent: all. */
export interface AccountFilter {
  client?: number | undefined;
  currency?: string | undefined;
}

/** True for a document that a client owes: an invoice above zero, or a credit note below zero. Of `i`. */
export const IS_OWED = "(i.kind = 'invoice') = (i.gross_minor + i.rounding_minor > i.prepaid_minor)";
/** What is left of a document, never negative. Of `i`. */
export const REST = "abs(i.gross_minor - i.prepaid_minor + i.rounding_minor - i.paid_minor)";
/** True for a document with something left. Of `i`. */
export const IS_OPEN = "i.status = 'issued' AND i.gross_minor - i.prepaid_minor + i.rounding_minor <> i.paid_minor";

/** The named values of the SQL below. */
export function valuesAt({ until, isAll }: Dated, { client, currency }: AccountFilter = {}) {
  return {
    ...(!isAll && { until }),
    ...(client !== undefined && { client }),
    ...(currency !== undefined && { currency }),
  };
}

/**
 * The open documents: `id`, `client_id`, `currency`, `due_on`, `open_minor`. Each is read once, in no order.
 *
 * @param condition of `rangesOf`, if something is left out
 */
export function openDocumentsSql({ isAll }: Dated, filter: AccountFilter = {}, condition = ""): string {
  const own = conditionsOf(filter);
  if (isAll)
    return `SELECT i.id, i.client_id, i.currency, i.due_on, ${REST} AS open_minor
      FROM invoice AS i INDEXED BY ${indexOf(filter)} WHERE ${[IS_OPEN, IS_OWED, ...own].join(" AND ")}`;
  return `SELECT i.id, i.client_id, i.currency, i.due_on, s.open_minor
    FROM (${sumsSql("document_id", filter.client, condition)}) AS s CROSS JOIN main.invoice AS i ON i.id = s.id
    ${own.length === 0 ? "" : `WHERE ${own.join(" AND ")}`}`;
}

function conditionsOf({ client, currency }: AccountFilter): string[] {
  return [
    ...(client === undefined ? [] : ["i.client_id = :client"]),
    ...(currency === undefined ? [] : ["i.currency = :currency"]),
  ];
}

function indexOf({ client }: AccountFilter): string {
  return client === undefined ? "invoice_open" : "invoice_client";
}

/** The sources with credit: `id`, `client_id`, `currency`, `is_document`, `credit_minor`. If something is left out. */
export function creditsSql({ client, currency }: AccountFilter = {}, condition = ""): string {
  const own = [
    ...(client === undefined ? [] : ["coalesce(i.client_id, y.client_id) = :client"]),
    ...(currency === undefined ? [] : ["coalesce(i.currency, y.currency) = :currency"]),
  ];
  const conditions = own.length === 0 ? "" : ` WHERE ${own.join(" AND ")}`;
  return `SELECT s.id, coalesce(i.client_id, y.client_id) AS client_id, coalesce(i.currency, y.currency) AS currency,
      i.id IS NOT NULL AS is_document, s.credit_minor
    FROM (${sumsSql("credit_id", client, condition)}) AS s
    LEFT JOIN main.invoice AS i ON i.id = s.id LEFT JOIN main.payment AS y ON y.id = s.id${conditions}`;
}

/** Documents with credit, if nothing is left out: `id`, `currency`, `credit_minor`. */
export function allCreditDocumentsSql(filter: AccountFilter = {}): string {
  return `SELECT i.id, i.currency, ${REST} AS credit_minor FROM invoice AS i INDEXED BY ${indexOf(filter)}
    WHERE ${[IS_OPEN, `NOT (${IS_OWED})`, ...conditionsOf(filter)].join(" AND ")}`;
}

/** What postings are about: a document that is open, or a source of credit. */
type About = "document_id" | "credit_id";
const SUMS = {
  document_id: { amount: "open_minor", index: "posting_open" },
  credit_id: { amount: "credit_minor", index: "posting_credit" },
} as const;

/** The sums of postings by what they are about, those that are not zero. */
function sumsSql(of: About, client: number | undefined, condition: string): string {
  const { amount, index } = SUMS[of];
  const own = client === undefined ? "" : "p.client_id = :client AND ";
  return `SELECT p.${of} AS id, sum(p.${amount}) AS ${amount}
    FROM posting AS p INDEXED BY ${client === undefined ? index : "posting_client"}
    WHERE ${own}p.${amount} <> 0 AND ${IS_DATED}${condition && ` AND ${condition}`}
    GROUP BY p.${of} HAVING sum(p.${amount}) <> 0`;
}

/** Documents or sources with consecutive ids: a condition for the SQL above, and its named values. */
interface IdRange {
  condition: string;
  values: { after?: number; last?: number };
}

/** Cuts what postings are about into ranges with about so many postings. What one client has is one range. */
export function* rangesOf(
  db: Database.Database,
  of: About,
  { postings, client }: { postings: number; client: number | undefined },
): Generator<IdRange> {
  if (client !== undefined) return yield { condition: "", values: {} };
  const { amount, index } = SUMS[of];
  const lastAfter = prepareValue<[number, number], number>(
    db,
    `SELECT p.${of} FROM posting AS p INDEXED BY ${index} WHERE p.${amount} <> 0 AND p.${of} > ?
     ORDER BY p.${of} LIMIT 1 OFFSET ?`,
  );
  const condition = `p.${of} > :after AND p.${of} <= :last`;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const last = lastAfter.get(after, postings - 1);
    yield { condition, values: { after, last: last ?? Number.MAX_SAFE_INTEGER } };
    after = last;
  }
}
