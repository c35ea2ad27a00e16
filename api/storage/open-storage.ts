/** Opens the storage that the configuration names. */
import { closeServerFolders } from "./private-folders.ts";
import { refuseDuringRestore } from "./restore-mark.ts";
import type { Storage, StoreConfig } from "./storage.ts";

interface StorageOptions {
  /** True for the restore itself: logs can be opened although the store is marked. */
  restoring?: boolean;
  /** Called with what other users of the machine could read until now. */
  onNote?: (text: string) => void;
}

/** @throws LogError UNREACHABLE or NOT_A_LOG if MongoDB cannot be used */
export async function openStorage(store: StoreConfig, options: StorageOptions = {}): Promise<Storage> {
  const { restoring = false, onNote } = options;
  for (const note of closeServerFolders(store)) onNote?.(note);
  const storage = await open(store);
  return restoring ? storage : refusingDuringRestore(storage);
}

// Loading MongoDB's driver is a quarter of the start-up time, so only a server that uses MongoDB loads it.
async function open(store: StoreConfig): Promise<Storage> {
  if (store.mongoUrl !== null) return (await import("./mongo-storage.ts")).mongoStorage(store.mongoUrl);
  return (await import("./embedded-storage.ts")).embeddedStorage(store);
}

/** Checks the mark whenever a log is opened, which is rare. So a restore that begins later is noticed too. */
function refusingDuringRestore(storage: Storage): Storage {
  return {
    ...storage,
    async openLog(id, options) {
      await refuseDuringRestore(storage);
      return await storage.openLog(id, options);
    },
  };
}
