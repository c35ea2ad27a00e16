/**
 * SQLite files where nothing can be written: on a read-only medium, or in another user's folder. SQLite reads a file with a
 * write-ahead log only if it can write beside it, and has to write to undo an interrupted transaction. So such a file is
 * copied to a private folder, together with what SQLite left beside it, and the copy is opened.
 */
import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { PRIVATE_FILE } from "../../private-files.ts";

/** What belongs to a database: the file, its write-ahead log, and the journal of a transaction. */
const PARTS = ["", "-wal", "-journal"] as const;
/** Attempts to copy files that another process changes meanwhile. */
const MAX_ATTEMPTS = 3;

/** True if SQLite cannot read the file where it is, because it cannot write there. */
export function needsCopy(db: Database.Database): boolean {
  try {
    db.pragma("schema_version");
    return false;
  } catch (error) {
    // Any other error returns when the file is used, and is reported there.
    return error instanceof Database.SqliteError && /^SQLITE_(?:CANTOPEN|READONLY)/.test(error.code);
  }
}

/**
 * Opens a copy of a database for reading. The copy needs as much space in the folder for temporary files as the original
 * has, and it is deleted by the time it is closed.
 *
 * @param open opens a file, with the original's key
 * @throws SqliteError SQLITE_FULL, SQLITE_BUSY if another process writes it, SQLITE_READONLY_DIRECTORY if it cannot be copied
 */
export function openCopy(
  path: string,
  open: (path: string, options: Database.Options) => Database.Database,
): Database.Database {
  const original = realpathSync(path); // SQLite's other files are beside the file, not beside a link to it
  const folder = temporaryFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const copy = join(folder, "copy.sqlite");
    copyUnchanged(original, copy);
    fold(open(copy, { fileMustExist: true }));
    const db = open(copy, { readonly: true });
    if (process.platform === "win32") removeAtClose(db, remove);
    else remove(); // the open file remains readable, and a killed process leaves nothing
    return db;
  } catch (error) {
    remove();
    throw error;
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "invoify-"));
  } catch (error) {
    throw cannotCopy(error);
  }
}

/** Copies the parts of a database, so that they belong together. */
function copyUnchanged(original: string, copy: string): void {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = stateOf(original);
    try {
      for (const part of PARTS) {
        rmSync(copy + part, { force: true });
        if (!before.has(part)) continue;
        copyFileSync(original + part, copy + part);
        chmodSync(copy + part, PRIVATE_FILE); // the copy of a read-only file is read-only
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue; // removed meanwhile
      throw cannotCopy(error);
    }
    const after = stateOf(original);
    if (PARTS.every((part) => before.get(part) === after.get(part))) return;
  }
  throw new Database.SqliteError("it changes while it is copied", "SQLITE_BUSY");
}

/** What changes when a part is written. Parts that do not exist, or are empty, are left out. */
function stateOf(original: string): Map<string, string> {
  const states = new Map<string, string>();
  for (const part of PARTS) {
    const stat = statSync(original + part, { throwIfNoEntry: false, bigint: true });
    if (stat && stat.size > 0n) states.set(part, `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`);
  }
  return states;
}

/** Writes everything into the one file: what the write-ahead log has, and the undoing of an interrupted transaction. */
function fold(db: Database.Database): void {
  try {
    db.pragma("journal_mode = DELETE");
  } finally {
    db.close();
  }
}

function removeAtClose(db: Database.Database, remove: () => void): void {
  const close = db.close.bind(db);
  db.close = () => {
    close();
    remove();
    return db;
  };
}

function cannotCopy(error: unknown): Error {
  const { code = "", path } = error as NodeJS.ErrnoException;
  const why = "nothing can be written beside it, so SQLite reads a copy";
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Database.SqliteError(`${why}, but ${tmpdir()} is full (TMPDIR names another folder)`, "SQLITE_FULL");
  return new Database.SqliteError(`${why}, which failed: ${code} ${path ?? tmpdir()}`, "SQLITE_READONLY_DIRECTORY");
}
