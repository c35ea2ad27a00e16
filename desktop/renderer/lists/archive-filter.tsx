/** The filters of lists whose entries can be archived: a search, and active or archived. */
import type { ComponentChild, ComponentChildren } from "preact";
import { word } from "../state/address.ts";
import { Choice } from "./choice.tsx";
import { SearchBox } from "./search-box.tsx";

/** @param props.label of the search @param props.children more filters */
export function ArchiveFilter({ label, children }: { label: string; children?: ComponentChildren }): ComponentChild {
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
      {children}
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
