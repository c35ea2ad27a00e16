/** Lists with few filters: items and users; also the organization. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Item } from "../../events/business/item.ts";
import type { OrganizationProfile } from "../../events/business/organization.ts";
import { ROLES } from "../../events/business/roles.ts";
import type { StreamId } from "../../events/sequence.ts";
import { prefixOfPattern } from "../../events/values/number-pattern.ts";
import { furtherOfOrganization, itemOf } from "../stated/further.ts";
import { statedRows } from "../stated/stated-rows.ts";
import { columnList } from "../tables/table.ts";
import { type Row, TABLES } from "../tables/tables.ts";
import { type Condition, type List, listIds, type Page, pageWords, rowsInOrder } from "./list.ts";
import { flagWord, orderOf, sortWord } from "./list-words.ts";
import { prepare } from "./prepared.ts";
import { exactFirst, type Found, HOW_TO_SEARCH, isFound, searchItems } from "./search.ts";

export const itemList = z.strictObject({
  q: z.string().max(200).optional().describe(`${HOW_TO_SEARCH} Code, description.`),
  archived: flagWord().optional().describe("true: only archived items; false: only the others."),
  sort: sortWord(["code", "id"])
    .optional()
    .describe("A column; `-` for descending order. Default: code; with q: exact matches first, then code."),
  ...pageWords,
});
type ItemList = z.output<typeof itemList>;

/** `more`: what it states beyond the usual, as commands take it; null: nothing. */
export type ItemRow = Row<"item"> & Pick<Item, "more">;

export function listItems(db: Database.Database, query: ItemList): Page<ItemRow> {
  const found = query.q === undefined ? undefined : searchItems(db, query.q);
  if (found === null) return { rows: [], next: null };
  const { rows, next } = listIds(db, itemLists(query, found), query);
  const select = `SELECT ${columnList(TABLES.item)} FROM item WHERE id IN (SELECT value FROM json_each(?))`;
  const stated = statedRows(db);
  const items = rowsInOrder<Row<"item">>(db, select, rows, ({ id }) => id);
  return { rows: items.map((row) => ({ ...row, more: itemOf(stated, row).more })), next };
}

function itemLists(query: ItemList, found: Found | undefined): List | List[] {
  const { sort = "code", archived } = query;
  const list = {
    from: { table: "item", alias: "t", index: sort.endsWith("code") ? "item_sort_key" : null },
    id: "t.id",
    order: orderOf(sort, { keys: { code: "t.sort_key" } }),
    served: [],
    filter: flag("t.archived", archived),
  };
  if (found === undefined) return list;
  const filter = [...list.filter, isFound("item", found)];
  return query.sort === undefined ? exactFirst("item", found.exact, { ...list, filter }) : { ...list, filter };
}

export function itemById(db: Database.Database, id: StreamId): ItemRow | undefined {
  return db.transaction(() => {
    const row = prepare<[number], Row<"item">>(db, `SELECT ${columnList(TABLES.item)} FROM item WHERE id = ?`).get(id);
    return row && { ...row, more: itemOf(statedRows(db), row).more };
  })();
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
  const index = query.sort.endsWith("name") ? "user_sort_key" : null;
  const order = orderOf(query.sort, { keys: { name: "t.sort_key" } });
  const list = { from: { table: "user", alias: "t", index }, id: "t.id", order, served: [], filter };
  const { rows, next } = listIds(db, list, query);
  const select = `SELECT ${columnList(TABLES.user)} FROM "user" WHERE id IN (SELECT value FROM json_each(?))`;
  return { rows: rowsInOrder<Row<"user">>(db, select, rows, ({ id }) => id), next };
}

export function userById(db: Database.Database, id: StreamId): Row<"user"> | undefined {
  return prepare<[number], Row<"user">>(db, `SELECT ${columnList(TABLES.user)} FROM "user" WHERE id = ?`).get(id);
}

function flag(column: string, value: boolean | undefined): Condition[] {
  return value === undefined ? [] : [{ sql: `${column} = ?`, values: [value ? 1 : 0] }];
}

export interface OrganizationWithSeries extends Row<"organization"> {
  /** What it states beyond the usual, as commands take it; null: nothing. */
  more: OrganizationProfile["more"];
  vat_rates: Omit<Row<"savedVatRate">, "organization_id">[];
  number_series: (Omit<Row<"numberSeries">, "organization_id"> &
    Pick<Row<"seriesCounter">, "last_number" | "documents"> & { last_issued_on: string | null } & EarlierSeries)[];
}

/** What release 0.1 said of a series. Both are null if its pattern is not a prefix and a counter. */
interface EarlierSeries {
  prefix: string | null;
  digits: number | null;
}

/**
 * The organization, with its VAT rates, and its number series with the last number of the newest period; undefined before
 * the first event.
 */
export function organizationOf(db: Database.Database): OrganizationWithSeries | undefined {
  return db.transaction(() => {
    const row = prepare<[], Row<"organization">>(
      db,
      `SELECT ${columnList(TABLES.organization)} FROM organization WHERE id = 1`,
    ).get();
    const series = prepare<[], Omit<OrganizationWithSeries["number_series"][number], keyof EarlierSeries>>(
      db,
      `SELECT s.n, s.name, s.kind, s.pattern, s.first, s.reset, s.is_foreign,
         coalesce((SELECT last_number FROM series_counter WHERE name = s.name
           AND period = (SELECT last_period FROM series_total WHERE name = s.name)), 0) AS last_number,
         coalesce((SELECT documents FROM series_total WHERE name = s.name), 0) AS documents,
         (SELECT last_issued_on FROM series_total WHERE name = s.name) AS last_issued_on
       FROM number_series AS s WHERE s.organization_id = 1 ORDER BY s.n`,
    );
    const rates = prepare<[], OrganizationWithSeries["vat_rates"][number]>(
      db,
      "SELECT n, name, vat_category, vat_rate3, reason FROM vat_rate WHERE organization_id = 1 ORDER BY n",
    );
    const withPrefix = series
      .all()
      .map((one) => ({ ...one, ...(prefixOfPattern(one.pattern) ?? { prefix: null, digits: null }) }));
    if (!row) return undefined;
    const more = furtherOfOrganization(statedRows(db), row);
    return { ...row, more, number_series: withPrefix, vat_rates: rates.all() };
  })();
}
