/** The list of items: the catalogue for lines of invoices. */
import type { ComponentChild } from "preact";
import type { Row } from "../../../../projector/tables/tables.ts";
import { ArchiveFilter, archivedInAddress, isFiltered } from "../../lists/archive-filter.tsx";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { SortChoice } from "../../lists/sort-choice.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { setWords, word } from "../../state/address.ts";
import { locale, organization } from "../../state/state.ts";
import { usePages } from "../../state/use-pages.ts";
import { unitName } from "../../text/codes.ts";
import { price } from "../../text/format.ts";
import { vatShort } from "../../text/vat-text.ts";

export function Items(): ComponentChild {
  const q = word("q");
  // Search results have an order of their own, unless the user chose another one.
  const sort = (["code", "-code"] as const).find((one) => one === word("sort")) ?? (q === "" ? "code" : null);
  const order = sort === null ? "Exact matches first, then by code" : undefined;
  const currency = organization.value?.currency ?? "";
  const pages = usePages("listItems", {
    ...(sort !== null && { sort }),
    ...(q !== "" && { q }),
    ...archivedInAddress(),
  });
  const columns: readonly Column<Row<"item">>[] = [
    { name: "Code", class: "c-code", sort: "code", cell: ({ code }) => code },
    {
      name: "Description",
      class: "c-description",
      cell: ({ description, archived }) => (
        <span title={description}>
          {description} {archived === 1 && <span class="badge">Archived</span>}
        </span>
      ),
    },
    { name: "Unit", class: "c-unit", cell: ({ unit }) => unitName(unit) },
    {
      name: `Price in ${currency}`,
      class: "c-price number",
      cell: ({ price6 }) => price(price6, currency, locale.value),
      amounts: ({ price6 }) => [price(price6, currency, locale.value)],
    },
    {
      name: "VAT",
      class: "c-vat number",
      cell: (row) => vatShort(row, locale.value),
    },
  ];
  return (
    <div class="list-screen">
      <header class="page-head">
        <h1>Items</h1>
        <div class="actions-row">
          <WriteLink href="#/items/new">New item</WriteLink>
        </div>
      </header>
      <ArchiveFilter label="Search items">
        {sort !== null && <SortChoice sort={sort} columns={columns} onChoose={(sort) => setWords({ sort })} />}
      </ArchiveFilter>
      {order !== undefined && pages.rows.length > 0 && <p class="detail">{order}.</p>}
      <ListTable
        label="Items"
        class="items"
        columns={columns}
        pages={pages}
        hrefOf={({ id }) => `#/items/${id}`}
        sort={sort ?? "found"}
        {...(order !== undefined && { order })}
        empty={isFiltered() ? "No items match." : "There are no items yet."}
      />
    </div>
  );
}
