/**
 * The program of the thread that writes the leaf tables of a rebuild: the rows that no projection reads back, which are
 * most of them. It also writes the search index of invoices, whose words come mostly from these rows. While it runs, no
 * other thread opens the file. `row-thread.ts` starts it and sends it messages.
 */
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type FolderKey, setFolderKey } from "../../events/sources/sqlite/open-database.ts";
import { InvoiceIndexer, type InvoiceToIndex } from "../cache/search-index.ts";
import { type Key, RowWriter } from "../rows/row-writer.ts";
import type { Table } from "../tables/table.ts";
import type { WriteOnlyTable } from "../tables/tables.ts";
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
  /** The tables that the thread writes. */
  tables: Readonly<Record<WriteOnlyTable, Table>>;
  /** The key of an encrypted folder; null if it is not encrypted. */
  key: FolderKey | null;
}

/** A message to the thread. Each gets one reply. After `end` the file is complete and closed. */
export type ToRowThread =
  | { readonly write: WriteOnlyTable; readonly columns: PackedColumns }
  | { readonly delete: WriteOnlyTable; readonly key: readonly Key[] }
  | { readonly index: readonly InvoiceToIndex[] }
  | "end";

/** First `ready`, then `done` for each message, or an error. After an error the thread ignores all messages. */
export type FromRowThread = "ready" | "done" | { readonly message: string; readonly code: string | null };

if (parentPort !== null) listen(parentPort, workerData as RowThreadOptions);

function listen(port: NonNullable<typeof parentPort>, { path, key, schema, tables }: RowThreadOptions): void {
  setFolderKey(dirname(path), key);
  const db = openUnfinished(path, MEMORY_MIB);
  for (const sql of schema) db.exec(sql);
  const writers = new Map(Object.entries(tables).map(([name, table]) => [name, new RowWriter(db, table)]));
  const indexer = new InvoiceIndexer(db);
  const lines = new DraftLines(tables.invoiceLine.columnNames);
  db.exec("BEGIN");
  let failed = false;
  const reply = (message: FromRowThread) => port.postMessage(message);
  port.on("message", (message: ToRowThread) => {
    if (failed) return;
    try {
      if (message === "end") {
        db.exec("COMMIT");
        db.close();
      } else if ("write" in message) {
        const columns = unpack(message.columns);
        writers.get(message.write)?.writeColumns(columns);
        if (message.write === "invoiceLine") lines.add(columns);
      } else if ("delete" in message) {
        writers.get(message.delete)?.delete(message.key);
        if (message.delete === "invoiceLine") lines.forget(message.key[0] as number);
      } else indexer.index(message.index, (id) => lines.take(id));
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
