/** VAT and sales of a period: rows add up to the documents, in their currency and in the organization's. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { clientOf, draftOf, issuedOf, LINE } from "../../../events/business/office.suite.ts";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import type { VatCategory } from "../../../events/values/money.ts";
import { writeRandomHistory } from "../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../../cache/cache.ts";
import { Moments } from "../../moments/moments.ts";
import { openOffice } from "../../writer/office.suite.ts";
import { MAX_LIMIT } from "../list.ts";
import { READS } from "../reads/reads.ts";
import { salesListOf } from "./sales-list.ts";
import { listVatDocuments, type VatDocument, vatDocuments } from "./vat-document-list.ts";
import { rowsAtHome } from "./vat-documents.ts";
import { type VatReport, type VatRow, vatReportOf } from "./vat-report.ts";

const folder = temporaryFolder();
const YEAR = { from: "2026-01-01", to: "2026-12-31" };
const office = await openOffice({ after } as unknown as TestContext, folder);
office.clock.nowMs = Date.parse("2026-06-01T12:00:00Z");

const vatLine = (vatCategory: VatCategory, vatRate3: number | null, price: number) => ({
  ...LINE,
  vatCategory,
  vatRate3,
  price6: price * 1e6,
});
const usual = await clientOf(office, { name: "Ada" });
const french = await clientOf(office, { name: "Élan", address: { country: "FR" }, vatId: "FR123" });
const greek = await clientOf(office, { name: "Ελλάς", address: { country: "GR" }, vatId: "EL456" });
const astray = await clientOf(office, { name: "Astray", address: { country: "IT" }, vatId: "DE789" });
const own = await clientOf(office, { name: "Own", address: { country: "GB" }, vatId: "GB9" });

const mixed = [vatLine("S", 20_000, 1.03), vatLine("S", 5000, 1.03), vatLine("E", 0, 7)];
const reasons = [{ vatCategory: "E", reason: "Education" }];
const home = await issuedOf(office, { clientId: usual, lines: mixed, reasons }, { issuedOn: "2026-01-31" });
const inEuro = { clientId: usual, currency: "EUR", lines: mixed.slice(0, 2) };
await issuedOf(office, inEuro, { issuedOn: "2026-02-01", exchangeRate6: 857_143 });
await issuedOf(office, inEuro, { issuedOn: "2026-02-01", exchangeRate6: 912_345 });
const yen = { clientId: usual, currency: "JPY", lines: [vatLine("S", 20_000, 999), vatLine("S", 5000, 1)] };
await issuedOf(office, yen, { issuedOn: "2026-02-02", exchangeRate6: 5_123 });
const outside = { clientId: usual, lines: [vatLine("O", null, 50)] };
await issuedOf(office, outside, { issuedOn: "2026-02-03" });
const goods = await issuedOf(office, { clientId: french, lines: [vatLine("K", 0, 400)] }, { issuedOn: "2026-02-04" });
await issuedOf(office, { clientId: greek, lines: [vatLine("AE", 0, 30)] }, { issuedOn: "2026-02-05" });
// Without VAT, no exchange rate is needed.
const foreign = { clientId: french, currency: "EUR", lines: [vatLine("K", 0, 10)] };
await issuedOf(office, foreign, { issuedOn: "2026-02-06" });
await issuedOf(office, foreign, { issuedOn: "2026-02-06", exchangeRate6: 900_000 });
await issuedOf(office, { clientId: astray, lines: [vatLine("K", 0, 5)] }, { issuedOn: "2026-02-07" });
await issuedOf(office, { clientId: own, lines: [vatLine("AE", 0, 6)] }, { issuedOn: "2026-02-08" });
const wrong = await issuedOf(office, { clientId: french, lines: [vatLine("K", 0, 1)] }, { issuedOn: "2026-02-09" });
const withWrong = await office.head();
await office.run("VoidInvoice", { reason: "twice", neverDelivered: true }, { id: wrong });
await office.run("CancelInvoice", { reason: "returned", issuedOn: "2026-03-01" }, { id: goods });
const cancelledAt = await office.head();
await draftOf(office, { clientId: usual });
const db = new Database(office.cachePath, { readonly: true });
const moments = new Moments(office.cachePath);
after(() => moments.close());
/** The books as known at an event. */
const asKnown = (seq: number, of = moments) => of.sourceAt({ seq, atMs: office.clock.nowMs }).db;
after(() => db.close());

const rowOf = ({ rows }: VatReport, currency: string, category: string, rate: number | null): VatRow | undefined =>
  rows.find((row) => row.currency === currency && row.vat_category === category && row.vat_rate3 === rate);

