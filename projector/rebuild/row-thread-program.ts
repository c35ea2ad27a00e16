/**
 * The program of the thread that writes the leaves of a rebuild: the rows that no projection reads, which are most of all;
 * and the index in which invoices are searched for, which is mostly of such rows. It alone has the file open meanwhile. `row-thread.ts` starts it and talks to it.
 */
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type FolderKey, setFolderKey } from "../../events/sources/sqlite/open-database.ts";
import { createTables, InvoiceIndexer, type InvoiceWords } from "../cache/cache-schema.ts";
import { type Key, RowWriter } from "../rows/row-writer.ts";
import { LEAVES, TABLES, type WriteOnlyTable } from "../tables/tables.ts";
import { type PackedColumns, unpack } from "./packed-columns.ts";
import { openUnfinished } from "./rebuild-file.ts";

/** For the pages that it writes: most come in order, and none is looked at again. */
const MEMORY_MIB = 16;

export interface RowThreadOptions {
  /** The file, which is made. */
  path: string;
  /** What it is opened with; null: as it is. */
  key: FolderKey | null;
}

/** What it is told. Each is answered once; after `end` the file is whole and closed. */
export type ToRowThread =
  | { readonly write: WriteOnlyTable; readonly columns: PackedColumns }
  | { readonly delete: WriteOnlyTable; readonly key: readonly Key[] }
  | { readonly index: readonly InvoiceWords[] }
  | "end";

/** First `ready`; then `done` for each, or what went wrong: nothing is done after that. */
export type FromRowThread = "ready" | "done" | { readonly message: string; readonly code: string | null };

if (parentPort !== null) listen(parentPort, workerData as RowThreadOptions);

function listen(port: NonNullable<typeof parentPort>, { path, key }: RowThreadOptions): void {
  setFolderKey(dirname(path), key);
  const db = openUnfinished(path, MEMORY_MIB);
  createTables(db);
  const writers = new Map(LEAVES.map((name) => [name, new RowWriter(db, TABLES[name])] as const));
  const indexer = new InvoiceIndexer(db);
  db.exec("BEGIN");
  let failed = false;
  const say = (answer: FromRowThread) => port.postMessage(answer);
  port.on("message", (told: ToRowThread) => {
    if (failed) return;
    try {
      if (told === "end") {
        db.exec("COMMIT");
        db.close();
      } else if ("write" in told) writers.get(told.write)?.writeColumns(unpack(told.columns));
      else if ("delete" in told) writers.get(told.delete)?.delete(told.key);
      else indexer.index(told.index);
      say("done");
    } catch (error) {
      failed = true;
      db.close();
      const { message, code } = error as Error & { code?: string };
      say({ message, code: code ?? null });
    }
  });
  say("ready");
}
