/** Decisions about delivered documents, and about what can still be voided. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DELIVERY_WAYS } from "./delivery.ts";
import { draftOf, issuedOf, type OpenOffice } from "./office.suite.ts";

const VOID = { reason: "r", neverDelivered: true };

export function deliveryDecisions(open: OpenOffice): void {
  test("RecordDelivery records each way once, on issued documents only", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office);
    for (const [n, how] of DELIVERY_WAYS.entries()) {
      const event = await office.accepts("RecordDelivery", { how }, { id });
      assert.deepEqual([event.stream, event.data], [id, { how }]);
      await office.decidesNothing("RecordDelivery", { how }, { id });
      assert.deepEqual(office.books.deliveries(id), DELIVERY_WAYS.slice(0, n + 1));
      assert.equal(office.books.invoice(id)?.deliveryCount, n + 1);
    }
    assert.deepEqual(office.books.deliveries(await issuedOf(office)), []);
    const draft = await draftOf(office);
    const refused = (id: number, status: string) => ({ rule: "NOT_ISSUED", values: { invoice: id, status } }) as const;
    await office.refuses("RecordDelivery", { how: "sent" }, { id: draft }, refused(draft, "draft"));
    await office.run("IssueInvoice", {}, { id: draft });
    await office.run("VoidInvoice", VOID, { id: draft });
    await office.refuses("RecordDelivery", { how: "sent" }, { id: draft }, refused(draft, "void"));
    const missing = { rule: "UNKNOWN_INVOICE", values: { invoice: 999 } } as const;
    await office.refuses("RecordDelivery", { how: "print" }, { id: 999 }, missing);
  });

  for (const kind of ["invoice", "credit_note"] as const)
    for (const how of DELIVERY_WAYS)
      test(`VoidInvoice refuses a delivered ${kind}: ${how}`, async (t) => {
        const office = await open(t);
        const id = await issuedOf(office, { kind });
        await office.run("RecordDelivery", { how }, { id });
        const number = office.books.invoice(id)?.number ?? "";
        const way = kind === "invoice" ? "cancel" : "invoice";
        const delivered = { rule: "VOID_DELIVERED", field: null, values: { invoice: id, number, kind, way } } as const;
        await office.refuses("VoidInvoice", VOID, { id }, delivered);
        await office.refuses("VoidInvoice", { reason: "r" }, { id }, delivered);
      });

  test("VoidInvoice needs the confirmation that nobody received it, and names the way to cancel", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office);
    const values = { invoice: id, number: "INV-00001", kind: "invoice", way: "cancel" };
    const refused = { rule: "VOID_UNCONFIRMED", field: "neverDelivered", values } as const;
    await office.refuses("VoidInvoice", { reason: "r" }, { id }, refused);
    await office.refuses("VoidInvoice", { reason: "r", neverDelivered: false }, { id }, refused);
    await assert.rejects(
      office.run("VoidInvoice", { reason: "r" }, { id }),
      new RegExp(`POST /api/invoices/${id}/cancel`),
    );
    const event = await office.accepts("VoidInvoice", VOID, { id });
    assert.deepEqual(event.data, VOID);
    await office.decidesNothing("VoidInvoice", { reason: "r" }, { id });
  });
}
