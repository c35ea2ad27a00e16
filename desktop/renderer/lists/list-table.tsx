/**
 * A virtual list that is read page by page as the user scrolls. A user who returns from a row finds the list unchanged.
 */
import type { ComponentChild } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Problem } from "../parts/problem.tsx";
import { setWords } from "../state/address.ts";
import { go } from "../state/navigation.ts";
import type { Pages } from "../state/use-pages.ts";
import { amountStyle, useAmounts } from "./amount-width.ts";
import { Cell, ColumnHead, OrderInWords } from "./grid-cells.tsx";
import { useMedia } from "./use-media.ts";
import { type ListPosition, ROW_HEIGHT, SMALL, TALL_ROW_HEIGHT, VirtualList } from "./virtual-list.tsx";

export interface Column<Row> {
  name: string;
  /** Sets its position in a row, in columns.css. */
  class: string;
  cell: (row: Row) => ComponentChild;
  /** The second line of the cell, in rows with two. */
  under?: (row: Row) => string | null;
  /** Its word for sorting in the address; absent if the list cannot be sorted by this column. */
  sort?: string;
  /** `-`: the first click on the head sorts in descending order. */
  first?: "-";
  /** The amounts in the cell, which must not be cut off. */
  amounts?: (row: Row) => readonly string[];
}

interface ListTableProps<Row extends { id: number }> {
  label: string;
  /** Sets the widths of the columns, in columns.css. */
  class: string;
  /** The first column is the link. */
  columns: readonly Column<Row>[];
  /** True: rows have two lines in large windows too. */
  tall?: boolean;
  pages: Pages<Row>;
  /** The address of a row's screen; null if it has none. */
  hrefOf: (row: Row) => string | null;
  /** The current order, such as `-id`. */
  sort: string;
  /** The current order in words, if no column shows it. */
  order?: string;
  /** Shown if the list is empty. */
  empty: ComponentChild;
}

/** The next rows are read when the user is this many rows from the last one. */
const AHEAD = 100;
/** Where the user left each list, by label. */
const positions = new Map<string, ListPosition>();

export function ListTable<Row extends { id: number }>(props: ListTableProps<Row>): ComponentChild {
  const { label, columns, tall, pages, hrefOf, sort, empty } = props;
  const { rows, failure, waiting, whole, question } = pages;
  const small = useMedia(SMALL);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const indexes = useMemo(() => new Map(ids.map((id, index) => [id, index])), [ids]);
  const rowOf = (id: number) => rows[indexes.get(id) ?? -1];
  return (
    <>
      {failure && <Problem failure={failure} retry={pages.retry} />}
      {rows.length > 0 ? (
        <VirtualList
          label={label}
          class={`${props.class} by-${sort.replace("-", "")}`}
          ids={ids}
          complete={whole}
          waiting={waiting}
          question={question}
          style={amountStyle(label)}
          position={positionOf(label)}
          rowHeight={tall || small ? TALL_ROW_HEIGHT : ROW_HEIGHT}
          head={<Heads columns={columns} sort={sort} order={props.order} />}
          row={(id) => <Cells label={label} columns={columns} row={rowOf(id)} hrefOf={hrefOf} />}
          onOpen={(id) => {
            const row = rowOf(id);
            const href = row ? hrefOf(row) : null;
            if (href !== null) go(href.slice(1));
          }}
          onVisible={(visible) => {
            if ((indexes.get(visible.at(-1) ?? -1) ?? ids.length) >= ids.length - AHEAD) pages.more();
          }}
        />
      ) : waiting ? (
        <p class="waiting">Loading…</p>
      ) : whole ? (
        <p class="empty">{empty}</p>
      ) : (
        failure === null && <ReadMore pages={pages} />
      )}
    </>
  );
}

function positionOf(label: string): ListPosition {
  const existing = positions.get(label);
  if (existing) return existing;
  const position = { question: "", top: 0, chosen: null };
  positions.set(label, position);
  return position;
}

/** The heads of the columns. In small windows, only the one that the list is sorted by is shown, or the order in words. */
function Heads<Row>({
  columns,
  sort,
  order,
}: {
  columns: readonly Column<Row>[];
  sort: string;
  order: string | undefined;
}): ComponentChild {
  return (
    <>
      {columns.map((column) => (
        <Head key={column.name} column={column} sort={sort} />
      ))}
      {order !== undefined && <OrderInWords order={order} />}
    </>
  );
}

function Head<Row>({ column, sort }: { column: Column<Row>; sort: string }): ComponentChild {
  const { name, sort: word } = column;
  if (word === undefined) return <ColumnHead class={column.class} name={name} sorted={null} onSort={null} />;
  const sorted = sort === word ? "ascending" : sort === `-${word}` ? "descending" : null;
  const next = sorted === null ? `${column.first ?? ""}${word}` : sorted === "ascending" ? `-${word}` : word;
  const onSort = () => setWords({ sort: next });
  return <ColumnHead class={column.class} name={name} sorted={sorted} onSort={onSort} />;
}

interface CellsProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  row: Row | undefined;
  hrefOf: (row: Row) => string | null;
}

function Cells<Row>({ label, columns, row, hrefOf }: CellsProps<Row>): ComponentChild {
  useAmounts(label, "", ...(row ? columns.flatMap(({ amounts }) => amounts?.(row) ?? []) : []));
  if (!row) return null;
  const href = hrefOf(row);
  return columns.map((column, n) => {
    const content = column.cell(row);
    const under = column.under?.(row);
    return (
      <Cell key={column.name} class={column.class} title={typeof content === "string" ? content : undefined}>
        {n > 0 || href === null ? (
          content
        ) : (
          <a href={href} tabIndex={-1}>
            {content}
          </a>
        )}
        {under && (
          <div class="detail" title={under}>
            {under}
          </div>
        )}
      </Cell>
    );
  });
}

/** Continues reading while a filter has not matched any row yet. */
function ReadMore<Row>({ pages }: { pages: Pages<Row> }): ComponentChild {
  useEffect(() => pages.more(), [pages.rows]);
  return <p class="waiting">Loading more…</p>;
}
