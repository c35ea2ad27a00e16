/** Clients: whom invoices go to, with what they owe. */
import type { ComponentChild } from "preact";
import type { ClientWithBalances } from "../../../projector/queries/clients.ts";
import { word } from "../address.ts";
import { countryName } from "../codes.ts";
import { amount } from "../format.ts";
import { Choice } from "../parts/choice.tsx";
import { type Column, ListTable } from "../parts/list-table.tsx";
import { SearchBox } from "../parts/search-box.tsx";
import { locale } from "../state.ts";
import { usePages } from "../use-pages.ts";

const COLUMNS: readonly Column<ClientWithBalances>[] = [
  {
    name: "Name",
    sort: "name",
    cell: ({ name, archived }) => (
      <>
        {name} {archived === 1 && <span class="badge">Archived</span>}
      </>
    ),
  },
  { name: "Place", minor: true, cell: ({ city, country }) => [city, countryName(country)].filter(Boolean).join(", ") },
  { name: "Contact", minor: true, cell: ({ contact, email }) => contact ?? email },
  { name: "Owes", number: true, cell: (row) => <Sums row={row} of="outstanding_minor" /> },
  { name: "Credit", number: true, minor: true, cell: (row) => <Sums row={row} of="credit_minor" /> },
];

export function Clients(): ComponentChild {
  const q = word("q");
  const state = word("archived");
  // Words are found newest first: they have no other order.
  const sort = q === "" && word("sort") === "-name" ? "-name" : "name";
  const pages = usePages("listClients", {
    ...(q === "" ? { sort } : { q }),
    ...(state !== "all" && { archived: state === "true" }),
  });
  return (
    <>
      <header class="page-head">
        <h1>Clients</h1>
      </header>
      <search class="filter-bar">
        <SearchBox label="Search clients" />
        <Choice
          label="Show"
          name="archived"
          options={[
            ["", "Active"],
            ["true", "Archived"],
            ["all", "All"],
          ]}
        />
      </search>
      <ListTable
        label="Clients"
        columns={q === "" ? COLUMNS : COLUMNS.map(({ sort: _, ...column }) => column)}
        pages={pages}
        hrefOf={({ id }) => `#/clients/${id}`}
        sort={sort}
        empty={q === "" && state === "" ? "There are no clients yet." : "No client is like that."}
      />
    </>
  );
}

/** A sum for each currency in which there is one. */
function Sums({ row, of }: { row: ClientWithBalances; of: "outstanding_minor" | "credit_minor" }): ComponentChild {
  const sums = row.balances.filter((balance) => balance[of] !== 0);
  if (sums.length === 0) return <span class="nothing">–</span>;
  return sums.map((balance) => (
    <div key={balance.currency}>
      {amount(balance[of], balance.currency, locale.value)} <span class="currency">{balance.currency}</span>
    </div>
  ));
}
