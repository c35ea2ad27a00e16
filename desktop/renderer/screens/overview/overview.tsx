/** Overview: how the company stands today. */
import type { ComponentChild, ComponentChildren } from "preact";
import type { AgeClass } from "../../../../projector/queries/reports/ageing.ts";
import type { CurrencyOverview } from "../../../../projector/queries/reports/overview.ts";
import { ActivityList } from "../../parts/activity-list.tsx";
import { Problem } from "../../parts/problem.tsx";
import { setWords, word } from "../../state/address.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { count, day, money } from "../../text/format.ts";
import { FirstSteps } from "./first-steps.tsx";
import { MonthChart } from "./month-chart.tsx";
import {
  ageLink,
  creditNotesLink,
  openInvoicesLink,
  overdueLink,
  receivedLink,
  unallocatedLink,
} from "./overview-links.ts";

export function Overview(): ComponentChild {
  const { value, failure, retry } = useCall("getOverview", {});
  if (!value) return failure ? <Problem failure={failure} retry={retry} /> : <p class="waiting">Loading…</p>;
  const shown = value.currencies.find(({ currency }) => currency === word("currency")) ?? value.currencies[0];
  return (
    <>
      <header class="page-head">
        <h1>Overview</h1>
        <p class="detail">{day(value.today, locale.value)}</p>
        {value.unknown_time_zone !== null && (
          <p class="detail" role="status">
            This computer does not know the time zone {value.unknown_time_zone}. Days begin and end in UTC until Invoify
            is updated.
          </p>
        )}
        {value.currencies.length > 1 && (
          <fieldset class="tabs">
            <legend class="for-screen-readers">Currency</legend>
            {value.currencies.map(({ currency }) => (
              <button
                type="button"
                key={currency}
                aria-pressed={currency === shown?.currency}
                onClick={() => setWords({ currency })}
              >
                {currency}
              </button>
            ))}
          </fieldset>
        )}
      </header>
      {shown ? (
        <Figures overview={shown} today={value.today} />
      ) : (
        <>
          <FirstSteps />
          <p class="empty">No invoices have been issued yet. Figures appear here once you issue the first one.</p>
        </>
      )}
      <section class="panel">
        <h2>Recent activity</h2>
        <LatestActivity />
      </section>
    </>
  );
}

function Figures({ overview, today }: { overview: CurrencyOverview; today: string }): ComponentChild {
  const { currency, credit_minor, credit_notes_minor, unallocated_minor, overdue_invoices } = overview;
  const text = (minor: number) => money(minor, currency, locale.value);
  const month = today.slice(0, 7);
  return (
    <>
      <dl class="figures">
        <Figure
          name="Outstanding"
          value={text(overview.open_minor)}
          detail={
            credit_minor === 0 ? "on open invoices" : `on open invoices, ${text(overview.owed_minor)} less credit`
          }
          href={openInvoicesLink(currency)}
        />
        <Figure
          name="Overdue"
          value={text(overview.overdue_minor)}
          detail={`${count(overdue_invoices, locale.value)} ${overdue_invoices === 1 ? "invoice" : "invoices"}`}
          href={overdueLink(currency)}
          warning={overview.overdue_minor > 0}
        />
        <Figure
          name="Received this month"
          value={text(overview.paid_this_month_minor)}
          detail="payments from clients"
          href={receivedLink(month, currency)}
        />
        {credit_minor !== 0 && (
          <Figure
            name="Client credit"
            value={text(credit_minor)}
            detail={
              <>
                {unallocated_minor !== 0 && (
                  <a href={unallocatedLink(currency)}>{text(unallocated_minor)} from payments</a>
                )}
                {unallocated_minor !== 0 && credit_notes_minor !== 0 && ", "}
                {credit_notes_minor !== 0 && (
                  <a href={creditNotesLink(currency)}>{text(credit_notes_minor)} from credit notes</a>
                )}
              </>
            }
          />
        )}
      </dl>
      <div class="two-panels">
        <section class="panel">
          <h2>Revenue by month</h2>
          <p class="detail">Without VAT, net of credit notes</p>
          <MonthChart months={overview.months} currency={currency} />
        </section>
        <section class="panel">
          <h2>Aged receivables</h2>
          <p class="detail">Balances of open invoices by days overdue</p>
          <Ages ages={overview.ages} currency={currency} />
        </section>
      </div>
    </>
  );
}

interface FigureProps {
  name: string;
  value: string;
  detail: ComponentChildren;
  /** The list that adds up to the figure. Absent: its parts have lists, in the detail. */
  href?: string;
  warning?: boolean;
}

function Figure({ name, value, detail, href, warning = false }: FigureProps): ComponentChild {
  return (
    <div class={warning ? "figure warning" : "figure"}>
      <dt>
        {href === undefined ? (
          name
        ) : (
          <a class="whole" href={href} aria-label={`${name}: ${value}`}>
            {name}
          </a>
        )}
      </dt>
      <dd class="amount">{value}</dd>
      <dd class="detail">{detail}</dd>
    </div>
  );
}

function Ages({ ages, currency }: { ages: readonly AgeClass[]; currency: string }): ComponentChild {
  const most = Math.max(1, ...ages.map(({ balance_minor }) => balance_minor));
  return (
    <table class="ages">
      <thead class="for-screen-readers">
        <tr>
          <th scope="col">Overdue</th>
          <th scope="col">Share</th>
          <th scope="col">Invoices</th>
          <th scope="col">Balance</th>
        </tr>
      </thead>
      <tbody>
        {ages.map((age) => {
          const balance = money(age.balance_minor, currency, locale.value);
          const documents = `${count(age.invoices, locale.value)} ${age.invoices === 1 ? "invoice" : "invoices"}`;
          return (
            <tr key={age.to_days}>
              <th scope="row">
                <a
                  class="whole"
                  href={ageLink(age, currency)}
                  aria-label={`${ageText(age)}${age.from_days === null ? "" : " overdue"}: ${documents}, ${balance}`}
                >
                  {ageText(age)}
                </a>
              </th>
              <td class="bar">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect
                    width={Math.max(0, (age.balance_minor / most) * 100)}
                    height="10"
                    class={age.from_days === null ? "good" : "late"}
                  />
                </svg>
              </td>
              <td class="number">{count(age.invoices, locale.value)}</td>
              <td class="number">{balance}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function ageText({ from_days, to_days }: AgeClass): string {
  if (from_days === null) return "Not yet due";
  return to_days === null ? `Over ${from_days - 1} days` : `${from_days} to ${to_days} days`;
}

function LatestActivity(): ComponentChild {
  const { value, failure, retry } = useCall("listActivity", { limit: 10 });
  if (!value) return failure ? <Problem failure={failure} retry={retry} /> : <p class="waiting">Loading…</p>;
  return (
    <>
      <ActivityList rows={value.rows} />
      {value.next !== null && (
        <p>
          <a href="#/activity">All activity</a>
        </p>
      )}
    </>
  );
}
