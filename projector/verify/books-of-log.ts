/** Folds a log into a temporary file that only one process uses, with the books at each event. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import type { Books } from "../../events/business/books.ts";
import type { OrganizationOnBooks } from "../../events/business/organization.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { isConstraint } from "../cache/cache-check.ts";
import { createIndexes, createTables } from "../cache/cache-schema.ts";
import { ProjectionTables } from "../cache/projection-tables.ts";
import { foldEvent } from "../projections/fold.ts";
import { booksOf } from "../writer/books.ts";

export class BooksOfLog {
  /** The state after the last event that was folded. */
  readonly books: Books;
  readonly #folder: string;
  readonly #db: Database.Database;
  readonly #rows: ProjectionTables;
  #organization: OrganizationOnBooks | undefined;
  #atMs = 0;

  /** @param parent for temporary files */
  constructor(parent = tmpdir()) {
    this.#folder = mkdtempSync(join(parent, "invoify-verify-"));
    this.#db = openDatabase(join(this.#folder, "books.sqlite"));
    // Nothing reads the file after this process, so nothing has to survive it.
    this.#db.pragma("journal_mode = MEMORY");
    this.#db.pragma("synchronous = OFF");
    createTables(this.#db);
    createIndexes(this.#db);
    this.#rows = new ProjectionTables(this.#db, { keepPast: false });
    const books = booksOf(this.#db, this.#rows.tables);
    // Only lookups by text read the file, and of these the invariants need one.
    this.books = {
      ...books,
      // Most checks of an issued document read it, and it seldom changes.
      organization: () => (this.#organization ??= books.organization()),
      activeOwners: () => {
        this.#flush([]);
        return books.activeOwners();
      },
    };
  }

  /**
   * Folds events in one transaction: all or none.
   *
   * @param before called for each event, with the books before it
   * @throws LogError INCONSISTENT_LOG if an event cannot be folded. It names a single event; of several events, only
   *   fold them one by one tells which row breaks a rule of its table
   */
  fold(events: readonly LogEvent[], before: (event: LogEvent) => void): void {
    const atMs = this.#atMs;
    this.#db.exec("BEGIN");
    try {
      for (const event of events) {
        before(event);
        foldEvent(this.#rows.tables, event, this.#atMs);
        this.#atMs = event.at;
        if (event.stream === 1) this.#organization = undefined;
      }
      this.#flush(events);
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      this.#atMs = atMs;
      this.#organization = undefined;
      throw error;
    } finally {
      this.#rows.forget(); // there is no search index
    }
  }

  close(): void {
    this.#db.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Writes the rows. @param events those that they are of */
  #flush(events: readonly LogEvent[]): void {
    try {
      this.#rows.flush();
    } catch (error) {
      if (!isConstraint(error)) throw error;
      const [event] = events;
      const what = events.length === 1 && event ? `event ${event.seq} ${event.type}: ` : "";
      throw new LogError("INCONSISTENT_LOG", what + this.#rows.explain(error), { cause: error });
    }
  }
}
