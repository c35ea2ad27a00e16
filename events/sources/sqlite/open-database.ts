/**
 * All SQLite files are opened here, so that encryption cannot be forgotten: if a folder has a key, every file in it is
 * opened with that key.
 *
 * Encryption needs a build of SQLite with ciphers (better-sqlite3-multiple-ciphers), which is bundled with the desktop.
 * The cipher is ChaCha20-Poly1305 (RFC 8439) for each page, so changes made on the disk are detected too.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import { createPrivateFile } from "../../private-files.ts";
import { needsCopy, openCopy } from "./temporary-copy.ts";

/** https://www.sqlite.org/fileformat2.html#magic_header_string */
const MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const KEY = /^[0-9a-f]{64}$/;

export interface FolderKey {
  /** 32 random bytes as hexadecimal digits. */
  key: string;
  /** True: new files are encrypted. False: the key only opens files that are already encrypted. */
  on: boolean;
}

const keys = new Map<string, FolderKey>();

/** Sets the key with which files of a folder are opened from now on; null: no key. Open files are not affected. */
export function setFolderKey(folder: string, key: FolderKey | null): void {
  if (key === null) {
    keys.delete(resolve(folder));
    return;
  }
  if (!KEY.test(key.key)) throw new Error("the key of a folder must be 32 bytes as hexadecimal digits");
  if (!canEncrypt()) throw new Error("this build of SQLite cannot encrypt files");
  keys.set(resolve(folder), key);
}

/** The key of a folder; null if it has none. */
export function folderKeyOf(folder: string): FolderKey | null {
  return keys.get(resolve(folder)) ?? null;
}

/** True if this build of SQLite has ciphers. A build without them silently ignores the key and writes plain text. */
function canEncrypt(): boolean {
  const db = new Database(":memory:");
  try {
    return db.pragma("cipher = 'chacha20'", { simple: true }) === "chacha20";
  } finally {
    db.close();
  }
}

/**
 * Opens an SQLite file with the key of its folder. A plain file that is not converted yet is opened without the key. A new
 * file is private. With `readonly`, a file that SQLite cannot read where nothing can be written is read from a copy.
 */
export function openDatabase(path: string, options: Database.Options = {}): Database.Database {
  const key = folderKeyOf(dirname(path));
  const content = key && contentOf(path);
  const encrypted = content === "encrypted" || (content === "none" && key?.on);
  const usedKey = encrypted ? key : null;
  // SQLite gives the mode of the database to the files beside it.
  const isFile = path !== ":memory:" && path !== "";
  if (isFile && !options.readonly && !options.fileMustExist) createPrivateFile(path);
  const db = openWithKey(path, options, usedKey);
  if (!options.readonly || !needsCopy(db)) return db;
  db.close();
  return openCopy(path, (copy, copyOptions) =>
    openWithKey(copy, { ...options, readonly: false, ...copyOptions }, usedKey),
  );
}

function openWithKey(path: string, options: Database.Options, key: FolderKey | null): Database.Database {
  const db = new Database(path, options);
  if (!key) return db;
  try {
    db.pragma("cipher = 'chacha20'");
    db.pragma(`key = 'raw:${key.key}'`);
    // Temporary files of large sorts would not be encrypted.
    db.pragma("temp_store = MEMORY");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** True if a file is opened with a key. */
export function isEncrypted(path: string): boolean {
  return folderKeyOf(dirname(path)) !== null && contentOf(path) === "encrypted";
}

/** Detects what a file contains by its first bytes. Anything but SQLite counts as encrypted. */
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
