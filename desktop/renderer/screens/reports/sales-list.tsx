/** Sales to businesses in other EU countries without VAT, by the buyer's VAT ID: what the EC sales list needs. */
import type { ComponentChild } from "preact";
import type { Answers } from "../../../contract/contract.ts";
import { useChunkedRows } from "../../lists/use-chunked-rows.ts";
import { Why } from "../../parts/why.tsx";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { countryName } from "../../text/codes.ts";
import { amount, count, day, money } from "../../text/format.ts";
import { periodInAddress } from "./period-choice.tsx";
import { PeriodReport } from "./period-report.tsx";
import { wholeCsv } from "./report-buttons.tsx";
import { ReportPaper } from "./report-paper.tsx";
import { documents } from "./vat-report.tsx";

type Sales = Answers["getSalesList"];
type SalesRow = Sales["rows"][number];
type Problem = Sales["problems"][number]["problem"];

export function SalesList(): ComponentChild {
  const period = periodInAddress();
  const reply = useCall("getSalesList", period.days);
  const sales = reply.failure === null && period.days ? reply.value : null;
  const text = sales && aboutSales(sales, period.goesOn);
  const drawn = useChunkedRows(sales?.rows.length ?? 0);
  return (
    <PeriodReport
      here="/reports/sales-list"
      name="Sales list"
      file="sales-list"
      period={period}
      reply={reply}
      csv={() => {
        const { from = "", to = "" } = period.days ?? {};
        return wholeCsv(call("exportSalesList", { from, to, locale: locale.value }), sales?.rows.length ?? 0);
      }}
      paper={
        sales && (
          <ReportPaper name="Sales list" detail={text}>
            <Problems sales={sales} isWhole />
            <SalesTable sales={sales} drawn={sales.rows.length} />
          </ReportPaper>
        )
      }
    >
      {sales && (
        <>
          <p class="detail">{text}</p>
          <Problems sales={sales} />
          <SalesTable sales={sales} drawn={drawn} />
        </>
      )}
    </PeriodReport>
  );
}

/** What is counted, and how. */
function aboutSales({ from, to }: Sales, goesOn: boolean): string {
  const days = `${day(from, locale.value)} to ${day(to, locale.value)}`;
  return `${days}, by issue date: goods (category K) and services (category AE) without VAT to other EU countries, less credit notes.${goesOn ? " The period is not over yet." : ""}`;
}

interface SalesTableProps {
  sales: Sales;
  /** How many of the rows are drawn. */
  drawn: number;
}

function SalesTable({ sales, drawn }: SalesTableProps): ComponentChild {
  const parts = partsOf(sales);
  if (parts.length === 0) return <p class="empty">There were no such sales in this period.</p>;
  return (
    <table class="table report-table">
      <thead>
        <tr>
          <th scope="col">VAT ID</th>
          <th scope="col" class="minor">
            Country
          </th>
          <th scope="col" class="minor">
            Client
          </th>
          <th scope="col">Supply</th>
          <th scope="col" class="number minor">
            Documents
          </th>
          <th scope="col" class="number">
            Taxable
          </th>
        </tr>
      </thead>
      {parts.map((part) => (
        <PartOf key={`${part.currency}${part.domestic}`} part={part} sales={sales} drawn={drawn} />
      ))}
    </table>
  );
}

/** The rows of one currency: of the EC sales list, or domestic reverse charge. */
type Part = Pick<SalesRow, "currency" | "domestic">;

/** What the EC sales list reports comes first. */
function partsOf({ currencies }: Sales): Part[] {
  return [false, true].flatMap((domestic) => {
    const own = currencies.filter((row) => row.domestic === domestic);
    return [...new Set(own.map(({ currency }) => currency))].map((currency) => ({ currency, domestic }));
  });
}

function PartOf({ part, sales, drawn }: SalesTableProps & { part: Part }): ComponentChild {
  const { currency, domestic } = part;
  const text = (minor: number) => amount(minor, currency, locale.value);
  const own = <Row extends Part>(rows: readonly Row[]) =>
    rows.filter((row) => row.currency === currency && row.domestic === domestic);
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colSpan={6}>
          {domestic ? `Not in the EC sales list: reverse charge in your own country, ${currency}` : currency}
        </th>
      </tr>
      {own(sales.rows.slice(0, drawn)).map((row) => (
        <SalesRowOf key={`${row.client_id}${row.vat_id}${row.vat_category}${row.country}`} row={row} sales={sales} />
      ))}
      {own(sales.currencies).map((total) => (
        <tr key={total.vat_category} class="sum">
          <th scope="row">
            {supplyOf(total)} in {currency}
          </th>
          <td class="minor" />
          <td class="minor" />
          <td />
          <td class="number minor">
            <Why figure={figureOf("sales_documents", total, sales)}>{count(total.documents, locale.value)}</Why>
          </td>
          <td class="number">
            <Why figure={figureOf("sales_taxable", total, sales)}>{text(total.taxable_minor)}</Why>
          </td>
        </tr>
      ))}
    </tbody>
  );
}

