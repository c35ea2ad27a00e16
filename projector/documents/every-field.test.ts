/**
 * No field is lost between an event, the tables, the stated document, and the next decision on them. The fields are those of
 * the schemas, so a new one is tried at once.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import type { z } from "zod";
import { clientOf, draftOf, ITEM_INPUT, LINE } from "../../events/business/office.suite.ts";
import { compact } from "../../events/document/compact.ts";
import { further, furtherOfItem, furtherOfLine } from "../../events/document/further.ts";
import {
  type FurtherOfClient,
  type FurtherOfOrganization,
  furtherOfClient,
  furtherOfOrganization,
} from "../../events/document/party.ts";
import type { EventType, Fact } from "../../events/encoding/catalogue.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { FullValues } from "../../fixtures/data/full-values.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openOffice } from "../writer/office.suite.ts";
import { statedDocument } from "./stated-document.ts";

const folder = temporaryFolder();

/** A value with every field, and one for each field alone. */
function valuesOf<T>(schema: z.ZodType<T>): { what: string; value: T }[] {
  const values = new FullValues();
  const each = values.each(schema).map(({ path, value }) => ({ what: path, value: value as T }));
  return [{ what: "every field", value: values.full(schema) as T }, ...each];
}

async function open(t: TestContext, profile: object = {}) {
  const office = await openOffice(t, folder, { profile });
  const db = new Database(office.cachePath, { readonly: true });
  t.after(() => db.close());
  return { ...office, stated: (id: number) => statedDocument(db, id) ?? assert.fail(`${id} is not issued`) };
}

type DataOf<T extends EventType> = Extract<Fact, { type: T }>["data"];

/** The data of an event of this type. */
function dataOf<T extends EventType>(type: T, event: LogEvent): DataOf<T> {
  assert.equal(event.type, type);
  return event.data as DataOf<T>;
}

/** @param group what it states: of the document, or of its second line */
async function survives(t: TestContext, cases: readonly { what: string; group: object }[]): Promise<void> {
  const office = await open(t);
  const clientId = await clientOf(office);
  for (const { what, group } of cases) {
    const input = { clientId, lines: [LINE], roundingMinor: -2, ...group };
    const drafted = await office.accepts("DraftInvoice", input);
    const { content } = dataOf("InvoiceDrafted", drafted);
    const id = drafted.stream;
    for (const [name, value] of Object.entries(group))
      if (name === "more") assert.deepEqual(content.more, value, `${what}: the event`);
      else assert.deepEqual(content.lines[1]?.more, value[1].more, `${what}: the event`);

    const revised = dataOf("InvoiceRevised", await office.accepts("ReviseInvoice", { note: what }, { id }));
    assert.deepEqual(revised.content, { ...content, note: what }, `${what}: revised`);
    const { taxes, totals } = dataOf("InvoiceIssued", await office.accepts("IssueInvoice", {}, { id }));
    assert.deepEqual(office.stated(id).content, { ...revised.content, taxes, totals }, `${what}: the stated document`);

    // What is about the invoice alone is left out.
    const own = { typeCode: null, terms: null, notes: [], preceding: [] };
    const of = { more: content.more && compact({ ...content.more, ...own }), lines: content.lines };
    const credit = dataOf("InvoiceDrafted", await office.accepts("DraftCreditNote", {}, { id }));
    assert.deepEqual({ more: credit.content.more, lines: credit.content.lines }, of, `${what}: a credit note`);
    const cancelling = await office.accepts("CancelInvoice", { reason: "wrong" }, { id });
    const cancelled = dataOf("InvoiceCancelled", cancelling).content;
    assert.deepEqual({ more: cancelled.more, lines: cancelled.lines }, of, `${what}: cancelled`);
    assert.deepEqual(office.stated(cancelling.stream).content, cancelled, `${what}: the cancelling document`);
  }
}

test("each further field of a document is in its event, its tables, the stated document and what follows it", async (t) => {
  await survives(
    t,
    valuesOf(further).map(({ what, value }) => ({ what, group: { more: value } })),
  );
});

