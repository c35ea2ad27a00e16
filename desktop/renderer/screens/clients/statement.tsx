/** A client's account in one currency over a period. On paper it is a letter to the client. */
import type { ComponentChild } from "preact";
import type { OpenItem, Statement, StatementEntry } from "../../../../projector/queries/reports/statement.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import { Choice, DayChoice } from "../../lists/choice.tsx";
import { statementFile } from "../../papers/document-file.ts";
import { PaperButtons, usePaper } from "../../papers/paper-actions.tsx";
import { datedUntil } from "../../parts/dated-until.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Why } from "../../parts/why.tsx";
import { word } from "../../state/address.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { amount, day } from "../../text/format.ts";
import { PERIODS, type Period, periodOf } from "../../text/periods.ts";
import { entryName } from "../../text/statement-words.ts";
import { StatementExport } from "./statement-export.tsx";

interface StatementProps {
  client: Row<"client">;
  currency: string;
}

export function StatementOf({ client, currency }: StatementProps): ComponentChild {
  const today = organization.value?.today;
  const own = { from: word("from"), to: word("to") };
  const dated = datedUntil();
  const period: Period = today ? periodUntil(periodOf(word("period"), dated ?? today, own), dated) : {};
  const account = today ? { client: client.id, currency, ...period } : null;
  const { value, failure, retry } = useCall("getStatement", account);
  const name = `Statement ${client.name} ${currency} ${dated ?? today}`;
  const paper = usePaper({
    title: `Statement of ${client.name} in ${currency}`,
    read: () => statementFile({ client: client.id, currency, ...period }),
  });
  return (
    <article class="panel statement">
      <header class="panel-head">
        <h2>Statement of account in {currency}</h2>
        <div class="filter-bar for-screen">
          <Choice label="Period" name="period" options={PERIODS} />
          {word("period") === "own" && (
            <>
              <DayChoice label="From" name="from" />
              <DayChoice label="To" name="to" />
            </>
          )}
          {account && <PaperButtons {...paper} />}
          <StatementExport account={account} name={name} />
        </div>
      </header>
      {paper.outcome}
      {failure && <Problem failure={failure} retry={retry} />}
      {value ? <Account statement={value} /> : !failure && <p class="waiting">Loading…</p>}
    </article>
  );
}

/** Where an entry is in the statement. */
function placeOf({ on, id, kind, about }: StatementEntry) {
  const isWriteOff = kind === "write_off" || (kind === "reversal" && about !== "payment" && about !== "refund");
  return { on, id, part: isWriteOff ? "write_off" : "other" } as const;
}

/** The balance before the first entry. @returns null if it is the beginning of the account */
function openingOf({ client: { id: client }, currency, entries, from, shortened }: Statement) {
  const [first] = entries;
  if (first) return { figure: "statement_opening", client, currency, entry: placeOf(first) } as const;
  return from === null || shortened ? null : ({ figure: "client_owed", client, currency } as const);
}

