/** The views of the cache: for people who read it with SQL. They follow from the tables and are not in the digest. */
import { partyContent } from "./further-tables.ts";
import { defineTable, integer } from "./table.ts";

/** Seller and buyer of each issued document, as rows of it: the rows of the table that it was until 0.1, and more columns. */
export const INVOICE_PARTY = defineTable(
  "invoice_party",
  "seller and buyer as they were when the document was issued; kept for one release: read party instead",
  {
    invoice_id: integer("the document"),
    n: integer("1: the seller, 2: the buyer"),
    ...partyContent,
  },
  { key: ["invoice_id", "n"], appendOnly: true },
);

const PARTY_COLUMNS = Object.keys(partyContent)
  .map((name) => `p.${name}`)
  .join(", ");
const ISSUED_AT = `(SELECT a.seq FROM activity AS a
  WHERE a.stream = i.id AND a.type IN ('InvoiceIssued', 'InvoiceCancelled'))`;

function partiesOf(n: 1 | 2, id: "seller_id" | "buyer_id"): string {
  return `SELECT i.id AS invoice_id, ${n} AS n, ${PARTY_COLUMNS}, ${ISSUED_AT} AS since
FROM invoice AS i JOIN party AS p ON p.id = i.${id}`;
}

/** The SELECT of `invoice_party`: of now, or on a connection that stands at a moment. */
export const SELECT_PARTIES = `${partiesOf(1, "seller_id")}
UNION ALL ${partiesOf(2, "buyer_id")}`;

/** The statements that create them. SQLite keeps their comments, so `.schema` explains them. */
export const CREATE_VIEWS: readonly string[] = [
  `CREATE VIEW month_sum AS -- totals of a month, by currency; kept for one release: read posting instead
SELECT
  substr(dated_on, 1, 7) AS month, -- YYYY-MM of the issue date, or of the day of receipt
  currency, -- ISO 4217
  sum(CASE kind WHEN 'invoice' THEN 1 WHEN 'void' THEN -(document_kind = 'invoice') ELSE 0 END)
    AS invoices, -- number of issued invoices
  sum(CASE kind WHEN 'credit_note' THEN 1 WHEN 'void' THEN -(document_kind = 'credit_note') ELSE 0 END)
    AS credit_notes, -- number of issued credit notes
  sum(net_minor) AS net_minor, -- total without VAT, net of credit notes and voids
  sum(tax_minor) AS tax_minor, -- total VAT
  sum(net_minor + tax_minor) AS gross_minor, -- total with VAT
  sum(cash_minor) AS received_minor -- payments received, less refunds
FROM (
  SELECT *, CASE kind WHEN 'void' THEN (SELECT kind FROM invoice WHERE id = document_id) END AS document_kind
  FROM posting WHERE kind IN ('invoice', 'credit_note', 'void') OR cash_minor <> 0)
GROUP BY 1, 2`,
  `CREATE VIEW invoice_party AS -- ${INVOICE_PARTY.comment}
${SELECT_PARTIES}`,
];
