/** Every list except invoices, compared with the same list computed from all rows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { sortKeyOf } from "../../events/values/sort-key.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { clientOf } from "../stated/further.ts";
import { columnList } from "../tables/table.ts";
import { type Row, TABLES } from "../tables/tables.ts";
import { activityList, listActivity } from "./activity.ts";
import { clientById, clientList, listClients } from "./clients.ts";
import type { Page } from "./list.ts";
import { sequenceAt } from "./moment.ts";
import { listPayments, paymentById, paymentList } from "./payments.ts";
import { assertIndexed, recording } from "./query-plans.suite.ts";
import { itemById, itemList, listItems, listUsers, organizationOf, userById, userList } from "./small-lists.ts";
import { usedVatRates } from "./vat-rates.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 1200, seed: 4 });
log.closeNow();
const plain = openCacheForReading(join(folder, "cache.sqlite"));
const { db, statements } = recording(plain);
const rowsOf = <R>(sql: string) =>
  plain
    .prepare<[], R>(sql)
    .all()
    .map((row) => withoutSince(row as object) as R);

/** Reads all pages of a list, with several page sizes, and asserts that they have the same rows. */
function pagesOf<R>(list: (words: { limit: number; cursor?: string }) => Page<R>): R[] {
  const results = [1, 4, 200].map((limit) => {
    const rows: R[] = [];
    for (let cursor: string | null | undefined, n = 0; cursor !== null && n < 2000; n++) {
      const page = list({ limit, ...(cursor !== undefined && { cursor }) });
      assert.ok(page.rows.length <= limit);
      rows.push(...page.rows);
      cursor = page.next;
    }
    return rows;
  });
  assert.deepEqual(results[0], results[2]);
  assert.deepEqual(results[1], results[2]);
  return results[2] ?? [];
}

const by =
  <R>(...keys: ((row: R) => string | number)[]) =>
  (a: R, b: R) => {
    for (const key of keys) if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
    return 0;
  };
const fits =
  <R extends object>(words: Partial<Record<keyof R, unknown>>) =>
  (row: R) =>
    Object.entries(words).every(([name, value]) => (row as Record<string, unknown>)[name] === value);

const clients = rowsOf<Row<"client">>("SELECT * FROM client");
const payments = rowsOf<Row<"payment">>("SELECT * FROM payment");
const HOME = rowsOf<{ currency: string }>("SELECT currency FROM organization")[0]?.currency ?? assert.fail();

test("listClients() sorts by name in any case, and by id, with balances", () => {
  const list = (words: object) => pagesOf((page) => listClients(db, clientList.parse({ ...words, ...page })));
  const name = (row: Row<"client">) => Buffer.from(sortKeyOf(row.name)).toString("hex");
  const id = (row: Row<"client">) => row.id;
  const byName = clients.toSorted(by(name, id));
  const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id);
  assert.deepEqual(idsOf(list({})), idsOf(byName));
  assert.deepEqual(idsOf(list({ sort: "-name" })), idsOf(byName).reverse());
  assert.deepEqual(idsOf(list({ sort: "-id" })), idsOf(clients).reverse());
  for (const archived of [true, false])
    assert.deepEqual(idsOf(list({ archived })), idsOf(byName.filter(fits({ archived: archived ? 1 : 0 }))));

  for (const { currency } of rowsOf<{ currency: string }>("SELECT DISTINCT currency FROM client_balance"))
    for (const column of ["outstanding_minor", "credit_minor"] as const) {
      const amounts = new Map(
        rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance")
          .filter((row) => row.currency === currency && row[column] !== 0)
          .map((row) => [row.client_id, row[column]]),
      );
      const sorted = clients.filter((row) => amounts.has(row.id)).sort(by((row) => amounts.get(row.id) ?? 0, id));
      assert.deepEqual(idsOf(list({ sort: column, currency })), idsOf(sorted));
      assert.deepEqual(idsOf(list({ sort: `-${column}`, currency })), idsOf(sorted).reverse());
      if (currency === HOME) assert.deepEqual(idsOf(list({ sort: column })), idsOf(sorted));
      assert.ok(currency !== HOME || sorted.length > 1);
    }
  const inEuro = new Set(
    rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance WHERE currency = 'EUR'").map((row) => row.client_id),
  );
  assert.deepEqual(idsOf(list({ currency: "EUR" })), idsOf(byName.filter((row) => inEuro.has(row.id))));

  const balances = rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance ORDER BY client_id, currency");
  assert.ok(balances.length > 2);
  for (const client of list({})) {
    const { balances: own, more, ...row } = client;
    assert.deepEqual(row, clients.find(fits({ id: row.id })));
    assert.deepEqual(more, clientOf(row).more);
    assert.deepEqual(
      own.map((balance) => ({ client_id: row.id, ...balance })),
      balances.filter(fits({ client_id: row.id })),
    );
    assert.deepEqual(clientById(db, row.id), client);
  }
  assert.equal(clientById(db, 1), undefined);
});

