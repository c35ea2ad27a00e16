// biome-ignore-all lint/a11y/useSemanticElements: cells of a virtual list, whose rows are positioned
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names the chosen row
/** The cells of a virtual list, and the heads of its columns. */
import type { ComponentChild, ComponentChildren } from "preact";

interface CellProps {
  class: string;
  title?: string | undefined;
  children: ComponentChildren;
}

/** A cell of a row. */
export function Cell({ class: className, title, children }: CellProps): ComponentChild {
  return (
    <div role="gridcell" class={className} title={title}>
      {children}
    </div>
  );
}

type Direction = "ascending" | "descending";

interface ColumnHeadProps {
  class: string;
  name: string;
  /** Null if the list is not sorted by this column. */
  sorted: Direction | null;
  /** Null if the list cannot be sorted by this column; else the head is a button. */
  onSort: (() => void) | null;
}

export function ColumnHead({ class: className, name, sorted, onSort }: ColumnHeadProps): ComponentChild {
  return (
    <div role="columnheader" class={className} aria-sort={sorted ?? undefined}>
      {onSort === null ? (
        name
      ) : (
        <button type="button" class="link" onClick={onSort}>
          {name}
          {sorted !== null && <span aria-hidden="true">{sorted === "descending" ? "↓" : "↑"}</span>}
        </button>
      )}
    </div>
  );
}

/** The order of a list that no column shows, in small windows. Large ones say it elsewhere. */
export function OrderInWords({ order }: { order: string }): ComponentChild {
  return (
    <div role="columnheader" class="order-in-words">
      {order}
    </div>
  );
}
