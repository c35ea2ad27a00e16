/** Lists of clients, and one client, with their balances. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Client } from "../../events/business/client.ts";
import type { StreamId } from "../../events/sequence.ts";
import { clientOf } from "../stated/further.ts";
import { columnList } from "../tables/table.ts";
import { type Row, TABLES } from "../tables/tables.ts";
import { homeCurrencyOf } from "./currencies.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder } from "./list.ts";
import { columnOf, currencyWord, flagWord, orderBy, orderOf, sortWord } from "./list-words.ts";
import { prepare } from "./prepared.ts";
import { HOW_TO_SEARCH, listsFound, searchClients, sortOfSearch } from "./search.ts";

const SORTS = ["name", "id", "outstanding_minor", "credit_minor"] as const;

export const clientList = z.strictObject({
  q: z.string().max(200).optional().describe(`${HOW_TO_SEARCH} Name, contact, e-mail address, city, postcode, ids.`),
  archived: flagWord().optional().describe("true: only archived clients; false: only the others."),
  currency: currencyWord()
    .optional()
    .describe("ISO 4217: only clients with documents or payments in it. Amounts are sorted by those in this currency."),
  sort: sortWord(SORTS)
    .optional()
    .describe(
      [
        "Default: name; with q: exact matches first, then -id. An amount leaves out clients without it, and is in",
        "`currency` or else in the organization's currency.",
      ].join(" "),
    ),
  ...pageWords,
});
type ClientList = z.output<typeof clientList>;

export type ClientBalance = Omit<Row<"clientBalance">, "client_id">;
export interface ClientWithBalances extends Row<"client"> {
  /** What it states beyond the usual, as commands take it; null: nothing. */
  more: Client["more"];
  /** By currency. */
  balances: ClientBalance[];
}

/** @throws ZodError for a cursor of another list, or for `q` with an order other than by id */
export function listClients(db: Database.Database, query: ClientList): Page<ClientWithBalances> {
  const list = query.q === undefined ? walkOf(db, query.sort ?? "name", query) : searchOf(db, query);
  if (list === null) return { rows: [], next: null };
  return db.transaction(() => {
    const { rows, next } = listIds(db, list, query);
    return { rows: clientsOf(db, rows), next };
  })();
}

/** @param isArchived, id the SQL of a client's flag and id */
function filterOf({ archived, currency }: ClientList, isArchived = "t.archived", id = "t.id"): Condition[] {
  const filter: Condition[] = [];
  if (archived !== undefined) filter.push({ sql: `${isArchived} = ?`, values: [archived ? 1 : 0] });
  if (currency !== undefined)
    filter.push({
      sql: `EXISTS (SELECT 1 FROM client_balance AS o WHERE o.client_id = ${id} AND o.currency = ?)`,
      values: [currency],
    });
  return filter;
}

type Sort = NonNullable<ClientList["sort"]>;

function walkOf(db: Database.Database, sort: Sort, query: ClientList): List {
  const column = columnOf(sort);
  if (column === "id" || column === "name") {
    const index = column === "name" ? "client_sort_key" : null;
    const order = orderOf(sort, { keys: { name: "t.sort_key" } });
    return { from: { table: "client", alias: "t", index }, id: "t.id", order, served: [], filter: filterOf(query) };
  }
  const index = column === "credit_minor" ? "client_balance_credit" : "client_balance_outstanding";
  return {
    from: { table: "client_balance", alias: "b", index },
    id: "b.client_id",
    order: orderBy(sort, [{ sql: `b.${column}`, type: "integer" }]),
    served: [
      { sql: "b.currency = ?", values: [query.currency ?? homeCurrencyOf(db)] },
      { sql: `b.${column} <> 0`, values: [] },
    ],
    filter: filterOf(query, "(SELECT archived FROM client WHERE id = b.client_id)", "b.client_id"),
  };
}

/** Null if `q` contains nothing to search for. */
function searchOf(db: Database.Database, query: ClientList) {
  const found = searchClients(db, query.q ?? "");
  return found && listsFound("client", found, { sort: sortOfSearch(query.sort), filter: filterOf(query) });
}

/** A client; undefined if there is no such client. */
export function clientById(db: Database.Database, id: StreamId): ClientWithBalances | undefined {
  return db.transaction(() => clientsOf(db, [id])[0])();
}

function clientsOf(db: Database.Database, ids: readonly StreamId[]): ClientWithBalances[] {
  const clients = rowsInOrder<Row<"client">>(
    db,
    `SELECT ${columnList(TABLES.client)} FROM client WHERE id IN (SELECT value FROM json_each(?))`,
    ids,
    ({ id }) => id,
  );
  const balances = Map.groupBy(
    prepare<[string], Row<"clientBalance">>(
      db,
      `SELECT ${columnList(TABLES.clientBalance)} FROM client_balance WHERE client_id IN (SELECT value FROM json_each(?)) ORDER BY client_id, currency`,
    ).all(JSON.stringify(ids)),
    ({ client_id }) => client_id,
  );
  return clients.map((row) => ({
    ...row,
    more: clientOf(row).more,
    balances: (balances.get(row.id) ?? []).map(({ client_id: _, ...balance }) => balance),
  }));
}

/** The organization's currency, then the currencies of issued invoices and payments. */
export function currenciesOf(db: Database.Database): string[] {
  const sql = `SELECT currency FROM organization UNION ALL SELECT currency FROM
    (SELECT DISTINCT currency FROM client_balance ORDER BY currency)`;
  const rows = prepare<[], { currency: string }>(db, sql).all();
  return [...new Set(rows.map(({ currency }) => currency))];
}
