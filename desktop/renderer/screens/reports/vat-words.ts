/** A row of the VAT report in words, and the address of the documents behind it. */
import type { VatCategory } from "../../../../events/values/money.ts";
import { VAT_NAMES } from "../../text/codes.ts";
import { rate } from "../../text/format.ts";
import type { ReportPeriod } from "../../text/report-periods.ts";

export interface VatRow {
  currency: string;
  vat_category: VatCategory;
  vat_rate3: number | null;
}

/** `Standard or reduced rate (S)` */
export function categoryName(category: VatCategory): string {
  const [, name = category] = VAT_NAMES.find(([code]) => code === category) ?? [];
  return `${name} (${category})`;
}

/** `23%`; category O has none. */
export function rateName(rate3: number | null, locale: string): string {
  return rate3 === null ? "No rate" : rate(rate3, locale);
}

/** The documents behind a row. */
export function documentsLink(row: VatRow, { from, to }: ReportPeriod): string {
  const words = new URLSearchParams({ from, to, currency: row.currency, category: row.vat_category });
  if (row.vat_rate3 !== null) words.set("rate3", String(row.vat_rate3));
  return `#/reports/vat-documents?${words}`;
}
