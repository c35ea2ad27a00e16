// biome-ignore-all lint/a11y/useSemanticElements: the rows of a <table> cannot be positioned
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names the chosen row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid handles the keys
/**
 * A list of any length that draws only its visible rows. All rows have the same height, so a row's offset is a
 * multiplication. To the keyboard and to screen readers, the list is one grid whose active descendant is the chosen row.
 */
import type { ComponentChild } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isPressed } from "../parts/shortcuts.ts";
import type { Picks } from "./use-picks.ts";

/** Rows drawn above and below the visible ones, so that scrolling shows them before the next frame. */
const SPARE_ROWS = 12;

/** Height of rows with one line and with two, CSS pixels. In a small window, every row has two. */
export const ROW_HEIGHT = 38;
export const TALL_ROW_HEIGHT = 56;
/** A small window, as in list.css. */
export const SMALL = "(max-width: 760px)";

/** Where the user left a list. The caller stores it, so that a returning user finds the list unchanged. */
export interface ListPosition {
  /** The question that the list answered. A list with another question starts at the top. */
  question: string;
  /** Scroll offset, CSS pixels. */
  top: number;
  /** Id of the chosen row. */
  chosen: number | null;
}

interface VirtualListProps {
  /** Names the list, for screen readers. */
  label: string;
  /** Sets the widths of the columns, in columns.css. */
  class: string;
  /** Widths that depend on the rows: see amount-width.ts. */
  style?: Record<string, string>;
  /** The ids, in order. */
  ids: readonly number[];
  /** True if `ids` is the whole list. */
  complete: boolean;
  /** True while the next list is being read. */
  waiting: boolean;
  /** Identifies the question. While it stays the same, visible rows stay in place when others come or go. */
  question: string;
  position: ListPosition;
  /** CSS pixels. */
  rowHeight: number;
  /** The `columnheader` cells. */
  head: ComponentChild;
  /** The `gridcell` cells of a row. */
  row: (id: number) => ComponentChild;
  onOpen: (id: number) => void;
  /** While the user selects rows: a row then has a box, which a click or Space checks. */
  picks?: Picks | null;
  /** Called with the ids of the rows that are drawn. */
  onVisible: (ids: readonly number[]) => void;
}

/** The drawn rows: `[first, end)`. */
interface RowWindow {
  first: number;
  end: number;
}

