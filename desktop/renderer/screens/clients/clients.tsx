/** The list of clients, with what they owe. */
import type { ComponentChild } from "preact";
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import { ArchiveFilter, archivedInAddress, isFiltered } from "../../lists/archive-filter.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { word } from "../../state/address.ts";
import { locale } from "../../state/state.ts";
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
  { name: "Outstanding", class: "c-owes number", cell: (row) => <Sums row={row} of="outstanding_minor" /> },
  { name: "Credit", class: "c-credit number", cell: (row) => <Sums row={row} of="credit_minor" /> },
];

export function Clients(): ComponentChild {
  const q = word("q");
  // Search results come newest first and have no other order.
  const sort = q === "" && word("sort") === "-name" ? "-name" : "name";
  const pages = usePages("listClients", { ...(q === "" ? { sort } : { q }), ...archivedInAddress() });
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Clients</h1>
        <div class="actions-row">
          <WriteLink href="#/clients/new">New client</WriteLink>
        </div>
      </header>
      <ArchiveFilter label="Search clients" />
      <ListTable
        label="Clients"
        class="clients"
        tall
        columns={q === "" ? COLUMNS : COLUMNS.map(({ sort: _, ...column }) => column)}
        pages={pages}
        hrefOf={({ id }) => `#/clients/${id}`}
        sort={sort}
        empty={isFiltered() ? "No clients match." : "There are no clients yet."}
      />
    </div>
  );
}

/** The most lines in a row. */
const MAX_LINES = 2;

/** The sum in each currency, unless it is zero. */
function Sums({ row, of }: { row: ClientWithBalances; of: "outstanding_minor" | "credit_minor" }): ComponentChild {
  const sums = row.balances.filter((balance) => balance[of] !== 0);
  if (sums.length === 0) return <span class="nothing">–</span>;
  const text = (balance: (typeof sums)[number]) => amount(balance[of], balance.currency, locale.value);
  const shown = sums.length > MAX_LINES ? sums.slice(0, MAX_LINES - 1) : sums;
  const left = sums.slice(shown.length);
  return (
    <>
      {shown.map((balance) => (
        <div key={balance.currency}>
          {text(balance)} <span class="currency">{balance.currency}</span>
        </div>
      ))}
      {left.length > 0 && (
        <div class="detail" title={left.map((balance) => `${text(balance)} ${balance.currency}`).join(", ")}>
          and {left.length} other currencies
        </div>
      )}
    </>
  );
}
