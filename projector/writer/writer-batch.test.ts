import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CLIENT_INPUT, clientOf, draftOf, isRefusal, issuedOf, LINE } from "../../events/business/office.suite.ts";
import { LogError } from "../../events/errors.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { newUuid } from "../../events/uuid.ts";
import { countDecodes } from "../../fixtures/data/decode-counts.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { FaultyLog } from "./faulty-log.suite.ts";
import { openOffice, requestOf } from "./office.suite.ts";

const folder = temporaryFolder();
const LONG_LINE = { ...LINE, description: "x".repeat(1000) };
const CLERK = { email: "clerk@example.com", name: "Cleo", role: "clerk" };

/** An office that counts its appends, from the first command on. */
async function openCounted(t: TestContext) {
  const log = new FaultyLog(SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true }));
  const office = await openOffice(t, folder, { log });
  log.appends.length = 0;
  return { office, log };
}

/** Delays the next append until it is released. */
function delayNext(log: FaultyLog) {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  log.next.push(async (events, append) => {
    begun.resolve();
    await released.promise;
    return await append(events);
  });
  return { begun: begun.promise, release: () => released.resolve() };
}

test("execute() of 64 concurrent commands is one append", async (t) => {
  const { office, log } = await openCounted(t);
  const written = await Promise.all(Array.from({ length: 64 }, () => office.run("RegisterClient", CLIENT_INPUT)));
  assert.deepEqual(log.appends, [64]);
  assert.deepEqual(
    written.map(({ seq }) => seq),
    Array.from({ length: 64 }, (_, n) => n + 3),
    "in the order of arrival",
  );
});

test("execute() scans and decodes an event once, and folds the decoded event", async (t) => {
  const { office } = await openCounted(t);
  const counts = await countDecodes("ClientRegistered", () =>
    office.run("RegisterClient", { ...CLIENT_INPUT, name: "Müller" }),
  );
  assert.deepEqual(counts, { scans: 1, decodes: 1 + 1 }); // one more before encoding, to name a bad field
});

test("execute() of more commands than fit into a batch uses several appends", async (t) => {
  const { office, log } = await openCounted(t);
  await Promise.all(Array.from({ length: 600 }, () => office.run("EndSessions", {}, { id: 2 })));
  assert.deepEqual(log.appends, [256, 256, 88]);
  assert.deepEqual(office.rows('SELECT sessions_ended FROM "user"'), [{ sessions_ended: 600 }]);
});

test("execute() of events that are long together uses several appends of at most 5 MiB, in order", async (t) => {
  const { office, log } = await openCounted(t);
  const lines = Array(900).fill(LONG_LINE);
  const run = (note: string) => office.run("DraftInvoice", { lines, note });
  const notes = ["a", "b", "c", "d", "e", "f", "g"];
  const written = await Promise.all(notes.map(run));
  assert.deepEqual(log.appends, [5, 2]);
  assert.deepEqual(
    written.map(({ seq }) => seq),
    [3, 4, 5, 6, 7, 8, 9],
  );
  assert.deepEqual(
    office.rows("SELECT note FROM invoice ORDER BY id").map(({ note }) => note),
    notes,
  );
});

test("execute() of long events after a lost race leaves out none, and writes none twice", async (t) => {
  const { office, log } = await openCounted(t);
  const lines = Array(900).fill(LONG_LINE);
  log.next.push(async () => 0);
  log.next.push(async (events, append) => {
    await append(events);
    throw new LogError("UNKNOWN_OUTCOME", "the reply is lost");
  });
  const keys = Array.from({ length: 12 }, () => newUuid());
  const written = await Promise.all(keys.map((key) => office.run("DraftInvoice", { lines }, { key })));
  assert.deepEqual(
    written.map(({ seq }) => seq),
    keys.map((_, n) => n + 3),
  );
  assert.deepEqual(log.appends, [5, 5, 5, 2]);
});

test("execute() during an append waits; all waiting commands then form one batch", async (t) => {
  const { office, log } = await openCounted(t);
  const delayed = delayNext(log);
  const first = office.run("RegisterClient", CLIENT_INPUT);
  await delayed.begun;
  const rest = Array.from({ length: 10 }, () => office.run("RegisterClient", CLIENT_INPUT));
  delayed.release();
  await Promise.all([first, ...rest]);
  assert.deepEqual(log.appends, [1, 10]);
});