export function VirtualList(props: VirtualListProps): ComponentChild {
  const { label, ids, complete, waiting, question, position, rowHeight, head, row, onOpen, onVisible } = props;
  const { picks = null } = props;
  const grid = useRef<HTMLDivElement>(null);
  const headRow = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<RowWindow>({ first: 0, end: 40 });
  const [chosen, setChosen] = useState(position.question === question ? position.chosen : null);
  const previous = useRef({ ids, question: position.question, rowHeight });
  /** True after the End key, until the last row has been read or the user moves elsewhere. */
  const toEnd = useRef(false);

  const updateWindow = () => {
    const element = grid.current;
    if (!element) return;
    position.top = element.scrollTop;
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - SPARE_ROWS);
    const end = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + SPARE_ROWS;
    setDrawn((before) => (before.first === first && before.end === end ? before : { first, end }));
  };

  const choose = (id: number | null) => {
    position.chosen = id;
    setChosen(id);
  };

  // Sets the scroll offset before painting: where the user left, at the same rows as before, or at the top of a new list.
  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    const before = previous.current;
    if (before.question !== question) {
      element.scrollTop = 0;
      // If the user moved into the list before the answer to the last typed letter, choose the first row.
      choose(document.activeElement === element && chosen !== null ? (ids[0] ?? null) : null);
    } else if (before.ids === ids) {
      element.scrollTop = position.top;
    } else if (position.top > 0) {
      const first = Math.floor(position.top / before.rowHeight);
      const now = ids.indexOf(before.ids[first] ?? -1);
      element.scrollTop = now < 0 ? position.top : position.top + (now - first) * rowHeight;
    }
    if (before.question !== question) toEnd.current = false;
    position.question = question;
    previous.current = { ids, question, rowHeight };
    if (toEnd.current) goTo(ids.length - 1);
    else updateWindow();
    if (complete) toEnd.current = false;
  }, [ids, question, rowHeight]);

  useEffect(() => {
    // A user who returns from a row continues at it; a user who is typing keeps the focus.
    if (chosen !== null && document.activeElement?.contains(grid.current)) grid.current?.focus({ preventScroll: true });
  }, []);

  useEffect(() => {
    const watch = new ResizeObserver(updateWindow);
    if (grid.current) watch.observe(grid.current);
    return () => watch.disconnect();
  }, [rowHeight]);

  const visible = ids.slice(drawn.first, drawn.end);
  useEffect(() => onVisible(visible));

  const goTo = (index: number) => {
    const element = grid.current;
    const id = ids[Math.max(0, Math.min(index, ids.length - 1))];
    if (!element || id === undefined) return;
    choose(id);
    const at = Math.max(0, Math.min(index, ids.length - 1)) * rowHeight;
    const inside = element.clientHeight - (headRow.current?.offsetHeight ?? 0);
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + rowHeight > element.scrollTop + inside) element.scrollTop = at + rowHeight - inside;
    updateWindow();
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
    else if (event.key === " " && picks && chosen !== null) picks.toggle(chosen, event.shiftKey);
    else if (isPressed(event, "why") && chosen !== null) explain(chosen);
    else return;
    event.preventDefault();
  };

  /** Opens what made the first figure of a row. */
  const explain = (id: number) => {
    const row = document.getElementById(rowId(id));
    (row?.querySelector<HTMLAnchorElement>(".number a.why") ?? row?.querySelector<HTMLAnchorElement>("a.why"))?.click();
  };

  const cancelToEnd = () => {
    toEnd.current = false;
  };

  const onFocus = (event: FocusEvent) => {
    if (event.target === grid.current && chosen === null && grid.current?.matches(":focus-visible"))
      goTo(Math.ceil((grid.current?.scrollTop ?? 0) / rowHeight));
  };

  const isDrawn = chosen !== null && visible.includes(chosen);
  return (
    <div
      class={`list ${props.class}${picks ? " picking" : ""}`}
      style={props.style}
      role="grid"
      ref={grid}
      tabIndex={0}
      aria-label={label}
      aria-rowcount={complete ? ids.length + 1 : -1}
      aria-busy={waiting}
      aria-multiselectable={picks !== null}
      aria-activedescendant={isDrawn ? rowId(chosen) : undefined}
      onScroll={updateWindow}
      onKeyDown={onKey}
      onWheel={cancelToEnd}
      onPointerDown={cancelToEnd}
      onFocus={onFocus}
    >
      <div role="rowgroup" class="list-head">
        <div role="row" aria-rowindex={1} class="list-row" ref={headRow}>
          {picks && <PickAll picks={picks} />}
          {head}
        </div>
      </div>
      <div role="rowgroup" class="list-body" style={{ height: `${ids.length * rowHeight}px` }}>
        {visible.map((id, n) => (
          <div
            key={id}
            id={rowId(id)}
            role="row"
            class={id === chosen ? "list-row active" : "list-row"}
            aria-rowindex={drawn.first + n + 2}
            aria-selected={picks ? picks.has(id) : id === chosen}
            style={{ top: `${(drawn.first + n) * rowHeight}px`, height: `${rowHeight}px` }}
            onClick={(event) => {
              // The browser or `followLinks` handles a click on a link, which may open another tab.
              if (event.target instanceof Element && event.target.closest("a")) return choose(id);
              choose(id);
              if (picks) picks.toggle(id, event.shiftKey);
              else onOpen(id);
            }}
          >
            {picks && <Pick isPicked={picks.has(id)} />}
            {row(id)}
          </div>
        ))}
      </div>
    </div>
  );
}

function PickAll({ picks }: { picks: Picks }): ComponentChild {
  return (
    <div role="columnheader" class="pick">
      <input type="checkbox" aria-label="Select all" checked={picks.isAll} onChange={picks.toggleAll} />
    </div>
  );
}

/** The row takes the click, and the grid the key: the box shows what is selected. */
function Pick({ isPicked }: { isPicked: boolean }): ComponentChild {
  return (
    <div role="gridcell" class="pick">
      <input
        type="checkbox"
        aria-label="Selected"
        checked={isPicked}
        tabIndex={-1}
        onClick={(event) => event.preventDefault()}
      />
    </div>
  );
}

function rowId(id: number): string {
  return `row-${id}`;
}
