/** Books over tables return the same as books in memory. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Books } from "../../events/business/books.ts";
import { MemoryBooks } from "../../events/business/memory-books.suite.ts";
import { clientOf, draftOf, LINE } from "../../events/business/office.suite.ts";
import { completeDraft, draftOf as inputOf } from "../../events/document/complete-draft.ts";
import type { DraftInput } from "../../events/document/draft.ts";
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { booksOf } from "./books.ts";
import { openOffice } from "./office.suite.ts";

const folder = temporaryFolder();

/** Everything that a decider could read: every stream, and every lookup by another unique value. */
function allReads(books: Books, events: readonly LogEvent[]): unknown[] {
  const reads: unknown[] = [books.organization(), books.activeOwners()];
  for (const id of [0, ...events.map(({ seq }) => seq), Number.MAX_SAFE_INTEGER])
    reads.push({
      id,
      user: books.user(id),
      client: books.client(id),
      item: books.item(id),
      invoice: books.invoice(id),
      content: books.invoiceContent(id),
      payment: books.payment(id),
      allocations: books.creditAllocations(id),
    });
  for (const { type, data, stream } of events) {
    for (const own of [null, stream]) {
      if (type === "UserAdded" || type === "UserDetailsChanged")
        for (const email of variantsOf(data.email)) reads.push(books.userIdByEmail(email, own));
      if (type === "ItemAdded" || type === "ItemChanged")
        for (const code of variantsOf(data.code)) reads.push(books.itemIdByCode(code, own));
    }
    if (type === "InvoiceIssued") {
      reads.push(books.invoiceIdBySameNumber(data.number), books.series(data.series, data.period));
      for (const number of variantsOf(data.number)) reads.push(books.invoiceIdBySameNumber(number));
    }
    if (type === "PaymentReceived" && data.reference !== null)
      for (const client of [data.clientId, data.clientId + 1])
        for (const reference of variantsOf(data.reference)) reads.push(books.paymentIdByReference(client, reference));
  }
  return [
    ...reads,
    books.series("none", ""),
    books.userIdByEmail("nobody@example.com", null),
    books.itemIdByCode("none", null),
  ];
}

/** The text, texts that are the same to people, and one that is not. */
function variantsOf(text: string): string[] {
  return [text, text.toUpperCase(), text.toLowerCase(), ` ${text}\u200b`, `${text}!`];
}

test("every read from tables equals the read from events, throughout a history", async () => {
  const events: LogEvent[] = [];
  const memory = new MemoryBooks();
  const cache = Cache.create(join(folder, "history.sqlite"));
  const tables = booksOf(cache.db, cache.rows.tables);
  for (const body of await randomHistory(folder, { seed: 7, commands: 600 })) {
    const event = decodeEvent(body);
    cache.apply(events.length, [body]);
    memory.given([event]);
    events.push(event);
    if (events.length % 20 === 0) assert.deepEqual(allReads(tables, events), allReads(memory, events));
  }
  assert.deepEqual(allReads(tables, events), allReads(memory, events));
  cache.close();
});

const text = fc.constantFrom("a", "Grün & Söhne", "日本", "x".repeat(60), "'; --");
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const vat = fc.constantFrom(
  { vatCategory: "S", vatRate3: 20_000 } as const,
  { vatCategory: "S", vatRate3: 5000 } as const,
  { vatCategory: "Z", vatRate3: 0 } as const,
  { vatCategory: "E", vatRate3: 0 } as const,
  { vatCategory: "AE", vatRate3: 0 } as const,
);
const plain = { noNullPrototype: true };
const adjustment = fc.record(
  {
    kind: fc.constantFrom("allowance" as const, "charge" as const),
    reason: text,
    amountMinor: fc.nat(100_000),
    ...{ reasonCode: fc.constant(null), percent6: fc.constant(null), baseMinor: fc.constant(null) },
  },
  plain,
);
const line = fc
  .record({
    itemId: fc.constant(null),
    code: nullable(text),
    description: text,
    quantity6: fc.integer({ min: -5e9, max: 5e9 }),
    unit: fc.constantFrom("C62", "HUR", "XBX"),
    price6: fc.nat(2e9),
    adjustments: fc.array(adjustment, { maxLength: 3 }),
    more: fc.constant(null),
  })
  .chain((line) => vat.map((vat) => ({ ...line, ...vat })));
const arbitraryDraft: fc.Arbitrary<Omit<DraftInput, "clientId">> = fc.record({
  currency: nullable(fc.constantFrom("GBP", "EUR", "JPY", "KWD")),
  termsDays: nullable(fc.nat(365)),
  deliveredOn: nullable(fc.constantFrom("2024-02-29", "1999-12-31")),
  buyerReference: nullable(text),
  orderReference: nullable(text),
  note: nullable(fc.constantFrom("one\n\ttwo", "n")),
  lines: fc.array(line, { maxLength: 5 }),
  adjustments: fc.array(
    adjustment.chain((adjustment) => vat.map((vat) => ({ ...adjustment, ...vat }))),
    { maxLength: 3 },
  ),
  prepaidMinor: fc.nat(1e9),
  reasons: fc.constantFrom([], [{ vatCategory: "E" as const, reason: "Insurance", reasonCode: null }]),
  roundingMinor: fc.constant(0),
  more: fc.constant(null),
});

test("invoiceContent() returns the last content written, and draftOf() its input", async (t) => {
  const office = await openOffice(t, folder);
  const { books } = office;
  const clientId = await clientOf(office);
  const id = await draftOf(office, { clientId, lines: Array(7).fill(LINE) });
  await fc.assert(
    fc.asyncProperty(arbitraryDraft, async (draft) => {
      const input = { ...draft, clientId };
      const content = completeDraft(input, "GBP");
      await office.run("ReviseInvoice", input, { id });
      assert.deepEqual(books.invoiceContent(id), content);
      assert.deepEqual(completeDraft(inputOf(content), "XXX"), content);
    }),
    { numRuns: 150 },
  );
  const children = ["invoice_line", "invoice_adjustment", "invoice_tax"].map((table) =>
    office.rows(`SELECT count(*) AS n FROM ${table}`),
  );
  const { lines = [], adjustments = [], taxes = [] } = books.invoiceContent(id) ?? {};
  const ofLines = lines.flatMap(({ adjustments }) => adjustments).length;
  assert.deepEqual(
    children.flat().map(({ n }) => n),
    [lines.length, adjustments.length + ofLines, taxes.length],
    "longer earlier versions left no rows",
  );
});
