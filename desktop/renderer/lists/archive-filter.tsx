/** The filters of lists whose entries can be archived: a search, and active or archived. */
import type { ComponentChild } from "preact";
import { word } from "../state/address.ts";
import { Choice } from "./choice.tsx";
import { SearchBox } from "./search-box.tsx";

/** @param label of the search */
export function ArchiveFilter({ label }: { label: string }): ComponentChild {
  return (
    <search class="filter-bar">
      <SearchBox label={label} />
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
  );
}

/** The filter in the address. */
export function archivedInAddress(): { archived?: boolean } {
  const state = word("archived");
  return state === "all" ? {} : { archived: state === "true" };
}

/** True if the address has a filter. */
export function isFiltered(): boolean {
  return word("q") !== "" || word("archived") !== "";
}
