import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { CLIENT_INPUT, clientOf, draftOf, type Input, isRefusal, LINE } from "../../events/business/office.suite.ts";
import { withNewFields } from "../../events/commands/schema-change.suite.ts";
import type { StoredEvent } from "../../events/log/log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openOffice, requestOf, type WriterOffice } from "./office.suite.ts";
import { Writer } from "./writer.ts";

const folder = temporaryFolder();

const keyReused = (key: Uint8Array, seq: number) =>
  ({ rule: "KEY_REUSED", values: { key: uuidText(key), seq } }) as const;

/** Copies an office's log with other request hashes (default: the same), and opens a writer on the copy. */
async function reopen(office: WriterOffice, hashOf = (stored: StoredEvent) => stored.request): Promise<Writer> {
  const copy = SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true });
  const events = await office.events();
  let n = 0;
  for await (const stored of office.log.readStored({ after: 0, upTo: Number.POSITIVE_INFINITY })) {
    const event = events[n++];
    assert.ok(event);
    await copy.append([{ ...event, body: stored.body, request: hashOf(stored) }]);
  }
  return await Writer.open(copy, join(folder, `${randomUUID()}.cache.sqlite`), { checkClock: false });
}

test("a repeated request gets the first result, and writes one event", async (t) => {
  const office = await openOffice(t, folder);
  const key = newUuid();
  const first = await office.run("RegisterClient", CLIENT_INPUT, { key });
  assert.deepEqual(first, { seq: 3, id: uuidText(key), stream: 3, version: 1 });
  for (let n = 0; n < 3; n++) assert.deepEqual(await office.run("RegisterClient", CLIENT_INPUT, { key }), first);
  assert.equal(await office.log.head(), 3);
});

test("the same key is looked up before every other check", async (t) => {
  const office = await openOffice(t, folder);
  const { stream: clerk } = await office.run("AddUser", { email: "c@example.com", name: "C", role: "clerk" });
  const id = await clientOf(office);
  const keys = { change: newUuid(), draft: newUuid() };
  const change = { id, actor: clerk, ifMatch: 1, key: keys.change };
  const changed = await office.run("ChangeClientDetails", { name: "Renamed" }, change);
  const drafted = await office.run("DraftInvoice", { clientId: id }, { actor: clerk, key: keys.draft });
  await office.run("ArchiveClient", {}, { id });
  await office.run("DeactivateUser", {}, { id: clerk });
  // Meanwhile the version has changed, the client is archived, and the clerk is deactivated.
  assert.deepEqual(await office.run("ChangeClientDetails", { name: "Renamed" }, change), changed);
  assert.deepEqual(await office.run("DraftInvoice", { clientId: id }, { actor: clerk, key: keys.draft }), drafted);
});

test("the same key with a different command is refused", async (t) => {
  const office = await openOffice(t, folder);
  const { stream: other } = await office.run("AddUser", { email: "o@example.com", name: "O", role: "owner" });
  const [a, b] = [await clientOf(office), await clientOf(office)];
  const key = newUuid();
  const { seq } = await office.run("ChangeClientDetails", { name: "Renamed" }, { id: a, key });
  const expected = keyReused(key, seq ?? 0);
  await office.refuses("ChangeClientDetails", { name: "Other" }, { id: a, key }, expected);
  await office.refuses("ChangeClientDetails", { name: "Renamed", note: null }, { id: a, key }, expected);
  await office.refuses("ChangeClientDetails", { name: "Renamed" }, { id: b, key }, expected);
  await office.refuses("ChangeClientDetails", { name: "Renamed" }, { id: a, key, actor: other }, expected);
  await office.refuses("ArchiveClient", {}, { id: a, key }, expected);
  await office.refuses("RegisterClient", CLIENT_INPUT, { key }, expected);
});

test("the same key twice in one batch gives one event and one result", async (t) => {
  const office = await openOffice(t, folder);
  const key = newUuid();
  const [first, second, third] = await Promise.allSettled([
    office.run("RegisterClient", CLIENT_INPUT, { key }),
    office.run("RegisterClient", CLIENT_INPUT, { key }),
    office.run("RegisterClient", { ...CLIENT_INPUT, name: "Other" }, { key }),
  ]);
  assert.equal(first?.status, "fulfilled");
  assert.deepEqual(second, first);
  assert.equal(third?.status, "rejected");
  assert.ok(isRefusal(third.reason, keyReused(key, 3)));
  assert.equal(await office.log.head(), 3);
});

