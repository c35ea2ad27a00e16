/**
 * The SQL of a connection that stands at a moment. Every table has a view of its name that shows the rows of then, so a
 * query reads both alike. A row that is still there is in its own table (`since <= n`); one that was replaced or deleted
 * later is in the past of its table, or in a copy of the rows of the past that were there then: `<table>_then`, a temporary
 * table with the indexes of its table under the same names.
 */
import { createIndexSql, quote, storedColumns, type Table } from "../tables/table.ts";
import { PAST_TABLES, TABLES, type TableName } from "../tables/tables.ts";
import { SELECT_PARTIES } from "../tables/views.ts";

/** Tables with a past. */
export const KEPT: readonly Table[] = Object.entries<Table>(TABLES)
  .filter(([name]) => PAST_TABLES[name as TableName])
  .map(([, table]) => table);

/**
 * Tables that the view reads from the copy. A row of them has had very many versions (a counter has one for each document),
 * of which a search by key would read all later ones; or they have few rows, and are read as a whole.
 */
const COPIED = new Set<Table>([
  TABLES.organization,
  TABLES.numberSeries,
  TABLES.savedVatRate,
  TABLES.seriesTotal,
  TABLES.seriesCounter,
  TABLES.user,
  TABLES.item,
  TABLES.clientBalance,
  TABLES.currencyBalance,
]);

/** The event of the moment, in a statement. */
const SEQ = "(SELECT seq FROM temp.moment)";

/** The statements that make a connection stand at a moment: `temp.moment` has one row with its event. */
export const CREATE_MOMENT: readonly string[] = [
  "CREATE TEMP TABLE moment (seq INTEGER NOT NULL, at INTEGER NOT NULL)",
  "INSERT INTO temp.moment VALUES (0, 0)",
  ...KEPT.map(createThenSql),
  ...Object.values<Table>(TABLES).map((table) => `CREATE TEMP VIEW ${quote(table.name)} AS ${rowsThen(table)}`),
  `CREATE TEMP VIEW invoice_party AS ${SELECT_PARTIES}`,
  `CREATE TEMP VIEW meta AS
    SELECT m.id, m.log_id, min(m.checkpoint, here.seq) AS checkpoint,
      CASE WHEN m.checkpoint <= here.seq THEN m.checkpoint_hash END AS checkpoint_hash,
      CASE WHEN m.checkpoint <= here.seq THEN m.checkpoint_at ELSE here.at END AS checkpoint_at, m.projector_version, m.file_id
    FROM main.meta AS m, temp.moment AS here`,
];

function rowsThen(table: Table): string {
  const { name, recorded, keepsPast } = table;
  if (recorded === null) return derivedThen(table);
  // The sign keeps SQLite from reading all rows up to the event, in place of the index of the query.
  if (!keepsPast) return `SELECT ${columnsOf(table)} FROM main.${quote(name)} WHERE +${recorded} <= ${SEQ}`;
  const past = COPIED.has(table)
    ? `temp.${quote(thenOf(name))}`
    : `main.${quote(`${name}_past`)} WHERE until > ${SEQ} AND since <= ${SEQ}`;
  return `SELECT ${columnsOf(table)} FROM main.${quote(name)} WHERE since <= ${SEQ}
    UNION ALL SELECT ${columnsOf(table)} FROM ${past}`;
}

/**
 * `unique_text` is only of now. Of numbers, it has those that were assigned then: they never change. Of other texts, it has
 * what they became, so that who looks one up compares it with the text of then.
 */
function derivedThen(table: Table): string {
  return `SELECT ${columnsOf(table)} FROM main.${quote(table.name)} AS u WHERE +u.stream <= ${SEQ}
    AND (u.kind <> 'invoice' OR (SELECT number FROM invoice WHERE id = u.stream) IS NOT NULL)`;
}

function columnsOf({ storedNames }: Table): string {
  return storedNames.map(quote).join(", ");
}

/** The name of the copy of a table's past. */
export function thenOf(name: string): string {
  return `${name}_then`;
}

