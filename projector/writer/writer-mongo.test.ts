import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe, test } from "node:test";
import { MongoClient } from "mongodb";
import { CLIENT_INPUT, LINE, OWNER_DETAILS } from "../../events/business/office.suite.ts";
import type { CommandResult } from "../../events/commands/commands.ts";
import { MongoLog } from "../../events/sources/mongo/mongo-log.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl, startMongo } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { openOffice, requestOf } from "./office.suite.ts";
import { Writer } from "./writer.ts";
import { idsOf, writerProcessTests } from "./writer-processes.suite.ts";

const folder = temporaryFolder();
const url = await sharedMongoUrl();
const skip = url === null ? "no MongoDB server" : false;
const newCache = () => join(folder, `${randomUUID()}.cache.sqlite`);

describe("on MongoDB", { skip }, () => {
  if (url === null) return;
  const { client, newDatabase } = temporaryDatabases(url);
  writerProcessTests({ folder, newAddress: async () => newDatabase() });

  test("two organizations in one database may use the same event ids", async (t) => {
    const db = client.db(new URL(newDatabase()).pathname.slice(1));
    const key = newUuid();
    const heads: Promise<number>[] = [];
    for (const name of ["One Ltd", "Other Ltd"]) {
      const logKey = newUuid();
      const log = new MongoLog(db, { log: uuidText(logKey), name, ownClient: null });
      const writer = await Writer.open(log, newCache());
      t.after(() => writer.close());
      await writer.found({ ...PROFILE, legalName: name }, OWNER_DETAILS, logKey);
      const written = await writer.execute(requestOf("RegisterClient", { ...CLIENT_INPUT, name }, { key }));
      assert.deepEqual(written, { seq: 3, id: uuidText(key), stream: 3, version: 1 });
      assert.deepEqual(await writer.execute(requestOf("RegisterClient", { ...CLIENT_INPUT, name }, { key })), written);
      heads.push(log.head());
    }
    assert.deepEqual(await Promise.all(heads), [3, 3]);
  });
});

test("a writer survives a restart of MongoDB after a kill, and no acknowledged event is lost", async (t) => {
  const lines: string[] = [];
  const server = await startMongo({ log: (line) => lines.push(line) });
  if (server === null) return t.skip(`no MongoDB server: ${lines.join("; ")}`);
  if (server.kind === "env") return t.skip("MONGODB_URL names a server that this test may not kill");
  const client = new MongoClient(server.url, { serverSelectionTimeoutMS: 5_000, socketTimeoutMS: 10_000 });
  t.after(async () => {
    await client.close();
    await server.stop();
  });
  const logKey = newUuid();
  const log = new MongoLog(client.db(), { log: uuidText(logKey), name: "mongo", ownClient: null });
  const office = await openOffice(t, folder, { log, writer: { clock: Date.now }, key: logKey });
  const { stream: clientId } = await office.run("RegisterClient", CLIENT_INPUT);

  const keys = Array.from({ length: 400 }, () => newUuid());
  const acknowledged = new Map<Uint8Array, CommandResult>();
  const failures = new Set<string>();
  let killed: Promise<void> | null = null;
  // Several clients write at once. At the kill, some writes are acknowledged and some under way; some come after it.
  const clientOf = async (some: Uint8Array[]) => {
    for (const key of some) {
      try {
        acknowledged.set(key, await office.run("DraftInvoice", { clientId, lines: [LINE] }, { key }));
        if (acknowledged.size === 60) killed = server.kill();
      } catch (error) {
        failures.add(String((error as { code?: string }).code));
        if (killed) await killed.then(() => (restarted ??= server.restart()));
      }
    }
  };
  let restarted: Promise<void> | null = null;
  await Promise.all(Array.from({ length: 8 }, (_, n) => clientOf(keys.filter((_, k) => k % 8 === n))));
  assert.ok(killed && restarted, "the server was not killed in the middle");
  await restarted;
  for (const code of failures) assert.ok(["UNREACHABLE", "UNKNOWN_OUTCOME"].includes(code), code);
  assert.ok(acknowledged.size > 60, "the same writer continues");

  for (const key of keys) {
    const written = await office.run("DraftInvoice", { clientId, lines: [LINE] }, { key });
    const first = acknowledged.get(key);
    if (first) assert.deepEqual(written, first);
  }
  const ids = await idsOf(office);
  assert.equal(ids.length, 3 + keys.length);
  for (const key of keys) assert.equal(ids.filter((id) => id === uuidText(key)).length, 1);
});
