/** VAT on sales of a period, by currency, category and rate. Each row opens the documents behind it. */
import type { ComponentChild } from "preact";
import type { Answers } from "../../../contract/contract.ts";
import type { Figure } from "../../parts/figure-address.ts";
import { Why } from "../../parts/why.tsx";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { amount, count, day, money } from "../../text/format.ts";
import { periodInAddress } from "./period-choice.tsx";
import { PeriodReport } from "./period-report.tsx";
import { wholeCsv } from "./report-buttons.tsx";
import { ReportPaper } from "./report-paper.tsx";
import { categoryName, documentsLink, rateName } from "./vat-words.ts";

type Report = Answers["getVatReport"];

export function VatReport(): ComponentChild {
  const period = periodInAddress();
  const reply = useCall("getVatReport", period.days);
  const report = reply.failure === null && period.days ? reply.value : null;
  const text = report && aboutVat(report, period.goesOn);
  return (
    <PeriodReport
      here="/reports"
      name="VAT on sales"
      file="vat"
      period={period}
      reply={reply}
      csv={() => {
        const { from = "", to = "" } = period.days ?? {};
        return wholeCsv(call("exportVatReport", { from, to, locale: locale.value }), report?.rows.length ?? 0);
      }}
      paper={
        report && (
          <ReportPaper name="VAT on sales" detail={text}>
            <VatTable report={report} />
          </ReportPaper>
        )
      }
    >
      {report && (
        <>
          <p class="detail">{text}</p>
          <VatTable report={report} />
        </>
      )}
    </PeriodReport>
  );
}

/** What is counted, and how. */
function aboutVat({ from, to }: Report, goesOn: boolean): string {
  const days = `${day(from, locale.value)} to ${day(to, locale.value)}`;
  return `${days}, by issue date: invoices less credit notes. Void documents do not count. Purchases are not in Invoify.${goesOn ? " The period is not over yet." : ""}`;
}

function VatTable({ report }: { report: Report }): ComponentChild {
  const { rows, currencies, accounting_currency: own } = report;
  const isForeign = currencies.some(({ currency }) => currency !== own);
  if (rows.length === 0) return <p class="empty">Nothing was issued in this period.</p>;
  return (
    <>
      <table class="table report-table">
        <Heads own={isForeign ? own : null} />
        {currencies.map((total) => (
          <Currency key={total.currency} total={total} report={report} isForeign={isForeign} />
        ))}
        {isForeign && currencies.length > 1 && <GrandTotal report={report} />}
      </table>
      {rows.some(({ accounting_taxable_minor }) => accounting_taxable_minor === null) && (
        <p class="detail">
          {NO_RATE} Documents without VAT that state no exchange rate have no amount in {own}.
        </p>
      )}
    </>
  );
}

/** @param props.own the organization's currency, if it has columns of its own */
function Heads({ own }: { own: string | null }): ComponentChild {
  return (
    <thead>
      <tr>
        <th scope="col">Rate</th>
        <th scope="col" class="category">
          Category
        </th>
        <th scope="col" class="number minor">
          Documents
        </th>
        <th scope="col" class="number">
          Taxable
        </th>
        <th scope="col" class="number">
          VAT
        </th>
        {own !== null && (
          <>
            <th scope="col" class="number minor">
              Taxable in {own}
            </th>
            <th scope="col" class="number minor">
              VAT in {own}
            </th>
          </>
        )}
      </tr>
    </thead>
  );
}

interface CurrencyProps {
  total: Report["currencies"][number];
  report: Report;
  isForeign: boolean;
}

/** The rows in one currency, and what they add up to. */
function Currency({ total, report, isForeign }: CurrencyProps): ComponentChild {
  const rows = report.rows.filter(({ currency }) => currency === total.currency);
  const own = isForeign ? report.accounting_currency : null;
  return (
    <tbody>
      {isForeign && (
        <tr class="group">
          <th scope="rowgroup" colSpan={7}>
            {total.currency}
          </th>
        </tr>
      )}
      {rows.map((row) => (
        <tr key={`${row.vat_category}${row.vat_rate3}`}>
          <th scope="row">
            <a
              class="whole"
              href={documentsLink(row, report)}
              aria-label={`${rateName(row.vat_rate3, locale.value)} ${categoryName(row.vat_category)}: ${documents(row.documents)}`}
            >
              {rateName(row.vat_rate3, locale.value)}
            </a>
            <span class="detail under-rate">{categoryName(row.vat_category)}</span>
          </th>
          <td class="category">{categoryName(row.vat_category)}</td>
          <Figures sums={row} own={own} of={{ ...ofReport(report, row.currency), ...ofRate(row) }} />
        </tr>
      ))}
      <tr class="sum">
        <th scope="row">Total{isForeign && ` in ${total.currency}`}</th>
        <td class="category" />
        <Figures sums={total} own={own} of={ofReport(report, total.currency)} />
      </tr>
    </tbody>
  );
}

interface FiguresProps {
  sums: Report["currencies"][number];
  own: string | null;
  /** What the figures have in common. */
  of: VatPart;
}

/** A row of the report. */
type VatPart = Omit<Extract<Figure, { figure: `vat_${string}` }>, "figure">;

function ofReport({ from, to }: Report, currency: string): VatPart {
  return { from, to, currency };
}

function ofRate({ vat_category, vat_rate3 }: Report["rows"][number]): Partial<VatPart> {
  return { vat_category, ...(vat_rate3 !== null && { vat_rate3 }) };
}

function Figures({ sums, own, of }: FiguresProps): ComponentChild {
  const text = (minor: number) => amount(minor, sums.currency, locale.value);
  const { accounting_taxable_minor: taxable, accounting_tax_minor } = sums;
  return (
    <>
      <td class="number minor">
        <Why figure={{ figure: "vat_documents", ...of }}>{count(sums.documents, locale.value)}</Why>
      </td>
      <td class="number">
        <Why figure={{ figure: "vat_taxable", ...of }}>{text(sums.taxable_minor)}</Why>
      </td>
      <td class="number">
        <Why figure={{ figure: "vat_tax", ...of }}>{text(sums.tax_minor)}</Why>
        {own !== null && own !== sums.currency && (
          <span class="detail under">{money(accounting_tax_minor, own, locale.value)}</span>
        )}
      </td>
      {own !== null && (
        <>
          <td class="number minor">
            {taxable === null ? (
              NO_RATE
            ) : (
              <Why figure={{ figure: "vat_home_taxable", ...of }}>{amount(taxable, own, locale.value)}</Why>
            )}
          </td>
          <td class="number minor">
            <Why figure={{ figure: "vat_home_tax", ...of }}>{amount(accounting_tax_minor, own, locale.value)}</Why>
          </td>
        </>
      )}
    </>
  );
}

/** In the place of an amount that a document's missing exchange rate leaves unknown. */
const NO_RATE = "–";

function GrandTotal({ report }: { report: Report }): ComponentChild {
  const { accounting_currency: own, accounting_tax_minor } = report;
  return (
    <tbody>
      <tr class="sum">
        <th scope="row">VAT in all currencies</th>
        <td class="category" />
        <td class="minor" />
        <td class="minor" colSpan={3} />
        <td class="number">
          <Why figure={{ figure: "vat_home_tax", from: report.from, to: report.to }}>
            {money(accounting_tax_minor, own, locale.value)}
          </Why>
        </td>
      </tr>
    </tbody>
  );
}

export function documents(number: number): string {
  return `${count(number, locale.value)} ${number === 1 ? "document" : "documents"}`;
}
