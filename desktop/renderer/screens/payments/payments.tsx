/** The list of payments, and whether they are applied to invoices. */
import type { ComponentChild } from "preact";
import type { PaymentRow } from "../../../contract/contract.ts";
import { Choice, DayChoice } from "../../lists/choice.tsx";
import { CsvExport } from "../../lists/csv-export.tsx";
import { CurrencyChoice } from "../../lists/currency-choice.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { SearchBox } from "../../lists/search-box.tsx";
import { SortChoice } from "../../lists/sort-choice.tsx";
import { Why } from "../../parts/why.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { setWords, word } from "../../state/address.ts";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { usePages } from "../../state/use-pages.ts";
import { METHOD_NAMES, methodName } from "../../text/codes.ts";
import { amount, day, money } from "../../text/format.ts";
import { ClientFilter, MoneyTabs } from "./money-tabs.tsx";
import { leftOf } from "./payment-offers.ts";

const COLUMNS: readonly Column<PaymentRow>[] = [
  {
    name: "Received",
    class: "c-received",
    sort: "received_on",
    first: "-",
    cell: ({ received_on }) => day(received_on, locale.value),
  },
  { name: "Client", class: "c-client", sort: "client", cell: ({ client_name }) => client_name },
  { name: "Reference", class: "c-reference", cell: ({ reference }) => reference },
  { name: "Method", class: "c-by", cell: ({ method }) => methodName(method) },
  {
    name: "Status",
    class: "c-state",
    cell: (row) => (
      <Why figure={{ figure: "record", table: "payment", id: row.id }} inRow>
        <PaymentBadge row={row} />
      </Why>
    ),
  },
  {
    name: "Amount",
    class: "c-amount number",
    sort: "amount_minor",
    first: "-",
    amounts: ({ amount_minor, currency }) => [`${amount(amount_minor, currency, locale.value)} ${currency}`],
    cell: ({ id, amount_minor, currency, reversed }) => (
      <>
        <Why figure={{ figure: "record", table: "payment", id, column: "amount_minor" }} inRow>
          <span class={reversed === 1 ? "struck" : undefined}>{amount(amount_minor, currency, locale.value)}</span>{" "}
          <span class="currency">{currency}</span>
        </Why>
      </>
    ),
  },
];

const SORTS = ["received_on", "-received_on", "client", "-client", "amount_minor", "-amount_minor"] as const;

/** The statuses to filter payments by, as arguments of the query. */
const STATES: Readonly<Record<string, { reversed?: boolean; unallocated?: boolean }>> = {
  valid: { reversed: false },
  credit: { unallocated: true },
  reversed: { reversed: true },
};

export function Payments(): ComponentChild {
  const filters = Object.fromEntries(
    ["q", "method", "currency", "received_from", "received_to"].map((name) => [name, word(name)]).filter(([, w]) => w),
  );
  const client = /^\d{1,15}$/.test(word("client")) ? Number(word("client")) : null;
  const isByDay = word("q") === "" || word("received_from") !== "" || word("received_to") !== "";
  // Search results have an order of their own, unless the user chose another one.
  const sort = SORTS.find((one) => one === word("sort")) ?? (isByDay ? "-received_on" : null);
  const order = sort === null ? "Exact matches first, then the newest" : undefined;
  const question = {
    ...filters,
    ...(sort !== null && { sort }),
    ...(client !== null && { client }),
    ...STATES[word("state")],
  };
  const pages = usePages("listPayments", question);
  const currencies = useCall("listCurrencies", {}).value ?? [];
  const filtered = client !== null || word("state") !== "" || Object.keys(filters).length > 0;
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Payments</h1>
        <MoneyTabs />
        {client !== null && <ClientFilter id={client} />}
        <div class="actions-row">
          <WriteLink href={client === null ? "#/payments/new" : `#/payments/new?client=${client}`}>
            New payment
          </WriteLink>
          <CsvExport
            key={JSON.stringify(question)}
            name="payments"
            total={pages.whole && !pages.waiting ? pages.rows.length : null}
            read={(cursor, moment) => call("exportPayments", { ...question, locale: locale.value, ...cursor }, moment)}
          />
        </div>
        {filtered && pages.whole && !pages.waiting && <Totals rows={pages.rows} />}
      </header>
      <search class="filter-bar">
        <SearchBox label="Search payments" />
        <Choice
          label="Status"
          name="state"
          options={[
            ["", "All"],
            ["valid", "Not reversed"],
            ["credit", "With remaining credit"],
            ["reversed", "Reversed"],
          ]}
        />
        <Choice label="Method" name="method" options={[["", "All"], ...METHOD_NAMES]} />
        <CurrencyChoice currencies={currencies} />
        <DayChoice label="From" name="received_from" />
        <DayChoice label="To" name="received_to" />
        {sort !== null && <SortChoice sort={sort} columns={COLUMNS} onChoose={(sort) => setWords({ sort })} />}
      </search>
      {order !== undefined && pages.rows.length > 0 && <p class="detail">{order}.</p>}
      {sort?.endsWith("amount_minor") && word("currency") === "" && currencies.length > 1 && (
        <p class="detail">Amounts are sorted within each currency.</p>
      )}
      <ListTable
        label="Payments"
        class="payments"
        columns={COLUMNS}
        pages={pages}
        hrefOf={({ id }) => `#/payments/${id}`}
        sort={sort ?? "found"}
        {...(order !== undefined && { order })}
        empty={filtered ? "No payments match." : "There are no payments yet."}
      />
    </div>
  );
}

export function PaymentBadge({
  row,
}: {
  row: Pick<PaymentRow, "reversed" | "reversed_on" | "amount_minor" | "allocated_minor" | "refunded_minor">;
}): ComponentChild {
  const { reversed, reversed_on, allocated_minor, refunded_minor } = row;
  if (reversed === 1)
    return (
      <span class="badge" data-tone="danger">
        {reversed_on === null ? "Reversed" : "Returned"}
      </span>
    );
  if (leftOf(row) > 0)
    return (
      <span class="badge" data-tone="warning">
        Has credit
      </span>
    );
  return (
    <span class="badge" data-tone="good">
      {refunded_minor === 0 ? "Applied" : allocated_minor === 0 ? "Refunded" : "Applied, refunded"}
    </span>
  );
}

/** What the list adds up to without reversed payments, if it is in one currency. */
function Totals({ rows }: { rows: readonly PaymentRow[] }): ComponentChild {
  const valid = rows.filter(({ reversed }) => reversed === 0);
  const currency = valid[0]?.currency;
  if (currency === undefined || valid.some((row) => row.currency !== currency)) return null;
  const text = (of: (row: PaymentRow) => number) =>
    money(
      valid.reduce((sum, row) => sum + of(row), 0),
      currency,
      locale.value,
    );
  const received = text(({ amount_minor }) => amount_minor);
  const credit = text(leftOf);
  return <p class="detail totals">{`Received ${received} · remaining credit ${credit}`}</p>;
}
