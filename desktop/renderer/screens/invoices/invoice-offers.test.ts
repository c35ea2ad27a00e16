/** A screen offers what the deciders accept, and nothing else: every action on every document of random histories. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Books } from "../../../../events/business/books.ts";
import { COMMANDS, type CommandName } from "../../../../events/commands/commands.ts";
import { Refusal } from "../../../../events/errors.ts";
import type { Rule } from "../../../../events/rules.ts";
import { SqliteLog } from "../../../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../../fixtures/data/temporary-folder.ts";
import { Cache } from "../../../../projector/cache/cache.ts";
import { invoiceDetail } from "../../../../projector/queries/invoice-detail.ts";
import { paymentById } from "../../../../projector/queries/payments.ts";
import { booksOf } from "../../../../projector/writer/books.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { leftOf, paymentOffers } from "../payments/payment-offers.ts";
import { type DocumentAction, documentOffers } from "./invoice-offers.ts";

const folder = temporaryFolder();
const AT_MS = Date.UTC(2030, 0, 1, 12);
/** Rules about what the user enters, and about the organization's own data: not about the document's state. */
const OF_INPUT: ReadonlySet<Rule> = new Set([
  "SELLER_VAT_ID_MISSING",
  "BUYER_VAT_ID_MISSING",
  "EXEMPTION_REASON_MISSING",
  "UNKNOWN_SERIES",
  "VAT_MIXED_WITH_O",
  "PERIOD_LOCKED",
]);

async function openHistory(seed: number) {
  const path = join(folder, `${seed}.sqlite`);
  const log = SqliteLog.open(join(folder, `${seed}.log.sqlite`), { create: true });
  await writeRandomHistory(log, path, { commands: 1500, seed });
  log.closeNow();
  const cache = Cache.open(path);
  const ids = (table: string) => cache.db.prepare<[], number>(`SELECT id FROM ${table}`).pluck().all();
  const detail = (id: number | null) => (id === null ? null : (invoiceDetail(cache.db, id) ?? null));
  const isArchived = cache.db.prepare<[number], number>("SELECT archived FROM client WHERE id = ?").pluck();
  return { cache, books: booksOf(cache.db, cache.rows.tables), ids, detail, isArchived };
}

/** An input that only the document's state can refuse. */
function inputOf(action: DocumentAction, { client_id, currency, corrects_id, ...row }: InvoiceDetail): object {
  const openMinor = Math.max(1, Math.abs(row.gross_minor - row.prepaid_minor + row.rounding_minor - row.paid_minor));
  const inputs: Record<DocumentAction, object> = {
    IssueInvoice: { exchangeRate6: 1_000_000 },
    ReviseInvoice: corrects_id === null ? { clientId: null, note: "another" } : { note: "another" },
    DiscardDraft: {},
    ReceivePayment: {
      ...{ clientId: client_id ?? 999_999, receivedOn: "2029-12-31", currency, amountMinor: openMinor, method: "cash" },
      allocations: [{ invoiceId: row.id, amountMinor: openMinor }],
    },
    DraftCreditNote: {},
    ApplyCredit: { allocations: [] },
    RefundClient: {
      ...{ clientId: client_id ?? 999_999, paidOn: "2029-12-31", currency, amountMinor: openMinor, method: "cash" },
      sources: [{ sourceId: row.id, amountMinor: openMinor }],
    },
    WriteOffInvoice: { reason: "too small" },
    ReverseWriteOff: { reason: "paid after all" },
    RecordDelivery: { how: "sent" },
    CancelInvoice: { reason: "mistaken" },
    VoidInvoice: { reason: "mistaken", neverDelivered: true },
  };
  return inputs[action];
}

/** What a decider says: accepted, no change, or the rule that refuses. */
function decide(books: Books, command: CommandName, id: number, input: object): "accepted" | "no change" | Rule {
  const { input: schema, decide } = COMMANDS[command];
  try {
    return decide(books, schema.parse(input) as never, { id, atMs: AT_MS }) === null ? "no change" : "accepted";
  } catch (error) {
    if (error instanceof Refusal) return error.rule;
    throw error;
  }
}

/** How often each outcome was compared, so that the test cannot pass by comparing nothing. */
const compared: Record<string, number> = {};

