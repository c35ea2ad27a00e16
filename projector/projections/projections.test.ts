/** Tests of the form: given these events, then these rows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { anItem, FIXED_AMOUNT } from "../../fixtures/data/builders.ts";
import { CLIENT, PROFILE } from "../../fixtures/data/events.ts";
import { BUILT_FROM_MS, content, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { Cache } from "../cache/cache.ts";

const folder = temporaryFolder();
let files = 0;

/** Folds a log into a new cache. @returns runs a query on it and returns the rows as objects */
function foldLog(log: LogBuilder): (sql: string) => object[] {
  const cache = Cache.create(join(folder, `${++files}.sqlite`));
  cache.apply(0, log.bodies);
  return (sql) => (cache.db.prepare(sql).all() as object[]).map(withoutSince);
}

const item = anItem({ code: "M", price6: 1 });
const balances =
  "SELECT currency, invoices, credit_notes, invoiced_minor, credited_minor, outstanding_minor, credit_minor FROM client_balance";

test("organization: registered, profile changed, logo set and removed", () => {
  const log = LogBuilder.founded();
  const image = Buffer.from("png");
  log.add(1, { type: "OrganizationLogoChanged", data: { logo: { mediaType: "image/png", image } } });
  log.add(1, { type: "OrganizationProfileChanged", data: { ...PROFILE, legalName: "New Ltd", series: [] } });
  const query = "SELECT id, version, legal_name, city, logo_type, logo, series_count, registered_at FROM organization";
  const common = { id: 1, legal_name: "New Ltd", city: "London", series_count: 0, registered_at: BUILT_FROM_MS + 1 };
  let rows = foldLog(log);
  assert.deepEqual(rows(query), [{ ...common, version: 3, logo_type: "image/png", logo: image }]);
  assert.deepEqual(rows("SELECT * FROM number_series"), []);
  log.add(1, { type: "OrganizationLogoChanged", data: { logo: null } });
  rows = foldLog(log);
  assert.deepEqual(rows(query), [{ ...common, version: 4, logo_type: null, logo: null }]);
});

test("number series: as in the profile, in its order", () => {
  const log = LogBuilder.founded();
  const series = {
    name: "CN",
    kind: "credit_note",
    pattern: "C{000}",
    first: 1,
    reset: "never",
    foreign: true,
  } as const;
  log.add(1, { type: "OrganizationProfileChanged", data: { ...PROFILE, series: [series, ...PROFILE.series] } });
  assert.deepEqual(foldLog(log)("SELECT * FROM number_series ORDER BY n"), [
    {
      organization_id: 1,
      n: 1,
      name: "CN",
      kind: "credit_note",
      pattern: "C{000}",
      first: 1,
      reset: "never",
      is_foreign: 1,
    },
    {
      organization_id: 1,
      n: 2,
      name: "main",
      kind: "both",
      pattern: "INV-{00000}",
      first: 1,
      reset: "never",
      is_foreign: 0,
    },
  ]);
});

test("user: added, changed, demoted, deactivated, reactivated, sessions ended", () => {
  const log = LogBuilder.founded();
  const id = log.begin({ type: "UserAdded", data: { email: "a@x", name: "A", role: "clerk" } });
  log.add(id, { type: "UserDetailsChanged", data: { email: "b@x", name: "B" } });
  log.add(id, { type: "UserRoleChanged", data: { role: "viewer" } });
  log.add(id, { type: "UserDeactivated", data: {} });
  log.add(id, { type: "UserSessionsEnded", data: {} });
  const query = `SELECT * FROM "user" WHERE id = ${id}`;
  const row = { id, email: "b@x", name: "B", role: "viewer", sort_key: "b" };
  assert.deepEqual(foldLog(log)(query), [{ ...row, version: 5, active: 0, sessions_ended: 1 }]);
  log.add(id, { type: "UserReactivated", data: {} });
  log.add(id, { type: "UserSessionsEnded", data: {} });
  assert.deepEqual(foldLog(log)(query), [{ ...row, version: 7, active: 1, sessions_ended: 2 }]);
});

