/** Files that take others' places: on the disk before they do, and in spite of who holds them for a moment. */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** How often a swap is tried, and how long it waits in between, ms. */
const SWAP_ATTEMPTS = 20;
const SWAP_PAUSE_MS = 50;

/** Virus scanners and indexers of Windows hold new files for a moment. */
export async function retryWhileLocked(work: () => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      work();
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === SWAP_ATTEMPTS || (code !== "EBUSY" && code !== "EPERM")) throw error;
      await setTimeout(SWAP_PAUSE_MS);
    }
  }
}

/** Returns when a file's bytes are on the disk. */
export function flushFile(path: string): void {
  const file = openSync(path, "r+"); // Windows flushes only what could be written
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The same for the names in a folder. */
export function flushFolder(path: string): void {
  if (process.platform === "win32") return; // it opens no folders; NTFS keeps the order itself
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
