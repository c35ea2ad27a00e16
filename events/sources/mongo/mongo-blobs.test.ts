import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Binary } from "mongodb";
import { InsertCutter } from "../../../fixtures/mongodb/insert-cutter.ts";
import { sharedMongoUrl } from "../../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../../fixtures/mongodb/temporary-databases.ts";
import { throughProxy } from "../../../fixtures/mongodb/through-proxy.ts";
import { blobStoreTests } from "../../blobs/blob-store.suite.ts";
import type { LogError } from "../../errors.ts";
import { newUuid, parseUuidV7, uuidText } from "../../uuid.ts";
import { parseMongoAddress } from "./mongo-address.ts";
import { openMongoBlobs } from "./open-mongo-blobs.ts";

const serverUrl = await sharedMongoUrl();

if (serverUrl === null) test.skip("MongoBlobs: no MongoDB server to test against (see fixtures/mongodb)");
else {
  mongoTests(serverUrl);
  if (/^mongodb\+srv|[?&](tls|ssl)=true/.test(serverUrl))
    test.skip("MongoBlobs' faults: a connection with TLS cannot be cut at an update");
  else await faultTests(serverUrl);
}

async function faultTests(serverUrl: string): Promise<void> {
  const { client, newDatabase } = temporaryDatabases(serverUrl);
  const { primary } = await client.db("admin").command({ hello: 1 });
  const target: string = primary ?? client.options.hosts[0]?.toString();

  /** Opens a store through a proxy, and directly. */
  async function openThroughProxy(t: TestContext) {
    const proxy = await InsertCutter.start(target);
    const address = newDatabase();
    const log = uuidText(newUuid());
    const store = openMongoBlobs(throughProxy(address, proxy.address, "serverSelectionTimeoutMS=2000"), log);
    const direct = openMongoBlobs(address, log);
    t.after(async () => {
      proxy.stop();
      await store.close();
      await direct.close();
    });
    await store.put(Buffer.from("the connection is open"));
    return { proxy, store, direct };
  }

  for (const cut of ["request", "answer"] as const)
    test(`MongoBlobs: put() whose ${cut} is lost stores the bytes once, or says that it did not`, async (t) => {
      const { proxy, store, direct } = await openThroughProxy(t);
      const bytes = randomBytes(100_000);
      proxy.cutNextUpdate(cut);
      await store.put(bytes).catch((error: LogError) => assert.equal(error.code, "UNREACHABLE"));
      const name = await store.put(bytes);
      assert.deepEqual(Buffer.from((await direct.get(name)) ?? []), bytes);
      assert.equal((await Array.fromAsync(direct.list())).length, 2);
    });

  test("MongoBlobs: without a server every promise rejects, and nothing counts as missing", async (t) => {
    const { proxy, store, direct } = await openThroughProxy(t);
    const bytes = randomBytes(1_000);
    const name = await store.put(bytes);
    proxy.shut();
    for (const call of [
      () => store.get(name),
      () => store.put(randomBytes(10)),
      () => store.remove(name, 0),
      () => Array.fromAsync(store.list()),
    ])
      await assert.rejects(call(), { code: "UNREACHABLE" });
    assert.deepEqual(Buffer.from((await direct.get(name)) ?? []), bytes);
    proxy.reopen();
    assert.deepEqual(Buffer.from((await store.get(name)) ?? []), bytes);
  });
}

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