test("client: registered, changed, archived, restored", () => {
  const log = LogBuilder.founded();
  const id = log.client("First");
  const details = {
    ...CLIENT,
    name: "Second",
    termsDays: 7,
    note: "late",
    address: { ...CLIENT.address, city: "Leeds" },
  };
  log.add(id, { type: "ClientDetailsChanged", data: details });
  log.add(id, { type: "ClientArchived", data: {} });
  const query = "SELECT id, version, name, terms_days, note, city, country, archived, registered_at FROM client";
  const row = { id, name: "Second", terms_days: 7, note: "late", city: "Leeds", country: "GB" };
  const registered_at = BUILT_FROM_MS + id;
  assert.deepEqual(foldLog(log)(query), [{ ...row, version: 3, archived: 1, registered_at }]);
  log.add(id, { type: "ClientRestored", data: {} });
  assert.deepEqual(foldLog(log)(query), [{ ...row, version: 4, archived: 0, registered_at }]);
});

test("item: added, changed, archived, restored", () => {
  const log = LogBuilder.founded();
  const id = log.begin({ type: "ItemAdded", data: item });
  log.add(id, { type: "ItemChanged", data: { ...item, price6: 9, vatCategory: "O", vatRate3: null } });
  log.add(id, { type: "ItemArchived", data: {} });
  const row = {
    id,
    code: "M",
    description: "Mug",
    unit: "C62",
    price6: 9,
    vat_category: "O",
    vat_rate3: null,
    vat_rate_bp: null,
    ...{ about: null, standard_item_id: null, standard_item_id_scheme: null, origin: null },
    ...{ classification_count: 0, attribute_count: 0 },
    sort_key: "m",
  };
  assert.deepEqual(foldLog(log)("SELECT * FROM item"), [{ ...row, version: 3, archived: 1 }]);
  log.add(id, { type: "ItemRestored", data: {} });
  assert.deepEqual(foldLog(log)("SELECT * FROM item"), [{ ...row, version: 4, archived: 0 }]);
});

test("invoice: a draft with its lines, adjustments and VAT", () => {
  const log = LogBuilder.founded();
  const client = log.client("The client");
  const itemId = log.begin({ type: "ItemAdded", data: item });
  const discount = { kind: "allowance", reason: "loyal", amountMinor: 100, ...FIXED_AMOUNT } as const;
  const carriage = {
    kind: "charge",
    reason: "carriage",
    amountMinor: 50,
    ...FIXED_AMOUNT,
    vatCategory: "Z",
    vatRate3: 0,
  } as const;
  const id = log.draft({
    clientId: client,
    lines: [{ ...line("Mug", 1000), itemId, code: "M", adjustments: [discount] }, line("Plate", 500)],
    adjustments: [carriage],
    prepaidMinor: 30,
    buyerReference: "PO 7",
  });
  const rows = foldLog(log);
  assert.deepEqual(
    rows(`SELECT id, version, kind, status, number, client_id, buyer_name, currency, buyer_reference, lines_minor,
      charges_minor, net_minor, tax_minor, gross_minor, prepaid_minor, paid_minor, line_count, adjustment_count,
      tax_count, drafted_at FROM invoice`),
    [
      {
        ...{ id, version: 1, kind: "invoice", status: "draft", number: null, client_id: client },
        ...{ buyer_name: null, currency: "GBP", buyer_reference: "PO 7", lines_minor: 1400, charges_minor: 50 },
        ...{ net_minor: 1450, tax_minor: 280, gross_minor: 1730, prepaid_minor: 30, paid_minor: 0 },
        ...{ line_count: 2, adjustment_count: 2, tax_count: 2, drafted_at: BUILT_FROM_MS + id },
      },
    ],
  );
  assert.deepEqual(rows("SELECT n, item_id, code, description, net_minor FROM invoice_line ORDER BY n"), [
    { n: 1, item_id: itemId, code: "M", description: "Mug", net_minor: 900 },
    { n: 2, item_id: null, code: null, description: "Plate", net_minor: 500 },
  ]);
  assert.deepEqual(
    rows("SELECT n, line_n, kind, reason, amount_minor, vat_category FROM invoice_adjustment ORDER BY n"),
    [
      { n: 1, line_n: 1, kind: "allowance", reason: "loyal", amount_minor: 100, vat_category: null },
      { n: 2, line_n: null, kind: "charge", reason: "carriage", amount_minor: 50, vat_category: "Z" },
    ],
  );
  assert.deepEqual(rows("SELECT vat_category, vat_rate3, taxable_minor, tax_minor FROM invoice_tax ORDER BY n"), [
    { vat_category: "S", vat_rate3: 20_000, taxable_minor: 1400, tax_minor: 280 },
    { vat_category: "Z", vat_rate3: 0, taxable_minor: 50, tax_minor: 0 },
  ]);
  assert.deepEqual(rows(balances), [], "a draft does not count");
});

