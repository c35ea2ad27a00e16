/**
 * The digest of a cache: SHA-256 over its rows, with tables by name, rows by key, and columns in DDL order. Equal
 * digests mean equal caches. The digest includes the log's id, the checkpoint and the hash of its event. It excludes search
 * indexes, versions, the past, everything local to the file, and what follows from other columns by rules that depend on a
 * release of Unicode. A cache knows the hash of its last event only, so at an earlier moment it has the digest of the rows
 * alone. `events/MEANING.md` specifies the bytes of both.
 */
import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import { Packr } from "msgpackr";
import { sha256 } from "../../events/hash.ts";
import { quote, type Table } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";

/** Rows that are hashed together. */
const CHUNK = 512;

interface TableDigest {
  table: string;
  rows: number;
  /** SHA-256 of the table's rows, hex. */
  digest: string;
}

export interface RowsDigest {
  /** SHA-256 of the names, numbers of rows and digests of the tables, hex. */
  rowsDigest: string;
  /** By name. */
  tables: TableDigest[];
}

/** The digest of the rows, and of the cache as a whole (hex). Reads every row once. */
export function digestOf(db: Database.Database): RowsDigest & { digest: string } {
  return db.transaction(() => {
    const rows = rowsDigestOf(db);
    return { digest: wholeDigest(readCheckpoint(db), rows), ...rows };
  })();
}

/** The digest of the rows alone. Reads every row once; of a connection that stands at a moment, the rows of then. */
export function rowsDigestOf(db: Database.Database): RowsDigest {
  return db.transaction(() => {
    const tables = Object.values(TABLES)
      .filter(({ derived }) => !derived)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((table) => digestTable(db, table));
    return { rowsDigest: sha256(textOf(tables)).toString("hex"), tables };
  })();
}

/** The digest of a cache with these rows, whose last event is the checkpoint (hex). */
export function wholeDigest(
  { logId, seq, hash }: Pick<Checkpoint, "logId" | "seq" | "hash">,
  { tables }: Pick<RowsDigest, "tables">,
): string {
  const first = JSON.stringify([logId, seq, hash && Buffer.from(hash).toString("hex")]);
  return sha256(`${first}\n${textOf(tables)}`).toString("hex");
}

function textOf(tables: readonly TableDigest[]): string {
  return tables.map(({ table, rows, digest }) => `${table} ${rows} ${digest}`).join("\n");
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
