/** Where logs and accounts lie: embedded (a folder of SQLite files) or in one MongoDB database. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { LogId, WritableLog } from "../events/log.ts";
import { mongoClient, parseMongoAddress } from "../events/mongo-address.ts";
import { MongoLog } from "../events/mongo-log.ts";
import { SqliteLog } from "../events/sqlite-log.ts";
import type { Accounts } from "./accounts.ts";
import { type Config, foldersOf } from "./config.ts";
import { MongoAccounts } from "./mongo-accounts.ts";
import { SqliteAccounts } from "./sqlite-accounts.ts";

export interface Storage {
  /** For people: a folder, or an address without secrets. */
  readonly name: string;
  readonly accounts: Accounts;
  /** Opens a log. @returns null if it is not there and is not to be made */
  openLog(id: LogId, options: { create: boolean }): Promise<WritableLog | null>;
  close(): Promise<void>;
}

/** @throws LogError UNREACHABLE or NOT_A_LOG if MongoDB cannot be used */
export async function openStorage(config: Config): Promise<Storage> {
  mkdirSync(foldersOf(config).logs, { recursive: true });
  return config.mongoUrl === null ? embeddedStorage(config) : mongoStorage(config.mongoUrl);
}

function embeddedStorage(config: Config): Storage {
  const folders = foldersOf(config);
  const accounts = new SqliteAccounts(folders.accounts);
  return {
    name: config.dataFolder,
    accounts,
    async openLog(id, { create }) {
      const path = join(folders.logs, `${id}.sqlite`);
      if (!create && !existsSync(path)) return null;
      return SqliteLog.open(path, { kind: "embedded", create });
    },
    close: () => accounts.close(),
  };
}

async function mongoStorage(url: string): Promise<Storage> {
  const address = parseMongoAddress(url);
  const client = mongoClient(address);
  const db = client.db(address.database);
  return {
    name: address.name,
    accounts: new MongoAccounts(db, address.name),
    async openLog(log, { create }) {
      const opened = new MongoLog(db, { log, name: `${address.name}#${log}`, ownClient: null });
      if (!create && (await opened.head()) === 0) return null;
      return opened;
    },
    close: () => client.close(),
  };
}
