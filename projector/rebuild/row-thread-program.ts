/**
 * The program of the thread that writes the leaf tables of a rebuild: the rows that no projection reads back, which are
 * most of them, and the past of all tables. It also writes the search index of invoices, whose words come mostly from these rows. While it runs, no
 * other thread opens the file. `row-thread.ts` starts it and sends it messages.
 */
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type Database from "better-sqlite3";
import { type FolderKey, setFolderKey } from "../../events/sources/sqlite/open-database.ts";
import { InvoiceIndexer, type InvoiceToIndex } from "../cache/search-index.ts";
import { RowReviser } from "../rows/row-reviser.ts";
import { type Key, RowWriter } from "../rows/row-writer.ts";
import type { Table } from "../tables/table.ts";
import { DraftLines } from "./draft-lines.ts";
import { type PackedColumns, unpack } from "./packed-columns.ts";
import { openUnfinished } from "./rebuild-file.ts";

/** The page cache, MiB. A small one is enough: most pages are written in order, and none is read back. */
const MEMORY_MIB = 16;

/**
 * What the thread needs to know. It does not load the declarations of the tables, which refer to those of the events: it
 * starts in half the time.
 */
export interface RowThreadOptions {
  /** The file to create. */
  path: string;
  /** The statements that create its tables. */
  schema: readonly string[];
  /** The write-only tables, and their pasts. */
  tables: readonly { readonly table: Table; readonly past: Table | null }[];
  /** All past tables. */
  pastTables: readonly Table[];
  /** The name of the table of invoice lines. */
  lines: string;
  /** The key of an encrypted folder; null if it is not encrypted. */
  key: FolderKey | null;
}

/** A message to the thread, about a table by its name. Each gets one reply. After `end` the file is complete and closed. */
export type ToRowThread =
  | { readonly write: string; readonly columns: PackedColumns }
  | { readonly revise: string; readonly columns: PackedColumns; readonly kinds: Uint8Array }
  | { readonly delete: string; readonly key: readonly Key[] }
  | { readonly index: readonly InvoiceToIndex[] }
  | "end";

/** First `ready`, then `done` for each message, or an error. After an error the thread ignores all messages. */
export type FromRowThread = "ready" | "done" | { readonly message: string; readonly code: string | null };

if (parentPort !== null) listen(parentPort, workerData as RowThreadOptions);

function listen(port: NonNullable<typeof parentPort>, options: RowThreadOptions): void {
  const { path, key, schema } = options;
  setFolderKey(dirname(path), key);
  const db = openUnfinished(path, MEMORY_MIB);
  for (const sql of schema) db.exec(sql);
  const handle = handlerOf(db, options);
  db.exec("BEGIN");
  let failed = false;
  const reply = (message: FromRowThread) => port.postMessage(message);
  port.on("message", (message: ToRowThread) => {
    if (failed) return;
    try {
      if (message === "end") {
        db.exec("COMMIT");
        db.close();
      } else handle(message);
      reply("done");
    } catch (error) {
      failed = true;
      db.close();
      const { message, code } = error as Error & { code?: string };
      reply({ message, code: code ?? null });
    }
  });
  reply("ready");
}

/** Writes what a message brings, and keeps the search words of new lines until their invoice is indexed. */
function handlerOf(db: Database.Database, { tables, pastTables, lines }: RowThreadOptions) {
  const all = [...tables.map(({ table }) => table), ...pastTables];
  const writers = new Map(all.map((table) => [table.name, new RowWriter(db, table)]));
  const revisers = new Map(
    tables.flatMap(({ table, past }) => (past ? [[table.name, new RowReviser(db, table, past)]] : [])),
  );
  const indexer = new InvoiceIndexer(db);
  const words = new DraftLines(tables.find(({ table }) => table.name === lines)?.table.storedNames ?? []);
  return (message: Exclude<ToRowThread, "end">) => {
    if ("write" in message) {
      const columns = unpack(message.columns);
      writers.get(message.write)?.writeColumns(columns);
      if (message.write === lines) words.add(columns);
    } else if ("revise" in message) {
      const columns = unpack(message.columns);
      const now = revisers.get(message.revise)?.revise(columns, message.kinds);
      if (message.revise !== lines) return;
      words.forgetAll(columns);
      if (now) words.add(now);
    } else if ("delete" in message) writers.get(message.delete)?.delete(message.key);
    else indexer.index(message.index, (id) => words.take(id));
  };
}
