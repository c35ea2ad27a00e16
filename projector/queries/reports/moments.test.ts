/** What is dated, and what is known: the figures of a company from December to January, as of both. */
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { clientOf, issuedOf, LINE } from "../../../events/business/office.suite.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { Moments } from "../../moments/moments.ts";
import { openOffice } from "../../writer/office.suite.ts";
import { agedBalancesOf } from "./aged-balances.ts";
import { clientUntilOf } from "./client-balances.ts";
import type { DatedWords } from "./dated.ts";
import { listOpenItems, openItems } from "./open-items.ts";
import { overviewOf } from "./overview.ts";
import { statementOf } from "./statement.ts";
import { vatReportOf } from "./vat-report.ts";

const TODAY = "2027-03-01";
const office = await openOffice({ after } as unknown as TestContext, temporaryFolder());
/** Sets the clock to noon of a day. */
const goTo = (day: string) => {
  office.clock.nowMs = Date.parse(`${day}T12:00:00Z`);
};
/** The last event up to now, as the next step would know it. */
const known = () => office.head();
const pay = async (clientId: number, receivedOn: string, invoiceId: number, amountMinor: number) => {
  const amounts = { currency: "GBP", amountMinor, method: "bank_transfer", allocations: [{ invoiceId, amountMinor }] };
  return (await office.accepts("ReceivePayment", { clientId, receivedOn, ...amounts })).stream;
};

goTo("2026-12-10");
const client = await clientOf(office, { name: "Ada" });
const other = await clientOf(office, { name: "Bea" });
const paid = await issuedOf(office, { clientId: client }, { issuedOn: "2026-12-10", dueOn: "2026-12-20" });
goTo("2027-01-03");
const beforeVoided = await known();
const voided = await issuedOf(office, { clientId: client }, { issuedOn: "2026-12-31" });
const beforePayment = await known();
goTo("2027-01-05");
await pay(client, "2026-12-30", paid, 12_000);
const beforeVoid = await known();
await office.run("VoidInvoice", { reason: "wrong client", neverDelivered: true }, { id: voided });
const afterVoid = await known();
goTo("2027-01-08");
const cancelled = await issuedOf(office, { clientId: client }, { issuedOn: "2027-01-07" });
await office.run("CancelInvoice", { reason: "not wanted", issuedOn: "2027-01-08" }, { id: cancelled });
goTo("2027-01-10");
const returned = await issuedOf(office, { clientId: other }, { issuedOn: "2027-01-09", dueOn: "2027-01-15" });
const bounced = await pay(other, "2027-01-10", returned, 6_000);
goTo("2027-01-21");
const beforeReturn = await known();
await office.run("ReversePayment", { reason: "no funds", kind: "returned", on: "2027-01-20" }, { id: bounced });
goTo("2027-01-22");
await office.run("WriteOffInvoice", { amountMinor: 1_000, on: "2027-01-22", reason: "a discount" }, { id: returned });
goTo("2027-01-25");
const below = await issuedOf(
  office,
  { clientId: other, lines: [{ ...LINE, quantity6: -2_000_000 }] },
  { issuedOn: "2027-01-23", dueOn: "2027-01-24" },
);
const refund = { paidOn: "2027-01-25", currency: "GBP", amountMinor: 4_000, method: "bank_transfer", reference: "R 1" };
await office.run("RefundClient", { clientId: other, ...refund, sources: [{ sourceId: below, amountMinor: 4_000 }] });
const head = await known();
const db = new Database(office.cachePath, { readonly: true });
const moments = new Moments(office.cachePath);
after(() => {
  moments.close();
  db.close();
});

/** The day until which something is dated, and the event up to which it is known. */
interface Words extends DatedWords {
  known?: number | undefined;
}

/** The books as known at an event. */
function booksAt({ known }: Words): Database.Database {
  return known === undefined ? db : moments.sourceAt({ seq: known, atMs: office.clock.nowMs }).db;
}