for (const seed of [1, 2, 3])
  for (const archived of [false, true])
    test(`seed ${seed}, ${archived ? "all clients archived" : "clients as they are"}: offered = accepted`, async (t) => {
      const { cache, books: real, ids, detail, isArchived } = await openHistory(seed * 10 + Number(archived));
      t.after(() => cache.close());
      const clientOf: Books["client"] = (id) => {
        const client = real.client(id);
        return client && { ...client, archived: archived || client.archived };
      };
      const books = { ...real, client: clientOf };
      const { lockedUpTo } = books.organization() ?? assert.fail();
      cache.db.exec("BEGIN");
      for (const id of ids("invoice")) {
        const document = detail(id) ?? assert.fail();
        const { client_id, corrects_id } = document;
        const isOff = archived || (client_id !== null && isArchived.get(client_id) === 1);
        const client = client_id === null ? null : { id: client_id, name: "C", archived: isOff ? 1 : 0 };
        const offers = documentOffers({
          document,
          client,
          corrected: detail(corrects_id),
          lockedUpTo,
          locale: "en-GB",
        });
        for (const [name, offer] of Object.entries(offers)) {
          const action = name as DocumentAction;
          const isNew = action === "ReceivePayment" || action === "RefundClient";
          const outcome = decide(books, action, isNew ? 0 : id, inputOf(action, document));
          if (outcome !== "accepted" && outcome !== "no change" && OF_INPUT.has(outcome)) continue;
          const isOffered = offer !== null && offer.reason === null;
          const place = `${action} on ${document.status} ${document.kind} ${id}: ${outcome}, ${JSON.stringify(offer)}`;
          // Credit can be taken back from all invoices: without allocations, that changes nothing.
          if (isOffered) assert.ok(outcome === "accepted" || action === "ApplyCredit", place);
          // A fully credited invoice: the draft would be accepted, but could never be issued.
          else if (offer?.reason !== "The whole invoice has been credited.")
            assert.notEqual(outcome, "accepted", place);
          const how = `${action} ${offer === null ? "absent" : isOffered ? "offered" : "with a reason"}`;
          compared[how] = (compared[how] ?? 0) + 1;
        }
      }
      for (const id of ids("payment")) {
        const payment = paymentById(cache.db, id) ?? assert.fail();
        const offers = paymentOffers(payment, "en-GB");
        const amountMinor = Math.max(1, leftOf(payment));
        const { client_id: clientId, currency } = payment;
        const outcomes = {
          ReallocatePayment: decide(books, "ReallocatePayment", id, { allocations: [] }),
          ReversePayment: decide(books, "ReversePayment", id, { reason: "returned" }),
          RefundClient: decide(books, "RefundClient", 0, {
            ...{ clientId, currency, amountMinor, paidOn: "2029-12-31", method: "cash" },
            sources: [{ sourceId: id, amountMinor }],
          }),
        };
        assert.equal(offers.ReallocatePayment !== null, outcomes.ReallocatePayment !== "PAYMENT_REVERSED");
        if (outcomes.ReversePayment !== "PERIOD_LOCKED")
          assert.equal(offers.ReversePayment?.reason === null, outcomes.ReversePayment === "accepted");
        assert.equal(offers.ReversePayment === null, payment.reversed === 1);
        assert.equal(offers.RefundClient !== null, outcomes.RefundClient === "accepted");
      }
      cache.db.exec("ROLLBACK");
    });

test("every action was offered, absent, and refused with a reason where a rule can refuse it", () => {
  const always: DocumentAction[] = [
    "DiscardDraft",
    "ApplyCredit",
    "RefundClient",
    "WriteOffInvoice",
    "ReverseWriteOff",
    "RecordDelivery",
  ];
  for (const action of [
    "IssueInvoice",
    "ReviseInvoice",
    "ReceivePayment",
    "DraftCreditNote",
    "CancelInvoice",
    "VoidInvoice",
    ...always,
  ] as DocumentAction[]) {
    const ways = always.includes(action) ? ["offered", "absent"] : ["offered", "absent", "with a reason"];
    for (const way of ways)
      assert.ok((compared[`${action} ${way}`] ?? 0) > 0, `${action} ${way}: ${compared[`${action} ${way}`]}`);
  }
});
