/** Logs and caches that fail at the worst moment: no event lands twice, and no acknowledged event is lost. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { CLIENT_INPUT, clientOf, draftOf, isRefusal } from "../../events/business/office.suite.ts";
import { LogError } from "../../events/errors.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openFaulty, openOther, register, unknownOutcome } from "./faulty-log.suite.ts";
import { requestOf, type WriterOffice } from "./office.suite.ts";
import { Writer } from "./writer.ts";

const folder = temporaryFolder();

for (const keyed of [true, false]) {
  test(`an append of unknown outcome that landed succeeds, ${keyed ? "with" : "without"} a key`, async (t) => {
    const { office, log } = await openFaulty(t, folder);
    log.next.push(async (events, append) => {
      await append(events);
      throw unknownOutcome();
    });
    const key = keyed ? newUuid() : undefined;
    const written = await register(office, key);
    assert.equal(written.seq, 3);
    assert.equal(await log.head(), 3);
    if (key) assert.deepEqual(await register(office, key), written);
  });
}

test("an append of unknown outcome that did not land is rejected, and a retry completes it", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  log.next.push(async () => {
    throw unknownOutcome();
  });
  const key = newUuid();
  await assert.rejects(register(office, key), { code: "UNKNOWN_OUTCOME" });
  assert.deepEqual(await register(office, key), { seq: 3, id: uuidText(key), stream: 3, version: 1 });
  assert.equal(await log.head(), 3);
});

test("an append of unknown outcome that lands later is found by a retry, and lands once", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  let land = async () => {};
  log.next.push(async (events, append) => {
    land = async () => void (await append(events));
    throw unknownOutcome();
  });
  const key = newUuid();
  await assert.rejects(register(office, key), { code: "UNKNOWN_OUTCOME" });
  office.clock.nowMs += 5; // so the retry has different bytes
  log.next.push(async (events, append) => {
    await land(); // at the worst moment: after the command was decided again
    return await append(events);
  });
  assert.equal((await register(office, key)).seq, 3);
  assert.equal(await log.head(), 3);
});

test("another command may take the sequence of an unknown one, whose retry then lands once", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  let land = async (): Promise<number> => 0;
  log.next.push(async (events, append) => {
    land = () => append(events);
    throw unknownOutcome();
  });
  const key = newUuid();
  await assert.rejects(register(office, key), { code: "UNKNOWN_OUTCOME" });
  const other = await register(office);
  assert.equal(other.seq, 3);
  assert.equal(await land(), 0, "its sequence is taken");
  assert.equal((await register(office, key)).seq, 4);
});

test("after an unknown outcome, landed commands succeed, others are unknown, refusals are decided again", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const id = await clientOf(office);
  log.next.push(async (events, append) => {
    await append(events.slice(0, 2));
    throw unknownOutcome();
  });
  const key = newUuid();
  const outcomes = await Promise.allSettled([
    register(office),
    office.run("IssueInvoice", {}, { id: 99 }),
    register(office, key),
    office.run("RestoreClient", {}, { id }),
    register(office),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) =>
      outcome.status === "fulfilled" ? outcome.value.seq : (outcome.reason.code ?? outcome.reason.rule),
    ),
    [4, "UNKNOWN_INVOICE", 5, null, "UNKNOWN_OUTCOME"],
  );
  assert.equal(await log.head(), 5);
});

test("a refusal after a lost race stays a refusal if the rest of its batch is unknown", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const id = await draftOf(office);
  log.next.push(async (events, append) => {
    await other.execute(requestOf("DiscardDraft", {}, { id }));
    return await append(events);
  });
  log.next.push(async () => {
    throw unknownOutcome();
  });
  const [unknown, refused] = await Promise.allSettled([register(office), office.run("IssueInvoice", {}, { id })]);
  assert.equal(unknown?.status === "rejected" && unknown.reason.code, "UNKNOWN_OUTCOME");
  assert.equal(refused?.status, "rejected");
  assert.ok(isRefusal(refused.reason, { rule: "NOT_A_DRAFT" }));
});

test("an append of unknown outcome is unknown, not failed, even if the log is unreadable afterwards", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const id = await clientOf(office);
  const key = newUuid();
  const unreachable = new LogError("UNREACHABLE", "no answer");
  log.next.push(async (events, append) => {
    await append(events);
    log.unreadable = unreachable;
    throw unknownOutcome();
  });
  const [written, unchanged] = await Promise.allSettled([
    register(office, key),
    office.run("RestoreClient", {}, { id }),
  ]);
  assert.equal(written?.status === "rejected" && written.reason.code, "UNKNOWN_OUTCOME");
  assert.equal(unchanged?.status === "rejected" && unchanged.reason, unreachable);
  log.unreadable = null;
  assert.equal((await register(office, key)).seq, 4);
  assert.equal(await log.head(), 4);
});

test("an append that could not be sent is rejected, and the writer continues", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  log.next.push(async () => {
    throw new LogError("UNREACHABLE", "no answer");
  });
  await assert.rejects(register(office), { code: "UNREACHABLE" });
  assert.deepEqual(office.rows("SELECT id FROM client"), []);
  assert.equal((await register(office)).seq, 3);
});

test("a command whose commit fails after the append succeeds, and the cache reads its event again", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const drafts = [await draftOf(office), await draftOf(office)];
  const exec = Database.prototype.exec;
  const mocked = t.mock.method(Database.prototype, "exec", function (this: Database.Database, sql: string) {
    if (sql === "COMMIT") throw new Database.SqliteError("database or disk is full", "SQLITE_FULL");
    return exec.call(this, sql);
  });
  const key = newUuid();
  const first = await office.run("IssueInvoice", {}, { id: drafts[0] ?? 0, key });
  assert.equal(first.seq, await log.head());
  mocked.mock.restore();
  assert.deepEqual(office.rows("SELECT number FROM invoice WHERE number IS NOT NULL"), []);
  const second = await office.run("IssueInvoice", {}, { id: drafts[1] ?? 0 });
  assert.equal(second.seq, (first.seq ?? 0) + 1);
  assert.deepEqual(office.rows("SELECT number FROM invoice ORDER BY id"), [
    { number: "INV-00001" },
    { number: "INV-00002" },
  ]);
  assert.deepEqual(await office.run("IssueInvoice", {}, { id: drafts[0] ?? 0, key }), first);
});

test("a writer does not follow a foreign event in a log that was set back and written by another process", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  for (let n = 0; n < 3; n++) await register(office);
  log.next.push(async (events, append) => {
    const db = new Database(office.log.name);
    db.exec("DELETE FROM event WHERE seq > 3");
    db.close();
    const other = await openOther(t, folder, office);
    for (let n = 0; n < 2; n++)
      await other.execute(requestOf("RegisterClient", { ...CLIENT_INPUT, name: `Foreign ${n}` }));
    return await append(events);
  });
  const key = newUuid();
  await assert.rejects(register(office, key), { code: "FORKED" });
  assert.ok(office.writer.isBroken);
  assert.deepEqual(
    (await office.events(3)).map(({ type }) => type),
    ["ClientRegistered", "ClientRegistered"],
  );
});

test("a batch that SQLite rolls back in the middle appends nothing, and the next batch works", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const mocked = atSecondRelease(t, (db) => {
    db.exec("ROLLBACK"); // as SQLite does on a full disk
    throw new Database.SqliteError("database or disk is full", "SQLITE_FULL");
  });
  const outcomes = await Promise.allSettled([register(office), register(office), register(office)]);
  mocked.mock.restore();
  for (const outcome of outcomes) assert.equal(outcome.status === "rejected" && outcome.reason.code, "UNAVAILABLE");
  assert.equal(office.writer.isBroken, false);
  assert.equal(await log.head(), 2);
  assert.equal(office.writer.checkpoint, 2);
  assert.equal((await register(office)).seq, 3);
});

test("a command that fails after its event was folded leaves no trace", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const mocked = atSecondRelease(t, () => {
    throw new TypeError("a bug");
  });
  const outcomes = await Promise.allSettled(["one", "two", "three"].map((name) => clientOf(office, { name })));
  mocked.mock.restore();
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.message)),
    [3, "a bug", 4],
  );
  assert.deepEqual(office.rows("SELECT id, name FROM client"), [
    { id: 3, name: "one" },
    { id: 4, name: "three" },
  ]);
  assert.equal(await log.head(), 4);
});

test("open() refuses a log with an event from a newer release: decisions need the whole state", async (t) => {
  const { office } = await openFaulty(t, folder);
  const [, owner] = await office.events();
  assert.ok(owner);
  const body = Buffer.from((await bodyOf(office, 2)).toString("latin1").replace("UserAdded", "UserAddee"), "latin1");
  const path = join(folder, `${randomUUID()}.sqlite`);
  const copy = SqliteLog.open(path, { create: true });
  await copy.append([
    { ...(await eventOf(office, 1)), request: null },
    { ...owner, body, request: null },
  ]);
  await assert.rejects(Writer.open(copy, `${path}.cache`), { code: "UNKNOWN_EVENT" });
  await copy.close();
});

/** Fails when the second command of a batch releases its savepoint. */
function atSecondRelease(t: TestContext, fail: (db: Database.Database) => never) {
  const statement = Object.getPrototypeOf(new Database(":memory:").prepare("SELECT 1")) as Database.Statement;
  const { run } = statement;
  let releases = 0;
  return t.mock.method(statement, "run", function (this: Database.Statement, ...values: unknown[]) {
    if (this.source === "RELEASE command" && ++releases === 2) fail(this.database);
    return run.apply(this, values);
  });
}

async function bodyOf(office: WriterOffice, seq: number): Promise<Buffer> {
  for await (const { bodies } of office.log.read({ after: seq - 1, upTo: seq })) return Buffer.from(bodies[0] ?? []);
  throw new Error(`there is no event ${seq}`);
}

async function eventOf(office: WriterOffice, seq: number) {
  const event = (await office.events())[seq - 1];
  assert.ok(event);
  return { ...event, body: await bodyOf(office, seq) };
}
