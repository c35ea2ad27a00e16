/** Opens the storage that the configuration names. */
import { refuseDuringRestore } from "./restore-mark.ts";
import type { Storage, StoreConfig } from "./storage.ts";

export interface StorageOptions {
  /** True for the restore itself: logs can be opened although the store is marked. */
  restoring?: boolean;
}

/** @throws LogError UNREACHABLE or NOT_A_LOG if MongoDB cannot be used */
export async function openStorage(store: StoreConfig, { restoring = false }: StorageOptions = {}): Promise<Storage> {
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
