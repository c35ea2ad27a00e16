// biome-ignore-all lint/a11y/useSemanticElements: a table's rows cannot be placed where they would lie among all
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names the row that is chosen
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys
/**
 * A list of any length, of which only the rows in sight exist: rows of one height, so where a row lies is a
 * multiplication. For a keyboard and for a screen reader it is one grid; the row that is chosen is its active descendant.
 */
import type { ComponentChild, ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows that exist above and below those in sight: scrolling shows them before the next frame. */
const SPARE_ROWS = 12;

/** CSS pixels of a row of one line, and of two; on a small window every row has two. */
export const ROW_HEIGHT = 38;
export const TALL_ROW_HEIGHT = 56;
/** As in list.css. */
export const SMALL = "(max-width: 760px)";

/** Where a list was left; who keeps it finds the list as it was. */
export interface ListPlace {
  /** What the list shows; another one begins at its top. */
  question: string;
  top: number;
  chosen: number | null;
}

export interface VirtualListProps {
  /** Says what it lists, to screen readers. */
  label: string;
  /** Where its columns stand, in list.css. */
  class: string;
  /** The ids, in order. */
  ids: readonly number[];
  /** True if there are no others. */
  complete: boolean;
  /** True while another list is on its way. */
  waiting: boolean;
  /** What is asked for: while it stays the same, the rows in sight stay where they are when others come or go. */
  question: string;
  place: ListPlace;
  /** CSS pixels. */
  rowHeight: number;
  /** `columnheader`s. */
  head: ComponentChild;
  /** The `gridcell`s of a row. */
  row: (id: number) => ComponentChild;
  onOpen: (id: number) => void;
  /** Told which rows are in sight, and nearly so. */
  onSight: (ids: readonly number[]) => void;
}

/** Which rows exist: `[first, end)`. */
interface Sight {
  first: number;
  end: number;
}

export function VirtualList(props: VirtualListProps): ComponentChild {
  const { label, ids, complete, waiting, question, place, rowHeight, head, row, onOpen, onSight } = props;
  const grid = useRef<HTMLDivElement>(null);
  const headRow = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<Sight>({ first: 0, end: 40 });
  const [chosen, setChosen] = useState(place.question === question ? place.chosen : null);
  const shown = useRef({ ids, question: place.question, rowHeight });
  /** After End, in a list that is read as one scrolls: until its last row is there, or somebody goes elsewhere. */
  const toEnd = useRef(false);

  const look = () => {
    const element = grid.current;
    if (!element) return;
    place.top = element.scrollTop;
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - SPARE_ROWS);
    const end = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + SPARE_ROWS;
    setSight((before) => (before.first === first && before.end === end ? before : { first, end }));
  };

  const choose = (id: number | null) => {
    place.chosen = id;
    setChosen(id);
  };

  // Before it is painted: where it was left, or at the same rows as before, or at the top of another list.
  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    const before = shown.current;
    if (before.question !== question) {
      element.scrollTop = 0;
      // Who went into the list with a key, before the answer to the last letter was here, is in its first row.
      choose(document.activeElement === element && chosen !== null ? (ids[0] ?? null) : null);
    } else if (before.ids === ids) {
      element.scrollTop = place.top;
    } else if (place.top > 0) {
      const first = Math.floor(place.top / before.rowHeight);
      const now = ids.indexOf(before.ids[first] ?? -1);
      element.scrollTop = now < 0 ? place.top : place.top + (now - first) * rowHeight;
    }
    if (before.question !== question) toEnd.current = false;
    place.question = question;
    shown.current = { ids, question, rowHeight };
    if (toEnd.current) goTo(ids.length - 1);
    else look();
    if (complete) toEnd.current = false;
  }, [ids, question, rowHeight]);

  useEffect(() => {
    // Who comes back from a row goes on from it; who types, types on.
    if (chosen !== null && document.activeElement?.contains(grid.current)) grid.current?.focus({ preventScroll: true });
  }, []);

  useEffect(() => {
    const watch = new ResizeObserver(look);
    if (grid.current) watch.observe(grid.current);
    return () => watch.disconnect();
  }, [rowHeight]);

  const visible = ids.slice(sight.first, sight.end);
  useEffect(() => onSight(visible));

  const goTo = (index: number) => {
    const element = grid.current;
    const id = ids[Math.max(0, Math.min(index, ids.length - 1))];
    if (!element || id === undefined) return;
    choose(id);
    const at = Math.max(0, Math.min(index, ids.length - 1)) * rowHeight;
    const inside = element.clientHeight - (headRow.current?.offsetHeight ?? 0);
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + rowHeight > element.scrollTop + inside) element.scrollTop = at + rowHeight - inside;
    look();
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.target !== grid.current || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = chosen === null ? -1 : ids.indexOf(chosen);
    const page = Math.max(1, Math.floor((grid.current?.clientHeight ?? 0) / rowHeight) - 2);
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: ids.length - 1,
    };
    const target = targets[event.key];
    toEnd.current = event.key === "End" && !complete;
    if (target !== undefined) goTo(target);
    else if (event.key === "Enter" && at >= 0) onOpen(ids[at] as number);
    else return;
    event.preventDefault();
  };

  const stay = () => {
    toEnd.current = false;
  };

  const onFocus = (event: FocusEvent) => {
    if (event.target === grid.current && chosen === null && grid.current?.matches(":focus-visible"))
      goTo(Math.ceil((grid.current?.scrollTop ?? 0) / rowHeight));
  };

  const isThere = chosen !== null && visible.includes(chosen);
  return (
    <div
      class={`list ${props.class}`}
      role="grid"
      ref={grid}
      tabIndex={0}
      aria-label={label}
      aria-rowcount={complete ? ids.length + 1 : -1}
      aria-busy={waiting}
      aria-activedescendant={isThere ? rowId(chosen) : undefined}
      onScroll={look}
      onKeyDown={onKey}
      onWheel={stay}
      onPointerDown={stay}
      onFocus={onFocus}
    >
      <div role="rowgroup" class="list-head">
        <div role="row" aria-rowindex={1} class="list-row" ref={headRow}>
          {head}
        </div>
      </div>
      <div role="rowgroup" class="list-body" style={{ height: `${ids.length * rowHeight}px` }}>
        {visible.map((id, n) => (
          <div
            key={id}
            id={rowId(id)}
            role="row"
            class="list-row"
            aria-rowindex={sight.first + n + 2}
            aria-selected={id === chosen}
            style={{ top: `${(sight.first + n) * rowHeight}px`, height: `${rowHeight}px` }}
            onClick={(event) => {
              // A link in it is followed by itself, also into another tab.
              if (event.target instanceof Element && event.target.closest("a")) return choose(id);
              choose(id);
              onOpen(id);
            }}
          >
            {row(id)}
          </div>
        ))}
      </div>
    </div>
  );
}

function rowId(id: number): string {
  return `row-${id}`;
}

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

export type Direction = "ascending" | "descending";

/** The head of a column; where there is something to sort by, it is a button. */
export function ColumnHead({
  class: className,
  name,
  sorted,
  onSort,
}: {
  class: string;
  name: string;
  sorted: Direction | null;
  onSort: (() => void) | null;
}): ComponentChild {
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