/** The copy has `until` too, to find the rows that leave it when the moment changes. */
function createThenSql(table: Table): string {
  const { name, key, storedNames } = table;
  const columns = storedColumns(table);
  const isRowid = key.length === 1 && columns[key[0] ?? ""]?.type === "INTEGER";
  const definitions = storedNames.map(
    (column) => `${quote(column)} ${columns[column]?.type}${isRowid && column === key[0] ? " PRIMARY KEY" : ""}`,
  );
  if (!isRowid) definitions.push(`PRIMARY KEY (${key.join(", ")})`);
  return `CREATE TEMP TABLE ${quote(thenOf(name))} (until INTEGER NOT NULL, ${definitions.join(", ")})${isRowid ? "" : " WITHOUT ROWID"}`;
}

/** The statements that create the indexes of a copy, by their names. Only what is asked for is created: each one costs. */
export function thenIndexes(table: Table): ReadonlyMap<string, string> {
  const statements = createIndexSql({
    ...table,
    name: thenOf(table.name),
    // Unique among the rows of one moment, but not while the copy goes from one moment to another.
    indexes: table.indexes.map((index) => ({ ...index, unique: false })),
  });
  return new Map(table.indexes.map(({ name }, n) => [name, (statements[n] ?? "").replace("INDEX ", "INDEX temp.")]));
}

/** Adds the rows of the past that were there at an event. Values: the nodes as JSON, and twice the event. */
export function fillSql(table: Table): string {
  return `INSERT OR IGNORE INTO ${into(table)} WHERE node IN (SELECT value FROM json_each(?)) AND since <= ? AND until > ?`;
}

/** Adds those that were replaced or deleted since another event. Values: that event, and twice the event of the moment. */
export function topUpSql(table: Table): string {
  return `INSERT OR IGNORE INTO ${into(table)} WHERE until > ? AND since <= ? AND until > ?`;
}

function into(table: Table): string {
  const columns = `until, ${columnsOf(table)}`;
  return `temp.${quote(thenOf(table.name))} (${columns}) SELECT ${columns} FROM main.${quote(`${table.name}_past`)}`;
}

/** Removes the rows that were not there at an event. Values: twice the event. */
export function leaveSql({ name }: Table): string {
  return `DELETE FROM temp.${quote(thenOf(name))} WHERE since > ? OR until <= ?`;
}

const BY_NAME = new Map(Object.values<Table>(TABLES).map((table) => [table.name, table]));

/** What a statement reads of the copies: their names, each with the indexes that it names. */
export type Copies = ReadonlyMap<Table, ReadonlySet<string>>;

const INDEXED = /(?<![.\w"])"?(\w+)"?(\s+AS\s+\w+)?\s+INDEXED BY (\w+)/gi;

/**
 * A statement for a connection that stands at a moment. `table AS t INDEXED BY index` is how a query finds rows by other
 * columns than the key: over a view SQLite refuses it, and the past has only its key as an index, so the table and the copy
 * are both searched by that index.
 */
export function sqlAtMoment(sql: string): string {
  return sql.replace(INDEXED, (text, name: string, alias: string | undefined, index: string) => {
    const table = BY_NAME.get(name);
    if (!table) return text;
    const { key } = table;
    const columns = columnsOf(table);
    const walked = `SELECT ${columns} FROM main.${quote(name)} INDEXED BY ${index}`;
    const rows = table.keepsPast
      ? `${walked} WHERE ${key[0] === "id" ? `+id <= ${SEQ} AND ` : ""}since <= ${SEQ} UNION ALL SELECT ${columns} FROM temp.${quote(thenOf(name))} INDEXED BY ${index}`
      : `${walked} WHERE +${table.recorded ?? table.key[0]} <= ${SEQ}`;
    return `(${rows})${alias ?? ` AS ${quote(name)}`}`;
  });
}

const WORDS = /\b\w+\b/g;
const THEN = /\btemp\."?(\w+)_then"?(?:\s+AS\s+\w+)?(?:\s+INDEXED BY (\w+))?/gi;

/** What a statement from `sqlAtMoment` reads of the copies. */
export function copiesIn(sql: string): Copies {
  const copies = new Map<Table, Set<string>>();
  const add = (table: Table | undefined, index?: string) => {
    if (!table?.keepsPast) return;
    const indexes = copies.get(table) ?? new Set();
    if (index !== undefined) indexes.add(index);
    copies.set(table, indexes);
  };
  for (const [, name = "", index] of sql.matchAll(THEN)) add(BY_NAME.get(name), index);
  for (const [word] of sql.matchAll(WORDS)) {
    const table = BY_NAME.get(word);
    if (table && COPIED.has(table)) add(table);
  }
  return copies;
}
