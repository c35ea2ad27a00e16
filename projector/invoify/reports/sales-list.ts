/** `invoify sales-list`: supplies without VAT to buyers in other countries, by their VAT ids. */
import { withBooks } from "../../as-of/books.ts";
import { defineCommand, JSON_OUTPUT } from "../../command-line/command.ts";
import { tableText } from "../../command-line/table-text.ts";
import {
  type SalesList,
  type SalesProblem,
  salesList as salesListInput,
  salesListOf,
} from "../../queries/reports/sales-list.ts";
import { amountText, countOf, countText } from "../../text/figures.ts";
import { salesListCsv } from "../../text/report-tables.ts";
import { MOMENT_HELP, MOMENT_OPTIONS, PERIOD_OPTIONS, printCsv, reportOf } from "./report-source.ts";

export const salesList = defineCommand({
  name: "sales-list",
  about: `Adds up the supplies of a period in the VAT categories K (goods within the EU) and AE
(reverse charge), by the buyer's VAT id as the documents state it. Documents that
may not belong in an EC sales list as they are (without a VAT id, with the id of
another country, goods to a buyer in the seller's country) are listed below the
table; they count in their rows. Reverse charge in the seller's own country is no
part of an EC sales list: it stands at the end, with EC: no.

${MOMENT_HELP}`,
  positionals: ["CACHE|LOG"],
  options: { ...PERIOD_OPTIONS, ...MOMENT_OPTIONS, json: JSON_OUTPUT },
  async run({ values, positionals: [location = ""] }, terminal) {
    const { from, to, csv, json, "dated-until": dated_until, at } = values;
    await withBooks({ location, at }, terminal, ({ db }) => {
      const list = reportOf(salesListInput, { from, to, dated_until }, (input) => salesListOf(db, input));
      if (csv) printCsv(salesListCsv(list, "en"), terminal);
      else terminal.out(json ? JSON.stringify(list) : asText(list));
    });
    return 0;
  },
});

const PROBLEMS: { readonly [P in SalesProblem]: string } = {
  no_vat_id: "states no VAT id of the buyer",
  id_of_another_country: "the VAT id is of another country than the buyer's address",
  own_country: "goods to a buyer in the seller's country",
};

function asText({ from, to, accounting_currency: home, rows, problems, more_problems }: SalesList): string {
  if (rows.length === 0) return `No documents of category K or AE are dated from ${from} to ${to}.`;
  const lines = rows.map((row) => [
    row.vat_category,
    row.country,
    row.vat_id ?? "(none)",
    row.buyer_name,
    countText(row.documents),
    amountText(row.taxable_minor, row.currency),
    row.accounting_taxable_minor === null ? "not known" : amountText(row.accounting_taxable_minor, home),
    row.domestic ? "no" : "yes",
  ]);
  const headings = ["VAT", "COUNTRY", "VAT ID", "BUYER", "DOCUMENTS", "TAXABLE", `TAXABLE ${home}`, "EC"];
  const table = tableText([headings, ...lines], { right: [4, 5, 6] });
  const toCheck = problems.map(({ kind, number, buyer_name, problem }) => {
    return `${kind.replace("_", " ")} ${number}, ${buyer_name}: ${PROBLEMS[problem]}`;
  });
  const more = more_problems === 0 ? [] : [`and ${countOf(more_problems, "more document")} to check`];
  return [table, ...toCheck, ...more].join("\n");
}
