/** Lines, VAT and totals of a document, on the screen. */
import type { ComponentChild } from "preact";
import { useMemo } from "preact/hooks";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { factsOfMore } from "../../fields/more.tsx";
import { REASON_LISTS } from "../../form/read-adjustment.ts";
import { useChunkedRows } from "../../lists/use-chunked-rows.ts";
import { codeList } from "../../more/code-lists.ts";
import { LINE_MORE } from "../../more/more-of-document.ts";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { unitBeside } from "../../text/codes.ts";
import { amount, millionths, percentage, price } from "../../text/format.ts";
import { textOfCode } from "../../text/named-codes.ts";
import { reasonText, vatLong, vatShort } from "../../text/vat-text.ts";

export function Lines({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { lines, adjustments, currency } = invoice;
  const drawn = useChunkedRows(lines.length);
  const ofLine = useMemo(() => Map.groupBy(adjustments, ({ line_n }) => line_n), [adjustments]);
  const language = locale.value;
  return (
    <section class="panel">
      <h2>Lines</h2>
      {lines.length === 0 ? (
        <p class="detail">No lines yet.</p>
      ) : (
        <div class="scrolls">
          <table class="table lines">
            <thead>
              <tr>
                <th scope="col" class="number minor">
                  #
                </th>
                <th scope="col">Description</th>
                <th scope="col" class="number">
                  Quantity
                </th>
                <th scope="col" class="number">
                  Price
                </th>
                <th scope="col" class="number minor">
                  VAT
                </th>
                <th scope="col" class="number">
                  Net, {currency}
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.slice(0, drawn).map((line) => (
                <LineRow
                  key={line.n}
                  line={line}
                  adjustments={ofLine.get(line.n)}
                  invoice={invoice.id}
                  currency={currency}
                  language={language}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface LineRowProps {
  line: InvoiceDetail["lines"][number];
  adjustments: InvoiceDetail["adjustments"] | undefined;
  invoice: number;
  currency: string;
  language: string;
}

/** Drawn once: a chunk of rows does not draw those before it again. */
function LineRow(props: LineRowProps): ComponentChild {
  return useMemo(() => <LineCells {...props} />, Object.values(props));
}

function LineCells({ line, adjustments, invoice, currency, language }: LineRowProps): ComponentChild {
  return (
    <tr>
      <td class="number minor">{line.n}</td>
      <td>
        {line.description}
        {line.code !== null && <div class="detail">{line.code}</div>}
        {factsOfMore(LINE_MORE, line.more, currency).map(([label, text]) => (
          <div class="detail" key={label}>
            {label}: {text}
          </div>
        ))}
        {adjustments?.map((adjustment) => (
          <div class="detail" key={adjustment.n}>
            {adjustmentText(adjustment, currency, language)}
          </div>
        ))}
      </td>
      <td class="number">
        {millionths(line.quantity6, language)} {unitBeside(line.unit, line.quantity6)}
      </td>
      <td class="number">{price(line.price6, currency, language)}</td>
      <td class="number minor">{vatShort(line, language)}</td>
      <td class="number">
        <Why figure={{ figure: "record", table: "invoice_line", id: invoice, n: line.n, column: "net_minor" }}>
          {amount(line.net_minor, currency, language)}
        </Why>
      </td>
    </tr>
  );
}

/** `Allowance: regular customer, −5.00` */
export function adjustmentText(
  row: Pick<InvoiceDetail["adjustments"][number], "kind" | "reason" | "reason_code" | "percent6" | "amount_minor">,
  currency: string,
  language: string,
): string {
  const sign = (row.kind === "allowance") === row.amount_minor >= 0 ? "−" : "+";
  return `${adjustmentName(row, language)}, ${sign}${amount(Math.abs(row.amount_minor), currency, language)}`;
}

/** `Allowance: Discount 10%`; the words of its code if it has no others. */
export function adjustmentName(
  {
    kind,
    reason,
    reason_code,
    percent6,
  }: Pick<InvoiceDetail["adjustments"][number], "kind" | "reason" | "reason_code" | "percent6">,
  language: string,
): string {
  const why = reason ?? textOfCode(codeList(REASON_LISTS[kind]), reason_code);
  const percent = percent6 === null ? "" : ` ${percentage(percent6, language)}`;
  return `${kind === "allowance" ? "Allowance" : "Charge"}: ${why}${percent}`;
}

export function Taxes({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { taxes, currency, accounting_currency, accounting_tax_minor } = invoice;
  const language = locale.value;
  const stated = (n: number, column: string) =>
    ({ figure: "record", table: "invoice_tax", id: invoice.id, n, column }) as const;
  return (
    <section class="panel">
      <h2>VAT</h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Rate</th>
            <th scope="col" class="number">
              Taxable
            </th>
            <th scope="col" class="number">
              VAT, {currency}
            </th>
          </tr>
        </thead>
        <tbody>
          {taxes.map((tax) => (
            <tr key={tax.n}>
              <td>
                {vatLong(tax, language)}
                {reasonText(tax) !== "" && <div class="detail">{reasonText(tax)}</div>}
                {tax.reason_code !== null && (
                  <div class="detail">{textOfCode(codeList("exemptions"), tax.reason_code)}</div>
                )}
              </td>
              <td class="number">
                <Why figure={stated(tax.n, "taxable_minor")}>{amount(tax.taxable_minor, currency, language)}</Why>
              </td>
              <td class="number">
                <Why figure={stated(tax.n, "tax_minor")}>{amount(tax.tax_minor, currency, language)}</Why>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {accounting_currency !== null && accounting_tax_minor !== null && (
        <p class="detail">
          VAT in {accounting_currency}: {amount(accounting_tax_minor, accounting_currency, language)}
        </p>
      )}
    </section>
  );
}

/** The document's totals, without payments. */
export function Totals({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { currency } = invoice;
  const text = (minor: number) => amount(minor, currency, locale.value);
  return (
    <section class="panel">
      <h2>Total</h2>
      <table class="table totals">
        <tbody>
          {totalsOf(invoice, locale.value).map(({ name, minor, sum, column }, n) => (
            <tr key={n} class={sum ? "sum" : undefined}>
              <th scope="row">{name}</th>
              <td class="number">
                <Why figure={column ? { figure: "record", table: "invoice", id: invoice.id, column } : null}>
                  {text(minor)} {currency}
                </Why>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface TotalRow {
  name: string;
  minor: number;
  /** The column that states it. */
  column?: string;
  sum?: boolean;
}

/** The totals of EN 16931, without those that equal another one. Allowances and charges are listed by name. */
export function totalsOf(invoice: InvoiceDetail, language: string): TotalRow[] {
  const rows: TotalRow[] = [];
  const own = invoice.adjustments.filter(({ line_n }) => line_n === null);
  if (own.length > 0) {
    rows.push({ name: "Subtotal", minor: invoice.lines_minor, column: "lines_minor" });
    for (const adjustment of own) {
      const { kind, amount_minor } = adjustment;
      const name = `${adjustmentName(adjustment, language)}, VAT ${vatShort(adjustment, language)}`;
      rows.push({ name, minor: kind === "allowance" ? -amount_minor : amount_minor });
    }
  }
  rows.push({ name: "Total without VAT", minor: invoice.net_minor, column: "net_minor" });
  rows.push({ name: "VAT", minor: invoice.tax_minor, column: "tax_minor" });
  rows.push({ name: "Total with VAT", minor: invoice.gross_minor, sum: true, column: "gross_minor" });
  const { prepaid_minor, rounding_minor } = invoice;
  if (prepaid_minor !== 0) rows.push({ name: "Already paid", minor: -prepaid_minor, column: "prepaid_minor" });
  if (rounding_minor !== 0) rows.push({ name: "Rounding", minor: rounding_minor, column: "rounding_minor" });
  if (prepaid_minor !== 0 || rounding_minor !== 0)
    rows.push({ name: "Amount due", minor: invoice.gross_minor - prepaid_minor + rounding_minor, sum: true });
  return rows;
}
