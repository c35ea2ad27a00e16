/** Unsent input: what a user has typed and not sent yet. A form stores it moments after each key, so it survives a crash. */
import type Database from "better-sqlite3";
import type { LogId } from "../../../events/log/log.ts";
import type { ParsedArgument } from "../../contract/arguments.ts";
import type { InputLabel, StoredInput } from "../../contract/contract.ts";

/** Stored forms of one user. Beyond this, the oldest are deleted, except those whose write got no response. */
const MAX_INPUTS = 200;

/** A write request, as the form sent it. */
export type SentWrite = ParsedArgument<"write">;

/** A form's row, if its write has this key. */
const WITH_KEY = "log = ? AND user = ? AND form = ? AND sending ->> 'key' = ?";

/** What a label is made of: neither the text nor the write, which can each have megabytes. */
const LABEL = "form, at, copy, sending IS NOT NULL AND copy = 0 AS is_sending";

interface LabelRow {
  form: string;
  at: number;
  copy: number;
  is_sending: number;
}

/** A form's write that the server has not settled. */
interface PendingWrite {
  write: SentWrite;
  /** True if it was sent to a history that the server no longer has. */
  copy: boolean;
}

export class UnsentInputs {
  readonly #db: Database.Database;
  readonly #log: LogId;
  readonly #user: number;

  constructor(db: Database.Database, { log, user }: { log: LogId; user: number }) {
    this.#db = db;
    this.#log = log;
    this.#user = user;
  }

  /** Stores a form's text. @returns false if the form's write got no response: its text must not change until then */
  store(form: string, text: string): boolean {
    return this.#db.transaction(() => {
      const { changes } = this.#db
        .prepare(
          `INSERT INTO kept_input (log, user, form, text, at, sending, copy) VALUES (?, ?, ?, ?, ?, NULL, 0)
           ON CONFLICT DO UPDATE SET text = excluded.text, at = excluded.at WHERE sending IS NULL OR copy = 1`,
        )
        .run(this.#log, this.#user, form, text, Date.now());
      this.#db
        .prepare(
          `DELETE FROM kept_input WHERE rowid IN (SELECT rowid FROM kept_input
             WHERE log = ? AND user = ? AND sending IS NULL ORDER BY at DESC LIMIT -1 OFFSET ${MAX_INPUTS})`,
        )
        .run(this.#log, this.#user);
      return changes > 0;
    })();
  }

  get(form: string): StoredInput | null {
    const row = this.#db
      .prepare<[string, number, string], LabelRow & { text: string }>(
        `SELECT ${LABEL}, text FROM kept_input WHERE log = ? AND user = ? AND form = ?`,
      )
      .get(this.#log, this.#user, form);
    return row ? { ...labelOf(row), text: row.text } : null;
  }

  /** All stored forms, the latest first. */
  list(): InputLabel[] {
    return this.#db
      .prepare<[string, number], LabelRow>(
        `SELECT ${LABEL} FROM kept_input WHERE log = ? AND user = ? ORDER BY at DESC`,
      )
      .all(this.#log, this.#user)
      .map(labelOf);
  }

  /** Deletes the input of a form, and its write. A write that may have been saved is forgotten with it. */
  delete(form: string): void {
    this.#db.prepare("DELETE FROM kept_input WHERE log = ? AND user = ? AND form = ?").run(this.#log, this.#user, form);
  }

  /** Stores the write of a form. Call before it is sent. */
  storeWrite(form: string, write: SentWrite): void {
    this.#db
      .prepare(
        `INSERT INTO kept_input (log, user, form, text, at, sending, copy) VALUES (:log, :user, :form, '', :at, :sending, 0)
         ON CONFLICT DO UPDATE SET sending = excluded.sending, copy = 0`,
      )
      .run({ log: this.#log, user: this.#user, form, at: Date.now(), sending: JSON.stringify(write) });
  }

  /** The write of a form that got no response; null if there is none. */
  pendingWrite(form: string): PendingWrite | null {
    const row = this.#db
      .prepare<[string, number, string], { sending: string; copy: number }>(
        "SELECT sending, copy FROM kept_input WHERE log = ? AND user = ? AND form = ? AND sending IS NOT NULL",
      )
      .get(this.#log, this.#user, form);
    return row ? { write: JSON.parse(row.sending), copy: row.copy === 1 } : null;
  }

  /** The writes of all forms that got no response. */
  pendingWrites(): SentWrite[] {
    return this.#db
      .prepare<[string, number], string>(
        "SELECT sending FROM kept_input WHERE log = ? AND user = ? AND sending IS NOT NULL",
      )
      .pluck()
      .all(this.#log, this.#user)
      .map((sending) => JSON.parse(sending));
  }

  /** Deletes the input of a form whose write was saved. Does nothing if the form holds another write, or none. */
  deleteSent(form: string, key: string): void {
    this.#db.prepare(`DELETE FROM kept_input WHERE ${WITH_KEY}`).run(this.#log, this.#user, form, key);
  }

  /** Deletes the write with this key, because it was refused or never sent: the form's text can change again. */
  deleteWrite(form: string, key: string): void {
    const which = [this.#log, this.#user, form, key];
    this.#db.prepare(`DELETE FROM kept_input WHERE ${WITH_KEY} AND text = ''`).run(which);
    this.#db.prepare(`UPDATE kept_input SET sending = NULL WHERE ${WITH_KEY}`).run(which);
  }
}

/**
 * Marks all input of a log as copies, because the server's history no longer matches the one it was typed on. A write
 * without a response keeps its key: the server's history may contain it.
 */
export function turnIntoCopies(db: Database.Database, log: LogId): void {
  db.transaction(() => {
    db.prepare("DELETE FROM kept_input WHERE log = ? AND text = ''").run(log);
    db.prepare("UPDATE kept_input SET copy = 1 WHERE log = ?").run(log);
  })();
}

function labelOf({ form, at, is_sending, copy }: LabelRow): InputLabel {
  return { form, at, sending: is_sending === 1, copy: copy === 1 };
}
