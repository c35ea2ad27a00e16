/** The list of clients, with what they owe. */
import type { ComponentChild } from "preact";
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import { ArchiveFilter, archivedInAddress, isFiltered } from "../../lists/archive-filter.tsx";
import { CurrencyChoice } from "../../lists/currency-choice.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { SortChoice } from "../../lists/sort-choice.tsx";
import { Why } from "../../parts/why.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { setWords, word } from "../../state/address.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { usePages } from "../../state/use-pages.ts";
import { countryName } from "../../text/codes.ts";
import { amount } from "../../text/format.ts";

const COLUMNS: readonly Column<ClientWithBalances>[] = [
  {
    name: "Name",
    class: "c-name",
    sort: "name",
    cell: ({ name, archived }) => (
      <span title={name}>
        {name} {archived === 1 && <span class="badge">Archived</span>}
      </span>
    ),
    under: ({ city, country }) => [city, countryName(country)].filter(Boolean).join(", "),
  },
  {
    name: "Contact",
    class: "c-contact",
    cell: ({ contact, email }) => contact ?? email,
    under: ({ contact, email }) => contact && email,
  },
  sumColumn("Outstanding", "c-owes number", "outstanding_minor"),
  sumColumn("Credit", "c-credit number", "credit_minor"),
];

type Sum = "outstanding_minor" | "credit_minor";

function sumColumn(name: string, className: string, of: Sum): Column<ClientWithBalances> {
  return {
    name,
    class: className,
    sort: of,
    first: "-",
    cell: (row) => <Sums row={row} of={of} />,
    amounts: (row) => sumsOf(row, of).map(sumText),
  };
}

const SORTS = ["name", "-name", "outstanding_minor", "-outstanding_minor", "credit_minor", "-credit_minor"] as const;

export function Clients(): ComponentChild {
  const q = word("q");
  const home = organization.value?.currency ?? "";
  const currencies = useCall("listCurrencies", {}).value ?? [];
  // Search results have an order of their own.
  const sort = q === "" ? (SORTS.find((one) => one === word("sort")) ?? "name") : null;
  const byAmount = sort?.endsWith("_minor") ?? false;
  // Amounts are sorted in one currency, so the list has the clients with amounts in it.
  const currency = word("currency") || (byAmount ? home : "");
  const pages = usePages("listClients", {
    ...(sort === null ? { q } : { sort }),
    ...(currency !== "" && { currency }),
    ...archivedInAddress(),
  });
  const order = sort === null ? "Exact matches first, then the newest" : undefined;
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Clients</h1>
        <div class="actions-row">
          <WriteLink href="#/clients/new">New client</WriteLink>
        </div>
      </header>
      <ArchiveFilter label="Search clients">
        <CurrencyChoice currencies={currencies} currency={currency} isNeeded={byAmount} />
        {sort !== null && <SortChoice sort={sort} columns={COLUMNS} onChoose={(sort) => setWords({ sort })} />}
      </ArchiveFilter>
      {order !== undefined && pages.rows.length > 0 && <p class="detail">{order}.</p>}
      {byAmount && (
        <p class="detail">
          Clients with {sort?.endsWith("credit_minor") ? "credit" : "an outstanding amount"} in {currency}.
        </p>
      )}
      <ListTable
        label="Clients"
        class="clients"
        tall
        columns={q === "" ? COLUMNS : COLUMNS.map(({ sort: _, ...column }) => column)}
        pages={pages}
        hrefOf={({ id }) => `#/clients/${id}`}
        sort={sort ?? "found"}
        {...(order !== undefined && { order })}
        empty={
          isFiltered() || currency !== ""
            ? byAmount
              ? "No clients."
              : "No clients match."
            : "There are no clients yet."
        }
      />
    </div>
  );
}

const FIGURES = { outstanding_minor: "client_open", credit_minor: "client_credit" } as const;

/** The most lines in a row. */
const MAX_LINES = 2;

/** The sum in each currency, unless it is zero; the one of the filter first. */
function sumsOf(row: ClientWithBalances, of: Sum): { currency: string; minor: number }[] {
  const first = word("currency") || organization.value?.currency;
  return row.balances
    .filter((balance) => balance[of] !== 0)
    .map((balance) => ({ currency: balance.currency, minor: balance[of] }))
    .sort((a, b) => Number(b.currency === first) - Number(a.currency === first));
}

function sumText({ currency, minor }: { currency: string; minor: number }): string {
  return `${amount(minor, currency, locale.value)} ${currency}`;
}

function Sums({ row, of }: { row: ClientWithBalances; of: Sum }): ComponentChild {
  const sums = sumsOf(row, of);
  if (sums.length === 0) return <span class="nothing">–</span>;
  const shown = sums.length > MAX_LINES ? sums.slice(0, MAX_LINES - 1) : sums;
  const left = sums.slice(shown.length);
  return (
    <>
      {shown.map(({ currency, minor }) => (
        <div key={currency}>
          <Why figure={{ figure: FIGURES[of], client: row.id, currency }} inRow>
            {amount(minor, currency, locale.value)} <span class="currency">{currency}</span>
          </Why>
        </div>
      ))}
      {left.length > 0 && (
        <div class="detail" title={left.map(sumText).join(", ")}>
          and {left.length} other currencies
        </div>
      )}
    </>
  );
}