test("getVatReport has a row for each currency, category and rate, the organization's currency first", () => {
  const report = vatReportOf(db, YEAR);
  assert.deepEqual(
    report.rows.map(({ currency, vat_category, vat_rate3, documents }) => [
      currency,
      vat_category,
      vat_rate3,
      documents,
    ]),
    [
      ["GBP", "S", 20_000, 1],
      ["GBP", "S", 5000, 1],
      ["GBP", "E", 0, 1],
      ["GBP", "AE", 0, 2],
      ["GBP", "K", 0, 3],
      ["GBP", "O", null, 1],
      ["EUR", "S", 20_000, 2],
      ["EUR", "S", 5000, 2],
      ["EUR", "K", 0, 2],
      ["JPY", "S", 20_000, 1],
      ["JPY", "S", 5000, 1],
    ],
  );
  assert.equal(report.accounting_currency, "GBP");
  assert.equal(rowOf(report, "GBP", "K", 0)?.taxable_minor, 500, "400 less a credit note of 400, and 5");
  assert.equal(rowOf(report, "EUR", "K", 0)?.accounting_taxable_minor, null, "one document has no rate");
  assert.equal(rowOf(vatReportOf(db, { ...YEAR, to: "2026-02-28" }), "GBP", "K", 0)?.taxable_minor, 40_500);
});

test("getVatReport states VAT in the organization's currency as the documents do, and not as a sum would round", () => {
  const report = vatReportOf(db, YEAR);
  const stated = (currency: string) =>
    db
      .prepare<[string], number>(
        "SELECT sum(accounting_tax_minor) FROM invoice WHERE status = 'issued' AND currency = ?",
      )
      .pluck()
      .get(currency);
  for (const currency of ["EUR", "JPY"]) {
    const rows = report.rows.filter((row) => row.currency === currency);
    const sum = rows.reduce((all, { accounting_tax_minor }) => all + accounting_tax_minor, 0);
    assert.equal(sum, stated(currency));
    assert.equal(report.currencies.find((row) => row.currency === currency)?.accounting_tax_minor, sum);
  }
  const all = report.currencies.reduce((sum, { accounting_tax_minor }) => sum + accounting_tax_minor, 0);
  assert.equal(report.accounting_tax_minor, all);
});

test("rowsAtHome() adds up to what the document states, with the remainder in the row with the most VAT", () => {
  const exchange = { currency: "EUR", accounting_currency: "GBP" };
  const tax = (minor: number) => ({
    vat_category: "S" as const,
    vat_rate3: minor,
    taxable_minor: minor * 5,
    tax_minor: minor,
  });
  // 0.5 of each becomes 1, and of the sum 2.
  const rows = rowsAtHome(
    [tax(1), tax(1), tax(2)],
    { ...exchange, accounting_rate6: 500_000, accounting_tax_minor: 2 },
    "GBP",
  );
  assert.deepEqual(
    rows.map(({ accounting_tax_minor }) => accounting_tax_minor),
    [1, 1, 0],
  );
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 200_000_000 }),
      fc.integer({ min: -1e9, max: 1e9 }),
      (taxes, accounting_rate6, accounting_tax_minor) => {
        const parts = rowsAtHome(taxes.map(tax), { ...exchange, accounting_rate6, accounting_tax_minor }, "GBP");
        assert.equal(
          parts.reduce((sum, row) => sum + row.accounting_tax_minor, 0),
          accounting_tax_minor,
        );
      },
    ),
  );
});

test("getSalesList adds up K and AE by the VAT ids of the documents, and names what may not belong there", () => {
  const list = salesListOf(db, YEAR);
  const inOrder = (one: { vat_category: string }[]) => one.map(({ vat_category }) => vat_category);
  for (const { currency } of list.currencies) {
    const own = list.currencies.filter((row) => row.currency === currency && !row.domestic);
    assert.deepEqual(inOrder(own), inOrder(own).toSorted().reverse(), "goods before services, as in the rows");
  }
  assert.deepEqual(
    list.rows.map(({ vat_category, vat_id, country, currency, taxable_minor, documents, problems, domestic }) => [
      ...[vat_category, vat_id, country, currency],
      ...[taxable_minor, documents, problems, domestic],
    ]),
    [
      ["K", "FR123", "FR", "EUR", 2_000, 2, 0, false],
      ["K", "FR123", "FR", "GBP", 0, 2, 0, false],
      ["K", "DE789", "IT", "GBP", 500, 1, 1, false],
      ["AE", "EL456", "GR", "GBP", 3_000, 1, 0, false],
      ["AE", "GB9", "GB", "GBP", 600, 1, 0, true],
    ],
  );
  assert.deepEqual(
    list.problems.map(({ buyer_name, problem }) => [buyer_name, problem]),
    [["Astray", "id_of_another_country"]],
  );
  assert.equal(list.more_problems, 0);
  const report = vatReportOf(db, YEAR);
  for (const [key, own] of Map.groupBy(list.currencies, (row) => `${row.vat_category} ${row.currency}`)) {
    const { vat_category, currency } = own[0] ?? assert.fail();
    const taxable = own.reduce((sum, { taxable_minor }) => sum + taxable_minor, 0);
    assert.equal(taxable, rowOf(report, currency, vat_category, 0)?.taxable_minor, key);
  }
  assert.deepEqual(
    list.currencies
      .filter(({ domestic }) => domestic)
      .map(({ taxable_minor, documents }) => [taxable_minor, documents]),
    [[600, 1]],
  );
  assert.equal(salesListOf(asKnown(withWrong), YEAR).rows.find(({ country }) => country === "FR")?.documents, 2);
});

