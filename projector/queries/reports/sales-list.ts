/** What was supplied to buyers in other countries without VAT, by their VAT ids: for the EC sales list. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { taxInHome } from "../../../events/values/money.ts";
import type { Row } from "../../tables/tables.ts";
import { prepare } from "../prepared.ts";
import { inOne, type Parts } from "../read.ts";
import { checkPeriod, type DatedAnswer, datedOf, datedOfAnswer, datedWords, periodWords } from "./dated.ts";
import {
  COUNT,
  currenciesInOrder,
  IN_PART,
  type PartOptions,
  type PartValues,
  type Period,
  partsOfPeriod,
} from "./vat-documents.ts";

/** K: goods within the EU. AE: reverse charge, as for services within the EU. */
const SALES_CATEGORIES = ["K", "AE"] as const;
type SalesCategory = (typeof SALES_CATEGORIES)[number];

/** Documents with a problem that an answer names, at most. */
const MAX_PROBLEMS = 200;
/** VAT ids of Greece begin with EL. */
const GREECE = { country: "GR", prefix: "EL" };

export const salesList = z.strictObject({ ...periodWords, ...datedWords });

/**
 * Why a document may not belong in the sales list as it is: it states no VAT id of the buyer; the id begins with the letters
 * of another country than the buyer's; or goods within the EU (category K) went to a buyer in the seller's country. Reverse
 * charge in the seller's country has no problem: it is domestic, and no part of an EC sales list.
 */
export type SalesProblem = "no_vat_id" | "id_of_another_country" | "own_country";

/** Of one buyer, by the VAT id that the documents state; without one, by client. Amounts of credit notes are negative. */
export interface SalesRow {
  vat_category: SalesCategory;
  /** Null: the documents state none. */
  vat_id: string | null;
  /** ISO 3166-1, of the buyer's address. */
  country: string;
  /** As the latest of the documents states it. */
  buyer_name: string;
  client_id: StreamId;
  /** True: reverse charge in the seller's own country, which an EC sales list does not report. */
  domestic: boolean;
  currency: string;
  taxable_minor: number;
  /** In the organization's currency; null if a document states no exchange rate. */
  accounting_taxable_minor: number | null;
  documents: number;
  /** Documents with a problem. */
  problems: number;
}

/** A document that somebody should look at. It counts in its row. */
export interface SalesProblemRow
  extends Pick<SalesRow, "vat_category" | "vat_id" | "country" | "domestic" | "buyer_name" | "client_id" | "currency"> {
  /** The document. */
  id: StreamId;
  number: string;
  kind: Row<"invoice">["kind"];
  /** YYYY-MM-DD */
  issued_on: string;
  taxable_minor: number;
  problem: SalesProblem;
}

export interface SalesOfCurrency {
  vat_category: SalesCategory;
  /** As in the rows that it adds up. */
  domestic: boolean;
  currency: string;
  taxable_minor: number;
  accounting_taxable_minor: number | null;
  documents: number;
}

export interface SalesList extends DatedAnswer, Period {
  accounting_currency: string;
  /** Those of an EC sales list first; by category, country and VAT id; those without an id last. */
  rows: SalesRow[];
  currencies: SalesOfCurrency[];
  /** In the order of the issue dates. */
  problems: SalesProblemRow[];
  /** Documents with a problem beyond those. */
  more_problems: number;
}

/** @throws ZodError as `salesListParts` */
export function salesListOf(db: Database.Database, input: z.output<typeof salesList>): SalesList {
  return inOne(db, salesListParts(db, input));
}

/** @throws ZodError as `checkPeriod` */
export function* salesListParts(
  db: Database.Database,
  input: z.output<typeof salesList>,
  options: PartOptions = {},
): Parts<SalesList> {
  checkPeriod(input);
  const dated = datedOf(db, input);
  const { from, to } = input;
  const { home, currencies } = currenciesInOrder(db);
  const sums: Sums = { rows: new Map(), currencies: new Map(), problems: [], allProblems: 0 };
  for (const currency of currencies) {
    const stated: Stated[][] = [];
    for (const values of partsOfPeriod(db, { currency, from, to }, dated, options)) {
      const rows = statedIn(db, values);
      if (rows.length > 0) stated.push(rows);
      yield;
    }
    const withdrawn = new Set(stated.flatMap((rows) => rows.flatMap(({ count, id }) => (count === -1 ? [id] : []))));
    for (const rows of stated) {
      for (const row of rows) if (!withdrawn.has(row.id)) add(sums, partOf(row, home));
      yield;
    }
  }
  // As in the rows that they add up: goods before services.
  const place = ({ currency, vat_category }: SalesOfCurrency) =>
    currencies.indexOf(currency) * SALES_CATEGORIES.length + SALES_CATEGORIES.indexOf(vat_category);
  return {
    from,
    to,
    ...datedOfAnswer(input),
    accounting_currency: home,
    rows: rowsOf([...sums.rows.values()]),
    currencies: [...sums.currencies.values()].map(currencyOf).sort((a, b) => place(a) - place(b)),
    problems: firstOf(sums.problems).map(problemOf),
    more_problems: Math.max(0, sums.allProblems - MAX_PROBLEMS),
  };
}

/** A document's part of a row. */
interface Part extends Omit<SalesProblemRow, "problem"> {
  accounting_taxable_minor: number | null;
  problem: SalesProblem | null;
}

type Problem = Part & { problem: SalesProblem };
const hasProblem = (part: Part): part is Problem => part.problem !== null;

