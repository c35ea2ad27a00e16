/** Search, and what is archived or not: the filters of lists whose things can be archived. */
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

/** What the address asks for. */
export function archivedInAddress(): { archived?: boolean } {
  const state = word("archived");
  return state === "all" ? {} : { archived: state === "true" };
}

/** True while the address narrows the list down. */
export function isFiltered(): boolean {
  return word("q") !== "" || word("archived") !== "";
}
