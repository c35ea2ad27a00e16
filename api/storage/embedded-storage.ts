/** Logs and accounts in a folder of SQLite files. */
import { existsSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateFolder } from "../../events/private-files.ts";
import { blobsFileName, SqliteBlobs } from "../../events/sources/sqlite/sqlite-blobs.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { foldersOf } from "../config/config.ts";
import { markInFile } from "./restore-mark.ts";
import { SqliteAccounts } from "./sqlite-accounts.ts";
import { SqliteTileStore } from "./sqlite-tile-store.ts";
import type { Storage, StoreConfig } from "./storage.ts";

export function embeddedStorage(store: StoreConfig): Storage {
  const folders = foldersOf(store);
  makePrivateFolder(folders.logs);
  const accounts = new SqliteAccounts(folders.accounts);
  const open = (path: string, create: boolean) => SqliteLog.open(path, { kind: "embedded", create });
  return {
    name: store.dataFolder,
    accounts,
    restoreMark: markInFile(join(store.dataFolder, "restoring.json")),
    async listLogs() {
      const ids = readdirSync(folders.logs).flatMap((file) => /^([^.]+)\.sqlite$/.exec(file)?.[1] ?? []);
      return ids
        .filter((id) => parseUuidV7(id) && hasEvents(open(join(folders.logs, `${id}.sqlite`), false)))
        .toSorted();
    },
    async openLog(id, { create }) {
      const path = join(folders.logs, `${id}.sqlite`);
      return create || existsSync(path) ? open(path, create) : null;
    },
    async openTiles(id, { create }) {
      const path = join(folders.logs, `${id}.tree.sqlite`);
      return create || existsSync(path) ? new SqliteTileStore(path) : null;
    },
    async openBlobs(id, { create }) {
      const path = blobsFileName(join(folders.logs, `${id}.sqlite`));
      return create || existsSync(path) ? new SqliteBlobs(path) : null;
    },
    async probe() {
      const path = join(folders.logs, `.probe-${process.pid}`);
      await writeFile(path, "");
      await rm(path);
      return Date.now();
    },
    close: () => accounts.close(),
  };
}

/** False if the organization's founding was never completed. */
function hasEvents(log: SqliteLog): boolean {
  try {
    return log.headNow() > 0;
  } finally {
    log.closeNow();
  }
}
