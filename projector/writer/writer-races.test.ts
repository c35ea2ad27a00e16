/** Faster writers: a decision on an old state is made again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CLIENT_INPUT,
  clientOf,
  draftOf,
  ITEM_INPUT,
  isRefusal,
  paymentOf,
} from "../../events/business/office.suite.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openFaulty, openOther, register } from "./faulty-log.suite.ts";
import { requestOf } from "./office.suite.ts";

const folder = temporaryFolder();

test("after a lost race, the commands are decided again on the winner's events", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const clientId = await clientOf(office);
  const drafts = [await draftOf(office, { clientId }), await draftOf(office, { clientId })];
  const winner = (command: "IssueInvoice" | "ArchiveClient", id: number) =>
    log.next.push(async (events, append) => {
      await other.execute(requestOf(command, {}, { id }));
      return await append(events);
    });
  winner("IssueInvoice", drafts[0] ?? 0);
  await office.run("IssueInvoice", {}, { id: drafts[1] ?? 0 });
  assert.deepEqual(office.rows("SELECT id, number FROM invoice ORDER BY number"), [
    { id: drafts[0], number: "INV-00001" },
    { id: drafts[1], number: "INV-00002" },
  ]);

  winner("ArchiveClient", clientId);
  const [again, refused] = await Promise.allSettled([
    office.run("ArchiveClient", {}, { id: clientId }),
    office.run("DraftInvoice", { clientId }),
  ]);
  assert.equal(again?.status === "fulfilled" && again.value.seq, null, "already archived");
  assert.equal(refused?.status, "rejected");
  assert.ok(isRefusal(refused.reason, { rule: "CLIENT_ARCHIVED", field: "clientId" }));
});

test("two writers refund one credit at once: the second one is decided on what is left", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const clientId = await clientOf(office);
  const payment = await paymentOf(office, { clientId });
  const refund = (amountMinor: number) => ({
    ...{ clientId, paidOn: "2024-03-15", currency: "GBP", method: "card", amountMinor },
    sources: [{ sourceId: payment, amountMinor }],
  });
  const overtakenBy = (amountMinor: number) =>
    log.next.push(async (events, append) => {
      await other.execute(requestOf("RefundClient", refund(amountMinor)));
      return await append(events);
    });
  overtakenBy(7_000);
  await assert.rejects(office.run("RefundClient", refund(7_000)), (error) =>
    isRefusal(error, {
      rule: "REFUNDED_BEYOND_CREDIT",
      field: "sources.0.amountMinor",
      values: { source: payment, number: null, currency: "GBP", creditMinor: 5_000, amountMinor: 7_000 },
    }),
  );
  overtakenBy(1_000);
  await office.run("RefundClient", refund(4_000));
  assert.deepEqual(office.rows("SELECT refunded_minor FROM payment"), [{ refunded_minor: 12_000 }]);
});

test("a refusal is decided at the head: another writer may have removed its reason", async (t) => {
  const { office } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const { stream } = await other.execute(requestOf("RegisterClient", CLIENT_INPUT));
  assert.equal(office.writer.checkpoint, stream - 1, "this writer has not read the event yet");
  await office.accepts("DraftInvoice", { clientId: stream });
});

test("a batch that lands in part keeps that part, and decides the rest again", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  log.next.push(async (events, append) => {
    const landed = await append(events.slice(0, 2));
    await other.execute(requestOf("RegisterClient", CLIENT_INPUT));
    return landed;
  });
  const written = await Promise.all([
    register(office),
    register(office, newUuid()),
    register(office),
    register(office),
  ]);
  assert.deepEqual(
    written.map(({ seq }) => seq),
    [3, 4, 6, 7],
  );
  assert.equal(await log.head(), 7);
});

test("a key that another process used for the same command returns its result", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const key = newUuid();
  log.next.push(async () => {
    await other.execute(requestOf("RegisterClient", CLIENT_INPUT, { key }));
    return 0;
  });
  const written = await register(office, key);
  assert.deepEqual(written, { seq: 3, id: uuidText(key), stream: 3, version: 1 });
  assert.equal(await log.head(), 3);
});

test("a key that another process used for a different command is refused", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const key = newUuid();
  log.next.push(async (events, append) => {
    await other.execute(requestOf("AddItem", ITEM_INPUT, { key }));
    return await append(events);
  });
  await assert.rejects(register(office, key), (error) => isRefusal(error, { rule: "KEY_REUSED" }));
});

test("a writer that loses every race gives up with a retryable error", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  for (let n = 0; n < 250; n++) log.next.push(async () => 0);
  await assert.rejects(register(office), { code: "UNREACHABLE" });
  assert.ok(log.next.length > 0, "the writer did not give up");
  log.next.length = 0;
  assert.equal((await register(office)).seq, 3);
});
