/** Checks the ids and versions of events that nobody decides: those of a copy, and of a restored backup. */
import type Database from "better-sqlite3";
import type { EventHeader } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import type { Sequence } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { openDatabase } from "./open-database.ts";

/** The events of a log so far, in a temporary table: a long log has more ids than fit into memory. */
export class UniqueEvents {
  readonly #db: Database.Database;
  readonly #addId: Database.Statement<[Uint8Array, Sequence]>;
  readonly #seqOf: Database.Statement<[Uint8Array], Sequence>;
  readonly #addVersion: Database.Statement<[number, number]>;
  readonly #versionOf: Database.Statement<[number], number>;

  constructor() {
    const db = openDatabase("");
    db.pragma("journal_mode = OFF");
    db.exec(`
      CREATE TABLE event (id BLOB PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE stream (id INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT;
      BEGIN`);
    this.#db = db;
    this.#addId = db.prepare("INSERT INTO event VALUES (?, ?) ON CONFLICT DO NOTHING");
    this.#seqOf = db.prepare<[Uint8Array], Sequence>("SELECT seq FROM event WHERE id = ?").pluck();
    this.#addVersion = db.prepare(
      "INSERT INTO stream VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
    );
    this.#versionOf = db.prepare<[number], number>("SELECT version FROM stream WHERE id = ?").pluck();
  }

  /** Adds the next event of the log. @throws LogError INCONSISTENT_LOG if an earlier one has its id or its version */
  add({ seq, id, stream, version }: Pick<EventHeader, "seq" | "id" | "stream" | "version">): void {
    if (this.#addId.run(id, seq).changes === 0)
      throw new LogError(
        "INCONSISTENT_LOG",
        `event ${seq} has the id ${uuidText(id)} of event ${this.#seqOf.get(id)}: no writer has decided both`,
      );
    const before = this.#versionOf.get(stream) ?? 0;
    if (version <= before)
      throw new LogError(
        "INCONSISTENT_LOG",
        `event ${seq} is version ${version} of stream ${stream}, which is at version ${before} already`,
      );
    this.#addVersion.run(stream, version);
  }

  close(): void {
    this.#db.close();
  }
}
