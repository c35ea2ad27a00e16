/** Reports as CSV. The amounts of each column add up, by currency, to the totals of the report. */

import type { AgedBalances } from "../queries/reports/aged-balances.ts";
import type { AgeClass } from "../queries/reports/ageing.ts";
import type { NumberGap } from "../queries/reports/number-series.ts";
import type { OpenItemRow } from "../queries/reports/open-items.ts";
import type { SalesList } from "../queries/reports/sales-list.ts";
import type { VatReport } from "../queries/reports/vat-report.ts";
import { type Cell, csvOf } from "./csv.ts";

/** A line for each client and currency. */
export function agedBalancesCsv({ day, clients, currencies }: AgedBalances, locale: string): string {
  const ages = (currencies[0]?.ages ?? []).map(ageText);
  const headings = ["As of", "Client", "Currency", ...ages, "Overdue", "Open", "Credit", "Open less credit"];
  const lines = clients.map(({ client_name, currency, ages_minor, ...sums }): Cell[] => {
    const amount = (minor: number) => ({ minor, currency });
    const { overdue_minor, open_minor, credit_minor, owed_minor } = sums;
    const amounts = [...ages_minor, overdue_minor, open_minor, credit_minor, owed_minor];
    return [day, client_name, currency, ...amounts.map(amount)];
  });
  return csvOf(locale, [headings, ...lines], true);
}

function ageText({ from_days, to_days }: AgeClass): string {
  if (from_days === null) return "Not due";
  return to_days === null ? `Over ${from_days - 1} days` : `${from_days} to ${to_days} days`;
}

const OPEN_ITEM_HEADINGS = [
  "Client",
  "Kind",
  "Document",
  "Issued",
  "Due",
  "Days overdue",
  "Currency",
  "Total",
  "Open",
  "Credit",
  "Open less credit",
] as const;

/** A line for each document or payment. @param options.head true: begins with the names of the columns */
export function openItemsCsv(
  rows: readonly OpenItemRow[],
  { locale, head }: { locale: string; head: boolean },
): string {
  const lines = rows.map((row): Cell[] => {
    const amount = (minor: number) => ({ minor, currency: row.currency });
    return [
      row.client_name,
      row.kind.replace("_", " "),
      row.number,
      row.issued_on,
      row.due_on,
      row.days_overdue,
      row.currency,
      amount(row.total_minor),
      amount(row.open_minor),
      amount(row.credit_minor),
      amount(row.balance_minor),
    ];
  });
  return csvOf(locale, [...(head ? [OPEN_ITEM_HEADINGS] : []), ...lines], head);
}

/** A line for each currency, category and rate. */
export function vatReportCsv({ from, to, accounting_currency: home, rows }: VatReport, locale: string): string {
  const headings = [
    "From",
    "To",
    "Currency",
    "VAT category",
    "VAT rate %",
    "Documents",
    "Taxable",
    "VAT",
    `Taxable in ${home}`,
    `VAT in ${home}`,
  ];
  const lines = rows.map((row): Cell[] => {
    const { currency, vat_category, vat_rate3, documents, accounting_taxable_minor } = row;
    const amount = (minor: number) => ({ minor, currency });
    return [
      from,
      to,
      currency,
      vat_category,
      vat_rate3 === null ? null : vat_rate3 / 1000,
      documents,
      amount(row.taxable_minor),
      amount(row.tax_minor),
      accounting_taxable_minor === null ? null : { minor: accounting_taxable_minor, currency: home },
      { minor: row.accounting_tax_minor, currency: home },
    ];
  });
  return csvOf(locale, [headings, ...lines], true);
}

/** A line for each buyer. */
export function salesListCsv({ from, to, accounting_currency: home, rows }: SalesList, locale: string): string {
  const headings = [
    "From",
    "To",
    "VAT category",
    "Country",
    "VAT id",
    "Buyer",
    "Documents",
    "Documents to check",
    "EC sales list",
    "Currency",
    "Taxable",
    `Taxable in ${home}`,
  ];
  const lines = rows.map((row): Cell[] => [
    from,
    to,
    row.vat_category,
    row.country,
    row.vat_id,
    row.buyer_name,
    row.documents,
    row.problems,
    row.domestic ? "no" : "yes",
    row.currency,
    { minor: row.taxable_minor, currency: row.currency },
    row.accounting_taxable_minor === null ? null : { minor: row.accounting_taxable_minor, currency: home },
  ]);
  return csvOf(locale, [headings, ...lines], true);
}

/** A line for each number that was passed over, or that belongs to a void document. */
export function numberGapsCsv(
  rows: readonly NumberGap[],
  { series, period, locale, head }: { series: string; period: string; locale: string; head: boolean },
): string {
  const headings = ["Series", "Period", "Counter", "Number", "Why", "Document", "Followed by"];
  const lines = rows.map(({ counter, number, reason, document_number, next_document_number }): Cell[] => [
    series,
    period,
    counter,
    number,
    reason === "void" ? "Void" : "Passed over: another document has it",
    document_number,
    next_document_number,
  ]);
  return csvOf(locale, [headings, ...lines], head);
}
