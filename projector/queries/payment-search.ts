/** Searches payments, which are found by their clients, too. */
import type Database from "better-sqlite3";
import { type Expression, parseSearch } from "../cache/search-input.ts";
import { defineMatching } from "../cache/search-matching.ts";
import { matchOf, orOfClients } from "../cache/word-match.ts";
import type { Condition } from "./list.ts";
import { momentOf } from "./moment.ts";
import { prepareValue } from "./prepared.ts";
import { clientIdsFound, clientsNamed, MAX_CLIENTS, MAX_EXACT, numberedExactly, seriesOf } from "./search.ts";
import { type FoundThen, foundPayments } from "./search-then.ts";

/** References are stored in parts, whatever their letters are. */
const ANY_PREFIX = [""];
/** Clients that FTS5 is asked for, each by a word of its own. */
const MAX_TERMS_OF_CLIENTS = 256;

/** What a search of payments finds. */
export interface FoundPayments {
  /** The expression for FTS5; null if the payments of too many clients match for it. */
  match: string | null;
  /** The condition for a payment `t`, in any order of payments. */
  condition: Condition;
  /** The payments of the invoice whose number was typed. */
  exact: readonly number[];
  /** As that of `Found`. */
  atMoment: FoundThen | null;
}

/**
 * Payments are found by their reference and amount, by the current details of their client, and by the number of an
 * invoice that they pay.
 *
 * @returns as `searchClients`
 */
export function searchPayments(db: Database.Database, input: string): FoundPayments | null {
  const expressions = parseSearch(input, { prefixes: ANY_PREFIX });
  if (expressions.length === 0) return null;
  const named = clientsOfWords(db, input);
  const exact = prepareValue<[string, number], number>(
    db,
    `SELECT a.payment_id FROM payment_allocation AS a INDEXED BY payment_allocation_invoice
      WHERE a.invoice_id IN (SELECT value FROM json_each(?)) LIMIT ?`,
  ).all(JSON.stringify(numberedExactly(db, input, seriesOf(db))), MAX_EXACT) as number[];
  const isExact = { sql: "t.id IN (SELECT value FROM json_each(?))", values: [JSON.stringify(exact)] };
  if (new Set(named.flat()).size > MAX_TERMS_OF_CLIENTS) {
    return { match: null, condition: any([oneByOne(db, expressions, named), isExact]), exact, atMoment: null };
  }
  const match = matchOf(db, "payment", [orOfClients(expressions, named)]);
  const found = "t.id IN (SELECT s.rowid FROM payment_search AS s WHERE payment_search MATCH ?)";
  const atMoment = momentOf(db) !== null ? foundPayments(match) : null;
  return { match, condition: any([{ sql: found, values: [match] }, isExact]), exact, atMoment };
}

/**
 * The condition for a refund `t`, or whatever else has a client, an amount, a currency and a reference: the same words
 * find it as find a payment. It is checked row by row, so it is for lists that are short, or walked in bounded pages.
 *
 * @returns as `searchClients`
 */
export function searchOneByOne(db: Database.Database, input: string): Condition | null {
  const expressions = parseSearch(input, { prefixes: ANY_PREFIX });
  return expressions.length === 0 ? null : oneByOne(db, expressions, clientsOfWords(db, input));
}

/** The clients that each word names, without the parts of a reference. */
function clientsOfWords(db: Database.Database, input: string): readonly (readonly number[])[] {
  return clientsNamed(parseSearch(input), (expression, among) => {
    const ids = clientIdsFound(db, expression, { among });
    return { ids, isLimited: ids.length === MAX_CLIENTS };
  });
}

function oneByOne(
  db: Database.Database,
  expressions: readonly Expression[],
  named: readonly (readonly number[])[],
): Condition {
  defineMatching(db);
  return all(expressions.map((expression, n) => eachPayment(expression, named[n] ?? [])));
}

/** Checks one payment after the other: if the word names many clients, most payments match, and a page is soon full. */
function eachPayment(expression: Expression, clients: readonly number[]): Condition {
  return any([
    { sql: "t.client_id IN (SELECT value FROM json_each(?))", values: [JSON.stringify(clients)] },
    {
      sql: "search_matches(?, search_payment(t.client_id, t.amount_minor, t.currency, t.reference))",
      values: [JSON.stringify(expression)],
    },
  ]);
}

const any = (conditions: readonly Condition[]) => joined(conditions, " OR ");
const all = (conditions: readonly Condition[]) => joined(conditions, " AND ");

function joined(conditions: readonly Condition[], operator: string): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(operator)})`,
    values: conditions.flatMap(({ values }) => values),
  };
}
