/** The figures of the chart as a table, on request. */
import type { ComponentChild } from "preact";
import type { MonthOfRevenue } from "../../../../projector/queries/reports/overview.ts";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { amount, monthAndYear } from "../../text/format.ts";

interface MonthFiguresProps {
  months: readonly MonthOfRevenue[];
  currency: string;
  /** The last day that counts, YYYY-MM-DD; null: today. */
  dated: string | null;
}

export function MonthFigures({ months, currency, dated }: MonthFiguresProps): ComponentChild {
  return (
    <details class="month-figures">
      <summary>Figures by month</summary>
      <div class="scrolls">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Month</th>
              <th scope="col" class="number">
                Without VAT
              </th>
              <th scope="col" class="number">
                With VAT
              </th>
              <th scope="col" class="number">
                Received, {currency}
              </th>
            </tr>
          </thead>
          <tbody>
            {months.toReversed().map(({ month, net_minor, gross_minor, received_minor }) => {
              const cell = (figure: "month_net" | "month_gross" | "month_received", minor: number) => (
                <td class="number">
                  <Why figure={{ figure, currency, month }} dated={dated}>
                    {amount(minor, currency, locale.value)}
                  </Why>
                </td>
              );
              return (
                <tr key={month}>
                  <th scope="row">{monthAndYear(month)}</th>
                  {cell("month_net", net_minor)}
                  {cell("month_gross", gross_minor)}
                  {cell("month_received", received_minor)}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