test("the content of a command counts, not the order of its fields", async (t) => {
  const office = await openOffice(t, folder);
  const key = newUuid();
  const written = { name: "A", address: { country: "GB", city: "York" }, termsDays: 7 };
  const first = await office.run("RegisterClient", written, { key });
  const otherwise = { termsDays: 7, contact: null, address: { street: null, city: "York", country: "GB" }, name: "A" };
  assert.deepEqual(await office.run("RegisterClient", otherwise, { key }), first);
});

test("without a key, the same command twice is two events", async (t) => {
  const office = await openOffice(t, folder);
  const first = await office.run("RegisterClient", CLIENT_INPUT);
  const second = await office.run("RegisterClient", CLIENT_INPUT);
  assert.notEqual(first.id, second.id);
  assert.equal(second.seq, 4);
});

test("a command that changes nothing, or is refused, does not use up its key", async (t) => {
  const office = await openOffice(t, folder);
  const id = await clientOf(office);
  const key = newUuid();
  await office.decidesNothing("RestoreClient", {}, { id, key });
  await office.refuses("IssueInvoice", {}, { id: 99, key }, { rule: "UNKNOWN_INVOICE" });
  const archived = await office.accepts("ArchiveClient", {}, { id, key });
  assert.deepEqual(Buffer.from(archived.id), Buffer.from(key));
});

test("a refused command succeeds with the same key once the reason is gone", async (t) => {
  const office = await openOffice(t, folder);
  const id = await draftOf(office, { clientId: null });
  const key = newUuid();
  await office.refuses("IssueInvoice", {}, { id, key }, { rule: "NO_BUYER", field: "clientId" });
  await office.run("ReviseInvoice", { clientId: await clientOf(office) }, { id });
  await office.accepts("IssueInvoice", {}, { id, key });
});

test("the log stores the keys: a new writer also returns the first result", async (t) => {
  const office = await openOffice(t, folder);
  const key = newUuid();
  const input = { lines: [LINE] };
  const first = await office.run("DraftInvoice", input, { key });
  const writer = await reopen(office);
  t.after(() => writer.close());
  assert.deepEqual(await writer.execute(requestOf("DraftInvoice", input, { key })), first);
  await assert.rejects(writer.execute(requestOf("DraftInvoice", {}, { key })), (error) =>
    isRefusal(error, keyReused(key, 3)),
  );
});

// The SHA-256 that release 0.1 stored for RegisterClient with CLIENT_INPUT, by the owner.
const FIRST_RELEASE = Buffer.from("81996653063cab12751dbd8fbef08c0f10012c4687988267cd7f1d4e8c312d13", "hex");

for (const [name, hashOf] of [
  ["this release", (stored: StoredEvent) => stored.request],
  ["release 0.1", ({ seq, request }: StoredEvent) => (seq === 3 ? FIRST_RELEASE : request)],
] as const)
  test(`a retry survives an upgrade with new optional fields: the hash is of ${name}`, async (t) => {
    const office = await openOffice(t, folder);
    const key = newUuid();
    const first = await office.run("RegisterClient", CLIENT_INPUT, { key });
    const writer = await reopen(office, hashOf);
    t.after(() => writer.close());
    withNewFields(t, "RegisterClient");
    const retry = (input: Input) => writer.execute(requestOf("RegisterClient", input, { key }));
    assert.deepEqual(await retry(CLIENT_INPUT), first);
    assert.deepEqual(await retry({ ...CLIENT_INPUT, newText: null, newList: [] }), first);
    for (const other of [{ newText: "x" }, { newList: ["x"] }, { name: "Other" }])
      await assert.rejects(retry({ ...CLIENT_INPUT, ...other }), (error) => isRefusal(error, keyReused(key, 3)));
  });

test("if the log has no hash of the command, the same user and type count as the same command", async (t) => {
  const office = await openOffice(t, folder);
  const { stream: other } = await office.run("AddUser", { email: "o@example.com", name: "O", role: "owner" });
  const key = newUuid();
  const first = await office.run("RegisterClient", CLIENT_INPUT, { key });
  const writer = await reopen(office, () => null);
  t.after(() => writer.close());
  const again = (input: Input, actor?: number) =>
    writer.execute(requestOf("RegisterClient", input, { key, ...(actor && { actor }) }));
  assert.deepEqual(await again(CLIENT_INPUT), first);
  assert.deepEqual(await again({ ...CLIENT_INPUT, name: "anything" }), first);
  const expected = keyReused(key, first.seq ?? 0);
  await assert.rejects(again(CLIENT_INPUT, other), (error) => isRefusal(error, expected));
  await assert.rejects(writer.execute(requestOf("DraftInvoice", {}, { key })), (error) => isRefusal(error, expected));
});
