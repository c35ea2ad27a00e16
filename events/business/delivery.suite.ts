/** Decisions about delivered documents, and about what can still be voided. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DocumentFormat } from "../einvoice/formats.ts";
import { sha256 } from "../hash.ts";
import { DELIVERY_WAYS, type DeliveredFile, deliveryInput, hasPages } from "./delivery.ts";
import { draftOf, issuedOf, type OpenOffice } from "./office.suite.ts";

const VOID = { reason: "r", neverDelivered: true };

export function deliveryDecisions(open: OpenOffice): void {
  test("RecordDelivery records each way once, on issued documents only", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office);
    for (const [n, how] of DELIVERY_WAYS.entries()) {
      const event = await office.accepts("RecordDelivery", { how }, { id });
      assert.deepEqual([event.stream, event.data], [id, { how, file: null }]);
      await office.decidesNothing("RecordDelivery", { how }, { id });
      const ways = DELIVERY_WAYS.slice(0, n + 1);
      assert.deepEqual(
        office.books.deliveries(id),
        ways.map((how) => ({ how, file: null })),
      );
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

  test("RecordDelivery records the file in each format, and all deliveries in a format are of the first one", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office);
    const [first, other, xml] = [aFile("pdf", 1), aFile("pdf", 2), aFile("ubl", 3)];
    const accepts = async (how: string, file: DeliveredFile, recorded: DeliveredFile) => {
      const event = await office.accepts("RecordDelivery", { how, format: file.format }, { id, file });
      assert.deepEqual(plain(event.data), plain({ how, file: recorded }));
      await office.decidesNothing("RecordDelivery", { how, format: file.format }, { id, file });
    };
    await accepts("print", first, first);
    await accepts("sent", other, first);
    await accepts("sent", xml, xml);
    await office.decidesNothing("RecordDelivery", { how: "sent", format: "pdf" }, { id, file: other });
    await office.decidesNothing("RecordDelivery", { how: "print" }, { id });
    const paper = await office.accepts("RecordDelivery", { how: "export" }, { id });
    assert.deepEqual(paper.data, { how: "export", file: null });
    await accepts("export", xml, xml);
    const files = [first, first, xml, null, xml];
    assert.deepEqual(
      office.books.deliveries(id).map(({ file }) => plain(file)),
      files.map(plain),
    );
    const second = await issuedOf(office);
    const event = await office.accepts("RecordDelivery", { how: "print", format: "pdf" }, { id: second, file: other });
    assert.deepEqual(plain(event.data), plain({ how: "print", file: other }));
  });

  test("RecordDelivery refuses a format that does not exist, and a file that was not asked for is a bug", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office);
    assert.throws(() => deliveryInput.parse({ how: "print", format: "docx" }));
    const file = aFile("pdf", 1);
    await assert.rejects(office.run("RecordDelivery", { how: "print" }, { id, file }), /a delivery in null/);
    await assert.rejects(office.run("RecordDelivery", { how: "print", format: "ubl" }, { id, file }), /file in pdf/);
    await assert.rejects(office.run("RecordDelivery", { how: "print", format: "pdf" }, { id }), {
      code: "UNREACHABLE",
    });
    assert.deepEqual(office.books.deliveries(id), []);
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

function aFile(format: DocumentFormat, salt: number): DeliveredFile {
  const paperVersion = hasPages(format) ? 1 : null;
  return { sha256: sha256(`file ${salt}`), size: 1000 + salt, format, paperVersion };
}

/** With bytes as text: books have them as other classes. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? Buffer.from(one).toString("hex") : one)),
  );
}
