/** Which postings a figure is the sum of: walks of indexes, and what each posting adds. */
import type Database from "better-sqlite3";
import { prepareValue } from "../prepared.ts";
import { IS_DATED } from "../reports/dated.ts";
import { currenciesInOrder } from "../reports/vat-documents.ts";
import type { PostingFigure } from "./figures.ts";
import { salesAmountOf, vatAmountOf } from "./vat-amount.ts";

/** A walk of postings, in the order of the days that they count on, or in that in which they were recorded. */
export interface Walk {
  /** The index; null: all postings as they were recorded. */
  index: "posting_client" | "posting_currency" | "posting_open" | "posting_credit" | null;
  /** Conditions of `p` with named values. */
  where: string;
  values: Readonly<Record<string, string | number>>;
  /** SQL of what the posting `p` adds. A posting that adds 0 is no line. */
  amount: string;
  /** In place of the SQL, for what no column has. @returns null: the posting is no line */
  amountOf?: (posting: { document_id: number; kind: string }) => number | null;
}

type Of<Name> = Extract<PostingFigure, { figure: Name }>;

/** The walks of a figure, one after the other. */
export function walksOf(db: Database.Database, figure: PostingFigure): Walk[] {
  switch (figure.figure) {
    case "total_open":
    case "total_credit":
    case "total_owed":
    case "total_less_credit":
      return [totalWalk(figure)];
    case "client_open":
    case "client_credit":
    case "client_owed":
    case "client_less_credit":
    case "client_invoiced":
    case "client_invoices":
    case "client_credit_notes":
      return [clientWalk(figure, CLIENT_AMOUNTS[figure.figure])];
    case "statement_balance":
    case "statement_opening":
    case "statement_entry":
      return [statementWalk(figure)];
    case "month_net":
    case "month_gross":
    case "month_received":
      return [monthWalk(figure)];
    case "settled_by":
      return [settledWalk(figure)];
    case "refunded_from":
      return [refundedWalk(figure)];
    case "vat_taxable":
    case "vat_tax":
    case "vat_home_taxable":
    case "vat_home_tax":
    case "vat_documents":
      return vatWalks(db, figure);
    case "sales_taxable":
    case "sales_documents":
      return [salesWalk(db, figure)];
    default:
      return documentWalks(db, figure);
  }
}

const TOTAL_AMOUNTS = {
  total_open: "p.open_minor",
  total_credit: "p.credit_minor",
  total_owed: "p.open_minor - p.credit_minor",
  total_less_credit: "-p.credit_minor",
} as const;

function totalWalk({ figure, currency }: Of<keyof typeof TOTAL_AMOUNTS>): Walk {
  return { index: null, where: "p.currency = :currency", values: { currency }, amount: TOTAL_AMOUNTS[figure] };
}

/** 1 for each issued document of a kind, -1 if it is void. */
const counted = (kind: string) =>
  `CASE p.kind WHEN '${kind}' THEN 1
     WHEN 'void' THEN -((SELECT kind FROM invoice WHERE id = p.document_id) = '${kind}') ELSE 0 END`;

const CLIENT_AMOUNTS = {
  client_open: "p.open_minor",
  client_credit: "p.credit_minor",
  client_owed: "p.open_minor - p.credit_minor",
  client_less_credit: "-p.credit_minor",
  client_invoiced: "p.net_minor + p.tax_minor",
  client_invoices: counted("invoice"),
  client_credit_notes: counted("credit_note"),
} as const;

function clientWalk({ client, currency }: { client: number; currency: string }, amount: string): Walk {
  const where = "p.client_id = :client AND p.currency = :currency";
  return { index: "posting_client", where, values: { client, currency }, amount };
}

/** True for what is about the write-offs of a document: a payment or refund is reversed about itself. */
const IS_WRITE_OFF =
  "(p.kind = 'write_off' OR p.kind = 'reversal' AND EXISTS (SELECT 1 FROM invoice WHERE id = p.document_id))";

/** A statement is in the order of days, then of ids, then documents before their write-offs. */
function statementWalk(figure: Of<"statement_balance" | "statement_opening" | "statement_entry">): Walk {
  const { entry } = figure;
  const { part, ...place } = entry;
  const own = part === "write_off" ? IS_WRITE_OFF : `NOT ${IS_WRITE_OFF}`;
  const isOwn = `p.document_id = :id AND ${own}`;
  const isBefore = `p.document_id < :id${part === "write_off" ? ` OR p.document_id = :id AND NOT ${IS_WRITE_OFF}` : ""}`;
  const onTheDay = {
    statement_entry: isOwn,
    statement_opening: isBefore,
    statement_balance: `${isBefore} OR ${isOwn}`,
  };
  const walk = clientWalk(figure, CLIENT_AMOUNTS.client_owed);
  const days =
    figure.figure === "statement_entry"
      ? `p.dated_on = :on AND (${isOwn})`
      : `p.dated_on <= :on AND (p.dated_on < :on OR ${onTheDay[figure.figure]})`;
  return { ...walk, where: `${walk.where} AND ${days}`, values: { ...walk.values, ...place } };
}

const MONTH_AMOUNTS = {
  month_net: "p.net_minor",
  month_gross: "p.net_minor + p.tax_minor",
  month_received: "p.cash_minor",
} as const;

/** What no allocation changes. */
const IN_PERIOD = "p.currency = :currency AND p.dated_on BETWEEN :from AND :to AND p.kind <> 'allocation'";

function monthWalk({ figure, currency, month }: Of<keyof typeof MONTH_AMOUNTS>): Walk {
  const values = { currency, from: `${month}-01`, to: `${month}-31` };
  return { index: "posting_currency", where: IN_PERIOD, values, amount: MONTH_AMOUNTS[figure] };
}

