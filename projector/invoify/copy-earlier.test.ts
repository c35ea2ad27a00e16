/** invoify copy of logs of release 0.1, and of logs that no writer has decided. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { EncodedEvent } from "../../events/encoding/event.ts";
import { appendEarlier, writeEarlierFile } from "../../events/sources/earlier-logs.suite.ts";
import { openMongoLog } from "../../events/sources/mongo/open-mongo-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { clientDetailsChanged, clientRegistered, idOf, logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { fails, json, writeLog } from "./invoify.suite.ts";

const folder = temporaryFolder();
const LOG_ID = uuidText(idOf(1));
const events = logOf(2_500).map((event) => ({ ...event, request: Buffer.alloc(32, event.seq % 256) }));
const serverUrl = await sharedMongoUrl();
const skip = serverUrl === null ? "no MongoDB server" : false;

async function assertCopied(log: { readStored: SqliteLog["readStored"] }, expected: readonly EncodedEvent[]) {
  let seq = 0;
  for await (const { body, request } of log.readStored({ after: 0, upTo: Number.POSITIVE_INFINITY })) {
    const event = expected[seq++];
    assert.ok(event && Buffer.compare(body, event.body) === 0, `the bytes of event ${seq}`);
    assert.ok(event.request && request && Buffer.compare(request, event.request) === 0, `the request of event ${seq}`);
  }
  assert.equal(seq, expected.length);
}

test("a file of release 0.1 is read and copied, but not written", async () => {
  const from = join(folder, "earlier.sqlite");
  writeEarlierFile(from, events);
  assert.equal((await json(["info", from])).head, events.length);
  assert.throws(() => SqliteLog.open(from), {
    code: "NOT_A_LOG",
    message: new RegExp(`release 0\\.1, and is only read\\..*invoify copy ${RegExp.escape(from)} NEW\\.sqlite`, "s"),
  });
  await fails(["copy", writeLog(folder, "longer.sqlite", [logOf(2_600)]), from], 2, /release 0\.1, and is only read/);
  const to = join(folder, "converted.sqlite");
  assert.equal((await json(["copy", from, to])).events, events.length);
  const log = SqliteLog.open(to);
  await assertCopied(log, events);
  assert.equal(log.appendNow([clientRegistered(2_501)]), 1);
  log.closeNow();
});

test("a log of release 0.1 is converted in its MongoDB database, also after an interruption", { skip }, async () => {
  if (serverUrl === null) return;
  const { client, newDatabase } = temporaryDatabases(serverUrl);
  const database = newDatabase();
  const db = client.db(new URL(database).pathname.slice(1));
  await appendEarlier(db, idOf(1), events);
  const address = `${database}#${LOG_ID}`;
  await fails(["copy", writeLog(folder, "other.sqlite", [events]), address], 2, /invoify copy (\S+) \1$/m);
  await fails(["copy", address, address, "--events", "7"], 2, /a conversion copies the whole log/);
  const interrupted = await openMongoLog(address, { client, access: "convert" });
  await interrupted.append(events.slice(0, 1_000));
  assert.equal((await json(["info", address])).head, events.length, "until its end, the old log is read");
  const { durationMs, hash, ...copied } = await json(["copy", address, address]);
  assert.deepEqual(copied, { to: address, log: LOG_ID, seq: events.length, events: 1_500, files: 0 });

  const log = await openMongoLog(address, { client });
  await assertCopied(log, events);
  assert.equal(await log.append([clientRegistered(2_501)]), 1);
  assert.equal((await json(["info", address])).head, 2_501, "now the new log is read");
  assert.equal((await json(["copy", address, address])).events, 0, "and no longer converted");
});

for (const [what, event] of [
  ["id", clientRegistered(21, { id: idOf(4) })],
  ["version", clientDetailsChanged(21, { stream: 19, version: 2 })],
] as const)
  test(`invoify copy does not append an event with the ${what} of an earlier one`, async () => {
    const from = writeLog(folder, `twice-${what}.sqlite`, [[...logOf(20), event, clientRegistered(22)]]);
    for (const to of [join(folder, `none-${what}.sqlite`), writeLog(folder, `some-${what}.sqlite`, [logOf(12)])]) {
      const before = existsSync(to) ? 12 : 0;
      await fails(["copy", from, to], 1, /^invoify: event 21 (has the id|is version 2 of stream 19)/m);
      if (existsSync(to)) assert.equal((await json(["info", to])).head, before);
    }
  });
