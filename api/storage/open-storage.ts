/** Opens the storage that the configuration names. */
import { refuseHalfRestored } from "./restore-mark.ts";
import type { Place, Storage } from "./storage.ts";

export interface StorageOptions {
  /** This is who restores: logs are opened all the same. */
  restoring?: boolean;
}

/** @throws LogError UNREACHABLE or NOT_A_LOG if MongoDB cannot be used */
export async function openStorage(place: Place, { restoring = false }: StorageOptions = {}): Promise<Storage> {
  const storage = await open(place);
  return restoring ? storage : refusingHalfRestored(storage);
}

// MongoDB's driver takes a quarter of the time of a start: only a server on MongoDB loads it.
async function open(place: Place): Promise<Storage> {
  if (place.mongoUrl !== null) return (await import("./mongo-storage.ts")).mongoStorage(place.mongoUrl);
  return (await import("./embedded-storage.ts")).embeddedStorage(place);
}

/** Asked each time that a log is opened, which is seldom: so a restore is seen whenever it began. */
function refusingHalfRestored(storage: Storage): Storage {
  return {
    ...storage,
    async openLog(id, options) {
      await refuseHalfRestored(storage);
      return await storage.openLog(id, options);
    },
  };
}