function byDate(a: Part, b: Part): number {
  return a.issued_on === b.issued_on ? a.id - b.id : a.issued_on < b.issued_on ? -1 : 1;
}

/** A row of a breakdown, with what its document states. */
interface Stated extends Omit<Part, "accounting_taxable_minor" | "domestic" | "problem"> {
  count: 1 | -1;
  accounting_rate6: number | null;
  seller_country: string;
}

/** The rows of these categories in a part of the period. */
function statedIn(db: Database.Database, values: PartValues): Stated[] {
  return prepare<[object], Stated>(
    db,
    `SELECT ${COUNT} AS count, i.id, i.number, i.kind, i.issued_on, i.client_id, i.currency, i.accounting_rate6,
       t.vat_category, t.taxable_minor, b.vat_id, b.country, b.name AS buyer_name, s.country AS seller_country
     FROM posting AS p INDEXED BY posting_currency
       CROSS JOIN main.invoice_tax AS t ON t.invoice_id = p.document_id
       CROSS JOIN main.invoice AS i ON i.id = p.document_id
       CROSS JOIN main.party AS s ON s.id = i.seller_id
       CROSS JOIN main.party AS b ON b.id = i.buyer_id
     WHERE ${IN_PART} AND t.vat_category IN (${SALES_CATEGORIES.map((one) => `'${one}'`).join(", ")})`,
  ).all(values);
}

function partOf({ count: _, accounting_rate6: rate6, seller_country, ...row }: Stated, home: string): Part {
  const { kind, currency, taxable_minor: taxable } = row;
  const domestic = row.vat_category === "AE" && row.country === seller_country;
  const signed = (minor: number) => (kind === "credit_note" ? 0 - minor : minor);
  const atHome = currency === home ? taxable : rate6 === null ? null : taxInHome(taxable, currency, { home, rate6 });
  return {
    ...row,
    domestic,
    taxable_minor: signed(taxable),
    accounting_taxable_minor: atHome === null ? null : signed(atHome),
    problem: domestic ? null : problemWith(row, seller_country),
  };
}

function problemWith({ vat_id, country }: Pick<Part, "vat_id" | "country">, seller: string): SalesProblem | null {
  if (vat_id === null) return "no_vat_id";
  if (country === seller) return "own_country";
  const prefix = country === GREECE.country ? GREECE.prefix : country;
  return vat_id.trimStart().toUpperCase().startsWith(prefix) ? null : "id_of_another_country";
}

function problemOf({ accounting_taxable_minor: _, ...row }: Problem): SalesProblemRow {
  return row;
}

/** What the documents add up to, without those that were made void. */
interface Sums {
  rows: Map<string, Group>;
  currencies: Map<string, Group>;
  /** The first ones in the order of the issue dates, and some more. */
  problems: Problem[];
  allProblems: number;
}

interface Group {
  /** By issue date. */
  latest: Part;
  /** The one that was added last: a document can have several rows, which come one after the other. */
  lastId: StreamId;
  taxable_minor: number;
  accounting_taxable_minor: number | null;
  documents: number;
  problems: number;
}

function add(sums: Sums, part: Part): void {
  const { vat_category, vat_id, country, domestic, currency, client_id } = part;
  addTo(sums.rows, JSON.stringify([vat_category, vat_id ?? client_id, country, domestic, currency]), part);
  addTo(sums.currencies, `${vat_category} ${domestic} ${currency}`, part);
  if (!hasProblem(part)) return;
  sums.allProblems++;
  sums.problems.push(part);
  if (sums.problems.length >= 4 * MAX_PROBLEMS) sums.problems = firstOf(sums.problems);
}

function firstOf(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(byDate).slice(0, MAX_PROBLEMS);
}

function addTo(groups: Map<string, Group>, key: string, part: Part): void {
  const { id, taxable_minor, accounting_taxable_minor } = part;
  const problems = hasProblem(part) ? 1 : 0;
  const group = groups.get(key);
  if (!group) {
    groups.set(key, { latest: part, lastId: id, taxable_minor, accounting_taxable_minor, documents: 1, problems });
    return;
  }
  if (part.issued_on >= group.latest.issued_on) group.latest = part;
  group.taxable_minor += taxable_minor;
  if (group.accounting_taxable_minor === null || accounting_taxable_minor === null)
    group.accounting_taxable_minor = null;
  else group.accounting_taxable_minor += accounting_taxable_minor;
  if (group.lastId !== id) group.documents++;
  group.lastId = id;
  group.problems += problems;
}

function rowsOf(groups: readonly Group[]): SalesRow[] {
  const keyOf = ({ domestic, vat_category, vat_id, country, buyer_name, currency }: Part) => {
    const flags = [domestic, SALES_CATEGORIES.indexOf(vat_category), vat_id === null].map(Number);
    return [...flags, country, vat_id ?? buyer_name, currency].join(" ");
  };
  return groups
    .map((group) => ({ group, key: keyOf(group.latest) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.group.latest.client_id - b.group.latest.client_id))
    .map(({ group }) => {
      const { vat_category, vat_id, country, domestic, buyer_name, client_id, currency } = group.latest;
      return {
        ...{ vat_category, vat_id, country, domestic, buyer_name, client_id, currency },
        ...amountsOf(group),
        problems: group.problems,
      };
    });
}

function currencyOf(group: Group): SalesOfCurrency {
  const { vat_category, domestic, currency } = group.latest;
  return { vat_category, domestic, currency, ...amountsOf(group) };
}

function amountsOf({ taxable_minor, accounting_taxable_minor, documents }: Group) {
  return { taxable_minor, accounting_taxable_minor, documents };
}