test("listItems() and listUsers() list all rows, and those that match a filter", () => {
  const items = rowsOf<Row<"item">>(`SELECT ${columnList(TABLES.item)} FROM item`);
  const list = (words: object) =>
    pagesOf((page) => listItems(db, itemList.parse({ ...words, ...page }))).map(({ more, ...row }) => {
      assert.equal(more?.attributes.length ?? 0, row.attribute_count);
      assert.equal(more?.about ?? null, row.about);
      return row;
    });
  const byCode = items.toSorted(
    by(
      (row) => Buffer.from(sortKeyOf(row.code)).toString("hex"),
      (row) => row.id,
    ),
  );
  assert.ok(items.length > 3);
  assert.deepEqual(list({}), byCode);
  assert.deepEqual(list({ sort: "-code", archived: "false" }), byCode.filter(fits({ archived: 0 })).reverse());
  assert.deepEqual(list({ sort: "id", archived: true }), items.filter(fits({ archived: 1 })));
  const { more: _, ...first } = itemById(db, items[0]?.id ?? 0) ?? assert.fail();
  assert.deepEqual(first, items[0]);
  assert.equal(itemById(db, 1), undefined);

  const users = rowsOf<Row<"user">>('SELECT * FROM "user"');
  const pagesOfUsers = (words: object) => pagesOf((page) => listUsers(db, userList.parse({ ...words, ...page })));
  assert.ok(users.length > 2);
  assert.deepEqual(pagesOfUsers({}), users);
  const byName = users.toSorted(
    by(
      (row) => sortKeyOf(row.name),
      (row) => row.id,
    ),
  );
  assert.deepEqual(pagesOfUsers({ sort: "name" }), byName);
  assert.deepEqual(pagesOfUsers({ sort: "-name" }), byName.toReversed());
  assert.deepEqual(pagesOfUsers({ active: "true", role: "owner" }), users.filter(fits({ active: 1, role: "owner" })));
  assert.deepEqual(userById(db, 2), users[0]);
  assert.equal(userById(db, 1), undefined);
});

