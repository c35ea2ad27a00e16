/** Opens the storage that the configuration names. */
import { refuseDuringRestore } from "./restore-mark.ts";
import type { Storage, StoreConfig } from "./storage.ts";

export interface StorageOptions {
  /** This is who restores: logs are opened all the same. */
  restoring?: boolean;
}

/** @throws LogError UNREACHABLE or NOT_A_LOG if MongoDB cannot be used */
export async function openStorage(store: StoreConfig, { restoring = false }: StorageOptions = {}): Promise<Storage> {
  const storage = await open(store);
  return restoring ? storage : refusingDuringRestore(storage);
}

// MongoDB's driver takes a quarter of the time of a start: only a server on MongoDB loads it.
async function open(store: StoreConfig): Promise<Storage> {
  if (store.mongoUrl !== null) return (await import("./mongo-storage.ts")).mongoStorage(store.mongoUrl);
  return (await import("./embedded-storage.ts")).embeddedStorage(store);
}

/** Asked each time that a log is opened, which is seldom: so a restore is seen whenever it began. */
function refusingDuringRestore(storage: Storage): Storage {
  return {
    ...storage,
    async openLog(id, options) {
      await refuseDuringRestore(storage);
      return await storage.openLog(id, options);
    },
  };
}
