/**
 * The one place where files of SQLite are opened, for what is encrypted on the disk: a folder that has a key gives it to
 * all its files, whoever opens them, so that none is written in the clear because somebody forgot.
 *
 * It takes a build of SQLite with ciphers (better-sqlite3-multiple-ciphers), which the desktop is bundled with. The cipher
 * is ChaCha20-Poly1305 (RFC 8439), page by page: what was changed on the disk is found too.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";

/** https://www.sqlite.org/fileformat2.html#magic_header_string */
const MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const KEY = /^[0-9a-f]{64}$/;

export interface FolderKey {
  /** 32 random bytes as hexadecimal digits. */
  key: string;
  /** New files are encrypted. False: only those are read with it that are encrypted already. */
  on: boolean;
}

const keys = new Map<string, FolderKey>();

/** From now on the files of this folder are opened with this key; null: as they are. Files that are open stay open. */
export function setFolderKey(folder: string, key: FolderKey | null): void {
  if (key === null) {
    keys.delete(resolve(folder));
    return;
  }
  if (!KEY.test(key.key)) throw new Error("a key of files is 32 bytes as hexadecimal digits");
  if (!canEncrypt()) throw new Error("this build of SQLite cannot encrypt files");
  keys.set(resolve(folder), key);
}

/** The key that files of a folder are opened with; null: they have none. */
export function folderKeyOf(folder: string): FolderKey | null {
  return keys.get(resolve(folder)) ?? null;
}

/** True if this build of SQLite has ciphers. One that has none would take a key, say nothing, and write in the clear. */
export function canEncrypt(): boolean {
  const db = new Database(":memory:");
  try {
    return db.pragma("cipher = 'chacha20'", { simple: true }) === "chacha20";
  } finally {
    db.close();
  }
}

/**
 * Opens a file of SQLite with its folder's key. One in the clear that has not been converted yet is opened as it is.
 *
 * @throws SqliteError as better-sqlite3 does; with a wrong key SQLITE_NOTADB, at the latest at the first read
 */
export function openDatabase(path: string, options: Database.Options = {}): Database.Database {
  const key = folderKeyOf(dirname(path));
  const content = key && contentOf(path);
  const encrypted = content === "encrypted" || (content === "none" && key?.on);
  const db = new Database(path, options);
  if (!key || !encrypted) return db;
  try {
    db.pragma("cipher = 'chacha20'");
    db.pragma(`key = 'raw:${key.key}'`);
    // What is sorted on the way would be on the disk in the clear.
    db.pragma("temp_store = MEMORY");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** True of a file that is opened with a key. */
export function isEncrypted(path: string): boolean {
  return folderKeyOf(dirname(path)) !== null && contentOf(path) === "encrypted";
}

/** What a file is, as far as its first bytes tell: encrypted is what is no SQLite file. */
export function contentOf(path: string): "none" | "plain" | "encrypted" {
  const bytes = Buffer.alloc(MAGIC.length);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const count = readSync(file, bytes, 0, bytes.length, 0);
    if (count === 0) return "none";
    return bytes.equals(MAGIC) ? "plain" : "encrypted";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "none";
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