test("each further field of a line is in its event, its tables, the stated document and what follows it", async (t) => {
  const line = { ...LINE, price6: 1_000_000, quantity6: 1_000_000_000 };
  await survives(
    t,
    valuesOf(furtherOfLine).map(({ what, value }) => ({
      what,
      group: { lines: [LINE, { ...line, more: value }, LINE] },
    })),
  );
});

test("each further field of the organization is in its events, and in the seller of its documents", async (t) => {
  const office = await open(t);
  const { phone, email } = office.books.organization()?.profile ?? assert.fail();
  for (const { what, value: more } of valuesOf<FurtherOfOrganization>(furtherOfOrganization)) {
    const changed = dataOf("OrganizationProfileChanged", await office.accepts("ChangeProfile", { more }));
    assert.deepEqual(changed.more, more, `${what}: the event`);
    const next = await office.accepts("ChangeProfile", { termsDays: changed.termsDays === 7 ? 8 : 7 });
    assert.deepEqual(dataOf("OrganizationProfileChanged", next).more, more, `${what}: the next decision`);
    const id = await draftOf(office);
    const { seller } = dataOf("InvoiceIssued", await office.accepts("IssueInvoice", {}, { id }));
    const { contact, ...rest } = more;
    const own = { name: contact?.name ?? null, phone: contact?.phone ?? phone, email: contact?.email ?? email };
    assert.deepEqual({ ...seller.more, tradingName: null }, { tradingName: null, ...rest, contact: own }, what);
    assert.deepEqual(office.stated(id).seller, seller, `${what}: the stated document`);
    const cancelled = dataOf("InvoiceCancelled", await office.accepts("CancelInvoice", { reason: "wrong" }, { id }));
    assert.deepEqual(cancelled.seller, seller, `${what}: the next decision on the document`);
  }
});

test("each further field of a client is in its events, and in the buyer of its documents", async (t) => {
  const office = await open(t);
  const clientId = await clientOf(office);
  for (const { what, value } of valuesOf<FurtherOfClient>(furtherOfClient)) {
    // Formats of e-invoices have rules of their own.
    const more = { ...value, format: value.format && ("pdf" as const) };
    const changed = await office.accepts("ChangeClientDetails", { more }, { id: clientId });
    assert.deepEqual(dataOf("ClientDetailsChanged", changed).more, more, `${what}: the event`);
    const next = await office.accepts("ChangeClientDetails", { phone: `1${changed.seq}` }, { id: clientId });
    assert.deepEqual(dataOf("ClientDetailsChanged", next).more, more, `${what}: the next decision`);
    const id = await draftOf(office, { clientId });
    const issued = dataOf("InvoiceIssued", await office.accepts("IssueInvoice", {}, { id }));
    assert.equal(issued.format, more.format, what);
    const { format: _, buyerReference: __, ...copied } = more;
    if (compact(copied) !== null) {
      const contact = { name: null, phone: `1${changed.seq}`, email: null };
      assert.deepEqual(issued.buyer.more, { ...copied, contact }, what);
    }
    const { buyer, format } = office.stated(id);
    assert.deepEqual([buyer, format], [issued.buyer, issued.format], `${what}: the stated document`);
    const cancelled = dataOf("InvoiceCancelled", await office.accepts("CancelInvoice", { reason: "wrong" }, { id }));
    assert.deepEqual(cancelled.buyer, buyer, `${what}: the next decision on the document`);
  }
});

test("each further field of an item is in its events, its tables and the next decision", async (t) => {
  const office = await open(t);
  const id = (await office.accepts("AddItem", ITEM_INPUT)).stream;
  for (const { what, value: more } of valuesOf(furtherOfItem)) {
    const changed = await office.accepts("ChangeItem", { more }, { id });
    assert.deepEqual(dataOf("ItemChanged", changed).more, more, `${what}: the event`);
    const next = await office.accepts("ChangeItem", { price6: changed.seq }, { id });
    assert.deepEqual(dataOf("ItemChanged", next).more, more, `${what}: the next decision`);
  }
});
