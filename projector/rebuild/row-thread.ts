/**
 * A second thread for a rebuild. What it is given are columns, which cost little to hand over, where rows as objects cost
 * more than is won.
 */
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { folderKeyOf } from "../../events/sources/sqlite/open-database.ts";
import type { InvoiceWords } from "../cache/cache-schema.ts";
import { columnsOf } from "../rows/row-columns.ts";
import { ROWS_PER_BATCH, type RowOutput } from "../rows/row-writer.ts";
import { TABLES, type WriteOnlyTable } from "../tables/tables.ts";
import { pack } from "./packed-columns.ts";
import type { FromRowThread, RowThreadOptions, ToRowThread } from "./row-thread-program.ts";

/** Its source, or what a bundler made of it, beside this file or its bundle. */
const PROGRAM = import.meta.url.endsWith(".ts") ? "row-thread-program.ts" : "row-thread-program.cjs";

/** What it makes is garbage at once, MiB: with more room for it, it would take more. */
const YOUNG_MIB = 16;

/** Batches of rows that wait in memory for the thread to write them. */
const MAX_WAITING = 16;

export class RowThread {
  readonly #worker: Worker;
  #waiting = 0;
  #failure: Error | null = null;
  #isReady = false;
  /** Somebody waits for an answer. */
  #answered: (() => void) | null = null;

  /**
   * Starts the thread. What it is given meanwhile waits for it: a rebuild loses no time.
   *
   * @param path the file, which is made, with its tables; nobody else may have it open until `end`
   * @throws Error if the machine has no thread to give
   */
  constructor(path: string) {
    const options: RowThreadOptions = { path, key: folderKeyOf(dirname(path)) };
    this.#worker = new Worker(new URL(PROGRAM, import.meta.url), {
      workerData: options,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.on("message", (answer: FromRowThread) => this.#hear(answer));
    this.#worker.on("error", (error: Error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("the thread that writes rows has ended")));
  }

  /** True if no thread could be had here: nothing was written, and a rebuild does without. */
  get failedToStart(): boolean {
    return !this.#isReady && this.#failure !== null;
  }

  /** Has it done. @param buffers that go there, and are no longer here @throws what went wrong with something before */
  post(told: ToRowThread, buffers: ArrayBuffer[] = []): void {
    if (this.#failure) throw this.#failure;
    this.#waiting++;
    this.#worker.postMessage(told, buffers);
  }

  /** Writes a table's rows there. */
  writerOf<R extends Record<string, unknown>>(name: WriteOnlyTable): RowOutput<R> {
    const columns = columnsOf<R>(TABLES[name]);
    return {
      write: (rows) => {
        for (let at = 0; at < rows.length; at += ROWS_PER_BATCH) {
          const { packed, buffers } = pack(columns(rows, at, Math.min(rows.length, at + ROWS_PER_BATCH)));
          this.post({ write: name, columns: packed }, buffers);
        }
      },
      delete: (key) => this.post({ delete: name, key }),
    };
  }

  /** Indexes invoices for the search. Their lines were written before. */
  index(invoices: readonly InvoiceWords[]): void {
    this.post({ index: invoices });
  }

  /**
   * Resolves when there is room for more.
   *
   * @param waiting batches that may still wait; 0: all is written
   * @throws SqliteError, as the write that failed; Error if the thread is no more
   */
  async room(waiting = MAX_WAITING): Promise<void> {
    while (this.#failure === null && this.#waiting > waiting)
      await new Promise<void>((resolve) => {
        this.#answered = resolve;
      });
    if (this.#failure) throw this.#failure;
  }

  /** Everything is written, and the file whole and closed. @throws as `room` */
  async end(): Promise<void> {
    this.post("end");
    await this.room(0);
    await this.#worker.terminate();
  }

  /** The file is no longer needed. Resolves when the thread has let go of it. */
  async abandon(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(answer: FromRowThread): void {
    if (answer === "done") {
      this.#waiting--;
      this.#answered?.();
    } else if (answer === "ready") {
      this.#isReady = true;
    } else {
      const { message, code } = answer;
      this.#fail(code === null ? new Error(message) : new Database.SqliteError(message, code));
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#answered?.();
  }
}