test("listPayments() lists all rows, and those that match a filter", () => {
  const list = (words: object) => pagesOf((page) => listPayments(db, paymentList.parse({ ...words, ...page })));
  const newest = payments.toReversed();
  assert.ok(payments.length > 20);
  assert.deepEqual(list({}), newest);
  const { client_id } = payments[0] as Row<"payment">;
  assert.deepEqual(list({ client: client_id }), newest.filter(fits({ client_id })));
  assert.deepEqual(
    list({ client: client_id, sort: "received_on" }).length,
    payments.filter(fits({ client_id })).length,
  );
  assert.deepEqual(list({ currency: "EUR", sort: "id" }), payments.filter(fits({ currency: "EUR" })));
  const amounts = by<Row<"payment">>(
    (row) => row.amount_minor,
    (row) => row.id,
  );
  const group = by<Row<"payment">>((row) => (row.currency === HOME ? "" : row.currency));
  for (const words of [{}, { reversed: false }])
    for (const [sort, sign] of [
      ["amount_minor", 1],
      ["-amount_minor", -1],
    ] as const)
      assert.deepEqual(
        list({ sort, ...words }),
        payments
          .filter((row) => !("reversed" in words) || row.reversed === 0)
          .sort((a, b) => group(a, b) || sign * amounts(a, b)),
      );
  assert.deepEqual(
    list({ sort: "amount_minor", currency: "EUR" }),
    payments.filter(fits({ currency: "EUR" })).sort(amounts),
  );
  const nameOf = new Map(clients.map((row) => [row.id, Buffer.from(sortKeyOf(row.name)).toString("hex")]));
  const byClient = by<Row<"payment">>(
    (row) => nameOf.get(row.client_id) ?? "",
    (row) => row.client_id,
  );
  assert.deepEqual(list({ sort: "client" }), newest.toSorted(byClient));
  assert.deepEqual(
    list({ sort: "-client" }),
    newest.toSorted((a, b) => byClient(b, a)),
  );
  assert.deepEqual(list({ sort: "-client", client: client_id }), newest.filter(fits({ client_id })));
  assert.deepEqual(list({ reversed: true }), newest.filter(fits({ reversed: 1 })));
  assert.deepEqual(list({ method: "cash" }), []);
  const hasRemainder = (row: Row<"payment">) =>
    row.reversed === 0 && row.allocated_minor + row.refunded_minor < row.amount_minor;
  assert.deepEqual(list({ unallocated: "true" }), newest.filter(hasRemainder));
  assert.deepEqual(
    list({ unallocated: "false" }),
    newest.filter((row) => !hasRemainder(row)),
  );
  const day = payments[0]?.received_on ?? "";
  assert.deepEqual(list({ received_from: day, received_to: day }), newest.filter(fits({ received_on: day })));
  assert.deepEqual(list({ received_from: "2099-01-01" }), []);

  const allocations = rowsOf<Row<"paymentAllocation">>("SELECT * FROM payment_allocation");
  const { invoice_id } = allocations[0] as Row<"paymentAllocation">;
  const against = allocations.filter(fits({ invoice_id })).map(({ payment_id }) => payment_id);
  assert.deepEqual(
    list({ invoice: invoice_id }),
    newest.filter(({ id }) => against.includes(id)),
  );
  assert.throws(() => list({ invoice: invoice_id, sort: "received_on" }), { name: "ZodError", message: /sort/ });
  for (const row of payments) {
    const { allocations: own, refunds: _, ...rest } = paymentById(db, row.id) ?? assert.fail();
    assert.deepEqual(rest, row);
    assert.equal(own.length, row.allocation_count);
    assert.equal(
      own.reduce((sum, { amount_minor }) => sum + amount_minor, 0),
      row.allocated_minor,
    );
    for (const { number } of own) assert.ok(number !== null);
  }
  assert.equal(paymentById(db, 1), undefined);
});

test("listActivity() filters by stream, user and time", () => {
  const list = (words: object) => pagesOf((page) => listActivity(db, activityList.parse({ ...words, ...page })));
  const names = new Map(rowsOf<Row<"user">>('SELECT * FROM "user"').map(({ id, name }) => [id, name]));
  const events = rowsOf<Row<"activity">>("SELECT * FROM activity ORDER BY seq DESC").map((row) => ({
    ...row,
    event_id: uuidText(row.event_id),
    actor_name: names.get(row.actor) ?? null,
  }));
  assert.deepEqual(list({}), events);
  assert.deepEqual(list({ sort: "seq" }), events.toReversed());
  const { stream } = events.find(({ type }) => type === "PaymentReallocated") ?? assert.fail();
  const ofStream = events.filter(fits({ stream }));
  assert.ok(ofStream.length > 1);
  assert.deepEqual(list({ stream }), ofStream);
  assert.deepEqual(list({ stream, sort: "seq", actor: 2 }), ofStream.toReversed());
  assert.deepEqual(list({ stream, actor: 7 }), []);
  assert.deepEqual(list({ actor: "0" }), events.filter(fits({ actor: 0 })));
  assert.deepEqual(list({ type: "InvoiceIssued" }), events.filter(fits({ type: "InvoiceIssued" })));
  assert.deepEqual(list({ stream_kind: "item" }), events.filter(fits({ stream_kind: "item" })));
  const [from, to] = [events.at(-50)?.at ?? 0, events.at(-150)?.at ?? 0];
  const then = events.filter(({ at }) => at >= from && at <= to);
  assert.ok(then.length >= 100 && then.length < events.length);
  for (const words of [{}, { actor: 2 }])
    assert.deepEqual(
      list({ ...words, from: new Date(from).toISOString(), to: new Date(to).toISOString() }),
      then.filter(fits(words)),
    );
  assert.deepEqual(list({ from: to, to: from, stream }), []);
  assert.equal(activityList.safeParse({ from: "2023-01-01" }).success, false, "a day is not a time");
});

