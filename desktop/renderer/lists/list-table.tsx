/**
 * A list that is read page by page as one scrolls: a virtual list over what was read so far. Who comes back from a row
 * finds it where it was.
 */
import type { ComponentChild } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Problem } from "../parts/problem.tsx";
import { setWords } from "../state/address.ts";
import { go } from "../state/navigation.ts";
import type { Pages } from "../state/use-pages.ts";
import { useMedia } from "./use-media.ts";
import { Cell, ColumnHead, type ListPlace, ROW_HEIGHT, SMALL, TALL_ROW_HEIGHT, VirtualList } from "./virtual-list.tsx";

export interface Column<Row> {
  name: string;
  /** Where it stands in a row, in list.css. */
  class: string;
  cell: (row: Row) => ComponentChild;
  /** A second line of it, where rows have two. */
  under?: (row: Row) => string | null;
  /** The word to sort by, in the address, if the list can be sorted by it. */
  sort?: string;
}

interface ListTableProps<Row extends { id: number }> {
  label: string;
  /** Where its columns stand, in list.css. */
  class: string;
  /** The first one is the link. */
  columns: readonly Column<Row>[];
  /** True: rows have two lines on large windows too. */
  tall?: boolean;
  pages: Pages<Row>;
  hrefOf: (row: Row) => string;
  /** The order as it is, such as `-id`. */
  sort: string;
  /** Said where the list is empty. */
  empty: ComponentChild;
}

/** So many rows before the last one that was read, the next ones are asked for. */
const AHEAD = 100;
/** Where lists were left, by their labels. */
const places = new Map<string, ListPlace>();

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
          class={props.class}
          ids={ids}
          complete={whole}
          waiting={waiting}
          question={question}
          place={placeOf(label)}
          rowHeight={tall || small ? TALL_ROW_HEIGHT : ROW_HEIGHT}
          head={columns.map((column) => <Head key={column.name} column={column} sort={sort} />)}
          row={(id) => <Cells columns={columns} row={rowOf(id)} hrefOf={hrefOf} />}
          onOpen={(id) => {
            const row = rowOf(id);
            if (row) go(hrefOf(row).slice(1));
          }}
          onSight={(seen) => {
            if ((indexes.get(seen.at(-1) ?? -1) ?? ids.length) >= ids.length - AHEAD) pages.more();
          }}
        />
      ) : waiting ? (
        <p class="waiting">Reading…</p>
      ) : whole ? (
        <p class="empty">{empty}</p>
      ) : (
        failure === null && <ReadingOn pages={pages} />
      )}
    </>
  );
}

function placeOf(label: string): ListPlace {
  const known = places.get(label);
  if (known) return known;
  const place = { question: "", top: 0, chosen: null };
  places.set(label, place);
  return place;
}

function Head<Row>({ column, sort }: { column: Column<Row>; sort: string }): ComponentChild {
  const { name, sort: word } = column;
  if (word === undefined) return <ColumnHead class={column.class} name={name} sorted={null} onSort={null} />;
  const sorted = sort === word ? "ascending" : sort === `-${word}` ? "descending" : null;
  const onSort = () => setWords({ sort: sorted === "ascending" ? `-${word}` : word });
  return <ColumnHead class={column.class} name={name} sorted={sorted} onSort={onSort} />;
}

interface CellsProps<Row> {
  columns: readonly Column<Row>[];
  row: Row | undefined;
  hrefOf: (row: Row) => string;
}

function Cells<Row>({ columns, row, hrefOf }: CellsProps<Row>): ComponentChild {
  if (!row) return null;
  return columns.map((column, n) => {
    const content = column.cell(row);
    const under = column.under?.(row);
    return (
      <Cell key={column.name} class={column.class} title={typeof content === "string" ? content : undefined}>
        {n > 0 ? (
          content
        ) : (
          <a href={hrefOf(row)} tabIndex={-1}>
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

/** A filter that found nothing so far, in a list that goes on. */
function ReadingOn<Row>({ pages }: { pages: Pages<Row> }): ComponentChild {
  useEffect(() => pages.more(), [pages.rows]);
  return <p class="waiting">Reading on…</p>;
}
