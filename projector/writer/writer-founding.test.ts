import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isRefusal, OWNER_DETAILS } from "../../events/business/office.suite.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { followingUuid, newUuid, uuidText } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { FaultyLog, unknownOutcome } from "./faulty-log.suite.ts";
import { Writer } from "./writer.ts";

const folder = temporaryFolder();
const KEY = newUuid();
const FIRST = { seq: 1, id: uuidText(KEY), stream: 1, version: 1 };
const SECOND = { seq: 2, id: uuidText(followingUuid(KEY)), stream: 2, version: 1 };

async function openEmpty(t: TestContext) {
  const log = new FaultyLog(SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true }));
  const writer = await Writer.open(log, join(folder, `${randomUUID()}.cache.sqlite`));
  t.after(async () => {
    await writer.close();
    await log.close();
  });
  return { log, writer };
}

/** Founds an organization of which only the first event lands. */
async function foundHalf(log: FaultyLog, writer: Writer) {
  log.next.push(async (events, append) => {
    await append(events.slice(0, 1));
    log.unreadable = unknownOutcome();
    throw unknownOutcome();
  });
  await assert.rejects(writer.found(PROFILE, OWNER_DETAILS, KEY), { code: "UNKNOWN_OUTCOME" });
  log.unreadable = null;
  assert.equal(await log.head(), 1);
}

test("found() appends two events at once, and derives the second id from the first", async (t) => {
  const { log, writer } = await openEmpty(t);
  assert.deepEqual(await writer.found(PROFILE, OWNER_DETAILS, KEY), { organization: FIRST, owner: SECOND });
  assert.deepEqual(log.appends, [2]);
  assert.equal(await log.id(), uuidText(KEY));
});

test("found() with the same key returns the first result", async (t) => {
  const { log, writer } = await openEmpty(t);
  const first = await writer.found(PROFILE, OWNER_DETAILS, KEY);
  assert.deepEqual(await writer.found(PROFILE, OWNER_DETAILS, KEY), first);
  const together = await Promise.all([1, 2].map(() => writer.found(PROFILE, OWNER_DETAILS, KEY)));
  assert.deepEqual(together, [first, first]);
  assert.equal(await log.head(), 2);
});

test("found() with the same key completes an unfinished founding", async (t) => {
  const { log, writer } = await openEmpty(t);
  await foundHalf(log, writer);
  assert.deepEqual(await writer.found(PROFILE, OWNER_DETAILS, KEY), { organization: FIRST, owner: SECOND });
  assert.equal(await log.head(), 2);
});

test("found() with the same key and different data is refused, and adds no owner", async (t) => {
  const { log, writer } = await openEmpty(t);
  const reused = { rule: "KEY_REUSED" } as const;
  const intruder = { email: "intruder@example.com", name: "Ida" };
  await foundHalf(log, writer);
  const renamed = { ...PROFILE, legalName: "Other Ltd" };
  await assert.rejects(writer.found(renamed, intruder, KEY), (error) => isRefusal(error, reused));
  assert.equal(await log.head(), 1);
  await writer.found(PROFILE, OWNER_DETAILS, KEY);
  await assert.rejects(writer.found(PROFILE, intruder, KEY), (error) => isRefusal(error, reused));
  await assert.rejects(writer.found(renamed, OWNER_DETAILS, KEY), (error) => isRefusal(error, reused));
  assert.equal(await log.head(), 2);
});

test("found() of a half founded organization with another key adds no owner", async (t) => {
  const { log, writer } = await openEmpty(t);
  await foundHalf(log, writer);
  await assert.rejects(writer.found(PROFILE, OWNER_DETAILS, newUuid()), (error) =>
    isRefusal(error, { rule: "ORGANIZATION_EXISTS" }),
  );
  assert.equal(await log.head(), 1);
});

test("found() that is refused leaves the log empty, so it can be founded later", async (t) => {
  const { log, writer } = await openEmpty(t);
  const wrong = { ...PROFILE, currency: "QQQ" };
  await assert.rejects(writer.found(wrong, OWNER_DETAILS, KEY), (error) =>
    isRefusal(error, { rule: "UNKNOWN_CURRENCY", field: "currency" }),
  );
  assert.equal(await log.head(), 0);
  await writer.found(PROFILE, OWNER_DETAILS, KEY);
});

test("found() by two concurrent writers founds one organization", async (t) => {
  const { log, writer } = await openEmpty(t);
  const other = await Writer.open(SqliteLog.open(log.name), join(folder, `${randomUUID()}.cache.sqlite`));
  t.after(() => other.close());
  const [one, two] = await Promise.all([writer, other].map((each) => each.found(PROFILE, OWNER_DETAILS, KEY)));
  assert.deepEqual(one, two);
  assert.equal(await log.head(), 2);
});
