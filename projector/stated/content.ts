/** The content of a document from its rows: what its last draft or revision states. */
import type { InvoiceContent } from "../../events/document/draft.ts";
import { adjustmentColumns, contentColumns, lineColumns, taxColumns, totalsColumns } from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { children, furtherOfDocument, rowOf } from "./further.ts";
import type { StatedRows } from "./stated-rows.ts";

export function totalsOf(row: Row<"invoice">): InvoiceContent["totals"] {
  const { roundingMinor, ...before } = totalsColumns.data(row);
  // In the order of the schema: totals are compared one by one.
  return { ...before, payableMinor: row.gross_minor - row.prepaid_minor + row.rounding_minor, roundingMinor };
}

export function contentOf(rows: StatedRows, row: Row<"invoice">): InvoiceContent {
  const { id } = row;
  const { more, ofLines } = furtherOfDocument(rows, row);
  const adjustments = children(row.adjustment_count, (n) => rowOf(rows.invoiceAdjustment.get(id, n)));
  const ofLine = Map.groupBy(adjustments, ({ line_n }) => line_n);
  return {
    ...contentColumns.data(row),
    lines: children(row.line_count, (n) => ({
      ...lineColumns.data(rowOf(rows.invoiceLine.get(id, n))),
      adjustments: (ofLine.get(n) ?? []).map(adjustmentColumns.data),
      more: ofLines.get(n) ?? null,
    })),
    adjustments: adjustments.flatMap((row) => {
      const { line_n, vat_category: vatCategory, vat_rate3: vatRate3 } = row;
      return line_n !== null || vatCategory === null ? [] : [{ ...adjustmentColumns.data(row), vatCategory, vatRate3 }];
    }),
    taxes: children(row.tax_count, (n) => taxColumns.data(rowOf(rows.invoiceTax.get(id, n)))),
    totals: totalsOf(row),
    more,
  };
}

/** VAT in the organization's currency. */
export function accountingOf(row: Row<"invoice">): { currency: string; rate6: number; taxMinor: number } | null {
  const { accounting_currency: currency, accounting_rate6: rate6, accounting_tax_minor: taxMinor } = row;
  return currency === null || rate6 === null || taxMinor === null ? null : { currency, rate6, taxMinor };
}
