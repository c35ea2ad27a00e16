/** What can change between two moments, as people name it: each kind of thing, with the table of its rows and their parts. */
import type { Table } from "../../tables/table.ts";
import { TABLES } from "../../tables/tables.ts";
import { INVOICE_PARTY } from "../../tables/views.ts";

export const CHANGE_KINDS = [
  "client",
  "item",
  "invoice",
  "credit_note",
  "payment",
  "refund",
  "balance",
  "user",
  "organization",
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A row of a table; a null is a column without a value. */
export type AnyRow = Readonly<Record<string, unknown>>;

export interface ChangeSource {
  readonly table: Table;
  /** Tables whose rows belong to one of these: the first column of their key is its id. They change only with it. */
  readonly parts: readonly Table[];
  /** False for a row of another kind, or one that stays when the thing is gone for people: a draft that was discarded. */
  exists(row: AnyRow): boolean;
  /** True if the row counts in sums: documents that are issued, money that was not taken back. */
  counts(row: AnyRow): boolean;
}

/** What a document and its lines state beyond the usual. */
export const FURTHER_PARTS: readonly Table[] = [
  TABLES.invoiceMore,
  TABLES.invoiceNote,
  TABLES.invoicePreceding,
  TABLES.invoiceAccount,
  TABLES.invoiceLineMore,
  TABLES.invoiceLineClassification,
  TABLES.invoiceLineAttribute,
];

const all = () => true;
const documentsOf = (kind: "invoice" | "credit_note"): ChangeSource => ({
  table: TABLES.invoice,
  parts: [
    TABLES.invoiceLine,
    TABLES.invoiceAdjustment,
    TABLES.invoiceTax,
    INVOICE_PARTY,
    ...FURTHER_PARTS,
    TABLES.numberPassedOver,
    TABLES.documentDelivery,
    TABLES.creditAllocation,
  ],
  exists: (row) => row.kind === kind && row.status !== "discarded",
  counts: ({ status }) => status === "issued",
});
const notReversed = ({ reversed }: AnyRow) => reversed === 0;

export const SOURCES: { readonly [K in ChangeKind]: ChangeSource } = {
  client: { table: TABLES.client, exists: all, parts: [], counts: all },
  item: { table: TABLES.item, exists: all, parts: [TABLES.itemClassification, TABLES.itemAttribute], counts: all },
  invoice: documentsOf("invoice"),
  credit_note: documentsOf("credit_note"),
  payment: {
    table: TABLES.payment,
    exists: all,
    parts: [TABLES.paymentAllocation, TABLES.allocationChange],
    counts: notReversed,
  },
  refund: { table: TABLES.refund, exists: all, parts: [TABLES.refundSource], counts: notReversed },
  balance: { table: TABLES.clientBalance, exists: all, parts: [], counts: all },
  user: { table: TABLES.user, exists: all, parts: [], counts: all },
  organization: {
    table: TABLES.organization,
    exists: all,
    parts: [TABLES.numberSeries, TABLES.savedVatRate, TABLES.organizationIdentifier, TABLES.organizationAccount],
    counts: all,
  },
};

/** What every event changes, or what follows from the parts of a row: no change by itself. */
const IGNORED = new Set([
  "line_count",
  "adjustment_count",
  "tax_count",
  "allocation_count",
  "change_count",
  "delivery_count",
  "source_count",
  "series_count",
  "vat_rate_count",
  "identifier_count",
  "account_count",
  "classification_count",
  "attribute_count",
  "more_count",
  "note_count",
  "preceding_count",
  // The parties are parts.
  "seller_id",
  "buyer_id",
  // The first event says it.
  "registered_at",
  "drafted_at",
]);

/** The columns of a table that say something to people, without its key. */
export function comparedColumns({ columnNames, columns, key }: Table): readonly string[] {
  // That of a stream; a classification states the version of its list.
  const isCounted = (name: string) => name === "version" && key.length === 1;
  return columnNames.filter(
    (name) => !IGNORED.has(name) && !isCounted(name) && !key.includes(name) && columns[name]?.derived !== true,
  );
}

/** What is still open of a document: it is in sums, and follows from other columns. */
export const OPEN = "open_minor";

/** The amounts of a row that are summed, each with its currency. */
export function amountsOf({ table }: ChangeSource, row: AnyRow): { column: string; currency: string; minor: number }[] {
  const amounts: { column: string; currency: string; minor: number }[] = [];
  for (const column of table.columnNames) {
    const minor = row[column];
    if (!column.endsWith("_minor") || typeof minor !== "number") continue;
    const currency = column.startsWith("accounting_") ? row.accounting_currency : row.currency;
    if (typeof currency === "string") amounts.push({ column, currency, minor });
  }
  if (table === TABLES.invoice) {
    const of = (column: string) => Number(row[column] ?? 0);
    const minor = of("gross_minor") - of("prepaid_minor") + of("rounding_minor") - of("paid_minor");
    amounts.push({ column: OPEN, currency: String(row.currency), minor });
  }
  return amounts;
}
