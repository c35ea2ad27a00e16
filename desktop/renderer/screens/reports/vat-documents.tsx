/** The documents behind a row of the VAT report: a list of any length, which adds up to the row. */
import type { ComponentChild } from "preact";
import { VAT_CATEGORIES } from "../../../../events/values/money.ts";
import type { Answers } from "../../../contract/contract.ts";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { word } from "../../state/address.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { usePages } from "../../state/use-pages.ts";
import { amount, day, money } from "../../text/format.ts";
import { isDay } from "../../text/report-periods.ts";
import { documents } from "./vat-report.tsx";
import { categoryName, rateName, type VatRow } from "./vat-words.ts";

type Document = Answers["listVatDocuments"]["rows"][number];

export function VatDocuments(): ComponentChild {
  const row = rowInAddress();
  const days = { from: word("from"), to: word("to") };
  if (row === null || !isDay(days.from) || !isDay(days.to))
    return (
      <section class="empty">
        <h1>Page not found</h1>
        <p>
          <a href="#/reports">Go to the VAT report</a>
        </p>
      </section>
    );
  return <DocumentsOf row={row} days={days} />;
}

function DocumentsOf({ row, days }: { row: VatRow; days: { from: string; to: string } }): ComponentChild {
  const { currency, vat_category, vat_rate3 } = row;
  const pages = usePages("listVatDocuments", {
    ...days,
    currency,
    vat_category,
    ...(vat_rate3 !== null && { vat_rate3 }),
  });
  const own = organization.value?.currency ?? currency;
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>
          {vat_rate3 === null ? "No VAT" : `${rateName(vat_rate3, locale.value)} VAT`} in {currency}
        </h1>
        <p class="detail">
          {categoryName(vat_category)}, {day(days.from, locale.value)} to {day(days.to, locale.value)}
        </p>
        <div class="actions-row">
          <a class="button plain" href={`#/reports?period=own&from=${days.from}&to=${days.to}`}>
            VAT report
          </a>
        </div>
        <Totals row={row} days={days} />
      </header>
      <ListTable
        label="Documents"
        class={currency === own ? "vat-documents" : "vat-documents foreign"}
        columns={columnsOf(currency, own)}
        pages={pages}
        hrefOf={({ id }) => `#/invoices/${id}`}
        sort="issued_on"
        order="By issue date"
        empty="No documents."
      />
    </div>
  );
}

/** The row of the report, to which the list adds up. */
function Totals({ row, days }: { row: VatRow; days: { from: string; to: string } }): ComponentChild {
  const { value, waiting } = useCall("getVatReport", days);
  const sums = value?.rows.find(
    ({ currency, vat_category, vat_rate3 }) =>
      currency === row.currency && vat_category === row.vat_category && vat_rate3 === row.vat_rate3,
  );
  if (waiting || !value || !sums) return null;
  const text = (minor: number) => money(minor, row.currency, locale.value);
  const inOwn =
    row.currency === value.accounting_currency
      ? ""
      : ` (${money(sums.accounting_tax_minor, value.accounting_currency, locale.value)})`;
  return (
    <p class="detail totals">
      {`${documents(sums.documents)} · taxable ${text(sums.taxable_minor)} · VAT ${text(sums.tax_minor)}${inOwn}`}
    </p>
  );
}

function columnsOf(currency: string, own: string): Column<Document>[] {
  const text = (minor: number) => amount(minor, currency, locale.value);
  const column = (name: string, className: string, minor: (row: Document) => number): Column<Document> => ({
    name,
    class: `${className} number`,
    amounts: (row) => [text(minor(row))],
    cell: (row) => text(minor(row)),
  });
  return [
    { name: "Number", class: "c-number", cell: ({ number }) => number },
    { name: "Client", class: "c-client", cell: ({ buyer_name }) => buyer_name },
    { name: "Type", class: "c-kind", cell: ({ kind }) => (kind === "invoice" ? "Invoice" : "Credit note") },
    { name: "Issued", class: "c-issued-on", cell: ({ issued_on }) => day(issued_on, locale.value) },
    column("Taxable", "c-taxable", ({ taxable_minor }) => taxable_minor),
    column("VAT", "c-tax", ({ tax_minor }) => tax_minor),
    ...(currency === own
      ? []
      : [
          {
            name: `VAT in ${own}`,
            class: "c-own-tax number",
            cell: ({ accounting_tax_minor }: Document) =>
              accounting_tax_minor === null ? "" : amount(accounting_tax_minor, own, locale.value),
          },
        ]),
  ];
}

/** @returns null if the address names no row */
function rowInAddress(): VatRow | null {
  const [currency, code] = [word("currency"), word("category")];
  // Addresses of 0.1 have basis points.
  const rate = word("rate") === "" ? word("rate3") : `${word("rate")}0`;
  const category = VAT_CATEGORIES.find((one) => one === code);
  if (!/^[A-Z]{3}$/.test(currency) || category === undefined || !/^\d{0,6}$/.test(rate)) return null;
  return { currency, vat_category: category, vat_rate3: rate === "" ? null : Number(rate) };
}
