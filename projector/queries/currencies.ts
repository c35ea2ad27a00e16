/** The currencies of an organization's documents. */
import type Database from "better-sqlite3";
import { prepare } from "./prepared.ts";

/** The organization's currency; empty before the first event. */
export function homeCurrencyOf(db: Database.Database): string {
  return prepare<[], { currency: string }>(db, "SELECT currency FROM organization WHERE id = 1").get()?.currency ?? "";
}

/** Indexes that begin with the currency. */
const INDEXES = { invoice: "invoice_gross", payment: "payment_amount", refund: "refund_amount" } as const;

/** The organization's currency, then the others of these documents, in alphabetical order. */
export function currenciesHomeFirst(db: Database.Database, table: keyof typeof INDEXES): string[] {
  const home = homeCurrencyOf(db);
  return [home, ...currenciesIn(db, table).filter((currency) => currency !== home)];
}

/** The currencies of these documents, in alphabetical order: as many searches of an index as there are currencies. */
function currenciesIn(db: Database.Database, table: keyof typeof INDEXES): string[] {
  const after = prepare<[string], { currency: string }>(
    db,
    `SELECT currency FROM ${table} INDEXED BY ${INDEXES[table]} WHERE currency > ? ORDER BY currency LIMIT 1`,
  );
  const currencies: string[] = [];
  for (let found = after.get(""); found; found = after.get(found.currency)) currencies.push(found.currency);
  return currencies;
}
