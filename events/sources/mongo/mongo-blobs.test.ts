import { test } from "node:test";
import { Binary } from "mongodb";
import { sharedMongoUrl } from "../../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../../fixtures/mongodb/temporary-databases.ts";
import { blobStoreTests } from "../../blobs/blob-store.suite.ts";
import { newUuid, parseUuidV7, uuidText } from "../../uuid.ts";
import { parseMongoAddress } from "./mongo-address.ts";

const serverUrl = await sharedMongoUrl();

if (serverUrl === null) test.skip("MongoBlobs: no MongoDB server to test against (see fixtures/mongodb)");
else mongoTests(serverUrl);

function mongoTests(serverUrl: string): void {
  const { client, newDatabase } = temporaryDatabases(serverUrl);
  const database = newDatabase(); // the blobs of all logs are in one collection
  blobStoreTests("MongoBlobs", {
    newAddress: async () => `${database}#${uuidText(newUuid())}`,
    async alter(address, name, bytes) {
      const { database, log } = parseMongoAddress(address);
      const _id = new Binary(Buffer.concat([parseUuidV7(log ?? "") ?? Buffer.alloc(0), name]));
      await client.db(database).collection<{ _id: Binary }>("blob").updateOne({ _id }, { $set: { bytes } });
    },
  });
}
