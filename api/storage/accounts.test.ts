import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { parseMongoAddress } from "../../events/sources/mongo/mongo-address.ts";
import { mongoClient } from "../../events/sources/mongo/mongo-client.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { testAccounts } from "./accounts.suite.ts";
import { MongoAccounts } from "./mongo-accounts.ts";
import { SqliteAccounts } from "./sqlite-accounts.ts";

const folder = temporaryFolder();

testAccounts("SqliteAccounts", async () => {
  const path = join(folder, `${randomUUID()}.sqlite`);
  return [new SqliteAccounts(path), new SqliteAccounts(path)];
});

test("SqliteAccounts refuses a file of another format", () => {
  const path = join(folder, "old.sqlite");
  const db = new Database(path);
  db.exec("CREATE TABLE account (email TEXT)");
  db.close();
  assert.throws(
    () => new SqliteAccounts(path),
    (error) => error instanceof LogError && error.code === "NOT_A_LOG",
  );
});

test("SqliteAccounts opens a file of release 0.1 and adds what it lacks", async () => {
  const path = join(folder, "release-0.1.sqlite");
  const user = { logId: "log-1", userEventId: "user-1" };
  const before = new SqliteAccounts(path);
  await before.add({ ...user, passwordHash: "hash", link: null });
  await before.close();
  const db = new Database(path);
  db.exec("DROP TABLE known_network"); // release 0.1 had all tables but this one
  db.close();
  const after = new SqliteAccounts(path);
  await after.addNetwork(user, { network: "net", seenAtMs: 1 });
  assert.equal(await after.hasNetwork(user, "net"), true);
  assert.equal((await after.find(user))?.passwordHash, "hash");
  await after.close();
});

test("SqliteAccounts says what may pass: a file that another process holds", async () => {
  const path = join(folder, "held.sqlite");
  const accounts = new SqliteAccounts(path, { timeoutMs: 0 });
  const other = new Database(path);
  other.exec("BEGIN IMMEDIATE");
  await assert.rejects(accounts.endFamily("a"), (error) => error instanceof LogError && error.code === "UNREACHABLE");
  other.exec("COMMIT");
  await accounts.endFamily("a");
  other.close();
  await accounts.close();
});

const url = process.env.MONGODB_URL;
if (url === undefined) {
  test("MongoAccounts", { skip: "no MongoDB server" }, () => {});
} else {
  const { newDatabase } = temporaryDatabases(url);
  testAccounts("MongoAccounts", async () => {
    const address = parseMongoAddress(newDatabase());
    const open = () => {
      const client = mongoClient(address);
      const accounts = new MongoAccounts(client.db(address.database), address.name);
      accounts.close = () => client.close();
      return accounts;
    };
    return [open(), open()];
  });

  test("MongoAccounts says what may pass: a server that does not answer", async () => {
    const address = parseMongoAddress("mongodb://127.0.0.1:9/invoify?serverSelectionTimeoutMS=50");
    const client = mongoClient(address);
    const accounts = new MongoAccounts(client.db(address.database), address.name);
    const isUnreachable = (error: unknown) => error instanceof LogError && error.code === "UNREACHABLE";
    await assert.rejects(accounts.findClaim("a@b"), isUnreachable);
    await assert.rejects(accounts.add({ logId: "a", userEventId: "b", passwordHash: null, link: null }), isUnreachable);
    await client.close();
  });
}
