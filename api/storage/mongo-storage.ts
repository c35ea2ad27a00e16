/** Logs and accounts in one MongoDB database. */
import { LogError } from "../../events/errors.ts";
import { refuseUnconverted } from "../../events/sources/mongo/earlier-shape.ts";
import { parseMongoAddress } from "../../events/sources/mongo/mongo-address.ts";
import { MongoBlobs } from "../../events/sources/mongo/mongo-blobs.ts";
import { mongoClient } from "../../events/sources/mongo/mongo-client.ts";
import { asLogError, listLogs } from "../../events/sources/mongo/mongo-collection.ts";
import { MongoLog } from "../../events/sources/mongo/mongo-log.ts";
import { MongoAccounts } from "./mongo-accounts.ts";
import { markInMongo } from "./mongo-restore-mark.ts";
import { MongoTileStore } from "./mongo-tile-store.ts";
import type { Storage } from "./storage.ts";

/** @throws LogError NOT_A_LOG if the URL does not name a database */
export function mongoStorage(url: string): Storage {
  const address = parseMongoAddress(url);
  const client = mongoClient(address);
  const db = client.db(address.database);
  /** @throws LogError NOT_A_LOG if release 0.1 has written the database: nothing of it is served or counted */
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      await refuseUnconverted(db, address.name);
      return await work();
    } catch (error) {
      throw asLogError(error, address.name);
    }
  };
  return {
    name: address.name,
    accounts: new MongoAccounts(db, address.name),
    restoreMark: markInMongo(db, address.name),
    listLogs: () => attempt(() => listLogs(db)),
    async openLog(log, { create }) {
      const opened = new MongoLog(db, { log, name: `${address.name}#${log}`, ownClient: null });
      if (!create && (await opened.head()) === 0) return null;
      return opened;
    },
    async openTiles(log) {
      return new MongoTileStore(db, log, `${address.name}#${log}`);
    },
    async openBlobs(log) {
      return new MongoBlobs(db, { log, name: `${address.name}#${log}` });
    },
    async probe() {
      const { isWritablePrimary, localTime } = await attempt(() => db.command({ hello: 1 }));
      if (!isWritablePrimary) throw new LogError("UNREACHABLE", `${address.name}: no server accepts writes now`);
      return Number(localTime);
    },
    close: () => client.close(),
  };
}
