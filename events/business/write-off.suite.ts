/** Decisions about write-offs. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clientOf, draftOf, issuedOf, LINE, NOON_MS, type OpenOffice, paymentOf } from "./office.suite.ts";

const BELOW_ZERO = [{ ...LINE, quantity6: -1_000_000 }];
const WHY = { reason: "below the cost of a reminder" };

export function writeOffDecisions(open: OpenOffice): void {
  test("WriteOffInvoice writes off what is still owed, or a part of it", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId });
    await paymentOf(office, { clientId, allocations: [{ invoiceId: id, amountMinor: 11_000 }] });
    const part = await office.accepts("WriteOffInvoice", { ...WHY, amountMinor: 400 }, { id });
    assert.deepEqual(part.data, { ...WHY, amountMinor: 400, on: "2024-03-15" });
    const rest = await office.accepts("WriteOffInvoice", WHY, { id });
    assert.deepEqual(rest.data, { ...WHY, amountMinor: 600, on: "2024-03-15" });
    const { paidMinor, writtenOffMinor } = office.books.invoice(id) ?? {};
    assert.deepEqual({ paidMinor, writtenOffMinor }, { paidMinor: 12_000, writtenOffMinor: 1_000 });
    await office.decidesNothing("WriteOffInvoice", WHY, { id });
  });

  test("WriteOffInvoice writes off a credit note below zero, which is owed", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office, { kind: "credit_note", lines: BELOW_ZERO });
    const event = await office.accepts("WriteOffInvoice", WHY, { id });
    assert.deepEqual(event.data, { ...WHY, amountMinor: 12_000, on: "2024-03-15" });
    const { paidMinor, writtenOffMinor } = office.books.invoice(id) ?? {};
    assert.deepEqual({ paidMinor, writtenOffMinor }, { paidMinor: -12_000, writtenOffMinor: 12_000 });
  });

  test("WriteOffInvoice refuses what is not owed, and more than is owed", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const draft = await draftOf(office, { clientId });
    const note = await issuedOf(office, { clientId, kind: "credit_note" });
    const paid = await issuedOf(office, { clientId });
    await paymentOf(office, { clientId, allocations: [{ invoiceId: paid, amountMinor: 12_000 }] });
    const below = await issuedOf(office, { clientId, lines: BELOW_ZERO });
    const owed = await issuedOf(office, { clientId });
    const of = (id: number) => ({ invoice: id, number: office.books.invoice(id)?.number ?? null });
    const not = (id: number, status: string, kind: string) =>
      ({ rule: "NOT_AN_ISSUED_INVOICE", values: { ...of(id), status, kind } }) as const;
    await office.refuses("WriteOffInvoice", WHY, { id: draft }, not(draft, "draft", "invoice"));
    await office.refuses("WriteOffInvoice", WHY, { id: note }, not(note, "issued", "credit_note"));
    for (const id of [paid, below])
      await office.refuses("WriteOffInvoice", WHY, { id }, { rule: "NOTHING_TO_WRITE_OFF", values: of(id) });
    await office.refuses(
      "WriteOffInvoice",
      { ...WHY, amountMinor: 12_001 },
      { id: owed },
      {
        rule: "WRITTEN_OFF_BEYOND_BALANCE",
        field: "amountMinor",
        values: { ...of(owed), currency: "GBP", balanceMinor: 12_000, amountMinor: 12_001 },
      },
    );
  });

  test("a payment after a write-off is refused until the write-off is reversed", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId });
    await office.run("WriteOffInvoice", WHY, { id });
    const number = office.books.invoice(id)?.number ?? null;
    const values = { invoice: id, number, currency: "GBP", balanceMinor: 0, amountMinor: 1, writtenOffMinor: 12_000 };
    const allocations = [{ invoiceId: id, amountMinor: 1 }];
    const payment = await paymentOf(office, { clientId });
    await office.refuses(
      "ReallocatePayment",
      { allocations },
      { id: payment },
      { rule: "ALLOCATED_BEYOND_BALANCE", field: "allocations.0.amountMinor", values },
    );
    const settled = {
      rule: "VOID_PAID_INVOICE",
      values: { invoice: id, paidMinor: 12_000, way: "credit_note" },
    } as const;
    await office.refuses("VoidInvoice", { reason: "r" }, { id }, settled);
    const event = await office.accepts("ReverseWriteOff", { reason: "the client paid after all" }, { id });
    assert.deepEqual(event.data, { reason: "the client paid after all", on: "2024-03-15" });
    await office.decidesNothing("ReverseWriteOff", { reason: "again" }, { id });
    await office.accepts("ReallocatePayment", { allocations }, { id: payment });
  });

  test("write-offs and their reversals are dated from what they act on until today", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office, {}, { issuedOn: "2024-03-10" });
    const dated = (on: string) => ({ ...WHY, on });
    const early = (on: string, earliest: string) =>
      ({ rule: "DATED_TOO_EARLY", field: "on", values: { on, earliest } }) as const;
    const future = { rule: "DATED_IN_FUTURE", field: "on", values: { on: "2024-03-16", today: "2024-03-15" } } as const;
    await office.refuses("WriteOffInvoice", dated("2024-03-09"), { id }, early("2024-03-09", "2024-03-10"));
    await office.refuses("WriteOffInvoice", dated("2024-03-16"), { id }, future);
    await office.accepts("WriteOffInvoice", { ...dated("2024-03-12"), amountMinor: 1 }, { id });
    await office.accepts("WriteOffInvoice", { ...dated("2024-03-10"), amountMinor: 1 }, { id });
    // What is written off is taken back as a whole, so not before the latest of it.
    await office.refuses("ReverseWriteOff", dated("2024-03-11"), { id }, early("2024-03-11", "2024-03-12"));
    await office.refuses("ReverseWriteOff", dated("2024-03-16"), { id }, future);
    await office.accepts("ReverseWriteOff", dated("2024-03-12"), { id });
    await office.accepts("WriteOffInvoice", dated("2024-03-10"), { id });
  });

  test("a default day is never before what it acts on, also after a move to another time zone", async (t) => {
    const office = await open(t, { profile: { timeZone: "Pacific/Auckland" } });
    office.clock.nowMs = NOON_MS; // the 16th in Auckland, the 15th in London
    const id = await issuedOf(office);
    await office.run("ChangeProfile", { timeZone: "Europe/London" });
    const event = await office.accepts("WriteOffInvoice", WHY, { id });
    assert.deepEqual(event.data, { ...WHY, amountMinor: 12_000, on: "2024-03-16" });
  });

  test("a client who is archived can have invoices written off", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId });
    await office.run("ArchiveClient", {}, { id: clientId });
    await office.accepts("WriteOffInvoice", WHY, { id });
    await office.accepts("ReverseWriteOff", WHY, { id });
  });
}