function refundedWalk({ id, source }: Of<"settled_by" | "refunded_from">): Walk {
  return {
    index: "posting_credit",
    where: "p.credit_id = :source AND p.credit_minor <> 0 AND p.document_id = :id AND p.kind = 'refund'",
    values: { id, source },
    amount: "-p.credit_minor",
  };
}

function settledWalk({ id, source }: Of<"settled_by" | "refunded_from">): Walk {
  return {
    index: "posting_open",
    where: "p.document_id = :id AND p.open_minor <> 0 AND p.credit_id = :source",
    values: { id, source },
    amount: "-p.open_minor",
  };
}

const openWalk = (id: number, amount: string, and = ""): Walk => ({
  index: "posting_open",
  where: `p.document_id = :id AND p.open_minor <> 0${and}`,
  values: { id },
  amount,
});

const creditWalk = (id: number, amount: string, and = ""): Walk => ({
  index: "posting_credit",
  where: `p.credit_id = :id AND p.credit_minor <> 0${and}`,
  values: { id },
  amount,
});

const BY_PAYMENT = "EXISTS (SELECT 1 FROM payment WHERE id = p.credit_id)";
/** What the posting has of the rounding of its document, of which postings have no column. */
const ROUNDING = "iif(p.kind = 'void', -1, 1) * (SELECT rounding_minor FROM invoice WHERE id = p.document_id)";
/** The posting of the document itself, and that of its void. */
const OF_DOCUMENT = "p.kind IN ('invoice', 'credit_note', 'void')";

function documentWalks(db: Database.Database, { figure, id }: Of<`document_${string}` | `credit_${string}`>): Walk[] {
  const sign = kindOf(db, id) === "credit_note" ? "-" : "";
  const settling = ` AND NOT ${OF_DOCUMENT}`;
  switch (figure) {
    case "document_due":
      return [openWalk(id, "p.open_minor"), creditWalk(id, "-p.credit_minor")];
    case "document_balance":
      return [openWalk(id, `${sign}p.open_minor`), creditWalk(id, `${sign}(-p.credit_minor)`)];
    case "document_paid":
      return [
        // What was paid before: the part of the total, as it is rounded, that is not owed.
        {
          index: null,
          where: `p.seq IN (SELECT seq FROM main.activity WHERE stream = :id
            AND type IN ('InvoiceIssued', 'InvoiceCancelled', 'InvoiceVoided')) AND p.document_id = :id AND ${OF_DOCUMENT}`,
          values: { id },
          amount: `${sign}(p.net_minor + p.tax_minor - p.open_minor) + ${ROUNDING}`,
        },
        openWalk(id, `${sign}(-p.open_minor)`, `${settling} AND ${BY_PAYMENT}`),
      ];
    case "document_credited_by":
      return [openWalk(id, `${sign}(-p.open_minor)`, `${settling} AND p.credit_id IS NOT NULL AND NOT ${BY_PAYMENT}`)];
    case "document_written_off":
      return [openWalk(id, `${sign}(-p.open_minor)`, `${settling} AND p.credit_id IS NULL`)];
    case "credit_left":
      return [creditWalk(id, "p.credit_minor")];
    case "credit_applied":
      return [creditWalk(id, "-p.credit_minor", " AND p.open_minor <> 0")];
    case "credit_refunded":
      return [creditWalk(id, "-p.credit_minor", " AND p.cash_minor <> 0 AND p.document_id <> p.credit_id")];
  }
}

function kindOf(db: Database.Database, id: number): string | undefined {
  return prepareValue<[number], string>(db, "SELECT kind FROM invoice WHERE id = ?").get(id);
}

const VAT_AMOUNTS = {
  vat_taxable: "p.net_minor",
  vat_tax: "p.tax_minor",
  vat_home_taxable: "0",
  vat_home_tax: "p.accounting_tax_minor",
  vat_documents: "CASE p.kind WHEN 'void' THEN -1 ELSE 1 END",
} as const;

/** One walk for each currency. The sum over all rates is what the postings say; a rate is in the documents. */
function vatWalks(db: Database.Database, figure: Of<keyof typeof VAT_AMOUNTS>): Walk[] {
  const { from, to, vat_category } = figure;
  const byRow = vat_category !== undefined || figure.figure === "vat_home_taxable";
  const { currencies } = figure.currency === undefined ? currenciesInOrder(db) : { currencies: [figure.currency] };
  return currencies.map((currency) => ({
    index: "posting_currency",
    where: `${IN_PERIOD} AND ${OF_DOCUMENT}`,
    values: { currency, from, to },
    amount: VAT_AMOUNTS[figure.figure],
    ...(byRow && { amountOf: vatAmountOf(db, figure) }),
  }));
}

function salesWalk(db: Database.Database, figure: Of<`sales_${string}`>): Walk {
  const { currency, from, to } = figure;
  return {
    index: "posting_currency",
    where: `${IN_PERIOD} AND ${OF_DOCUMENT}`,
    values: { currency, from, to },
    amount: "0",
    amountOf: salesAmountOf(db, figure),
  };
}

/** At a moment, a walk by sequence from the end begins there. */
const IS_KNOWN = " AND p.seq <= (SELECT checkpoint FROM meta)";

/** The SQL of a walk, without an order: `dated_on`, `seq`, `n`, `kind`, `document_id` and `amount` of each posting. */
export function walkSql({ index, where, amount }: Walk, and = ""): string {
  return `SELECT p.dated_on, p.seq, p.n, p.kind, p.document_id, ${amount} AS amount
    FROM posting AS p ${index === null ? "" : `INDEXED BY ${index}`} WHERE ${where} AND ${IS_DATED}${index === null ? IS_KNOWN : ""}${and}`;
}