test("sequenceAt() is the last event up to a time", () => {
  const ats = rowsOf<{ seq: number; at: number }>("SELECT seq, at FROM activity ORDER BY seq");
  for (const atMs of [...new Set(ats.map(({ at }) => at))].flatMap((at) => [at - 1, at, at + 1]))
    assert.equal(sequenceAt(db, atMs), ats.filter(({ at }) => at <= atMs).length);
});

test("organizationOf() returns the profile, its VAT rates, and the number series with their last numbers", () => {
  const { number_series: series, vat_rates: rates, more, ...row } = organizationOf(db) ?? assert.fail();
  assert.deepEqual(row, rowsOf("SELECT * FROM organization")[0]);
  assert.equal(series.length, row.series_count);
  assert.deepEqual([more?.identifiers.length, more?.accounts.length], [row.identifier_count, row.account_count]);
  assert.deepEqual(rates, rowsOf("SELECT n, name, vat_category, vat_rate3, reason FROM vat_rate ORDER BY n"));
  const all = rowsOf<Row<"seriesCounter">>("SELECT * FROM series_counter ORDER BY period DESC");
  assert.ok(all.length > 0);
  for (const { name, last_number, documents, last_issued_on } of series) {
    const counters = all.filter((one) => one.name === name);
    const count = counters.reduce((sum, one) => sum + one.documents, 0);
    assert.deepEqual([last_number, documents], [counters[0]?.last_number ?? 0, count]);
    assert.equal(last_issued_on, counters[0]?.last_issued_on ?? null);
  }
});

test("usedVatRates() lists each rate once: of the latest documents first, then of the latest items", () => {
  const ids = rowsOf<{ id: number }>("SELECT id FROM invoice").map(({ id }) => id);
  const documents = ids.sort((a, b) => b - a).slice(0, 100);
  const taxes = rowsOf<Row<"invoiceTax">>("SELECT * FROM invoice_tax ORDER BY n");
  const items = rowsOf<Row<"item">>(`SELECT ${columnList(TABLES.item)} FROM item`).sort((a, b) => b.id - a.id);
  const used = [...documents.flatMap((id) => taxes.filter((tax) => tax.invoice_id === id)), ...items.slice(0, 200)];
  const rates = used.map(({ vat_category, vat_rate3 }) => ({ vat_category, vat_rate3 }));
  const once = [...new Map(rates.map((one) => [JSON.stringify(one), one])).values()].slice(0, 20);
  assert.ok(once.length > 1);
  assert.deepEqual(usedVatRates(db), once);
});

test("every list refuses the cursor of another list", () => {
  const { next } = listUsers(db, userList.parse({ limit: 1 }));
  const cursor = next as string;
  for (const ask of [
    () => listItems(db, itemList.parse({ cursor })),
    () => listClients(db, clientList.parse({ cursor })),
    () => listPayments(db, paymentList.parse({ cursor })),
    () => listActivity(db, activityList.parse({ cursor })),
  ])
    assert.throws(ask, { name: "ZodError", message: /cursor/ });
});

test("none of these lists scans a table or sorts", () => {
  assert.ok(statements.size > 40, `${statements.size} statements`);
  assertIndexed(
    plain,
    [...statements].filter((sql) => !/FROM meta$|FROM number_series AS s/.test(sql)),
  );
});
