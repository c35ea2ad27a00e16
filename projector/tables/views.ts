/** The views of the cache: for people who read it with SQL. They follow from the tables and are not in the digest. */

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
];