test("execute() resolves, and its rows become visible, only after the log has the event", async (t) => {
  const { office, log } = await openCounted(t);
  const delayed = delayNext(log);
  let resolved = false;
  const writing = office.run("RegisterClient", CLIENT_INPUT).finally(() => {
    resolved = true;
  });
  await delayed.begun;
  assert.deepEqual(office.rows("SELECT id FROM client"), []);
  assert.equal(resolved, false);
  delayed.release();
  await writing;
  assert.deepEqual(office.rows("SELECT id FROM client"), [{ id: 3 }]);
});

test("a refused command in the middle of a batch does not affect the others", async (t) => {
  const { office, log } = await openCounted(t);
  const clientId = await clientOf(office);
  const drafts = [await draftOf(office, { clientId }), await draftOf(office, { clientId })];
  log.appends.length = 0;
  const outcomes = await Promise.allSettled([
    office.run("IssueInvoice", {}, { id: drafts[0] ?? 0 }),
    office.run("IssueInvoice", {}, { id: 99 }),
    office.run("RegisterClient", { ...CLIENT_INPUT, currency: "QQQ" }),
    office.run("IssueInvoice", {}, { id: drafts[1] ?? 0 }),
    office.run("DraftInvoice", { clientId, lines: Array(1100).fill(LONG_LINE) }),
    office.run("ArchiveClient", {}, { id: clientId }),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.seq : outcome.reason.rule)),
    [6, "UNKNOWN_INVOICE", "UNKNOWN_CURRENCY", 7, "TOO_LONG", 8],
  );
  assert.deepEqual(log.appends, [3]);
  assert.deepEqual(office.rows("SELECT number FROM invoice ORDER BY id"), [
    { number: "INV-00001" },
    { number: "INV-00002" },
  ]);
});

test("a command that fails with a bug does not affect the others", async (t) => {
  const { office, log } = await openCounted(t);
  const mistake = new TypeError("a bug");
  const outcomes = await Promise.allSettled([
    office.run("RegisterClient", CLIENT_INPUT),
    office.writer.executeLater({ key: newUuid() }, () => {
      throw mistake;
    }),
    office.run("RegisterClient", CLIENT_INPUT),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.seq : outcome.reason)),
    [3, mistake, 4],
  );
  assert.deepEqual(log.appends, [2]);
});

test("executeLater() can use a stream that begins in the same batch", async (t) => {
  const { office, log } = await openCounted(t);
  const [client, refused] = [newUuid(), newUuid()];
  const outcomes = await Promise.allSettled([
    office.run("RegisterClient", CLIENT_INPUT, { key: client }),
    office.run("RegisterClient", { ...CLIENT_INPUT, currency: "QQQ" }, { key: refused }),
    ...[client, refused].map((key) =>
      office.writer.executeLater({ key: newUuid() }, (streamBegunBy) => ({
        ...requestOf("DraftInvoice", { clientId: streamBegunBy(key) }),
      })),
    ),
  ]);
  assert.deepEqual(log.appends, [2]);
  assert.deepEqual(office.rows("SELECT id, client_id FROM invoice"), [{ id: 4, client_id: 3 }]);
  const [, , , last] = outcomes;
  assert.equal(last?.status, "rejected");
  assert.ok(isRefusal(last.reason, { rule: "STREAM_NOT_BEGUN" }));
});

test("a role that changes in a batch applies to the later commands", async (t) => {
  const { office, log } = await openCounted(t);
  const { stream: clerk } = await office.run("AddUser", CLERK);
  log.appends.length = 0;
  const [before, , after, , last] = await Promise.allSettled([
    office.run("RegisterClient", CLIENT_INPUT, { actor: clerk }),
    office.run("ChangeRole", { role: "viewer" }, { id: clerk }),
    office.run("RegisterClient", CLIENT_INPUT, { actor: clerk }),
    office.run("DeactivateUser", {}, { id: clerk }),
    office.run("RegisterClient", CLIENT_INPUT, { actor: clerk }),
  ]);
  assert.equal(before?.status, "fulfilled");
  assert.equal(after?.status === "rejected" && after.reason.rule, "ROLE_TOO_WEAK");
  assert.equal(last?.status === "rejected" && last.reason.rule, "USER_INACTIVE");
  assert.deepEqual(log.appends, [3]);
});

