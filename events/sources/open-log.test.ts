import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { logOf, organizationRegistered } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { assertBodies, bodiesOf } from "../log/log-harness.suite.ts";
import { uuidText } from "../uuid.ts";
import { writeEventsFile } from "./file/events-file.ts";
import { writeNdjsonFile } from "./file/ndjson-file.ts";
import { openLog, openWritableLog } from "./open-log.ts";
import { SqliteLog } from "./sqlite/sqlite-log.ts";

const folder = temporaryFolder();
const newPath = (extension: string) => join(folder, `${randomUUID()}.${extension}`);
const events = logOf(5);
const ID = uuidText(organizationRegistered().id);

async function assertReadsAll(t: TestContext, path: string): Promise<void> {
  const log = await openLog(path);
  t.after(() => log.close());
  assert.equal(await log.id(), ID);
  assertBodies(await bodiesOf(log, { after: 0, upTo: Number.POSITIVE_INFINITY }), events);
}

test("openLog() reads each kind of file, by its name and its first bytes", async (t) => {
  for (const [extension, write] of [
    ["events", writeEventsFile],
    ["ndjson", writeNdjsonFile],
    ["EVENTS", writeEventsFile],
  ] as const) {
    const path = newPath(extension);
    await write(path, events);
    await assertReadsAll(t, path);
  }
  const path = newPath("sqlite");
  const log = await openWritableLog(path, { create: true });
  await log.append(events);
  await assertReadsAll(t, path);
  await log.close();
  await assertReadsAll(t, path);
});

test("openLog() reads a mirror", async (t) => {
  const path = newPath("sqlite");
  const mirror = SqliteLog.open(path, { create: true, kind: "mirror" });
  mirror.mirror(
    0,
    events.map(({ body }) => body),
  );
  await mirror.close();
  await assertReadsAll(t, path);
  await assert.rejects(openWritableLog(path), { code: "NOT_A_LOG" });
});

test("openLog() says why it cannot read a file", async () => {
  const sqlite = newPath("sqlite");
  new Database(sqlite).exec("CREATE TABLE song (title TEXT)").close();
  const [ofEvents, ofLines] = [newPath("events"), newPath("ndjson")];
  await writeEventsFile(ofEvents, events);
  await writeNdjsonFile(ofLines, events);
  const folderWithExtension = newPath("events");
  mkdirSync(folderWithExtension);
  const foreign = newPath("events");
  writeFileSync(foreign, "%PDF-1.7 and so on");
  const disguised = newPath("sqlite");
  await writeEventsFile(disguised, events);
  const text = newPath("ndjson");
  writeFileSync(text, "Dear clerk,\n");
  for (const [path, message] of [
    [join(folder, "missing.events"), /missing.events: there is no such file$/],
    [join(folder, "missing.sqlite"), /missing.sqlite: there is no such file$/],
    [folderWithExtension, /cannot be read \(EISDIR\)/],
    [sqlite, /not a log/],
    [foreign, /not a .events file: its content is that of no log file/],
    [disguised, /not a .sqlite file: its content is that of a .events file/],
    [text, /not a .ndjson file: its content is that of no log file/],
    [join(folder, "log.csv"), /a log's address is one of:/],
    [join(folder, "events"), /a log's address is one of:/],
    ["", /a log's address is one of:/],
  ] as const)
    await assert.rejects(openLog(path), { code: "NOT_A_LOG", message }, path);
});

test("openLog() goes by the extension of an empty file", async () => {
  const [ofEvents, ofLines, sqlite] = [newPath("events"), newPath("ndjson"), newPath("sqlite")];
  for (const path of [ofEvents, ofLines, sqlite]) writeFileSync(path, "");
  const log = await openLog(ofLines);
  assert.equal(await log.head(), 0);
  await log.close();
  await assert.rejects(openLog(ofEvents), { code: "NOT_A_LOG" });
  await assert.rejects(openLog(sqlite), { code: "NOT_A_LOG" });
});

test("openLog() accepts http on this machine only, and never a password", async () => {
  for (const address of [
    "http://localhost:8080",
    "http://127.0.0.1",
    "http://[::1]:3000",
    "https://invoices.example",
  ]) {
    const log = await openLog(address, { token: "t" });
    assert.equal(log.name, new URL(address).origin);
    await log.close();
  }
  for (const [address, message] of [
    ["http://invoices.example", /use https: over http/],
    ["http://localhost.invoices.example", /use https/],
    ["http://127.0.0.1.invoices.example", /use https/],
    ["http://192.168.0.1", /use https/],
    ["https://clerk:s3cret@invoices.example", /not the address of an API/],
    ["https://", /not the address of an API/],
    ["https://invoices.example#first", /not the id of a log/],
    ["ftp://clerk:s3cret@invoices.example", /a log's address is one of:/],
    ["mongodb://clerk:s3cret@localhost", /names no database/],
  ] as const)
    await assert.rejects(openLog(address), (error: { code: string; message: string }) => {
      assert.equal(error.code, "NOT_A_LOG", address);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("s3cret"), error.message);
      return true;
    });
});

test("openWritableLog() creates a file only with `create`", async () => {
  const path = newPath("sqlite");
  await assert.rejects(openWritableLog(path), { code: "NOT_A_LOG" });
  const log = await openWritableLog(path, { create: true });
  assert.equal(await log.append(events), 5);
  await log.close();
});

test("openWritableLog() refuses read-only addresses", async () => {
  const path = newPath("events");
  await writeEventsFile(path, events);
  for (const address of [path, newPath("ndjson"), "https://invoices.example", "http://localhost"])
    await assert.rejects(openWritableLog(address), { code: "NOT_A_LOG", message: /is read-only/ });
  for (const address of ["log.csv", "ftp://x", ""])
    await assert.rejects(openWritableLog(address), { code: "NOT_A_LOG", message: /a log's address is one of:/ });
});
