/**
 * The digest of a cache: SHA-256 over its rows, with tables by name, rows by key, and columns in DDL order. Equal
 * digests mean equal caches. The digest includes the log's id and the checkpoint. It excludes search indexes, versions,
 * everything local to the file, and what follows from other columns by rules that depend on a release of Unicode.
 * `events/MEANING.md` specifies its bytes.
 */
import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import { Packr } from "msgpackr";
import { quote, type Table } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { readCheckpoint } from "./checkpoint.ts";

/** Rows that are hashed together. */
const CHUNK = 512;

interface TableDigest {
  table: string;
  rows: number;
  /** SHA-256 of the table's rows, hex. */
  digest: string;
}

/** The digest of each table, by name, and of the cache as a whole (hex). Reads every row once. */
export function digestOf(db: Database.Database): { digest: string; tables: TableDigest[] } {
  return db.transaction(() => {
    const { logId, seq, hash } = readCheckpoint(db);
    const tables = Object.values(TABLES)
      .filter(({ derived }) => !derived)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((table) => digestTable(db, table));
    const whole = createHash("sha256").update(JSON.stringify([logId, seq, hash && Buffer.from(hash).toString("hex")]));
    for (const { table, rows, digest } of tables) whole.update(`\n${table} ${rows} ${digest}`);
    return { digest: whole.digest("hex"), tables };
  })();
}

function digestTable(db: Database.Database, table: Table): TableDigest {
  const order = table.key.join(", ");
  const columns = table.columnNames.filter((name) => !table.columns[name]?.derived);
  const select = db.prepare(`SELECT ${columns.join(", ")} FROM ${quote(table.name)} ORDER BY ${order}`).raw();
  const packr = new Packr({ useRecords: false });
  const hash = createHash("sha256");
  let rows = 0;
  let chunk: unknown[] = [];
  for (const row of select.iterate()) {
    rows++;
    chunk.push(row);
    if (chunk.length === CHUNK) {
      hash.update(packr.pack(chunk));
      chunk = [];
    }
  }
  hash.update(packr.pack(chunk));
  return { table: table.name, rows, digest: hash.digest("hex") };
}