/** The balance of each open item, by document. */
function open({ known, ...words }: Words & { client?: number; currency?: string } = {}): Record<number, number> {
  const { rows, next } = listOpenItems(booksAt({ known }), openItems.parse(words), TODAY);
  assert.equal(next, null);
  return Object.fromEntries(rows.map(({ id, balance_minor }) => [id, balance_minor]));
}

const december = ({ known, ...words }: Words = {}) =>
  vatReportOf(booksAt({ known }), { from: "2026-12-01", to: "2026-12-31", ...words }).currencies.map(
    ({ documents, tax_minor }) => [documents, tax_minor],
  );

test("a payment of December that is recorded in January is dated in December and known in January", () => {
  const dated_until = "2026-12-31";
  assert.deepEqual(open({ dated_until, known: beforePayment }), { [paid]: 12_000, [voided]: 12_000 });
  assert.deepEqual(open({ dated_until, known: beforeVoid }), { [voided]: 12_000 });
  assert.deepEqual(open({ dated_until }), {});
  assert.deepEqual(open({ dated_until: "2026-12-29" }), { [paid]: 12_000 }, "the day before the payment");
  assert.deepEqual(open({ dated_until: "2026-12-09" }), {}, "the day before the invoice");
  const received = ({ known, ...words }: Words) =>
    overviewOf(booksAt({ known }), dated_until, words).currencies[0]?.paid_this_month_minor;
  assert.deepEqual(
    [received({ known: beforePayment }), received({}), received({ dated_until: "2026-12-29" })],
    [0, 12_000, 0],
  );
});

test("an invoice that is issued in January with a date of December is in December from then on", () => {
  assert.deepEqual(december({ known: beforeVoided }), [[1, 2_000]]);
  assert.deepEqual(december({ known: beforePayment }), [[2, 4_000]]);
  assert.deepEqual(december({ known: beforePayment, dated_until: "2026-12-30" }), [[1, 2_000]]);
});

test("a void takes its document out of its own period; a cancellation counts on its own day", () => {
  assert.deepEqual(december({ known: beforeVoid }), [[2, 4_000]]);
  assert.deepEqual(december({ known: afterVoid }), [[1, 2_000]]);
  assert.deepEqual(december(), [[1, 2_000]]);
  const taxOn = (day: string) => vatReportOf(db, { from: day, to: day }).accounting_tax_minor;
  assert.deepEqual([taxOn("2027-01-07"), taxOn("2027-01-08")], [2_000, -2_000]);
  assert.deepEqual(open({ dated_until: "2027-01-07" }), { [cancelled]: 12_000 });
  assert.deepEqual(open({ dated_until: "2027-01-08" }), {});
});

test("a payment that is returned counts until its return, and its write-off from its own day", () => {
  const openOn = (dated_until: string, known?: number) => open({ dated_until, known })[returned];
  assert.deepEqual([openOn("2027-01-09"), openOn("2027-01-10"), openOn("2027-01-19")], [12_000, 6_000, 6_000]);
  assert.deepEqual([openOn("2027-01-20"), openOn("2027-01-21"), openOn("2027-01-22")], [12_000, 12_000, 11_000]);
  assert.equal(openOn("2027-01-20", beforeReturn), 6_000, "not known yet");
  const statement = statementOf(db, { client: other, currency: "GBP" }) ?? assert.fail();
  assert.deepEqual(
    statement.entries.map(({ on, kind, name, amount_minor }) => [on, kind, name, amount_minor]),
    [
      ["2027-01-09", "invoice", "INV-00005", 12_000],
      ["2027-01-10", "payment", null, -6_000],
      ["2027-01-20", "reversal", null, 6_000],
      ["2027-01-22", "write_off", "INV-00005", -1_000],
      ["2027-01-23", "invoice", "INV-00006", -24_000],
      ["2027-01-25", "refund", "R 1", 4_000],
    ],
  );
  const january = vatReportOf(db, { from: "2027-01-09", to: "2027-01-22" });
  assert.equal(january.accounting_tax_minor, 2_000, "a write-off changes no VAT");
});

