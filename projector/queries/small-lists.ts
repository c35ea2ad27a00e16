/** Lists with few filters: items and users; also the organization. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { ROLES } from "../../events/business/roles.ts";
import type { StreamId } from "../../events/sequence.ts";
import type { Row } from "../tables/tables.ts";
import { type Condition, listIds, type Page, pageWords, rowsInOrder } from "./list.ts";
import { flagWord, orderOf, sortWord } from "./list-words.ts";
import { prepare } from "./prepared.ts";
import { anywhere } from "./search.ts";

export const itemList = z.strictObject({
  q: z.string().max(200).optional().describe("A part of the code or the description."),
  archived: flagWord().optional().describe("true: only archived items; false: only the others."),
  sort: sortWord(["code", "id"]).default("code").describe("A column; `-` for descending order."),
  ...pageWords,
});

export function listItems(db: Database.Database, query: z.output<typeof itemList>): Page<Row<"item">> {
  const byCode = query.sort.endsWith("code");
  const filter = flag("t.archived", query.archived);
  if (query.q !== undefined) {
    const like = anywhere(query.q);
    filter.push({ sql: "(t.code LIKE ? ESCAPE '\\' OR t.description LIKE ? ESCAPE '\\')", values: [like, like] });
  }
  const { rows, next } = listIds(
    db,
    {
      from: byCode ? "item AS t INDEXED BY item_sort_key" : "item AS t",
      id: "t.id",
      order: orderOf(query.sort, { keys: { code: "t.sort_key" } }),
      served: [],
      filter,
    },
    query,
  );
  const select = "SELECT * FROM item WHERE id IN (SELECT value FROM json_each(?))";
  return { rows: rowsInOrder<Row<"item">>(db, select, rows, ({ id }) => id), next };
}

export function itemById(db: Database.Database, id: StreamId): Row<"item"> | undefined {
  return prepare<[number], Row<"item">>(db, "SELECT * FROM item WHERE id = ?").get(id);
}

export const userList = z.strictObject({
  active: flagWord().optional().describe("true: only users who may log in; false: only the others."),
  role: z.enum(ROLES).optional().describe("Only users with this role."),
  sort: sortWord(["id", "name"]).default("id").describe("`-id`: newest first."),
  ...pageWords,
});

export function listUsers(db: Database.Database, query: z.output<typeof userList>): Page<Row<"user">> {
  const filter = flag("t.active", query.active);
  if (query.role !== undefined) filter.push({ sql: "t.role = ?", values: [query.role] });
  const from = query.sort.endsWith("name") ? '"user" AS t INDEXED BY user_sort_key' : '"user" AS t';
  const order = orderOf(query.sort, { keys: { name: "t.sort_key" } });
  const { rows, next } = listIds(db, { from, id: "t.id", order, served: [], filter }, query);
  const select = 'SELECT * FROM "user" WHERE id IN (SELECT value FROM json_each(?))';
  return { rows: rowsInOrder<Row<"user">>(db, select, rows, ({ id }) => id), next };
}

export function userById(db: Database.Database, id: StreamId): Row<"user"> | undefined {
  return prepare<[number], Row<"user">>(db, 'SELECT * FROM "user" WHERE id = ?').get(id);
}

function flag(column: string, value: boolean | undefined): Condition[] {
  return value === undefined ? [] : [{ sql: `${column} = ?`, values: [value ? 1 : 0] }];
}

export interface OrganizationWithSeries extends Row<"organization"> {
  vat_rates: Omit<Row<"savedVatRate">, "organization_id">[];
  number_series: (Omit<Row<"numberSeries">, "organization_id"> &
    Pick<Row<"seriesCounter">, "last_number" | "documents"> & { last_issued_on: string | null })[];
}

/** The organization, with its VAT rates, and its number series with their last numbers; undefined before the first event. */
export function organizationOf(db: Database.Database): OrganizationWithSeries | undefined {
  return db.transaction(() => {
    const row = prepare<[], Row<"organization">>(db, "SELECT * FROM organization WHERE id = 1").get();
    const series = prepare<[], OrganizationWithSeries["number_series"][number]>(
      db,
      `SELECT s.n, s.name, s.kind, s.prefix, s.digits, s.is_foreign,
         coalesce(c.last_number, 0) AS last_number, coalesce(c.documents, 0) AS documents, c.last_issued_on
       FROM number_series AS s LEFT JOIN series_counter AS c ON c.name = s.name
       WHERE s.organization_id = 1 ORDER BY s.n`,
    );
    const rates = prepare<[], OrganizationWithSeries["vat_rates"][number]>(
      db,
      "SELECT n, name, vat_category, vat_rate_bp, reason FROM vat_rate WHERE organization_id = 1 ORDER BY n",
    );
    return row && { ...row, number_series: series.all(), vat_rates: rates.all() };
  })();
}
