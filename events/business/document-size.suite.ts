/** How large a document can be, and that the largest can be issued and credited. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_DRAFT_BYTES } from "../document/complete-draft.ts";
import type { InvoiceContent } from "../document/draft.ts";
import type { Refusal } from "../errors.ts";
import { packedSize } from "../values/packed-size.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";
import { clientOf, draftOf, type Input, isRefusal, LINE, type Office, type OpenOffice } from "./office.suite.ts";

/** A character of four bytes. */
const WIDE = "😀";
const LONG = WIDE.repeat(200);
const ADDRESS = { street: LONG, street2: LONG, postcode: WIDE.repeat(20), city: WIDE.repeat(100), country: "GB" };
const ids = { vatId: WIDE.repeat(20), companyId: WIDE.repeat(50) };

const contentOf = async (office: Office, id: number) => office.books.invoiceContent(id) as InvoiceContent;

/** Input with longer descriptions, and a note, that make its content exactly `size` bytes. */
async function inputOfSize(office: Office, size: number, input: Input & { lines: readonly Input[] }): Promise<Input> {
  const sizeOf = async (draft: Input) => packedSize(await contentOf(office, await draftOf(office, draft)));
  const short = size - (await sizeOf({ ...input, note: "x" }));
  const each = Math.floor(short / input.lines.length) - 2; // their lengths take more bytes
  const lines = input.lines.map((line) => ({ ...line, description: "d".repeat(1 + each) }));
  const rest = size - (await sizeOf({ ...input, lines, note: "x" }));
  assert.ok(rest >= 300 && rest < 2000 + 2, `${rest} bytes are left for the note`);
  return { ...input, lines, note: "x".repeat(1 + rest - 2) }; // its length takes three bytes instead of one
}

/** Lines with the most VAT rates. */
const LINES = Array.from({ length: 1200 }, (_, n) => ({
  ...LINE,
  ...{ vatRate3: (n % DRAFT_LIMITS.taxes) + 1, price6: 21_474_836_480_000, code: "c".repeat(60), description: "d" },
}));

export function sizeDecisions(open: OpenOffice): void {
  test("DraftInvoice and ReviseInvoice accept the largest draft, and refuse a byte more", async (t) => {
    const office = await open(t);
    const largest = await inputOfSize(office, MAX_DRAFT_BYTES, { lines: LINES });
    const { stream } = await office.accepts("DraftInvoice", largest);
    assert.equal(packedSize(await contentOf(office, stream)), MAX_DRAFT_BYTES);
    const larger = { ...largest, note: `${largest.note}x` };
    const values = { what: "document", bytes: MAX_DRAFT_BYTES + 1, limit: MAX_DRAFT_BYTES };
    await office.refuses("DraftInvoice", larger, {}, { rule: "TOO_LONG", values });
    await office.refuses("ReviseInvoice", larger, { id: stream }, { rule: "TOO_LONG", values });
  });

  test("the largest draft can be issued between the longest parties, and credited as a whole", async (t) => {
    const profile = { legalName: LONG, address: { ...ADDRESS, region: WIDE.repeat(100) }, ...ids };
    const office = await open(t, { profile: { ...profile, iban: WIDE.repeat(34), bic: WIDE.repeat(11) } });
    const clientId = await clientOf(office, { name: LONG, address: ADDRESS, ...ids });
    // The amount due is stored in fewer bytes than the total, which is the amount due of the credit note.
    const lines = LINES.map((line, n) => ({ ...line, price6: n === 0 ? 42_949_000_000_000 : 1_000_000 }));
    const input = await inputOfSize(office, MAX_DRAFT_BYTES, { clientId, prepaidMinor: 100, lines });
    const { stream: id } = await office.accepts("DraftInvoice", input);
    await office.accepts("IssueInvoice", {}, { id });
    // One event would hold the content and both parties.
    await office.refuses("CancelInvoice", { reason: "r" }, { id }, { rule: "TOO_LONG" });
    const { stream: creditNote } = await office.accepts("DraftCreditNote", {}, { id });
    await office.accepts("ReviseInvoice", { note: "short" }, { id: creditNote });
    await office.accepts("IssueInvoice", {}, { id: creditNote });
  });

  test("CancelInvoice refuses what does not fit one event, and names the way that fits", async (t) => {
    const office = await open(t, { profile: { legalName: LONG, ...ids } });
    const clientId = await clientOf(office, { name: LONG, address: ADDRESS, ...ids });
    const input = await inputOfSize(office, MAX_DRAFT_BYTES, { clientId, lines: LINES });
    const { stream: id } = await office.accepts("DraftInvoice", input);
    await office.accepts("IssueInvoice", {}, { id });
    await assert.rejects(office.run("CancelInvoice", { reason: "r" }, { id }), (error) => {
      const message = new RegExp(`the cancellation takes \\d+ bytes, .*POST /api/invoices/${id}/credit-note$`);
      assert.ok(isRefusal(error, { rule: "TOO_LONG", message }));
      assert.equal((error as Refusal).values.what, "cancellation");
      return true;
    });
    const { stream: creditNote } = await office.accepts("DraftCreditNote", {}, { id });
    await office.accepts("IssueInvoice", {}, { id: creditNote });
    await office.accepts("ApplyCredit", { allocations: [{ invoiceId: id, amountMinor: 1 }] }, { id: creditNote });
  });

  test("DraftInvoice refuses more VAT rates than a document can have", async (t) => {
    const office = await open(t);
    const lines = LINES.slice(0, DRAFT_LIMITS.taxes);
    await office.accepts("DraftInvoice", { lines });
    await office.refuses(
      "DraftInvoice",
      { lines: [...lines, { ...LINE, vatRate3: 50_000 }] },
      {},
      { rule: "TOO_MANY_VAT_RATES", field: "lines", values: { rates: 201, limit: 200 } },
    );
  });
}
