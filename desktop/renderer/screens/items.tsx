/** Items: the catalogue that lines of invoices are made from. */
import type { ComponentChild } from "preact";
import type { Row } from "../../../projector/tables.ts";
import { word } from "../address.ts";
import { unitName } from "../codes.ts";
import { price, rate } from "../format.ts";
import { Choice } from "../parts/choice.tsx";
import { type Column, ListTable } from "../parts/list-table.tsx";
import { SearchBox } from "../parts/search-box.tsx";
import { locale, organization } from "../state.ts";
import { usePages } from "../use-pages.ts";

export function Items(): ComponentChild {
  const q = word("q");
  const state = word("archived");
  const sort = word("sort") === "-code" ? "-code" : "code";
  const currency = organization.value?.currency ?? "";
  const pages = usePages("listItems", {
    sort,
    ...(q !== "" && { q }),
    ...(state !== "all" && { archived: state === "true" }),
  });
  const columns: readonly Column<Row<"item">>[] = [
    { name: "Code", sort: "code", whole: true, cell: ({ code }) => code },
    {
      name: "Description",
      cell: ({ description, archived }) => (
        <>
          {description} {archived === 1 && <span class="badge">Archived</span>}
        </>
      ),
    },
    { name: "Unit", minor: true, cell: ({ unit }) => unitName(unit) },
    { name: `Price in ${currency}`, number: true, cell: ({ price6 }) => price(price6, currency, locale.value) },
    {
      name: "VAT",
      number: true,
      minor: true,
      cell: (row) => `${row.vat_category} ${rate(row.vat_rate_bp, locale.value)}`,
    },
  ];
  return (
    <>
      <header class="page-head">
        <h1>Items</h1>
      </header>
      <search class="filter-bar">
        <SearchBox label="Search items" />
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
        label="Items"
        columns={columns}
        pages={pages}
        hrefOf={({ id }) => `#/items/${id}`}
        sort={sort}
        empty={q === "" && state === "" ? "There are no items yet." : "No item is like that."}
      />
    </>
  );
}
