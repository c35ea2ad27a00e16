/**
 * A second thread that writes rows for a rebuild. It receives columns, which are cheap to send. Sending rows as objects
 * would cost more than the thread saves.
 */
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { folderKeyOf } from "../../events/sources/sqlite/open-database.ts";
import { CREATE_TABLES } from "../cache/cache-schema.ts";
import type { InvoiceToIndex } from "../cache/search-index.ts";
import { columnsOf } from "../rows/row-columns.ts";
import { type ColumnOutput, ROWS_PER_BATCH, type RowOutput } from "../rows/row-writer.ts";
import type { Table } from "../tables/table.ts";
import { PAST_TABLES, TABLES, WRITE_ONLY_TABLES, type WriteOnlyTable } from "../tables/tables.ts";
import { pack } from "./packed-columns.ts";
import type { FromRowThread, RowThreadOptions, ToRowThread } from "./row-thread-program.ts";

/** The thread's source file beside this one, or its bundle beside this file's bundle. */
const PROGRAM = import.meta.url.endsWith(".ts") ? "row-thread-program.ts" : "row-thread-program.cjs";

/** Limit of the thread's young generation, MiB. Its objects die at once, and V8 would fill any larger space. */
const YOUNG_MIB = 16;

/** Batches of rows that may wait in memory for the thread. */
const MAX_WAITING = 16;

export class RowThread {
  readonly #worker: Worker;
  #waiting = 0;
  #failure: Error | null = null;
  #isReady = false;
  /** Resumes `waitForRoom`. */
  #resume: (() => void) | null = null;

  /**
   * Starts the thread. Messages wait until it runs, so the rebuild can begin at once.
   *
   * @param path the file to create, with its tables; do not open it before `end`
   * @throws Error if this machine could not start a thread
   */
  constructor(path: string) {
    const options: RowThreadOptions = {
      path,
      key: folderKeyOf(dirname(path)),
      schema: CREATE_TABLES,
      tables: WRITE_ONLY_TABLES.map((name) => ({ table: TABLES[name], past: PAST_TABLES[name] ?? null })),
      pastTables: Object.values(PAST_TABLES),
      lines: TABLES.invoiceLine.name,
    };
    this.#worker = new Worker(new URL(PROGRAM, import.meta.url), {
      workerData: options,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.on("message", (reply: FromRowThread) => this.#receive(reply));
    this.#worker.on("error", (error: Error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("the thread that writes rows ended early")));
  }

  /** True if this machine could not start a thread. Nothing was written, and the rebuild continues without one. */
  get failedToStart(): boolean {
    return !this.#isReady && this.#failure !== null;
  }

  /** Sends a message. @param buffers to transfer; unusable here afterwards @throws the error of an earlier message */
  post(message: ToRowThread, buffers: ArrayBuffer[] = []): void {
    if (this.#failure) throw this.#failure;
    this.#waiting++;
    this.#worker.postMessage(message, buffers);
  }

  /** An output that sends a table's rows to the thread. @param keepPast false: former rows are dropped */
  writerOf<R extends Record<string, unknown>>(writeOnly: WriteOnlyTable, keepPast = true): RowOutput<R> {
    const { name, keepsPast } = TABLES[writeOnly];
    const columns = columnsOf<R>(TABLES[writeOnly]);
    const output = this.columnWriterOf(TABLES[writeOnly]);
    return {
      write: (rows) => {
        for (let at = 0; at < rows.length; at += ROWS_PER_BATCH)
          output.writeColumns(columns(rows, at, Math.min(rows.length, at + ROWS_PER_BATCH)));
      },
      delete: (key) => this.post({ delete: name, key }),
      revise:
        keepPast && keepsPast
          ? (rows, kinds) => {
              const { packed, buffers } = pack(columns(rows, 0, rows.length));
              this.post({ revise: name, columns: packed, kinds }, [...buffers, kinds.buffer]);
            }
          : null,
    };
  }

  /** An output that sends columns of a write-only table, or of a past table, to the thread. */
  columnWriterOf({ name }: Table): ColumnOutput {
    return {
      writeColumns: (columns) => {
        const { packed, buffers } = pack(columns);
        this.post({ write: name, columns: packed }, buffers);
      },
    };
  }

  /** Adds invoices to the search index. Write their lines first. */
  index(invoices: readonly InvoiceToIndex[]): void {
    this.post({ index: invoices });
  }

  /** True if `waitForRoom` would wait, or throw. */
  get isFull(): boolean {
    return this.#failure !== null || this.#waiting > MAX_WAITING;
  }

  /**
   * Resolves when the thread can take more batches.
   *
   * @param waiting batches that may still wait; 0 if all must be written
   * @throws SqliteError of the write that failed; Error if the thread ended
   */
  async waitForRoom(waiting = MAX_WAITING): Promise<void> {
    while (this.#failure === null && this.#waiting > waiting)
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    if (this.#failure) throw this.#failure;
  }

  /** Resolves when all rows are written and the file is complete and closed. @throws as `waitForRoom` */
  async end(): Promise<void> {
    this.post("end");
    await this.waitForRoom(0);
    await this.#worker.terminate();
  }

  /** Ends the thread at any point. Resolves when it no longer has the file open. */
  async abandon(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(reply: FromRowThread): void {
    if (reply === "done") {
      this.#waiting--;
      this.#resume?.();
    } else if (reply === "ready") {
      this.#isReady = true;
    } else {
      const { message, code } = reply;
      this.#fail(code === null ? new Error(message) : new Database.SqliteError(message, code));
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#resume?.();
  }
}
