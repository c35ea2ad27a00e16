/** Overview: how the company stands today. */
import type { ComponentChild, ComponentChildren } from "preact";
import type { AgeClass } from "../../../../projector/queries/reports/ageing.ts";
import type { CurrencyOverview } from "../../../../projector/queries/reports/overview.ts";
import { ActivityList } from "../../parts/activity-list.tsx";
import { DatedLine, DatedUntil, datedArgument, datedUntil } from "../../parts/dated-until.tsx";
import type { Figure as FigureName } from "../../parts/figure-address.ts";
import { Problem } from "../../parts/problem.tsx";
import { Why } from "../../parts/why.tsx";
import { setWords, word } from "../../state/address.ts";
import { at } from "../../state/at.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { ageText } from "../../text/ages.ts";
import { count, day, money, monthAndYear } from "../../text/format.ts";
import { FirstSteps } from "./first-steps.tsx";
import { MonthChart } from "./month-chart.tsx";
import { MonthFigures } from "./month-figures.tsx";
import {
  ageLink,
  creditNotesLink,
  openInvoicesLink,
  openItemsLink,
  overdueLink,
  receivedLink,
  unallocatedLink,
} from "./overview-links.ts";

export function Overview(): ComponentChild {
  const { value, failure, retry } = useCall("getOverview", datedArgument());
  // Figures of another day than the one in the address are shown only while the next ones are being read.
  if (!value || (failure && value.dated_until !== datedUntil()))
    return failure ? <Problem failure={failure} retry={retry} /> : <p class="waiting">Loading…</p>;
  const shown = value.currencies.find(({ currency }) => currency === word("currency")) ?? value.currencies[0];
  return (
    <>
      <header class="page-head">
        <h1>Overview</h1>
        {value.dated_until === null && <p class="detail">{day(value.today, locale.value)}</p>}
        {value.unknown_time_zone !== null && (
          <p class="detail" role="status">
            This computer does not know the time zone {value.unknown_time_zone}. Days begin and end in UTC until Invoify
            is updated.
          </p>
        )}
        <DatedUntil />
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
      <DatedLine dated={value.dated_until} />
      {shown ? (
        <Figures overview={shown} day={value.day} dated={value.dated_until} />
      ) : (
        <>
          <FirstSteps />
          <p class="empty">No invoices have been issued yet. Figures appear here once you issue the first one.</p>
        </>
      )}
      <section class="panel">
        <h2>Recent activity</h2>
        {value.dated_until !== null && (
          <p class="detail">Up to {at.value === null ? "now" : "this moment"}, whatever it is dated.</p>
        )}
        <LatestActivity />
      </section>
    </>
  );
}

interface FiguresProps {
  overview: CurrencyOverview;
  /** The day of the figures. */
  day: string;
  /** The same, if the user chose it; null: today. */
  dated: string | null;
}

