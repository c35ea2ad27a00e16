/** The list of refunds: money that went back to clients. */
import type { ComponentChild } from "preact";
import type { RefundRow } from "../../../contract/contract.ts";
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

const COLUMNS: readonly Column<RefundRow>[] = [
  {
    name: "Paid",
    class: "c-received",
    sort: "paid_on",
    first: "-",
    cell: ({ paid_on }) => day(paid_on, locale.value),
  },
  { name: "Client", class: "c-client", sort: "client", cell: ({ client_name }) => client_name },
  { name: "Reference", class: "c-reference", cell: ({ reference }) => reference },
  { name: "Method", class: "c-by", cell: ({ method }) => methodName(method) },
  {
    name: "Status",
    class: "c-state",
    cell: (row) => (
      <Why figure={{ figure: "record", table: "refund", id: row.id }} inRow>
        <RefundBadge row={row} />
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
      <Why figure={{ figure: "record", table: "refund", id, column: "amount_minor" }} inRow>
        <span class={reversed === 1 ? "struck" : undefined}>{amount(amount_minor, currency, locale.value)}</span>{" "}
        <span class="currency">{currency}</span>
      </Why>
    ),
  },
];

const SORTS = ["paid_on", "-paid_on", "client", "-client", "amount_minor", "-amount_minor"] as const;

export function Refunds(): ComponentChild {
  const filters = Object.fromEntries(
    ["q", "method", "currency", "paid_from", "paid_to"].map((name) => [name, word(name)]).filter(([, w]) => w),
  );
  const client = /^\d{1,15}$/.test(word("client")) ? Number(word("client")) : null;
  const sort = SORTS.find((one) => one === word("sort")) ?? "-paid_on";
  const question = {
    ...filters,
    sort,
    ...(client !== null && { client }),
    ...(word("state") !== "" && { reversed: word("state") === "reversed" }),
  };
  const pages = usePages("listRefunds", question);
  const currencies = useCall("listCurrencies", {}).value ?? [];
  const filtered = client !== null || word("state") !== "" || Object.keys(filters).length > 0;
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Refunds</h1>
        <MoneyTabs />
        {client !== null && <ClientFilter id={client} />}
        <div class="actions-row">
          <WriteLink href={client === null ? "#/refunds/new" : `#/refunds/new?client=${client}`}>New refund</WriteLink>
          <CsvExport
            key={JSON.stringify(question)}
            name="refunds"
            total={pages.whole && !pages.waiting ? pages.rows.length : null}
            read={(cursor, moment) => call("exportRefunds", { ...question, locale: locale.value, ...cursor }, moment)}
          />
        </div>
        {filtered && pages.whole && !pages.waiting && <Totals rows={pages.rows} />}
      </header>
      <search class="filter-bar">
        <SearchBox label="Search refunds" />
        <Choice
          label="Status"
          name="state"
          options={[
            ["", "All"],
            ["valid", "Not reversed"],
            ["reversed", "Reversed"],
          ]}
        />
        <Choice label="Method" name="method" options={[["", "All"], ...METHOD_NAMES]} />
        <CurrencyChoice currencies={currencies} />
        <DayChoice label="From" name="paid_from" />
        <DayChoice label="To" name="paid_to" />
        <SortChoice sort={sort} columns={COLUMNS} onChoose={(sort) => setWords({ sort })} />
      </search>
      {sort.endsWith("amount_minor") && word("currency") === "" && currencies.length > 1 && (
        <p class="detail">Amounts are sorted within each currency.</p>
      )}
      <ListTable
        label="Refunds"
        class="payments"
        columns={COLUMNS}
        pages={pages}
        hrefOf={({ id }) => `#/refunds/${id}`}
        sort={sort}
        empty={filtered ? "No refunds match." : "There are no refunds yet."}
      />
    </div>
  );
}

export function RefundBadge({ row }: { row: Pick<RefundRow, "reversed" | "reversed_on"> }): ComponentChild {
  return row.reversed === 1 ? (
    <span class="badge" data-tone="danger">
      {row.reversed_on === null ? "Reversed" : "Returned"}
    </span>
  ) : (
    <span class="badge" data-tone="good">
      Paid
    </span>
  );
}

/** What the list adds up to without reversed refunds, if it is in one currency. */
function Totals({ rows }: { rows: readonly RefundRow[] }): ComponentChild {
  const valid = rows.filter(({ reversed }) => reversed === 0);
  const currency = valid[0]?.currency;
  if (currency === undefined || valid.some((row) => row.currency !== currency)) return null;
  const sum = valid.reduce((all, { amount_minor }) => all + amount_minor, 0);
  return <p class="detail totals">{`Refunded ${money(sum, currency, locale.value)}`}</p>;
}
