/**
 * A list as a table that reads on as one scrolls. Arrows, Page, Home and End move from row to row, Enter opens one; Tab
 * leaves the list. Who comes back from a row finds it where it was.
 */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { setWords } from "../address.ts";
import { path } from "../state.ts";
import type { Pages } from "../use-pages.ts";
import { Problem } from "./problem.tsx";

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ComponentChild;
  /** Amounts and numbers stand at the right. */
  number?: boolean;
  /** Left out where there is little room. */
  minor?: boolean;
  /** Stays on one line, as dates do. */
  whole?: boolean;
  /** The word to sort by, in the address, if the list can be sorted by it. */
  sort?: string;
}

interface ListTableProps<Row extends { id: number }> {
  label: string;
  /** The first one is the link. */
  columns: readonly Column<Row>[];
  pages: Pages<Row>;
  hrefOf: (row: Row) => string;
  /** The order as it is, such as `-id`. */
  sort: string;
  /** Said where the list is empty. */
  empty: ComponentChild;
}

/** Rows that Page Up and Page Down go by. */
const PAGE = 15;
/** Where lists were left, by their address. */
const left = new Map<string, { row: number; top: number }>();

export function ListTable<Row extends { id: number }>(props: ListTableProps<Row>): ComponentChild {
  const { label, columns, pages, hrefOf, sort, empty } = props;
  const { rows, failure, waiting, whole } = pages;
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(0);
  useReturn(rows.length > 0, (row) => {
    setCurrent(row);
    linkAt(body.current, row)?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const to = targetOf(event.key, current, rows.length);
    if (to === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (to >= rows.length - PAGE) pages.more();
    linkAt(body.current, to)?.focus();
  };

  if (failure) return <Problem failure={failure} />;
  if (rows.length === 0)
    return waiting ? (
      <p class="waiting">Reading…</p>
    ) : whole ? (
      <p class="empty">{empty}</p>
    ) : (
      <Sentinel pages={pages} />
    );
  return (
    <>
      <table class="table" aria-label={label} aria-busy={waiting} aria-rowcount={whole ? rows.length + 1 : -1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.name} column={column} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {rows.map((row, n) => (
            <tr key={row.id} aria-rowindex={n + 2} onClick={(event) => openRow(event, hrefOf(row))}>
              {columns.map((column, place) => (
                <td key={column.name} class={classOf(column)}>
                  {place > 0 ? (
                    column.cell(row)
                  ) : (
                    <a
                      href={hrefOf(row)}
                      data-row={n}
                      tabIndex={n === Math.min(current, rows.length - 1) ? 0 : -1}
                      onFocus={() => setCurrent(n)}
                      onClick={() => remember(n)}
                    >
                      {column.cell(row)}
                    </a>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!whole && <Sentinel pages={pages} />}
    </>
  );
}

function Heading<Row>({ column, sort }: { column: Column<Row>; sort: string }): ComponentChild {
  const { name, sort: word } = column;
  if (word === undefined)
    return (
      <th scope="col" class={classOf(column)}>
        {name}
      </th>
    );
  const now = sort === word ? "ascending" : sort === `-${word}` ? "descending" : undefined;
  return (
    <th scope="col" class={classOf(column)} aria-sort={now ?? "none"}>
      <button type="button" class="sort" onClick={() => setWords({ sort: now === "ascending" ? `-${word}` : word })}>
        {name}
        <span aria-hidden="true">{now === "ascending" ? "↑" : now === "descending" ? "↓" : ""}</span>
      </button>
    </th>
  );
}

/** What reads on when it comes near. */
function Sentinel<Row>({ pages }: { pages: Pages<Row> }): ComponentChild {
  const mark = useRef<HTMLParagraphElement>(null);
  const more = useRef(pages.more);
  more.current = pages.more;
  useEffect(() => {
    if (!mark.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more.current(), {
      root: document.getElementById("main"),
      rootMargin: "800px",
    });
    observer.observe(mark.current);
    return () => observer.disconnect();
    // Still in sight after a page came: looked at anew.
  }, [pages.rows]);
  return (
    <p class="reading-on" ref={mark}>
      Reading on…
    </p>
  );
}

/** Once there are rows, goes back to where the list was left; and remembers it when it is left. */
function useReturn(ready: boolean, goTo: (row: number) => void): void {
  const address = useRef(path.value);
  const done = useRef(false);
  useEffect(() => {
    const place = left.get(address.current);
    if (!ready || done.current) return;
    done.current = true;
    left.delete(address.current);
    if (!place) return;
    const main = document.getElementById("main");
    if (main) main.scrollTop = place.top;
    goTo(place.row);
  }, [ready]);
}

function remember(row: number): void {
  left.set(path.value, { row, top: document.getElementById("main")?.scrollTop ?? 0 });
}

/** A row is a large target for the mouse; its link is for everything else. */
function openRow(event: MouseEvent, href: string): void {
  const target = event.target as HTMLElement;
  if (target.closest("a, button") || getSelection()?.type === "Range") return;
  const row = (event.currentTarget as HTMLElement).querySelector<HTMLElement>("[data-row]");
  remember(Number(row?.dataset.row ?? 0));
  location.href = href;
}

function linkAt(body: HTMLElement | null, row: number): HTMLElement | null {
  return body?.querySelector<HTMLElement>(`[data-row="${row}"]`) ?? null;
}

function targetOf(key: string, current: number, rows: number): number | null {
  const within = (row: number) => Math.max(0, Math.min(rows - 1, row));
  switch (key) {
    case "ArrowDown":
      return within(current + 1);
    case "ArrowUp":
      return within(current - 1);
    case "PageDown":
      return within(current + PAGE);
    case "PageUp":
      return within(current - PAGE);
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    default:
      return null;
  }
}

function classOf({ number, minor, whole }: Pick<Column<never>, "number" | "minor" | "whole">): string | undefined {
  return [number && "number", minor && "minor", whole && "whole"].filter(Boolean).join(" ") || undefined;
}