test("invoice: a shorter revision leaves no rows of the longer version before it", () => {
  const log = LogBuilder.founded();
  const charge = {
    kind: "charge",
    reason: "x",
    amountMinor: 1,
    ...FIXED_AMOUNT,
    vatCategory: "Z",
    vatRate3: 0,
  } as const;
  const id = log.draft({
    lines: [line("One", 1), line("Two", 2), line("Three", 3)],
    adjustments: [charge, charge],
    note: "gone",
  });
  log.add(id, { type: "InvoiceRevised", data: { content: content({ lines: [line("Only", 7)] }) } });
  const rows = foldLog(log);
  assert.deepEqual(rows("SELECT n, description FROM invoice_line"), [{ n: 1, description: "Only" }]);
  assert.deepEqual(rows("SELECT * FROM invoice_adjustment"), []);
  assert.deepEqual(rows("SELECT n, vat_category FROM invoice_tax"), [{ n: 1, vat_category: "S" }]);
  assert.deepEqual(rows("SELECT version, note, net_minor, line_count, adjustment_count, tax_count FROM invoice"), [
    { version: 2, note: null, net_minor: 7, line_count: 1, adjustment_count: 0, tax_count: 1 },
  ]);
});

test("invoice: a discarded draft keeps its content", () => {
  const log = LogBuilder.founded();
  const id = log.draft({ lines: [line("Mug", 5)] });
  log.add(id, { type: "InvoiceDraftDiscarded", data: {} });
  const rows = foldLog(log);
  assert.deepEqual(rows("SELECT status, version, net_minor FROM invoice"), [
    { status: "discarded", version: 2, net_minor: 5 },
  ]);
  assert.equal(rows("SELECT * FROM invoice_line").length, 1);
});

test("invoice: an issued invoice has its number and both parties, and counts", () => {
  const log = LogBuilder.founded();
  const client = log.client();
  const id = log.issue(
    "INV-00007",
    { clientId: client, lines: [line("Mug", 1000)], prepaidMinor: 200 },
    { counter: 7 },
  );
  const rows = foldLog(log);
  assert.deepEqual(rows("SELECT status, number, series, counter, issued_on, due_on, buyer_name FROM invoice"), [
    {
      ...{ status: "issued", number: "INV-00007", series: "main", counter: 7 },
      ...{ issued_on: "2024-06-15", due_on: "2024-07-15", buyer_name: "The buyer" },
    },
  ]);
  assert.deepEqual(rows("SELECT invoice_id, n, name, iban FROM invoice_party ORDER BY n"), [
    { invoice_id: id, n: 1, name: "Example Ltd", iban: "GB00BANK" },
    { invoice_id: id, n: 2, name: "The buyer", iban: null },
  ]);
  assert.deepEqual(rows("SELECT * FROM series_counter"), [
    {
      ...{ name: "main", period: "", first_number: 7, last_number: 7, pattern: "INV-{00000}" },
      ...{ last_issued_on: "2024-06-15", documents: 1, passed_over: 0 },
    },
  ]);
  assert.deepEqual(rows("SELECT * FROM month_sum"), [
    {
      ...{ month: "2024-06", currency: "GBP", invoices: 1, credit_notes: 0 },
      ...{ net_minor: 1000, tax_minor: 200, gross_minor: 1200, received_minor: 0 },
    },
  ]);
  const sums = { invoiced_minor: 1200, credited_minor: 0, outstanding_minor: 1000, credit_minor: 0 };
  assert.deepEqual(rows(balances), [{ currency: "GBP", invoices: 1, credit_notes: 0, ...sums }]);
});
