/**
 * The vocabulary of figures: what a person can ask "Why this number?" about. A figure is explained by one of three: the
 * *postings* that it is the sum of, its *members* with what each one adds, or the *versions* of a row that states it.
 */
import { z } from "zod";
import { VAT_CATEGORIES } from "../../../events/values/money.ts";
import { currency, streamId } from "../../../events/values/schema.ts";
import { invoiceList } from "../invoices.ts";
import { dayWord, flagWord } from "../list-words.ts";
import { AGE_CLASSES } from "../reports/ageing.ts";

/** The filter of a list of invoices: what the list is, without a page of it. */
const { limit: _limit, cursor: _cursor, ...listFilter } = invoiceList.shape;

/** A place in a statement: after this entry. */
const afterEntry = z.strictObject({
  on: dayWord(),
  id: streamId(),
  part: z.enum(["write_off", "other"]).describe("write_off: of the entries about the document, its write-offs."),
});

/** Sums of postings. */
const postingFigures = [
  /** What all clients owe in a currency; their credit; the difference; the credit as what it takes off. */
  z.strictObject({
    figure: z.enum(["total_open", "total_credit", "total_owed", "total_less_credit"]),
    currency: currency(),
  }),
  /** The same of one client, with what was invoiced less credit notes, and how many documents that are. */
  z.strictObject({
    figure: z.enum([
      "client_open",
      "client_credit",
      "client_owed",
      "client_less_credit",
      "client_invoiced",
      "client_invoices",
      "client_credit_notes",
    ]),
    client: streamId(),
    currency: currency(),
  }),
  /** The balance of a client's statement after an entry, or before it. */
  z.strictObject({
    figure: z.enum(["statement_balance", "statement_opening"]),
    client: streamId(),
    currency: currency(),
    entry: afterEntry,
  }),
  /** The amount of one entry of a statement. */
  z.strictObject({ figure: z.literal("statement_entry"), client: streamId(), currency: currency(), entry: afterEntry }),
  /** Revenue, and money received less what was refunded or returned, of a month (YYYY-MM). */
  z.strictObject({
    figure: z.enum(["month_net", "month_gross", "month_received"]),
    currency: currency(),
    month: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, "must be a month, such as 2026-01"),
  }),
  /**
   * Of a document or payment: what the client owes for it (less its credit), the balance with the sign of its kind, what
   * is left of its credit; what was paid, settled by credit or written off; what of its credit was applied or refunded.
   */
  z.strictObject({
    figure: z.enum([
      "document_due",
      "document_balance",
      "document_paid",
      "document_credited_by",
      "document_written_off",
      "credit_left",
      "credit_applied",
      "credit_refunded",
    ]),
    id: streamId(),
  }),
  /** What one payment or credit settles of a document, or has of a refund, whether or not that was reversed. */
  z.strictObject({ figure: z.enum(["settled_by", "refunded_from"]), id: streamId(), source: streamId() }),
  /** A figure of the VAT report: of a category and rate, or of all. Without a currency: of all currencies. */
  z.strictObject({
    figure: z.enum(["vat_taxable", "vat_tax", "vat_home_taxable", "vat_home_tax", "vat_documents"]),
    from: dayWord(),
    to: dayWord(),
    currency: currency().optional(),
    vat_category: z.enum(VAT_CATEGORIES).optional(),
    vat_rate3: z.int().min(0).max(100_000).optional(),
  }),
  /** A figure of the sales list: of a row (the buyer's country, and the VAT id or else the client), or of all rows. */
  z.strictObject({
    figure: z.enum(["sales_taxable", "sales_documents"]),
    from: dayWord(),
    to: dayWord(),
    currency: currency(),
    vat_category: z.enum(VAT_CATEGORIES),
    domestic: flagWord(),
    country: z.string().max(2).optional(),
    vat_id: z.string().max(1_000).optional(),
    client: streamId().optional(),
  }),
] as const;

/** Sums over members. */
const memberFigures = [
  /** What is overdue, and how many documents that are. */
  z.strictObject({
    figure: z.enum(["overdue_balance", "overdue_documents"]),
    currency: currency(),
    client: streamId().optional(),
  }),
  /** What is open in an age class (0: not due, to 4: more than 90 days), and how many documents that are. */
  z.strictObject({
    figure: z.enum(["age_balance", "age_documents"]),
    currency: currency(),
    client: streamId().optional(),
    age: z
      .int()
      .min(0)
      .max(AGE_CLASSES - 1),
  }),
  /** The credit that payments have left, and that of documents. */
  z.strictObject({ figure: z.enum(["credit_of_payments", "credit_of_documents"]), currency: currency() }),
  /** What a list of invoices adds up to. */
  z.strictObject({
    figure: z.enum(["list_net", "list_gross", "list_balance", "list_documents"]),
    currency: currency(),
    list: z.strictObject(listFilter),
  }),
  /** The credit notes that correct a document, and what is left of it. */
  z.strictObject({ figure: z.enum(["document_corrected", "document_left_to_correct"]), id: streamId() }),
] as const;

/** The tables with a row for each stream. */
export const STREAM_TABLES = ["invoice", "client", "item", "payment", "refund", "user", "organization"] as const;

/** The tables with rows of a document, numbered from 1. */
export const ROW_TABLES = ["invoice_line", "invoice_tax"] as const;

/** Which row of which table. */
export const recordFields = {
  table: z.enum([...STREAM_TABLES, ...ROW_TABLES]),
  id: streamId(),
  n: z.int().min(1).optional().describe("Of a document: which of its rows."),
};

/** What a record states: a column of its row, or the whole row. */
const recordFigure = z.strictObject({
  figure: z.literal("record"),
  ...recordFields,
  column: z.string().max(60).optional(),
});

export const postingFigure = z.discriminatedUnion("figure", postingFigures);
export const memberFigure = z.discriminatedUnion("figure", memberFigures);
export const figure = z.discriminatedUnion("figure", [...postingFigures, ...memberFigures, recordFigure]);

export type PostingFigure = z.output<typeof postingFigure>;
export type RecordFigure = z.output<typeof recordFigure>;
export type MemberFigure = z.output<typeof memberFigure>;
/** What is explained. */
export type Figure = z.output<typeof figure>;
export type FigureName = Figure["figure"];

/** Figures that are explained by their members. All others are sums of postings. */
const MEMBERS: ReadonlySet<FigureName> = new Set<FigureName>(
  memberFigures.flatMap(({ shape }) => shape.figure.options),
);

export function isMemberFigure(figure: Figure): figure is MemberFigure {
  return MEMBERS.has(figure.figure);
}

/** Figures that change with the day, also if nothing happens. */
const BY_DAY = /^(?:overdue|age)_/;

export function changesWithDay(figure: Figure): boolean {
  if (figure.figure === "record") return figure.table === "invoice" && figure.column === "status";
  return BY_DAY.test(figure.figure) || ("list" in figure && figure.list.overdue !== undefined);
}

/** Figures that count documents. All others are amounts. */
const COUNTS = /_(?:documents|invoices|credit_notes)$/;

export function isCount({ figure }: Figure): boolean {
  return COUNTS.test(figure) && figure !== "credit_of_documents";
}
