/** Cancelling against another writer: what the credit note settles is decided on the winner's events, and once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clientOf, type Input, isRefusal, issuedOf, paymentOf } from "../../events/business/office.suite.ts";
import type { CommandName } from "../../events/commands/commands.ts";
import type { StreamId } from "../../events/sequence.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { type FaultyLog, openFaulty, openOther } from "./faulty-log.suite.ts";
import { requestOf, type WriterOffice } from "./office.suite.ts";
import type { Writer } from "./writer.ts";

const folder = temporaryFolder();
const WHY = { reason: "The order was withdrawn" };

/** Lets another writer's command land directly before the next append, which then loses the race. */
function overtake(log: FaultyLog, other: Writer, command: CommandName, input: Input, id: StreamId = 0): void {
  log.next.push(async (events, append) => {
    await other.execute(requestOf(command, input, { id }));
    return await append(events);
  });
}

/** Of every document that can settle or be settled, by id. */
const settled = (office: WriterOffice) =>
  office.rows("SELECT id, number, status, paid_minor, credited_minor, cancelled_by_id FROM invoice ORDER BY id");

test("two writers cancel one invoice at once: the second one is told of the first one's credit note", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const id = await issuedOf(office);
  const head = await log.head();
  overtake(log, other, "CancelInvoice", WHY, id);
  await assert.rejects(office.run("CancelInvoice", { reason: "the same, by another" }, { id }), (error) =>
    isRefusal(error, {
      rule: "ALREADY_CANCELLED",
      values: { invoice: id, number: "INV-00001", creditNote: head + 1 },
    }),
  );
  assert.equal(await log.head(), head + 1, "one credit note");
  const note = head + 1;
  const invoice = { id, number: "INV-00001", status: "issued", paid_minor: 12_000, credited_minor: 12_000 };
  assert.deepEqual(settled(office), [
    { ...invoice, cancelled_by_id: note },
    { id: note, number: "INV-00002", status: "issued", paid_minor: 12_000, credited_minor: 0, cancelled_by_id: null },
  ]);
  // The number that the loser would have had is that of the next document.
  await issuedOf(office);
  assert.equal(office.rows("SELECT max(number) AS number FROM invoice")[0]?.number, "INV-00003");
});

test("two writers issue and cancel at once: the credit note's number is the next one", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const ids = [await issuedOf(office), await issuedOf(office)];
  overtake(log, other, "CancelInvoice", WHY, ids[0]);
  await office.run("CancelInvoice", WHY, { id: ids[1] ?? 0 });
  const notes = office.rows("SELECT corrects_id, number FROM invoice WHERE kind = 'credit_note' ORDER BY id");
  assert.deepEqual(notes, [
    { corrects_id: ids[0], number: "INV-00003" },
    { corrects_id: ids[1], number: "INV-00004" },
  ]);
});

test("a payment overtakes a cancellation: the credit note settles what is left, and the rest is credit", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const clientId = await clientOf(office);
  const id = await issuedOf(office, { clientId });
  const allocations = [{ invoiceId: id, amountMinor: 5_000 }];
  const money = { clientId, receivedOn: "2024-03-15", currency: "GBP", amountMinor: 5_000, method: "card" };
  overtake(log, other, "ReceivePayment", { ...money, allocations });
  const { stream } = await office.run("CancelInvoice", WHY, { id });
  assert.deepEqual(office.rows("SELECT invoice_id, amount_minor FROM credit_allocation"), [
    { invoice_id: id, amount_minor: 7_000 },
  ]);
  const paid = settled(office).map(({ id, paid_minor }) => [id, paid_minor]);
  const expected = [
    [id, 12_000],
    [stream, 7_000],
  ];
  assert.deepEqual(paid, expected);
});

test("a cancellation overtakes a payment: nothing is left that it could settle", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const clientId = await clientOf(office);
  const id = await issuedOf(office, { clientId });
  const beyond = {
    rule: "ALLOCATED_BEYOND_BALANCE",
    field: "allocations.0.amountMinor",
  } as const;
  overtake(log, other, "CancelInvoice", WHY, id);
  const allocations = [{ invoiceId: id, amountMinor: 5_000 }];
  await assert.rejects(paymentOf(office, { clientId, allocations }), (error) => isRefusal(error, beyond));
  assert.deepEqual(office.rows("SELECT id FROM payment"), [], "not recorded in part");
});

