/** Decisions about cancelling invoices. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogEvent } from "../encoding/event.ts";
import type { StreamId } from "../sequence.ts";
import { MAX_DATA_BYTES, packedSize } from "../values/packed-size.ts";
import { cancelInvoice } from "./cancel.ts";
import {
  clientOf,
  draftOf,
  type Input,
  isRefusal,
  issuedOf,
  LINE,
  NOON_MS,
  type Office,
  type OpenOffice,
  paymentOf,
} from "./office.suite.ts";
import { MAX_PASSED_OVER } from "./own-numbers.ts";

const WHY = { reason: "The order was withdrawn" };
const VOID = { reason: "r", neverDelivered: true };

async function cancel(office: Office, id: StreamId, input: Input = {}) {
  const event: LogEvent = await office.accepts("CancelInvoice", { ...WHY, ...input }, { id });
  assert.ok(event.type === "InvoiceCancelled");
  return event;
}

/** The balance of the invoice, and the credit that is left of the credit note. */
const restsOf = (office: Office, ...ids: StreamId[]) =>
  ids.map((id) => {
    const { totals, paidMinor } = office.books.invoice(id) ?? assert.fail();
    return totals.payableMinor - paidMinor;
  });

export function cancelDecisions(open: OpenOffice): void {
  test("CancelInvoice writes a credit note over all of it, and settles it", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office, { note: "thanks", buyerReference: "B" });
    const original = office.books.invoiceContent(id) ?? assert.fail();
    const event = await cancel(office, id);
    const { content, taxes, totals, allocatedMinor, number, issuedOn, dueOn, reason } = event.data;
    assert.deepEqual([event.version, event.stream], [1, event.seq]);
    assert.deepEqual(content, { ...original, note: null });
    assert.deepEqual({ taxes, totals }, { taxes: original.taxes, totals: original.totals });
    const said = [number, issuedOn, dueOn, reason, allocatedMinor];
    assert.deepEqual(said, ["INV-00002", "2024-03-15", "2024-03-15", WHY.reason, 12_000]);
    const { seller, buyer, accounting, language, format } = event.data;
    assert.deepEqual({ seller, buyer, accounting, language, format }, office.books.invoiceStatement(id));
    const note = office.books.invoice(event.stream) ?? assert.fail();
    assert.deepEqual([note.kind, note.status, note.correctsId], ["credit_note", "issued", id]);
    assert.equal(office.books.invoice(id)?.cancelledById, event.stream);
    assert.equal(office.books.invoice(id)?.creditedMinor, 12_000);
    assert.deepEqual(restsOf(office, id, event.stream), [0, 0]);
  });

  for (const [what, input, paidMinor, expected] of [
    ["is partly paid", {}, 5_000, [7_000, 5_000]],
    ["is paid", {}, 12_000, [0, 12_000]],
    ["was partly paid before", { prepaidMinor: 2_000 }, 0, [10_000, 2_000]],
    ["was paid before, more than its total", { prepaidMinor: 15_000 }, 0, [0, 12_000]],
  ] as const)
    test(`an invoice that ${what}: payments stay, the rest of the credit note is the client's credit`, async (t) => {
      const office = await open(t);
      const clientId = await clientOf(office);
      const id = await issuedOf(office, { clientId, ...input });
      const allocations = [{ invoiceId: id, amountMinor: paidMinor }];
      const payment = paidMinor > 0 ? await paymentOf(office, { clientId, allocations }) : null;
      const event = await cancel(office, id);
      const [, rest] = restsOf(office, id, event.stream);
      assert.deepEqual([event.data.allocatedMinor, rest], expected);
      if (payment !== null) assert.deepEqual(office.books.payment(payment)?.allocations, allocations);
    });

  test("CancelInvoice mirrors VAT in the organization's currency, whatever rates and VAT ids are now", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office, { vatId: "DE1" });
    const line = { ...LINE, vatCategory: "K", vatRate3: 0 };
    const reverse = await issuedOf(office, { clientId, lines: [line] });
    const euros = await issuedOf(office, { clientId, currency: "EUR" }, { exchangeRate6: 850_001 });
    await office.run("ChangeClientDetails", { vatId: null, name: "Renamed" }, { id: clientId });
    const { data } = await cancel(office, euros);
    assert.deepEqual(data.accounting, { currency: "GBP", rate6: 850_001, taxMinor: 1_700 });
    assert.deepEqual([data.content.currency, data.buyer.name], ["EUR", "A client"]);
    assert.equal((await cancel(office, reverse)).data.buyer.vatId, "DE1");
  });

  test("CancelInvoice refuses what cannot be cancelled, and names the way", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const draft = await draftOf(office, { clientId });
    const note = await issuedOf(office, { clientId, kind: "credit_note" });
    const refuses = (id: StreamId, expected: Parameters<Office["refuses"]>[3], input: Input = {}) =>
      office.refuses("CancelInvoice", { ...WHY, ...input }, { id }, expected);
    await refuses(draft, { rule: "NOT_AN_ISSUED_INVOICE" });
    await refuses(note, { rule: "NOT_AN_ISSUED_INVOICE" });
    await refuses(999, { rule: "UNKNOWN_INVOICE" });

    const below = await issuedOf(office, { clientId, lines: [{ ...LINE, quantity6: -1_000_000 }] });
    const belowNumber = office.books.invoice(below)?.number ?? null;
    await refuses(below, { rule: "CANCEL_BELOW_ZERO", values: { invoice: below, number: belowNumber } });
    await assert.rejects(
      office.run("CancelInvoice", WHY, { id: below }),
      new RegExp(`/api/invoices/${below}/credit-note`),
    );

    const credited = await issuedOf(office, { clientId });
    const half = { clientId, lines: [{ ...LINE, quantity6: 500_000 }] };
    const part = (await office.run("DraftCreditNote", { draft: half }, { id: credited })).stream;
    await office.run("IssueInvoice", {}, { id: part });
    const number = office.books.invoice(credited)?.number ?? null;
    const values = { invoice: credited, number, currency: "GBP", creditedMinor: 6_000 };
    await refuses(credited, { rule: "CANCEL_CREDITED", values });

    const writtenOff = await issuedOf(office, { clientId });
    await office.run("WriteOffInvoice", { amountMinor: 100, reason: "too little" }, { id: writtenOff });
    await refuses(writtenOff, { rule: "CANCEL_WRITTEN_OFF" });
    await office.run("ReverseWriteOff", { reason: "paid" }, { id: writtenOff });
    const { stream: creditNote } = await cancel(office, writtenOff);
    const again = { invoice: writtenOff, number: office.books.invoice(writtenOff)?.number ?? null, creditNote };
    await refuses(writtenOff, { rule: "ALREADY_CANCELLED", values: again });

    const voided = await issuedOf(office, { clientId });
    await office.run("VoidInvoice", VOID, { id: voided });
    await refuses(voided, { rule: "NOT_AN_ISSUED_INVOICE" });
    const last = await issuedOf(office, { clientId });
    await office.run("ArchiveClient", {}, { id: clientId });
    await refuses(last, { rule: "CLIENT_ARCHIVED", values: { client: clientId } });
  });

  test("CancelInvoice is dated on an open day, not before the invoice: an invoice of a locked period can be cancelled", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office, {}, { issuedOn: "2024-03-01" });
    await office.run("RecordDelivery", { how: "sent" }, { id });
    const refuses = (issuedOn: string, expected: Parameters<Office["refuses"]>[3]) =>
      office.refuses("CancelInvoice", { ...WHY, issuedOn }, { id }, { field: "issuedOn", ...expected });
    await refuses("2024-03-16", { rule: "ISSUED_IN_FUTURE" });
    await refuses("2024-02-30", { rule: "UNKNOWN_DATE" });
    const values = { issuedOn: "2024-02-29", invoiceIssuedOn: "2024-03-01" };
    await refuses("2024-02-29", { rule: "CANCELLED_BEFORE_ISSUED", values });
    await office.run("LockPeriod", { lockedUpTo: "2024-03-10", reason: "reported" });
    await refuses("2024-03-10", { rule: "PERIOD_LOCKED" });
    assert.equal((await cancel(office, id, { issuedOn: "2024-03-11" })).data.issuedOn, "2024-03-11");
  });

  test("CancelInvoice takes the number of a series for credit notes, or one from elsewhere", async (t) => {
    const series = [
      { name: "main", kind: "invoice", pattern: "INV-{0}", first: 1, reset: "never", foreign: false },
      { name: "import", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true },
    ];
    const office = await open(t, { profile: { series: series as never } });
    const id = await issuedOf(office);
    const refuses = (input: Input, expected: Parameters<Office["refuses"]>[3]) =>
      office.refuses("CancelInvoice", { ...WHY, ...input }, { id }, expected);
    await refuses({}, { rule: "UNKNOWN_SERIES", field: "series" });
    await refuses({ series: "main" }, { rule: "SERIES_OF_OTHER_KIND", field: "series" });
    await refuses({ series: "import" }, { rule: "NUMBER_MISSING", field: "number" });
    const { data } = await cancel(office, id, { series: "import", number: "G-7" });
    assert.deepEqual([data.number, data.counter], ["G-7", null]);
  });

  test("a cancellation that passes over the most numbers fits an event, or is refused with its size", async (t) => {
    const own = { kind: "both", first: 1, reset: "never", foreign: false };
    const series = [
      { ...own, name: "short", pattern: "N{0}" },
      { ...own, name: "long", pattern: `${"L".repeat(37)}{0}` },
    ];
    const office = await open(t, { profile: { series: series as never } });
    const lines = Array.from({ length: 700 }, () => ({ ...LINE, description: "d".repeat(900) }));
    const [small, large] = [await issuedOf(office), await issuedOf(office, { lines })];
    let asked = 0;
    /** As if another document had as many numbers as may be passed over. */
    const books = new Proxy(office.books, {
      get(real, name) {
        const value = Reflect.get(real, name, real);
        if (name === "invoiceIdBySameNumber") return () => (asked++ < MAX_PASSED_OVER ? small : undefined);
        return typeof value === "function" ? value.bind(real) : value;
      },
    });
    const cancelIn = (id: StreamId, name: string) => {
      asked = 0;
      const input = { reason: "r", issuedOn: null, series: name, number: null, confirmNumber: false };
      return cancelInvoice(books, id, input, NOON_MS).data;
    };
    for (const [id, name] of [
      [small, "short"],
      [large, "short"],
      [small, "long"],
    ] as const) {
      const data = cancelIn(id, name);
      assert.equal(data.passedOver.length, MAX_PASSED_OVER);
      assert.ok(packedSize(data) <= MAX_DATA_BYTES);
    }
    assert.throws(
      () => cancelIn(large, "long"),
      (error) => isRefusal(error, { rule: "TOO_LONG", message: /^the cancellation takes \d{7} bytes, at most/ }),
    );
  });

  test("a cancelled invoice stays settled by its credit note, until that is void", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId });
    const other = await issuedOf(office, { clientId });
    const payment = await paymentOf(office, { clientId, allocations: [{ invoiceId: id, amountMinor: 5_000 }] });
    const { stream: note } = await cancel(office, id);
    const apply = (...to: [StreamId, number][]) => ({
      allocations: to.map(([invoiceId, amountMinor]) => ({ invoiceId, amountMinor })),
    });
    const number = office.books.invoice(id)?.number ?? null;
    const values = { invoice: id, number, currency: "GBP", amountMinor: 7_000 };
    const kept = { rule: "CANCELLATION_KEPT", field: "allocations", values } as const;
    await office.refuses("ApplyCredit", apply(), { id: note }, kept);
    await office.refuses("ApplyCredit", apply([id, 6_999]), { id: note }, kept);
    await office.accepts("ApplyCredit", apply([id, 7_000], [other, 5_000]), { id: note });
    await office.refuses("VoidInvoice", VOID, { id: note }, { rule: "VOID_PAID_INVOICE" });
    await office.accepts("ApplyCredit", apply([id, 7_000]), { id: note });
    // A payment that bounces opens the invoice again: the rest of the credit note settles it.
    await office.run("ReversePayment", { reason: "bounced" }, { id: payment });
    await office.accepts("ApplyCredit", apply([id, 12_000]), { id: note });
    assert.deepEqual(restsOf(office, id, note), [0, 0]);

    await office.accepts("VoidInvoice", VOID, { id: note });
    const invoice = office.books.invoice(id) ?? assert.fail();
    assert.deepEqual([invoice.cancelledById, invoice.creditedMinor, invoice.status], [null, 0, "issued"]);
    assert.deepEqual(restsOf(office, id), [12_000]);
    const second = await cancel(office, id);
    await office.run("RecordDelivery", { how: "sent" }, { id: second.stream });
    await office.refuses("VoidInvoice", VOID, { id: second.stream }, { rule: "VOID_DELIVERED" });
  });
}
