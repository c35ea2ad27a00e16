/** Lists of clients, and one client, with their balances. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../events/sequence.ts";
import type { Row } from "../tables/tables.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder } from "./list.ts";
import { flagWord, orderOf, sortWord } from "./list-words.ts";
import { prepare } from "./prepared.ts";
import { matchIn } from "./search.ts";

export const clientList = z.strictObject({
  q: z.string().max(200).optional().describe("Words in name, contact, e-mail address, city or ids; newest first."),
  archived: flagWord().optional().describe("true: only archived clients; false: only the others."),
  sort: sortWord(["name", "id"]).optional().describe("Default: name; with q: -id."),
  ...pageWords,
});
type ClientList = z.output<typeof clientList>;

export type ClientBalance = Omit<Row<"clientBalance">, "client_id">;
export interface ClientWithBalances extends Row<"client"> {
  /** By currency. */
  balances: ClientBalance[];
}

/** @throws ZodError for a cursor of another list, or for `q` with an order other than by id */
export function listClients(db: Database.Database, query: ClientList): Page<ClientWithBalances> {
  const match = query.q === undefined ? undefined : matchIn(db, "client", query.q);
  if (match === null) return { rows: [], next: null };
  const sort = query.sort ?? (match === undefined ? "name" : "-id");
  if (match !== undefined && sort.endsWith("name"))
    throw new z.ZodError([{ code: "custom", path: ["sort"], message: "with q, sort must be id or -id", input: sort }]);
  const filter: Condition[] = [];
  if (query.archived !== undefined) filter.push({ sql: "t.archived = ?", values: [query.archived ? 1 : 0] });
  const list: List =
    match === undefined
      ? {
          from: sort.endsWith("name") ? "client AS t INDEXED BY client_name" : "client AS t",
          id: "t.id",
          order: orderOf(sort, { keys: { name: "t.name COLLATE NOCASE" } }),
          served: [],
          filter,
        }
      : {
          from: "client_search AS s CROSS JOIN client AS t ON t.id = s.rowid",
          id: "s.rowid",
          order: orderOf(sort),
          served: [{ sql: "client_search MATCH ?", values: [match] }],
          filter,
        };
  return db.transaction(() => {
    const { rows, next } = listIds(db, list, query);
    return { rows: clientsOf(db, rows), next };
  })();
}

/** A client; undefined if there is no such client. */
export function clientById(db: Database.Database, id: StreamId): ClientWithBalances | undefined {
  return db.transaction(() => clientsOf(db, [id])[0])();
}

function clientsOf(db: Database.Database, ids: readonly StreamId[]): ClientWithBalances[] {
  const clients = rowsInOrder<Row<"client">>(
    db,
    "SELECT * FROM client WHERE id IN (SELECT value FROM json_each(?))",
    ids,
    ({ id }) => id,
  );
  const balances = Map.groupBy(
    prepare<[string], Row<"clientBalance">>(
      db,
      `SELECT * FROM client_balance WHERE client_id IN (SELECT value FROM json_each(?)) ORDER BY client_id, currency`,
    ).all(JSON.stringify(ids)),
    ({ client_id }) => client_id,
  );
  return clients.map((row) => ({
    ...row,
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
