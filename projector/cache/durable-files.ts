/** Helpers to replace and remove files: flush them to disk first, and retry while another process holds them. */
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** Attempts to replace a file, and the pause between them, ms. */
const MAX_ATTEMPTS = 20;
const RETRY_PAUSE_MS = 50;

/** Retries work that fails because a file is locked: on Windows, virus scanners and indexers hold new files briefly. */
export async function retryWhileLocked(work: () => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      work();
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === MAX_ATTEMPTS || (code !== "EBUSY" && code !== "EPERM")) throw error;
      await setTimeout(RETRY_PAUSE_MS);
    }
  }
}

/** Returns when the file's bytes are on disk. */
export function flushFile(path: string): void {
  const file = openSync(path, "r+"); // Windows flushes only writable handles
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Returns when the names in a folder are on disk. */
export function flushFolder(path: string): void {
  if (process.platform === "win32") return; // Windows cannot open folders; NTFS keeps the order
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Removes a cache's file and SQLite's files beside it. The main file goes first: the others are harmless alone. */
export function removeCacheFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
}
