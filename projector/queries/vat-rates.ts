/** The VAT rates that an organization has used, for forms to offer. */
import type Database from "better-sqlite3";
import type { Row } from "../tables/tables.ts";
import { listIds, rowsInOrder } from "./list.ts";
import { orderOf } from "./list-words.ts";
import { prepare } from "./prepared.ts";

type UsedVatRate = Pick<Row<"invoiceTax">, "vat_category" | "vat_rate3">;

/** Documents and items that are looked at, latest first. */
const DOCUMENTS = 100;
const ITEMS = 200;
/** More rates than this are no help to choose from. */
const MOST = 20;

/** The rates of the latest documents, then those of the latest items; each rate once, the latest one first. */
export function usedVatRates(db: Database.Database): UsedVatRate[] {
  const documents = latest(db, "invoice", DOCUMENTS);
  const ofDocuments = Map.groupBy(
    prepare<[string], UsedVatRate & { invoice_id: number }>(
      db,
      `SELECT invoice_id, vat_category, vat_rate3 FROM invoice_tax WHERE invoice_id IN (SELECT value FROM json_each(?))
       ORDER BY invoice_id, n`,
    ).all(JSON.stringify(documents)),
    ({ invoice_id }) => invoice_id,
  );
  const taxes = documents.flatMap((id) => ofDocuments.get(id) ?? []);
  const items = rowsInOrder<UsedVatRate & { id: number }>(
    db,
    "SELECT id, vat_category, vat_rate3 FROM item WHERE id IN (SELECT value FROM json_each(?))",
    latest(db, "item", ITEMS),
    ({ id }) => id,
  );
  const byRate = new Map<string, UsedVatRate>();
  for (const one of [...taxes, ...items]) {
    const key = `${one.vat_category} ${one.vat_rate3}`;
    const { vat_category, vat_rate3 } = one;
    if (!byRate.has(key)) byRate.set(key, { vat_category, vat_rate3 });
  }
  return [...byRate.values()].slice(0, MOST);
}

function latest(db: Database.Database, table: "invoice" | "item", limit: number): number[] {
  const list = { from: { table, alias: "t", index: null }, id: "t.id", order: orderOf("-id"), served: [], filter: [] };
  return listIds(db, list, { limit }).rows;
}
