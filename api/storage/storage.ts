/** Where logs and accounts lie: embedded (a folder of SQLite files) or in one MongoDB database. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LogError } from "../../events/errors.ts";
import type { LogId, WritableLog } from "../../events/log/log.ts";
import { mongoClient, parseMongoAddress } from "../../events/sources/mongo/mongo-address.ts";
import { asLogError, listLogs } from "../../events/sources/mongo/mongo-collection.ts";
import { MongoLog } from "../../events/sources/mongo/mongo-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { type Config, foldersOf, OWNER_ONLY } from "../config/config.ts";
import type { Accounts } from "./accounts.ts";
import { MongoAccounts } from "./mongo-accounts.ts";
import { markInFile, markInMongo, type RestoreMark, refuseHalfRestored } from "./restore-mark.ts";
import { SqliteAccounts } from "./sqlite-accounts.ts";

export interface Storage {
  /** For people: a folder, or an address without secrets. */
  readonly name: string;
  readonly accounts: Accounts;
  readonly restoreMark: RestoreMark;
  /** The ids of all logs that have an event. */
  listLogs(): Promise<LogId[]>;
  /**
   * Opens a log.
   *
   * @returns null if it is not there and is not to be made
   * @throws LogError UNREACHABLE while a backup is being restored here
   */
  openLog(id: LogId, options: { create: boolean }): Promise<WritableLog | null>;
  /**
   * Asks it whether it can be written to now.
   *
   * @returns its own clock's time, ms since 1970 UTC
   * @throws LogError UNREACHABLE, UNAUTHORIZED; what the file system says
   */
  probe(): Promise<number>;
  close(): Promise<void>;
}

type Place = Pick<Config, "dataFolder" | "mongoUrl">;

export interface StorageOptions {
  /** This is who restores: logs are opened all the same. */
  restoring?: boolean;
}

/** @throws LogError UNREACHABLE or NOT_A_LOG if MongoDB cannot be used */
export async function openStorage(place: Place, { restoring = false }: StorageOptions = {}): Promise<Storage> {
  const storage = place.mongoUrl === null ? embeddedStorage(place) : mongoStorage(place.mongoUrl);
  return restoring ? storage : refusingHalfRestored(storage);
}

function embeddedStorage(place: Place): Storage {
  const folders = foldersOf(place);
  mkdirSync(folders.logs, { recursive: true, mode: OWNER_ONLY });
  const accounts = new SqliteAccounts(folders.accounts);
  const open = (path: string, create: boolean) => SqliteLog.open(path, { kind: "embedded", create });
  return {
    name: place.dataFolder,
    accounts,
    restoreMark: markInFile(join(place.dataFolder, "restoring.json")),
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
    async probe() {
      const path = join(folders.logs, `.probe-${process.pid}`);
      await writeFile(path, "");
      await rm(path);
      return Date.now();
    },
    close: () => accounts.close(),
  };
}

/** False of one whose founding was never completed. */
function hasEvents(log: SqliteLog): boolean {
  try {
    return log.headNow() > 0;
  } finally {
    log.closeNow();
  }
}

function mongoStorage(url: string): Storage {
  const address = parseMongoAddress(url);
  const client = mongoClient(address);
  const db = client.db(address.database);
  return {
    name: address.name,
    accounts: new MongoAccounts(db, address.name),
    restoreMark: markInMongo(db, address.name),
    listLogs: () =>
      listLogs(db).catch((error) => {
        throw asLogError(error, address.name);
      }),
    async openLog(log, { create }) {
      const opened = new MongoLog(db, { log, name: `${address.name}#${log}`, ownClient: null });
      if (!create && (await opened.head()) === 0) return null;
      return opened;
    },
    async probe() {
      const { isWritablePrimary, localTime } = await db.command({ hello: 1 }).catch((error) => {
        throw asLogError(error, address.name);
      });
      if (!isWritablePrimary) throw new LogError("UNREACHABLE", `${address.name}: no server there takes writes now`);
      return Number(localTime);
    },
    close: () => client.close(),
  };
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