test("getSalesList names documents without a VAT id, which an earlier release may have issued", () => {
  const copy = join(folder, "without-ids.sqlite");
  db.prepare("VACUUM INTO ?").run(copy);
  const earlier = new Database(copy);
  earlier.exec("UPDATE party SET vat_id = NULL WHERE id IN (SELECT buyer_id FROM invoice)");
  const list = salesListOf(earlier, YEAR);
  const documents = list.rows.reduce((sum, row) => sum + row.documents, 0);
  assert.ok(list.rows.every(({ vat_id }) => vat_id === null));
  assert.equal(
    documents,
    salesListOf(db, YEAR).rows.reduce((sum, row) => sum + row.documents, 0),
  );
  const domestic = list.rows.reduce((sum, row) => sum + (row.domestic ? row.documents : 0), 0);
  assert.equal(list.problems.length, documents - domestic);
  assert.ok(list.problems.every(({ problem }) => problem === "no_vat_id"));
  earlier.close();
});

/** All documents behind a row. */
function documentsOf(source: Database.Database, row: VatRow, period: object): VatDocument[] {
  const { currency, vat_category, vat_rate3 } = row;
  const query = { ...period, currency, vat_category, ...(vat_rate3 !== null && { vat_rate3 }), limit: MAX_LIMIT };
  const documents: VatDocument[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = listVatDocuments(source, vatDocuments.parse({ ...query, ...(cursor && { cursor }) }));
    documents.push(...page.rows);
    if (page.next === null) return documents;
    cursor = page.next;
  }
}

test("listVatDocuments has the documents behind each row: they add up to it, as dated and as known", async () => {
  const path = join(folder, "random.cache.sqlite");
  const log = SqliteLog.open(join(folder, "random.sqlite"), { create: true });
  await writeRandomHistory(log, path, { commands: 1500, seed: 7 });
  const head = log.headNow();
  log.closeNow();
  const random = openCacheForReading(path);
  const randomMoments = new Moments(path);
  after(() => {
    randomMoments.close();
    random.close();
  });
  let checked = 0;
  for (const [present, past, last, year] of [
    [db, moments, cancelledAt, "2026"],
    [random, randomMoments, head, "2023"],
  ] as const)
    for (const known of [undefined, last, withWrong, Math.floor(last * 0.9), Math.floor(last / 2), 0])
      for (const dated_until of [undefined, `${year}-02-08`])
        for (const period of [
          { from: `${year}-01-01`, to: `${year}-12-31` },
          { from: `${year}-02-01`, to: `${year}-02-28` },
        ]) {
          const words = { ...period, dated_until };
          const source = known === undefined ? present : asKnown(known, past);
          for (const row of vatReportOf(source, words).rows) {
            const documents = documentsOf(source, row, words);
            const sum = (name: "taxable_minor" | "tax_minor" | "accounting_tax_minor") =>
              documents.reduce((all, document) => all + document[name], 0);
            assert.deepEqual(
              [documents.length, sum("taxable_minor"), sum("tax_minor"), sum("accounting_tax_minor")],
              [row.documents, row.taxable_minor, row.tax_minor, row.accounting_tax_minor],
              JSON.stringify([words, known, row]),
            );
            checked++;
          }
        }
  assert.ok(checked > 100, String(checked));
});

test("listVatDocuments without a rate is of category O only", () => {
  const { input } = READS.listVatDocuments;
  const words = { ...YEAR, currency: "GBP", vat_category: "S" };
  assert.deepEqual(listVatDocuments(db, input.parse(words)).rows, []);
  assert.equal(listVatDocuments(db, input.parse({ ...words, vat_category: "O" })).rows.length, 1);
  const [row] = listVatDocuments(db, input.parse({ ...words, vat_rate3: "20000" })).rows;
  assert.deepEqual([row?.id, row?.taxable_minor, row?.tax_minor], [home, 103, 21]);
});