function figureOf(
  figure: "sales_taxable" | "sales_documents",
  { currency, vat_category, domestic }: Sales["currencies"][number] | SalesRow,
  { from, to }: Sales,
) {
  return { figure, from, to, currency, vat_category, domestic };
}

function supplyOf({ vat_category, domestic }: Pick<SalesRow, "vat_category" | "domestic">): string {
  if (vat_category === "K") return "Goods";
  return domestic ? "Reverse charge" : "Services";
}

function SalesRowOf({ row, sales }: { row: SalesRow; sales: Sales }): ComponentChild {
  const { vat_id, country, buyer_name, currency, client_id } = row;
  const buyer = { country, ...(vat_id === null ? { client: client_id } : { vat_id }) };
  const period = `issued_from=${sales.from}&issued_to=${sales.to}`;
  const link = `#/invoices?client=${client_id}&status=issued&currency=${currency}&${period}`;
  return (
    <tr>
      <th scope="row">
        <a
          class="whole"
          href={link}
          aria-label={`${vat_id ?? "No VAT ID"}, ${supplyOf(row)}: ${documents(row.documents)}`}
        >
          {vat_id ?? "Missing"}
        </a>
        <span class="detail under">{buyer_name}</span>
      </th>
      <td class="minor">{countryName(country)}</td>
      <td class="minor">{buyer_name}</td>
      <td class="unbroken">{supplyOf(row)}</td>
      <td class="number minor">
        <Why figure={{ ...figureOf("sales_documents", row, sales), ...buyer }}>
          {count(row.documents, locale.value)}
        </Why>
      </td>
      <td class="number">
        <Why figure={{ ...figureOf("sales_taxable", row, sales), ...buyer }}>
          {amount(row.taxable_minor, currency, locale.value)}
        </Why>
      </td>
    </tr>
  );
}

/** What is wrong with the documents of a problem, and what to do about it. */
const PROBLEMS: Readonly<Record<Problem, readonly [title: string, advice: string]>> = {
  no_vat_id: [
    "No VAT ID of the buyer",
    "The sales list needs it. Add it to the client, then cancel the document and issue it again.",
  ],
  id_of_another_country: [
    "VAT ID of another country than the buyer's",
    "If it is wrong, correct the client, then cancel the document and issue it again.",
  ],
  own_country: [
    "Goods within the EU to a buyer in your own country",
    "They are counted below, but the category K is for buyers in other EU countries. If it is wrong, cancel the document.",
  ],
};

/** What the authorities would refuse, or ask about. */
interface ProblemsProps {
  sales: Sales;
  /** True on paper, where nothing can be folded away. */
  isWhole?: boolean;
}

function Problems({ sales: { problems, more_problems }, isWhole = false }: ProblemsProps): ComponentChild {
  const shown = isWhole ? problems.length : SHOWN;
  return (
    <>
      {[...Map.groupBy(problems, ({ problem }) => problem)].map(([problem, rows]) => (
        <section key={problem} class="gaps-box" aria-label={PROBLEMS[problem][0]}>
          <h3>
            {PROBLEMS[problem][0]}: {documents(rows.length)}
          </h3>
          <p class="detail">{PROBLEMS[problem][1]}</p>
          <ProblemRows rows={rows.slice(0, shown)} />
          {rows.length > shown && (
            <details>
              <summary>{count(rows.length - shown, locale.value)} more</summary>
              <ProblemRows rows={rows.slice(shown)} />
            </details>
          )}
        </section>
      ))}
      {more_problems > 0 && (
        <p class="field-error" role="status">
          {documents(more_problems)} more to check, later in the period. Choose a shorter period to see them.
        </p>
      )}
    </>
  );
}

/** Documents of a problem that are shown at once: the table must stay in sight. */
const SHOWN = 5;

function ProblemRows({ rows }: { rows: Sales["problems"] }): ComponentChild {
  return (
    <ul class="gaps">
      {rows.map((row) => (
        <li key={`${row.id}${row.vat_category}`} class="gap">
          <a href={`#/invoices/${row.id}`}>{row.number}</a> of {day(row.issued_on, locale.value)} to{" "}
          <a href={`#/clients/${row.client_id}`}>{row.buyer_name}</a>, {row.vat_id !== null && `VAT ID ${row.vat_id}, `}
          {money(row.taxable_minor, row.currency, locale.value)}
        </li>
      ))}
    </ul>
  );
}