test("ifMatch: only the version that the user saw is changed", async (t) => {
  const { office } = await openCounted(t);
  const id = await clientOf(office);
  const at = (ifMatch: number, name: string) => office.run("ChangeClientDetails", { name }, { id, ifMatch });
  const [first, second] = await Promise.allSettled([at(1, "first"), at(1, "second")]);
  assert.equal(first?.status, "fulfilled");
  assert.equal(second?.status, "rejected");
  const stale = { rule: "VERSION_MISMATCH" } as const;
  assert.ok(isRefusal(second.reason, { ...stale, values: { version: 2, expected: 1 } }));
  await office.refuses("ChangeClientDetails", { name: "third" }, { id, ifMatch: 3 }, stale);
  await office.refuses("ArchiveClient", {}, { id, ifMatch: 0 }, stale);
  await office.accepts("ArchiveClient", {}, { id, ifMatch: 2 });
  await office.decidesNothing("ArchiveClient", {}, { id, ifMatch: 3 });
  await office.refuses("ArchiveClient", {}, { id, ifMatch: 2 }, stale); // even if it would change nothing
  await office.refuses("ChangeProfile", { legalName: "Late" }, { ifMatch: 2 }, stale);
});

test("ifMatch refers to the stream that the command names, even if it begins another one", async (t) => {
  const { office } = await openCounted(t);
  const id = await issuedOf(office);
  const values = { version: 2, expected: 1 };
  await office.refuses("DraftCreditNote", {}, { id, ifMatch: 1 }, { rule: "VERSION_MISMATCH", values });
  await office.accepts("DraftCreditNote", {}, { id, ifMatch: 2 });
  await office.accepts("RegisterClient", CLIENT_INPUT, { ifMatch: 5 }); // names no stream
});

test("a batch of refusals appends nothing, and checks the head once", async (t) => {
  const { office, log } = await openCounted(t);
  log.heads = 0;
  const refusals = Array.from({ length: 8 }, () => office.run("ArchiveClient", {}, { id: 99 }));
  for (const { status } of await Promise.allSettled(refusals)) assert.equal(status, "rejected");
  assert.deepEqual({ appends: log.appends, heads: log.heads }, { appends: [], heads: 1 });
});

test("close() finishes the queued commands, and refuses later ones", async (t) => {
  const { office, log } = await openCounted(t);
  const delayed = delayNext(log);
  const queued = [office.run("RegisterClient", CLIENT_INPUT)];
  await delayed.begun;
  queued.push(office.run("RegisterClient", CLIENT_INPUT));
  const closed = office.writer.close();
  const late = office.run("RegisterClient", CLIENT_INPUT);
  delayed.release();
  await assert.rejects(late, { code: "UNREACHABLE" });
  assert.deepEqual(
    (await Promise.all(queued)).map(({ seq }) => seq),
    [3, 4],
  );
  await closed;
  await assert.rejects(office.writer.refresh(), { code: "UNREACHABLE" });
  await office.writer.close();
});

test("execute() of one user is in the next batch, however many writes of another user wait", async (t) => {
  const { office, log } = await openCounted(t);
  const clerk = (await office.run("AddUser", CLERK)).stream;
  log.appends.length = 0;
  const { begun, release } = delayNext(log);
  const flood = [office.run("RegisterClient", CLIENT_INPUT)];
  await begun;
  for (let n = 0; n < 1_000; n++) flood.push(office.run("EndSessions", {}, { id: 2 }));
  const written = office.run("RegisterClient", CLIENT_INPUT, { actor: clerk });
  release();
  const { seq } = await written;
  assert.ok(seq !== null && seq <= 4 + 256, `event ${seq}`);
  const ends = (await Promise.all(flood)).map(({ seq }) => seq ?? 0);
  assert.deepEqual(
    ends,
    ends.toSorted((a, b) => a - b),
    "the writes of a user stay in order",
  );
  assert.deepEqual(log.appends, [1, 256, 256, 256, 233]);
});
