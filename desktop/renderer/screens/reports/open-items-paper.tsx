/** Open items by client on paper: every client, and the sums. */
import type { ComponentChild } from "preact";
import { locale } from "../../state/state.ts";
import { ageText } from "../../text/ages.ts";
import { amount, day } from "../../text/format.ts";
import { type Aged, type AgedClient, amountOrNothing } from "./aged.ts";
import { ReportPaper } from "./report-paper.tsx";

interface OpenItemsPaperProps {
  aged: Aged;
  currency: string;
  /** The clients of this currency, in the order of the screen. */
  rows: readonly AgedClient[];
}

export function OpenItemsPaper({ aged, currency, rows }: OpenItemsPaperProps): ComponentChild {
  const sums = aged.currencies.find((one) => one.currency === currency);
  if (!sums) return null;
  const text = (minor: number) => amount(minor, currency, locale.value);
  return (
    <ReportPaper
      name="Open items"
      detail={`${aged.dated_until === null ? "On" : "Dated until"} ${day(aged.day, locale.value)}, in ${currency}`}
    >
      {aged.shortened && (
        <p>Not all clients are listed: these come first by name. The sums are those of all clients.</p>
      )}
      <table class="paper-lines">
        <thead>
          <tr>
            <th class="wide">Client</th>
            {sums.ages.map((age) => (
              <th key={age.to_days}>{ageText(age)}</th>
            ))}
            <th>Credit</th>
            <th>Balance</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, client_name, ages_minor, credit_minor, owed_minor }) => (
            <tr key={id}>
              <td class="wide">{client_name}</td>
              {ages_minor.map((minor, n) => (
                <td key={n}>{amountOrNothing(minor, currency)}</td>
              ))}
              <td>{amountOrNothing(-credit_minor, currency)}</td>
              <td>{text(owed_minor)}</td>
            </tr>
          ))}
          <tr class="sum">
            <td class="wide">Total</td>
            {sums.ages.map((age) => (
              <td key={age.to_days}>{text(age.balance_minor)}</td>
            ))}
            <td>{text(-sums.credit_minor)}</td>
            <td>{text(sums.owed_minor)}</td>
          </tr>
        </tbody>
      </table>
    </ReportPaper>
  );
}
