/** `invoify vat`: VAT of a period, by currency, category and rate. */
import { withBooks } from "../../as-of/books.ts";
import { defineCommand, JSON_OUTPUT } from "../../command-line/command.ts";
import { tableText } from "../../command-line/table-text.ts";
import { type VatReport, vatReport, vatReportOf } from "../../queries/reports/vat-report.ts";
import { amountText, countText } from "../../text/figures.ts";
import { vatReportCsv } from "../../text/report-tables.ts";
import { MOMENT_HELP, MOMENT_OPTIONS, PERIOD_OPTIONS, printCsv, reportOf } from "./report-source.ts";

export const vat = defineCommand({
  name: "vat",
  about: `Adds up the VAT of the documents that are dated in a period, by currency, category
and rate, and in the organization's currency as the documents state it. Credit
notes count as negative, on their own issue date. A void document does not count.

${MOMENT_HELP}`,
  positionals: ["CACHE|LOG"],
  options: { ...PERIOD_OPTIONS, ...MOMENT_OPTIONS, json: JSON_OUTPUT },
  async run({ values, positionals: [location = ""] }, terminal) {
    const { from, to, csv, json, "dated-until": dated_until, at } = values;
    await withBooks({ location, at }, terminal, ({ db }) => {
      const report = reportOf(vatReport, { from, to, dated_until }, (input) => vatReportOf(db, input));
      if (csv) printCsv(vatReportCsv(report, "en"), terminal);
      else terminal.out(json ? JSON.stringify(report) : asText(report));
    });
    return 0;
  },
});

function asText({ from, to, accounting_currency: home, rows, currencies, accounting_tax_minor }: VatReport): string {
  if (rows.length === 0) return `No documents are dated from ${from} to ${to}.`;
  const lines = rows.map((row) => [
    row.vat_category,
    row.vat_rate3 === null ? "" : `${row.vat_rate3 / 1000} %`,
    countText(row.documents),
    amountText(row.taxable_minor, row.currency),
    amountText(row.tax_minor, row.currency),
    homeText(row.accounting_taxable_minor, home),
    amountText(row.accounting_tax_minor, home),
  ]);
  const totals = currencies.map(({ currency, documents, taxable_minor, tax_minor, ...own }) => [
    "all",
    "",
    countText(documents),
    amountText(taxable_minor, currency),
    amountText(tax_minor, currency),
    homeText(own.accounting_taxable_minor, home),
    amountText(own.accounting_tax_minor, home),
  ]);
  const headings = ["VAT", "RATE", "DOCUMENTS", "TAXABLE", "VAT", `TAXABLE ${home}`, `VAT ${home}`];
  const table = tableText([headings, ...lines, ...totals], { right: [1, 2, 3, 4, 5, 6] });
  return `${table}\nVAT from ${from} to ${to}: ${amountText(accounting_tax_minor, home)}`;
}

/** @param minor null: a document states no exchange rate */
function homeText(minor: number | null, home: string): string {
  return minor === null ? "not known" : amountText(minor, home);
}