function Account({ statement }: { statement: Statement }): ComponentChild {
  const { id: client } = statement.client;
  const { entries, currency, opening_minor, closing_minor, from, to, shortened, open } = statement;
  const text = (minor: number) => amount(minor, currency, locale.value);
  return (
    <>
      <table class="table entries">
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Document</th>
            <th scope="col" class="minor">
              Due
            </th>
            <th scope="col" class="number">
              Amount
            </th>
            <th scope="col" class="number">
              Balance
            </th>
          </tr>
        </thead>
        <tbody>
          {(from !== null || shortened) && (
            <tr class="sum">
              <td>{day(shortened ? (entries[0]?.on ?? null) : from, locale.value)}</td>
              <th scope="row" colSpan={1}>
                Opening balance
              </th>
              <td class="minor" />
              <td />
              <td class="number">
                <Why
                  figure={openingOf(statement)}
                  dated={entries.length === 0 && from !== null ? dayBefore(from) : null}
                >
                  {text(opening_minor)}
                </Why>
              </td>
            </tr>
          )}
          {entries.map((entry) => (
            <tr key={`${entry.on} ${entry.kind} ${entry.id}`}>
              <td>{day(entry.on, locale.value)}</td>
              <td>
                <EntryLink entry={entry} />
              </td>
              <td class="minor">{day(entry.due_on, locale.value)}</td>
              <td class="number">
                <Why figure={{ figure: "statement_entry", client, currency, entry: placeOf(entry) }}>
                  {text(entry.amount_minor)}
                </Why>
              </td>
              <td class="number">
                <Why figure={{ figure: "statement_balance", client, currency, entry: placeOf(entry) }}>
                  {text(entry.balance_minor)}
                </Why>
              </td>
            </tr>
          ))}
          {entries.length === 0 && (
            <tr>
              <td colSpan={5} class="detail">
                No activity in this period.
              </td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr class="sum">
            <td>{day(to ?? organization.value?.today ?? null, locale.value)}</td>
            <th scope="row">Closing balance</th>
            <td class="minor" />
            <td />
            <td class="number">
              <Why figure={{ figure: "client_owed", client, currency }} dated={to}>
                {text(closing_minor)} {currency}
              </Why>
            </td>
          </tr>
        </tfoot>
      </table>
      {shortened && (
        <p class="detail">
          Older entries are included in the opening balance. Choose a shorter period to list them all.
        </p>
      )}
      <OpenItems items={open} currency={currency} on={to} />
    </>
  );
}

function EntryLink({ entry }: { entry: StatementEntry }): ComponentChild {
  const { about, id } = entry;
  const page = about === "payment" ? "payments" : about === "refund" ? "refunds" : "invoices";
  return <a href={`#/${page}/${id}`}>{entryName(entry)}</a>;
}

interface OpenItemsProps {
  items: readonly OpenItem[];
  currency: string;
  /** The last day of the statement; null, or not over yet: today. */
  on: string | null;
}

function OpenItems({ items, currency, on }: OpenItemsProps): ComponentChild {
  const now = organization.value?.today ?? "";
  const today = on !== null && on < now ? on : now;
  const when = today === now ? "today" : `on ${day(today, locale.value)}`;
  const text = (minor: number) => amount(minor, currency, locale.value);
  const sum = items.reduce((all, { balance_minor }) => all + balance_minor, 0);
  if (items.length === 0) return <p class="detail">No open items {when}.</p>;
  return (
    <section class="open-items">
      <h3>Open items {when}</h3>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Document</th>
            <th scope="col" class="minor">
              Issued
            </th>
            <th scope="col">Due</th>
            <th scope="col" class="number minor">
              Gross
            </th>
            <th scope="col" class="number">
              Balance
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <a href={`#/invoices/${item.id}`}>
                  {item.kind === "invoice" ? "Invoice" : "Credit note"} {item.number}
                </a>
              </td>
              <td class="minor">{day(item.issued_on, locale.value)}</td>
              <td>
                {item.kind === "invoice" && day(item.due_on, locale.value)}{" "}
                {item.kind === "invoice" && item.due_on !== null && item.due_on < today && (
                  <span class="badge" data-tone="danger">
                    Overdue
                  </span>
                )}
              </td>
              <td class="number minor">{text(item.kind === "invoice" ? item.gross_minor : -item.gross_minor)}</td>
              <td class="number">
                <Why figure={{ figure: "document_due", id: item.id }} dated={on}>
                  {text(item.balance_minor)}
                </Why>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr class="sum">
            <th scope="row">Total</th>
            <td class="minor" />
            <td />
            <td class="minor" />
            <td class="number">
              {text(sum)} {currency}
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** The period, up to a day. @param until null: no limit */
function periodUntil(period: Period, until: string | null): Period {
  return until !== null && (period.to === undefined || period.to > until) ? { ...period, to: until } : period;
}

/** @param date YYYY-MM-DD */
function dayBefore(date: string): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, day - 1)).toISOString().slice(0, 10);
}
