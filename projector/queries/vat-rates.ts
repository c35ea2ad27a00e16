/** The VAT rates that an organization has used, for forms to offer. */
import type Database from "better-sqlite3";
import type { Row } from "../tables/tables.ts";
import { prepare } from "./prepared.ts";

type UsedVatRate = Pick<Row<"invoiceTax">, "vat_category" | "vat_rate_bp">;

/** Documents and items that are looked at, latest first. */
const DOCUMENTS = 100;
const ITEMS = 200;
/** More rates than this are no help to choose from. */
const MOST = 20;

/** The rates of the latest documents, then those of the latest items; each rate once, the latest one first. */
export function usedVatRates(db: Database.Database): UsedVatRate[] {
  const taxes = prepare<[number], UsedVatRate>(
    db,
    `SELECT t.vat_category, t.vat_rate_bp FROM (SELECT id AS document FROM invoice WHERE id > 0 ORDER BY id DESC LIMIT ?)
     CROSS JOIN invoice_tax AS t ON t.invoice_id = document`,
  ).all(DOCUMENTS);
  const items = prepare<[number], UsedVatRate>(
    db,
    "SELECT vat_category, vat_rate_bp FROM item WHERE id > 0 ORDER BY id DESC LIMIT ?",
  ).all(ITEMS);
  const byRate = new Map<string, UsedVatRate>();
  for (const one of [...taxes, ...items]) {
    const key = `${one.vat_category} ${one.vat_rate_bp}`;
    if (!byRate.has(key)) byRate.set(key, one);
  }
  return [...byRate.values()].slice(0, MOST);
}