test("an invoice below zero is credit, and never overdue; a refund takes from it on its own day", () => {
  assert.deepEqual([open({ dated_until: "2027-01-24" })[below], open()[below]], [-24_000, -20_000]);
  const { rows } = listOpenItems(db, openItems.parse({ client: other, dated_until: "2027-02-28" }), TODAY);
  assert.deepEqual(
    rows.map(({ id, open_minor, credit_minor, total_minor, days_overdue }) => [
      id,
      open_minor,
      credit_minor,
      total_minor,
      days_overdue,
    ]),
    [
      [returned, 11_000, 0, 12_000, 44],
      [below, 0, 20_000, -24_000, null],
    ],
  );
  const [sums] = agedBalancesOf(db, { client: other }, { today: TODAY }).currencies;
  assert.deepEqual(
    [sums?.open_minor, sums?.credit_minor, sums?.owed_minor, sums?.overdue_minor, sums?.open_documents],
    [11_000, 20_000, -9_000, 11_000, 1],
  );
});

test("every figure of a moment agrees with the others", () => {
  for (const known of [0, 3, beforePayment, beforeVoid, beforeReturn, head, undefined])
    for (const dated_until of ["2026-12-09", "2026-12-31", "2027-01-10", "2027-01-24", "2099-12-31", undefined]) {
      const words = { dated_until };
      const what = JSON.stringify({ dated_until, known });
      const books = booksAt({ known });
      const items = listOpenItems(books, openItems.parse(words), TODAY).rows;
      const sum = (rows: readonly { balance_minor: number }[]) => rows.reduce((all, row) => all + row.balance_minor, 0);
      const aged = agedBalancesOf(books, words, { today: TODAY });
      const overview = overviewOf(books, TODAY, words);
      assert.equal(aged.currencies[0]?.owed_minor ?? 0, sum(items), what);
      assert.equal(overview.currencies[0]?.owed_minor ?? 0, sum(items), what);
      assert.deepEqual([overview.day, aged.day], [dated_until ?? TODAY, dated_until ?? TODAY]);
      if (aged.currencies[0]) assert.deepEqual(overview.currencies[0]?.ages, aged.currencies[0].ages, what);
      for (const id of [client, other]) {
        const own = sum(items.filter(({ client_id }) => client_id === id));
        const [balance] = clientUntilOf(books, { id, ...words })?.balances ?? [];
        assert.equal((balance?.outstanding_minor ?? 0) - (balance?.credit_minor ?? 0), own, what);
        assert.equal(aged.clients.find((row) => row.id === id)?.owed_minor ?? 0, own, what);
        const statement = statementOf(books, { client: id, currency: "GBP", to: dated_until });
        assert.equal(statement?.closing_minor ?? 0, own, what);
      }
    }
});

test("a period that ends before it begins is refused", () => {
  assert.throws(() => vatReportOf(db, { from: "2027-01-01", to: "2026-12-31" }), /must not be before 2027-01-01/);
});

test("an unknown client is refused or has nothing; a currency without postings has nothing", () => {
  assert.throws(() => open({ client: 999_999 }), /there is no client 999999/);
  assert.throws(() => agedBalancesOf(db, { client: 999_999 }, { today: TODAY }), /there is no client 999999/);
  assert.equal(clientUntilOf(db, { id: 999_999, dated_until: TODAY }), undefined);
  assert.equal(statementOf(db, { client: 999_999, currency: "GBP" }), undefined);
  assert.deepEqual(open({ currency: "SEK" }), {});
  assert.deepEqual(agedBalancesOf(db, { currency: "SEK" }, { today: TODAY }).currencies, []);
  assert.throws(
    () => listOpenItems(db, openItems.parse({ client, sort: "due_on" }), TODAY),
    /with client, sort must be/,
  );
});