function Figures({ overview, day, dated }: FiguresProps): ComponentChild {
  const { currency, credit_minor, overdue_invoices } = overview;
  const text = (minor: number) => money(minor, currency, locale.value);
  const month = day.slice(0, 7);
  return (
    <>
      <dl class="figures">
        <Figure
          name="Outstanding"
          figure={{ figure: "total_open", currency }}
          dated={dated}
          value={text(overview.open_minor)}
          detail={
            credit_minor === 0 ? (
              "on open invoices"
            ) : (
              <>
                on open invoices,{" "}
                <Why figure={{ figure: "total_owed", currency }} dated={dated}>
                  {text(overview.owed_minor)}
                </Why>{" "}
                after credit
              </>
            )
          }
          href={dated === null ? openInvoicesLink(currency) : openItemsLink(currency, dated)}
        />
        <Figure
          name="Overdue"
          figure={{ figure: "overdue_balance", currency }}
          dated={dated}
          value={text(overview.overdue_minor)}
          detail={
            <Why figure={{ figure: "overdue_documents", currency }} dated={dated}>
              {`${count(overdue_invoices, locale.value)} ${overdue_invoices === 1 ? "invoice" : "invoices"}`}
            </Why>
          }
          href={dated === null ? overdueLink(currency) : openItemsLink(currency, dated)}
          warning={overview.overdue_minor > 0}
        />
        <Figure
          name={dated === null ? "Received this month" : `Received in ${monthAndYear(month)}`}
          figure={{ figure: "month_received", currency, month }}
          dated={dated}
          value={text(overview.paid_this_month_minor)}
          detail="less refunds and returned payments"
          // The list of payments has no reversals and refunds of later days, which a past day does not know.
          {...(dated === null && { href: receivedLink(month, currency) })}
        />
        {credit_minor !== 0 && <Credit overview={overview} dated={dated} />}
      </dl>
      <div class="two-panels">
        <section class="panel">
          <h2>Revenue by month</h2>
          <p class="detail">Without VAT, net of credit notes</p>
          <MonthChart months={overview.months} currency={currency} until={dated} />
          <MonthFigures months={overview.months} currency={currency} dated={dated} />
        </section>
        <section class="panel">
          <h2>Aged receivables</h2>
          <p class="detail">Balances of open invoices by days overdue</p>
          <Ages ages={overview.ages} currency={currency} dated={dated} />
        </section>
      </div>
    </>
  );
}

/** What clients have as credit, and the lists of where it comes from. */
function Credit({ overview, dated }: Omit<FiguresProps, "day">): ComponentChild {
  const { currency, credit_minor, credit_notes_minor, unallocated_minor } = overview;
  const text = (minor: number) => money(minor, currency, locale.value);
  if (dated !== null)
    return (
      <Figure
        name="Client credit"
        figure={{ figure: "total_credit", currency }}
        dated={dated}
        value={text(credit_minor)}
        detail="from payments and credit notes"
        href={openItemsLink(currency, dated)}
      />
    );
  return (
    <Figure
      name="Client credit"
      figure={{ figure: "total_credit", currency }}
      dated={dated}
      value={text(credit_minor)}
      detail={
        <>
          {unallocated_minor !== 0 && <a href={unallocatedLink(currency)}>{text(unallocated_minor)} from payments</a>}
          {unallocated_minor !== 0 && credit_notes_minor !== 0 && ", "}
          {credit_notes_minor !== 0 && (
            <a href={creditNotesLink(currency)}>{text(credit_notes_minor)} from credit notes</a>
          )}
        </>
      }
    />
  );
}

interface FigureProps {
  name: string;
  figure: FigureName;
  /** The day of the figure; null: today. */
  dated: string | null;
  value: string;
  detail: ComponentChildren;
  /** The list that adds up to the figure. Absent: its parts have lists, in the detail. */
  href?: string;
  warning?: boolean;
}

function Figure({ name, figure, dated, value, detail, href, warning = false }: FigureProps): ComponentChild {
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
      <dd class="amount">
        <Why figure={figure} dated={dated}>
          {value}
        </Why>
      </dd>
      <dd class="detail">{detail}</dd>
    </div>
  );
}

interface AgesProps {
  ages: readonly AgeClass[];
  currency: string;
  dated: string | null;
}

function Ages({ ages, currency, dated }: AgesProps): ComponentChild {
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
        {ages.map((age, n) => {
          const balance = money(age.balance_minor, currency, locale.value);
          const documents = `${count(age.invoices, locale.value)} ${age.invoices === 1 ? "invoice" : "invoices"}`;
          return (
            <tr key={age.to_days}>
              <th scope="row">
                <a
                  class="whole"
                  href={dated === null ? ageLink(age, currency) : openItemsLink(currency, dated)}
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
              <td class="number">
                <Why figure={{ figure: "age_documents", currency, age: n }} dated={dated}>
                  {count(age.invoices, locale.value)}
                </Why>
              </td>
              <td class="number">
                <Why figure={{ figure: "age_balance", currency, age: n }} dated={dated}>
                  {balance}
                </Why>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
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