test("credit overtakes a cancellation, and the other way round", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const clientId = await clientOf(office);
  const ids = [await issuedOf(office, { clientId }), await issuedOf(office, { clientId })];
  const [first = 0, second = 0] = ids;
  const credit = await issuedOf(office, { clientId, kind: "credit_note" });
  const apply = (...to: [StreamId, number][]) => ({
    allocations: to.map(([invoiceId, amountMinor]) => ({ invoiceId, amountMinor })),
  });
  overtake(log, other, "ApplyCredit", apply([first, 4_000]), credit);
  const { stream } = await office.run("CancelInvoice", WHY, { id: first });
  const by =
    "SELECT credit_note_id AS by, invoice_id AS of, amount_minor AS minor FROM credit_allocation ORDER BY 1, 2";
  const left = [
    { by: credit, of: first, minor: 4_000 },
    { by: stream, of: first, minor: 8_000 },
  ];
  assert.deepEqual(office.rows(by), left);

  overtake(log, other, "CancelInvoice", WHY, second);
  await assert.rejects(office.run("ApplyCredit", apply([first, 4_000], [second, 1_000]), { id: credit }), (error) =>
    isRefusal(error, { rule: "ALLOCATED_BEYOND_BALANCE", field: "allocations.1.amountMinor" }),
  );
  assert.deepEqual(office.rows(by).slice(0, 2), left);
});

for (const [what, command, input, rule] of [
  ["is void", "VoidInvoice", { reason: "a slip", neverDelivered: true }, "NOT_AN_ISSUED_INVOICE"],
  ["is written off", "WriteOffInvoice", { amountMinor: 100, reason: "too little" }, "CANCEL_WRITTEN_OFF"],
] as const)
  test(`an invoice that ${what} meanwhile is not cancelled, and a cancelled one no longer is`, async (t) => {
    const { office, log } = await openFaulty(t, folder);
    const other = await openOther(t, folder, office);
    const [first, second] = [await issuedOf(office), await issuedOf(office)];
    overtake(log, other, command, input, first);
    await assert.rejects(office.run("CancelInvoice", WHY, { id: first }), (error) => isRefusal(error, { rule }));

    overtake(log, other, "CancelInvoice", WHY, second);
    const late = command === "VoidInvoice" ? "VOID_PAID_INVOICE" : "NOTHING_TO_WRITE_OFF";
    await assert.rejects(office.run(command, input, { id: second }), (error) => isRefusal(error, { rule: late }));
    assert.equal(settled(office).length, 3, "one credit note");
  });

test("a cancellation repeated with its key is the first one, also if another process wrote it meanwhile", async (t) => {
  const { office, log } = await openFaulty(t, folder);
  const other = await openOther(t, folder, office);
  const [first, second] = [await issuedOf(office), await issuedOf(office)];
  const key = newUuid();
  const written = await office.run("CancelInvoice", WHY, { id: first, key });
  const head = await log.head();
  assert.deepEqual(written, { seq: head, id: uuidText(key), stream: head, version: 1 });
  assert.deepEqual(await office.run("CancelInvoice", WHY, { id: first, key }), written);
  assert.deepEqual(await other.execute(requestOf("CancelInvoice", WHY, { id: first, key })), written);
  // Not even what forbids a new one changes the answer.
  await office.run("VoidInvoice", { reason: "a slip", neverDelivered: true }, { id: written.stream });
  assert.deepEqual(await office.run("CancelInvoice", WHY, { id: first, key }), written);
  await assert.rejects(office.run("CancelInvoice", WHY, { id: second, key }), (error) =>
    isRefusal(error, { rule: "KEY_REUSED" }),
  );

  const lost = newUuid();
  const before = await log.head();
  log.next.push(async () => {
    await other.execute(requestOf("CancelInvoice", WHY, { id: second, key: lost }));
    return 0;
  });
  const again = await office.run("CancelInvoice", WHY, { id: second, key: lost });
  assert.deepEqual(again, { seq: before + 1, id: uuidText(lost), stream: before + 1, version: 1 });
  assert.equal(await log.head(), before + 1);
});
