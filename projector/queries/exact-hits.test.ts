/** Which rows a search lists first, and how drafts are found by their client's current name. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { CLIENT } from "../../fixtures/data/events.ts";
import { content, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { clientList, listClients } from "./clients.ts";
import { invoiceList, listInvoices } from "./invoices.ts";
import type { Page } from "./list.ts";
import { listPayments, paymentList } from "./payments.ts";
import { MAX_CLIENTS } from "./search.ts";
import { itemList, listItems } from "./small-lists.ts";

const folder = temporaryFolder();
let files = 0;

async function cacheOf(log: LogBuilder): Promise<Database.Database> {
  const path = join(folder, `${++files}.sqlite`);
  await rebuildCache(path, new MemoryLog(log.bodies));
  return openCacheForReading(path);
}

const ids = ({ rows }: Page<{ id: number }>) => rows.map(({ id }) => id);
const clients = (db: Database.Database, q: string, words: object = {}) =>
  ids(listClients(db, clientList.parse({ q, ...words })));
const invoices = (db: Database.Database, q: string, words: object = {}) =>
  ids(listInvoices(db, invoiceList.parse({ q, ...words }), { today: "2024-07-01" }));

test("the client whose whole name was typed comes first, in any spelling, then the newest", async () => {
  const log = LogBuilder.founded();
  const [three, hm, , h, twentyTwo, thirty] = [
    "Jäger Marine 3",
    "H&M",
    "HM",
    "H & M Homes",
    "Jäger Marine 22",
    "Jäger Marine 30",
  ].map((name) => log.client(name));
  const db = await cacheOf(log);
  for (const typed of ["Jäger Marine 3", "jager marine 3", "JAEGER MARINE 3", " jäger  marine-3 "])
    assert.deepEqual(clients(db, typed), [three, thirty], typed);
  assert.deepEqual(clients(db, "jäger marine"), [thirty, twentyTwo, three]);
  for (const typed of ["H&M", "h & m", "h&m"]) assert.deepEqual(clients(db, typed), [hm, h], typed);
  assert.deepEqual(
    clients(db, "jäger marine 3", { sort: "-id" }),
    [thirty, three],
    "a sort of its own has no exceptions",
  );
  db.close();
});

test("a client or an item is found by its whole name, ids and code, in one word or several", async () => {
  const log = LogBuilder.founded();
  const [one, two, energy, three] = ["McDonald", "Mc Donald Foods", "E.ON", "3 M Wien"].map((name) => log.client(name));
  const other = log.client("Donald Mcbride");
  const register = (vatId: string | null, companyId: string | null) =>
    log.begin({ type: "ClientRegistered", data: { ...CLIENT, name: "Ids", vatId, companyId } });
  const [joined, spaced] = [register("DE123456789", "HRB 77 B"), register("FR 12 345 678 901", null)];
  const item = (code: string) =>
    log.begin({
      type: "ItemAdded",
      data: { code, description: "x", unit: "C62", price6: 1, vatCategory: "S", vatRate3: 20_000, more: null },
    });
  const dotted = item("AB.12/34-X");
  const db = await cacheOf(log);
  for (const [typed, found] of [
    ["mc donald", [one, other, two]],
    ["McDonald", [one, two]],
    ["mcdon", [two, one]],
    ["Mc Donald F", [two]],
    ["eon", [energy]],
    ["3m", [three]],
    ["DE 123 456 789", [joined]],
    ["de123456789", [joined]],
    ["FR12345678901", [spaced]],
    ["FR 12 345", [spaced]],
    ["hrb77b", [joined]],
    ["mc donaldson", []],
  ] as const)
    assert.deepEqual(clients(db, typed), found, typed);
  for (const typed of ["AB12", "ab1234x", "ab 12 34x", "AB.12/34X"])
    assert.deepEqual(ids(listItems(db, itemList.parse({ q: typed }))), [dotted], typed);
  db.close();
});

test("the whole name of an old client finds its draft and its payment, although a word of it is common", async () => {
  const log = LogBuilder.founded();
  const old = log.client("Common Zebra");
  const draft = log.draft({ clientId: old, lines: [line("Mug", 100)] });
  const payment = log.payment(old, 100);
  for (let n = 0; n < MAX_CLIENTS; n++) log.draft({ clientId: log.client(`Common ${n}`), lines: [line("Mug", 100)] });
  const db = await cacheOf(log);
  for (const typed of ["common zebra", "zebra com", "zebra"]) {
    assert.deepEqual(invoices(db, typed), [draft], typed);
    assert.deepEqual(ids(listPayments(db, paymentList.parse({ q: typed }))), [payment], typed);
  }
  assert.deepEqual(invoices(db, "zebra common mug"), [draft]);
  assert.deepEqual(invoices(db, "common zebra cup"), []);
  db.close();
});

test("an amount is not the number with the same digits", async () => {
  const log = LogBuilder.founded();
  const clientId = log.client();
  const number = log.issue("INV-01788", { clientId, lines: [line("Mug", 100)] }, { counter: 1788 });
  const amount = log.draft({ clientId, lines: [line("Mug", 1_490)] });
  const payment = log.payment(clientId, 500, [[number, 100]]);
  const db = await cacheOf(log);
  for (const typed of ["17.88", "17,88", "£17.88", "17.88 GBP"]) {
    assert.deepEqual(invoices(db, typed), [amount], typed);
    assert.deepEqual(ids(listPayments(db, paymentList.parse({ q: typed }))), [], typed);
  }
  for (const typed of ["1788", "01788", "INV-1788", "inv 01788", "١٧٨٨"]) {
    assert.deepEqual(invoices(db, typed), [number], typed);
    assert.deepEqual(ids(listPayments(db, paymentList.parse({ q: typed }))), [payment], typed);
  }
  db.close();
});

test("exact hits are on the first pages only, for any size of a page", async () => {
  const log = LogBuilder.founded();
  const twins = [1, 2, 3].map(() => log.client("Blue Ltd"));
  const others = Array.from({ length: 5 }, (_, n) => log.client(`Blue Ltd ${n}`));
  const archived = log.client("Blue Ltd");
  log.add(archived, { type: "ClientArchived", data: {} });
  const db = await cacheOf(log);
  for (const limit of [1, 2, 3, 4, 7, 8, 9]) {
    const found: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = listClients(
        db,
        clientList.parse({ q: "blue ltd", archived: false, limit, ...(cursor && { cursor }) }),
      );
      assert.ok(page.rows.length <= limit);
      found.push(...ids(page));
      cursor = page.next;
    }
    assert.deepEqual(found, [...twins.toReversed(), ...others.toReversed()], `pages of ${limit}`);
  }
  db.close();
});

test("the invoice whose number was typed comes first, with or without its prefix and zeros", async () => {
  const log = LogBuilder.founded();
  const clientId = log.client();
  const input = { clientId, lines: [line("Mug", 1)] };
  const number = log.issue("INV-02102", input, { series: "main", counter: 2102 });
  const later = [21020, 21021].map((counter) => log.issue(`INV-${counter}`, input, { series: "main", counter }));
  const amount = log.issue(
    "INV-21022",
    { clientId, lines: [line("2102 mugs", 210_200)] },
    { series: "main", counter: 21_022 },
  );
  const foreign = log.issue("x2102", input, { series: "former" });
  const db = await cacheOf(log);
  assert.deepEqual(invoices(db, "2102"), [number, foreign, amount, ...later.toReversed()]);
  assert.deepEqual(invoices(db, "02102"), [number, foreign, amount], "not the numbers that have no zero");
  for (const typed of ["INV-02102", "inv 2102", "inv02102", "INV2102"])
    assert.deepEqual(invoices(db, typed)[0], number, typed);
  assert.deepEqual(invoices(db, "X2102"), [foreign]);
  assert.deepEqual(invoices(db, "2,522.40"), [amount], "an amount");
  db.close();
});

test("a draft is found by its client's name of now, also with words of its lines, and no longer by the old one", async () => {
  const log = LogBuilder.founded();
  const clientId = log.client("Jäger Marine");
  const draft = log.draft({ clientId, lines: [line("Propeller blue", 10)] });
  const other = log.draft({ clientId: log.client("Propeller Shop"), lines: [line("Rope", 10)] });
  const issued = log.issue("INV-1", { clientId, lines: [line("Propeller", 10)] });
  const discarded = log.draft({ clientId, lines: [line("Propeller", 10)] });
  log.add(discarded, { type: "InvoiceDraftDiscarded", data: {} });
  let db = await cacheOf(log);
  for (const typed of ["jager", "jaeger propeller", "prop mar", "blue jäger"])
    assert.deepEqual(invoices(db, typed), [draft], typed);
  assert.deepEqual(invoices(db, "propeller"), [issued, other, draft]);
  assert.deepEqual(invoices(db, "jager prop", { status: "discarded" }), [discarded]);
  assert.deepEqual(invoices(db, "buyer"), [issued], "an issued invoice is found by the name that is printed on it");
  db.close();
  log.add(clientId, { type: "ClientDetailsChanged", data: { ...CLIENT, name: "Otter Boats" } });
  db = await cacheOf(log);
  assert.deepEqual(invoices(db, "otter propeller"), [draft]);
  assert.deepEqual(invoices(db, "jager"), []);
  db.close();
  log.add(draft, { type: "InvoiceRevised", data: { content: content({ lines: [line("Propeller", 10)] }) } });
  db = await cacheOf(log);
  assert.deepEqual(invoices(db, "otter"), [], "a draft without a client");
  db.close();
});

test("the item whose code was typed comes first, then others by code", async () => {
  const log = LogBuilder.founded();
  const add = (code: string, description: string) =>
    log.begin({
      type: "ItemAdded",
      data: { code, description, unit: "C62", price6: 1, vatCategory: "S", vatRate3: 20_000, more: null },
    });
  const [mug10, , mug1] = [add("MUG-10", "Blue mug"), add("CUP-1", "Cup"), add("MUG-1", "Mug of A&B")];
  const aMug = add("A1", "Like MUG-1");
  const db = await cacheOf(log);
  const items = (q: string, words: object = {}) => ids(listItems(db, itemList.parse({ q, ...words })));
  for (const typed of ["MUG-1", "mug 1", "mug1"]) assert.deepEqual(items(typed), [mug1, aMug, mug10], typed);
  assert.deepEqual(items("mug-1", { sort: "code" }), [aMug, mug1, mug10]);
  assert.deepEqual(items("a&b"), [mug1]);
  assert.deepEqual(items("blue"), [mug10]);
  db.close();
});

test("a payment is found by its client, reference, amount and by the number of its invoice", async () => {
  const log = LogBuilder.founded();
  const clientId = log.client("Jäger Marine");
  const invoice = log.issue("INV-00007", { clientId, lines: [line("Mug", 178_815)] }, { series: "main", counter: 7 });
  const paid = log.payment(clientId, 178_815, [[invoice, 100]]);
  const other = log.payment(log.client("Seven 7"), 700);
  const db = await cacheOf(log);
  const payments = (q: string, words: object = {}) => ids(listPayments(db, paymentList.parse({ q, ...words })));
  for (const typed of ["jaeger", "1788.15", "1.788,15 jäger", "INV-00007", "00007", "inv 7"])
    assert.deepEqual(payments(typed)[0], paid, typed);
  assert.deepEqual(payments("7"), [paid, other]);
  assert.deepEqual(payments("7", { sort: "-id" }), [other, paid]);
  assert.deepEqual(payments("7", { sort: "-received_on" }), [other, paid]);
  assert.deepEqual(payments("1788"), []);
  db.close();
});

test("a word that names very many clients finds all their drafts and payments, each once", async () => {
  const log = LogBuilder.founded();
  const drafts: number[] = [];
  const paid: number[] = [];
  for (let n = 0; n < 300; n++) {
    const clientId = log.client(`Acme ${n}`);
    drafts.push(log.draft({ clientId, lines: [line(n % 2 ? "Rope" : "Lamp", 1)] }));
    const data = {
      clientId,
      receivedOn: "2024-06-20",
      currency: "GBP",
      amountMinor: 100 + n,
      method: "card",
      feesMinor: 0,
    } as const;
    const reference = n % 10 === 0 ? "A&B" : `T${n}`;
    paid.push(log.begin({ type: "PaymentReceived", data: { ...data, reference, allocations: [] } }));
  }
  const other = log.payment(log.client("Other"), 5, []);
  const db = await cacheOf(log);
  const all = (list: (cursor: object) => Page<{ id: number }>) => {
    const found: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = list(cursor === undefined ? {} : { cursor });
      found.push(...ids(page));
      cursor = page.next;
    }
    return found;
  };
  const payments = (q: string, words: object = {}) =>
    all((cursor) => listPayments(db, paymentList.parse({ q, limit: 90, ...words, ...cursor })));
  const found = (q: string) =>
    all((cursor) => listInvoices(db, invoiceList.parse({ q, limit: 90, ...cursor }), { today: "2024-07-01" }));
  assert.deepEqual(found("acme"), drafts.toReversed());
  assert.deepEqual(found("rope ac"), drafts.filter((_, n) => n % 2).toReversed());
  for (const words of [{}, { sort: "-id" }, { sort: "-received_on" }]) {
    assert.deepEqual(payments("acme", words), paid.toReversed());
    assert.deepEqual(payments("acme a&b", words), paid.filter((_, n) => n % 10 === 0).toReversed());
    assert.deepEqual(payments("2.50 acme", words), [paid[150]]);
    assert.deepEqual(payments("t299", words), [paid[299]]);
    assert.deepEqual(payments("0.05", words), [other]);
  }
  db.close();
});
