/**
 * The past of a table: each row that was replaced or deleted, as it was, from the event that wrote it (`since`) up to the
 * event that ended it (`until`). So a cache holds every state that it ever had. At the event n, a row of a table is the
 * one with `since <= n`, or else the one of its past with `since <= n AND until > n`. Rows of tables that only grow are
 * there from their own event on.
 */
import { type Columns, integer, SINCE, type Table } from "./table.ts";

/** `spanNode(since, until)` of a row: a column of every past table. */
const NODE = integer("where the span of the row lies in the tree of all spans: spanNode() in projector/tables/past.ts");

/** The table `<name>_past`. Its rows are in the order of the events that ended them. */
export function pastOf(table: Table): Table {
  const { name, key } = table;
  const columns: Columns = {
    until: integer("the event that replaced or deleted the row: it was there up to the event before"),
    // Without checks and references: the rows passed them, and what they refer to may be in the past too.
    ...Object.fromEntries(
      Object.entries(table.columns).map(([name, column]) => [name, { ...column, check: null, references: null }]),
    ),
    since: { ...SINCE, comment: "the event that wrote the row" },
    node: NODE,
  };
  const columnNames = Object.keys(columns);
  return {
    name: `${name}_past`,
    comment: `former rows of ${name}: rows that an event replaced or deleted; not in the digest`,
    columns,
    columnNames,
    storedNames: columnNames,
    key: ["until", ...key],
    computed: [],
    indexes: [
      { name: `${name}_past_key`, on: [...key, "until"] },
      { name: `${name}_past_node`, on: ["node", "since"] },
    ],
    appendOnly: true,
    derived: true,
    recorded: null,
    keepsPast: false,
  };
}

/**
 * The node of a span of events in a binary tree over all sequences (Kriegel, Pötke, Seidl: relational interval tree): of
 * the events of the span after its first one, the sequence that 2 divides most often. A span of one event is at that event.
 *
 * @param since the first event of the span
 * @param until the event after its last one
 */
export function spanNode(since: number, until: number): number {
  const last = until - 1;
  if (since === last) return last;
  if (last <= 0x7fff_ffff) {
    const bit = 31 - Math.clz32(since ^ last);
    return (last >> bit) << bit;
  }
  let size = 1;
  while (Math.floor(since / (2 * size)) !== Math.floor(last / (2 * size))) size *= 2;
  return Math.floor(last / size) * size;
}

/**
 * The nodes at which a span that contains the event `n` can lie, ascending: at most one for each binary digit of `head`,
 * and one. Of the spans at these nodes, those with `since <= n AND until > n` contain it.
 *
 * @param head the last event of the cache: no span ends after it
 */
export function nodesOf(n: number, head: number): number[] {
  const nodes = new Set([n]);
  for (let size = 1; size <= head; size *= 2) {
    const node = Math.floor(n / (2 * size)) * 2 * size + size;
    if (node <= head) nodes.add(node);
  }
  return [...nodes].sort((a, b) => a - b);
}
