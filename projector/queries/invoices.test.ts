import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { sortKeyOf } from "../../events/values/sort-key.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { NUMBER_ORDER } from "../tables/document-tables.ts";
import type { Row } from "../tables/tables.ts";
import { SORTS as COLUMNS } from "./invoice-orders.ts";
import { historyOf, invoiceById, invoiceList, listInvoices } from "./invoices.ts";
import type { Page } from "./list.ts";
import { assertIndexed, recording } from "./query-plans.suite.ts";

type Invoice = Row<"invoice">;

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 1200, seed: 11 });
log.closeNow();
const { db, statements } = recording(openCacheForReading(join(folder, "cache.sqlite")));
const NAMES = "SELECT id, name FROM client";
const nameOf = new Map(db.prepare<[], [number, string]>(NAMES).raw().all());
/** All rows, with the current names of the clients of drafts. */
const all = db
  .prepare<[], Invoice>("SELECT * FROM invoice")
  .all()
  .map(withoutSince)
  .map((row) => ({ ...row, buyer_name: row.buyer_name ?? nameOf.get(row.client_id ?? 0) ?? null }));
const TODAY = "2023-06-01";

/** All pages of a list, with filters as in a URL. */
function listAll(words: Record<string, unknown>, maxScanned?: number): { rows: Invoice[]; pages: Page<Invoice>[] } {
  const pages: Page<Invoice>[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = invoiceList.parse({ ...words, ...(cursor !== undefined && { cursor }) });
    const page = listInvoices(db, query, { today: TODAY, ...(maxScanned !== undefined && { maxScanned }) });
    pages.push(page);
    cursor = page.next;
    assert.ok(pages.length <= 2 * all.length + 2, "the pages do not end");
  }
  return { rows: pages.flatMap(({ rows }) => rows), pages };
}

const isOpen = (row: Invoice) =>
  row.status === "issued" && row.gross_minor - row.prepaid_minor + row.rounding_minor !== row.paid_minor;
const isOwed = ({ kind, gross_minor, prepaid_minor, rounding_minor, paid_minor }: Invoice) =>
  Math.sign(gross_minor - prepaid_minor + rounding_minor - paid_minor) === (kind === "invoice" ? 1 : -1);
const isOverdue = (row: Invoice) => isOpen(row) && isOwed(row) && row.due_on !== null && row.due_on < TODAY;
const within = <V extends string | number>(value: V | null, min: V | undefined, max: V | undefined) =>
  (min === undefined || (value !== null && value >= min)) && (max === undefined || (value !== null && value <= max));

interface Filter {
  status?: string;
  kind?: string;
  client?: number;
  currency?: string;
  open?: boolean;
  owed?: boolean;
  overdue?: boolean;
  issued_from?: string;
  issued_to?: string;
  due_from?: string;
  due_to?: string;
  gross_min?: number;
  gross_max?: number;
  sort?: string;
}

const HOME = db.prepare<[], string>("SELECT currency FROM organization WHERE id = 1").pluck().get() ?? assert.fail();
const bytesOf = (text: string) => Buffer.from(text).toString("hex");
/** The organization's currency sorts before the others, in both directions. */
const groupOf = (currency: string) => (currency === HOME ? "" : currency);
const STATUSES = ["draft", "open", "credit", "settled", "void", "discarded"];
function statusOf(row: Invoice): string {
  if (row.status !== "issued") return row.status;
  return !isOpen(row) ? "settled" : row.kind === "invoice" ? "open" : "credit";
}

type Keys = (string | number)[];

/** What rows are sorted by: keys before the column, the column's own keys, and keys after it. Null: left out. */
function keysOf(row: Invoice, column: string): { before: Keys; own: Keys; after: Keys } | null {
  const keys = (before: Keys, own: Keys, after: Keys = []) => ({ before, own, after });
  switch (column) {
    case "gross_minor":
      return keys([groupOf(row.currency)], [row.gross_minor, row.id]);
    case "balance_minor":
      return isOpen(row)
        ? keys(
            [groupOf(row.currency)],
            [row.gross_minor - row.prepaid_minor + row.rounding_minor - row.paid_minor, row.id],
          )
        : null;
    case "number": {
      const [, beginning = "", digits = ""] = row.number?.match(/^(.*?)0*(\d*)$/) ?? [];
      return row.number === null ? null : keys([], [beginning, digits.length, digits, row.id]);
    }
    case "client": {
      const name = nameOf.get(row.client_id ?? 0);
      return name === undefined ? null : keys([], [bytesOf(sortKeyOf(name)), row.client_id ?? 0], [-row.id]);
    }
    case "status": {
      const status = statusOf(row);
      return keys([], [STATUSES.indexOf(status)], status === "open" ? [row.due_on ?? "", row.id] : [-row.id]);
    }
    default: {
      const value = row[column as keyof Invoice];
      return value === null ? null : keys([], [value, row.id]);
    }
  }
}

function compareKeys(a: Keys, b: Keys): number {
  const at = a.findIndex((key, n) => key !== b[n]);
  return at < 0 ? 0 : (a[at] as number) < (b[at] as number) ? -1 : 1;
}

/** The same list, computed from all rows. */
function expectedRows(given: Filter, sort: string): Invoice[] {
  const descending = sort.startsWith("-");
  const column = sort.replace("-", "");
  const limited = given.gross_min !== undefined || given.gross_max !== undefined;
  const words = { ...given, ...(limited && { currency: given.currency ?? HOME }) };
  const fits = (row: Invoice) =>
    (words.status === undefined ? row.status !== "discarded" : row.status === words.status) &&
    (words.kind === undefined || row.kind === words.kind) &&
    (words.client === undefined || row.client_id === words.client) &&
    (words.currency === undefined || row.currency === words.currency) &&
    (words.open === undefined || isOpen(row) === words.open) &&
    (words.owed === undefined || (isOpen(row) && isOwed(row) === words.owed)) &&
    (words.overdue === undefined || isOverdue(row) === words.overdue) &&
    within(row.issued_on, words.issued_from, words.issued_to) &&
    within(row.due_on, words.due_from, words.due_to) &&
    within(row.gross_minor, words.gross_min, words.gross_max);
  const sign = descending ? -1 : 1;
  return all
    .filter(fits)
    .flatMap((row) => {
      const keys = keysOf(row, column);
      return keys === null ? [] : [{ row, ...keys }];
    })
    .sort(
      (a, b) => compareKeys(a.before, b.before) || sign * compareKeys(a.own, b.own) || compareKeys(a.after, b.after),
    )
    .map(({ row }) => row);
}

const ids = (rows: readonly Invoice[]) => rows.map(({ id }) => id);
const days = [...new Set(all.flatMap(({ issued_on, due_on }) => [issued_on, due_on]))].filter((day) => day !== null);
const arbitraryDay = fc.constantFrom(...days);
const arbitraryGross = fc.constantFrom(...all.map(({ gross_minor }) => gross_minor));
const SORTS = COLUMNS.flatMap((column) => [column, `-${column}`]);

const arbitraryWords = fc.record(
  {
    status: fc.constantFrom("draft", "issued", "void", "discarded"),
    kind: fc.constantFrom("invoice", "credit_note"),
    client: fc.constantFrom(...new Set(all.flatMap(({ client_id }) => client_id ?? [])), 999_999),
    currency: fc.constantFrom("GBP", "EUR", "JPY", "CHF"),
    open: fc.boolean(),
    owed: fc.boolean(),
    overdue: fc.boolean(),
    issued_from: arbitraryDay,
    issued_to: arbitraryDay,
    due_from: arbitraryDay,
    due_to: arbitraryDay,
    gross_min: arbitraryGross,
    gross_max: arbitraryGross,
  },
  { requiredKeys: [], noNullPrototype: true },
);

test("listInvoices() in pages of any size returns each matching row once, in order", () => {
  fc.assert(
    fc.property(
      arbitraryWords,
      fc.constantFrom(...SORTS),
      fc.constantFrom(1, 7, 50, 200),
      fc.constantFrom(3, 60, 4096),
      (words, sort, limit, maxScanned) => {
        const { rows, pages } = listAll({ ...words, sort, limit }, maxScanned);
        assert.deepEqual(ids(rows), ids(expectedRows(words as Filter, sort)));
        for (const page of pages) assert.ok(page.rows.length <= limit);
      },
    ),
    { numRuns: 240 },
  );
});

test("listInvoices() sorts numbers by value, and never compares amounts of several currencies", () => {
  const numbers = listAll({ sort: "number" }).rows.map(({ number }) => number);
  const counts = numbers.flatMap((number) => (number?.startsWith("INV-") ? Number(number.slice(4)) : []));
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
  for (const sort of ["gross_minor", "-gross_minor", "balance_minor", "-balance_minor"]) {
    const { rows } = listAll({ sort });
    const currencies = rows.map(({ currency }) => currency).filter((currency, n, list) => currency !== list[n - 1]);
    assert.ok(currencies.length > 1);
    assert.deepEqual(currencies, [HOME, ...currencies.slice(1).toSorted()], sort);
  }
  const largest = listAll({ gross_min: 1 }).rows;
  assert.deepEqual(new Set(largest.map(({ currency }) => currency)), new Set([HOME]));
});

test("numbers of any series sort by value", () => {
  const memory = new Database(":memory:");
  const order = memory.prepare<[string], string>(
    `SELECT value FROM (SELECT value, value AS number FROM json_each(?)) ORDER BY ${NUMBER_ORDER.join(", ")}`,
  );
  const numbers = ["A10", "INV-9", "INV-0010", "INV-99999", "INV-100000", `INV-1${"0".repeat(30)}`, "RE 2024/7", "X"];
  assert.deepEqual(order.pluck().all(JSON.stringify(numbers.toReversed())), numbers);
  memory.close();
});

test("listInvoices() accepts filters as text from a URL", () => {
  const { client_id: client } = all.find((row) => row.client_id !== null && isOpen(row)) ?? assert.fail();
  assert.ok(client);
  const { rows } = listAll({ limit: "200", client: String(client), open: "true", gross_min: "-5" });
  const words = { client, open: true, gross_min: -5 };
  assert.deepEqual(ids(rows), ids(expectedRows(words, "due_on")));
  assert.ok(rows.length > 0);
  assert.deepEqual(
    rows[0],
    all.find(({ id }) => id === rows[0]?.id),
    "the whole row, as in the table",
  );
});

test("listInvoices() has a default order for each filter", () => {
  for (const [words, sort] of [
    [{}, "-id"],
    [{ status: "issued" }, "-id"],
    [{ open: true }, "due_on"],
    [{ overdue: true }, "due_on"],
    [{ owed: true }, "due_on"],
    [{ owed: false }, "due_on"],
    [{ due_to: "2023-05-01" }, "due_on"],
    [{ issued_from: "2023-02-01" }, "-issued_on"],
    [{ gross_min: 1 }, "-gross_minor"],
  ] as const)
    assert.deepEqual(
      ids(listAll({ ...words, limit: 200 }).rows),
      ids(expectedRows(words, sort)),
      JSON.stringify(words),
    );
});

test("listInvoices() ends its pages at their size: size - 1, size, size + 1", () => {
  const count = expectedRows({}, "-id").length;
  for (const [limit, pages] of [
    [count - 1, 2],
    [count, 1],
    [count + 1, 1],
  ] as const)
    if (limit <= 200) assert.equal(listAll({ limit }).pages.length, pages, `${limit} of ${count}`);
  const some = expectedRows({ status: "draft" }, "-id").length;
  assert.ok(some > 1 && some < 200, `${some}`);
  assert.equal(listAll({ status: "draft", limit: some }).pages.length, 1);
  assert.equal(listAll({ status: "draft", limit: some - 1 }).pages.length, 2);
});

test("listInvoices() reads a bounded number of entries, and returns a cursor", () => {
  // Nothing matches: each page reads ten entries, and is empty.
  const { rows, pages } = listAll({ currency: "CHF", limit: 50 }, 10);
  assert.deepEqual(rows, []);
  assert.equal(pages.length, Math.ceil((all.length + 1) / 10));
});

test("listInvoices() refuses a cursor of another list or sort", () => {
  const { pages } = listAll({ sort: "-issued_on", limit: 3 });
  const cursor = pages[0]?.next as string;
  const ask = (words: object) => () => listInvoices(db, invoiceList.parse(words), { today: TODAY });
  ask({ sort: "-issued_on", cursor })();
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const [sort, wrong] of [
    ["issued_on", cursor],
    ["-id", cursor],
    ["-issued_on", "x"],
    ["-issued_on", encode(null)],
    ["-issued_on", encode(["-issued_on", 7, 7])],
    ["-issued_on", encode(["-issued_on", "2023-01-01", "7"])],
    ["-issued_on", encode(["-issued_on", "2023-01-01", -1])],
    ["-issued_on", encode(["-issued_on", "2023-01-01", 7, 7])],
    ["-gross_minor", encode(["-gross_minor", 7, 7])],
    ["-gross_minor", encode(["-gross_minor", HOME, "7", 7])],
    ["-gross_minor", encode(["-gross_minor", HOME, { sql: 1 }, 7])],
    ["-gross_minor", encode(["-gross_minor", "XXX", 7, 7])],
    ["client", encode(["client", "a", 7])],
    ["status", encode(["status", "paid", 7])],
  ])
    assert.throws(ask({ sort, cursor: wrong }), { name: "ZodError", message: /cursor/ }, `${sort} ${wrong}`);
});

test("listInvoices() returns a page or a refusal for any cursor", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.constantFrom(...SORTS), fc.boolean(), (text, sort, encoded) => {
      const cursor = encoded ? Buffer.from(text).toString("base64url") : text;
      const query = invoiceList.safeParse({ sort, cursor });
      if (!query.success) return;
      try {
        listInvoices(db, query.data, { today: TODAY });
      } catch (error) {
        assert.equal((error as Error).name, "ZodError");
      }
    }),
    { numRuns: 300 },
  );
});

test("invoiceList refuses unknown filters and values", () => {
  for (const words of [
    { limit: 0 },
    { limit: 201 },
    { limit: "many" },
    { sort: "note" },
    { sort: "--id" },
    { status: "paid" },
    { open: "yes" },
    { issued_from: "2023-13-01" },
    { gross_min: "1.5" },
    { client: "1e3" },
    { colour: "red" },
  ])
    assert.equal(invoiceList.safeParse(words).success, false, JSON.stringify(words));
});

test("invoiceById() returns an invoice with its parts and everything allocated to it", () => {
  const paid = all.filter((row) => row.kind === "invoice" && row.paid_minor !== 0);
  const notes = all.filter((row) => row.kind === "credit_note" && row.allocation_count > 0);
  assert.ok(paid.length > 0 && notes.length > 0);
  let further = 0;
  for (const row of all) {
    const { more, ...whole } = invoiceById(db, row.id) ?? assert.fail();
    const { lines, adjustments, taxes, parties, payments, credits, credit_allocations, deliveries, ...rest } = whole;
    assert.deepEqual(rest, row);
    const isFurther = more !== null || lines.some((line) => line.more !== null);
    assert.equal(isFurther, row.more_count === 1);
    if (isFurther) further++;
    assert.deepEqual(
      [lines.length, adjustments.length, taxes.length, credit_allocations.length, deliveries.length],
      [row.line_count, row.adjustment_count, row.tax_count, row.allocation_count, row.delivery_count],
    );
    assert.deepEqual(
      lines.map(({ n }) => n),
      lines.map((_, n) => n + 1),
    );
    assert.equal(parties.length, row.issued_on === null ? 0 : 2);
    const settled = [...payments, ...credits, ...credit_allocations];
    const sum = settled.reduce((total, { amount_minor }) => total + amount_minor, 0);
    assert.equal(sum + row.written_off_minor + row.refunded_minor, Math.abs(row.paid_minor));
  }
  assert.ok(further > 3);
  assert.equal(invoiceById(db, 999_999), undefined);
  assert.equal(invoiceById(db, 1), undefined, "the organization is not an invoice");
});

test("historyOf() returns the events of the invoice and of its payments and credit notes, in order", () => {
  for (const { id, version } of all) {
    const entries = historyOf(db, "invoice", id) ?? assert.fail();
    assert.equal(entries.filter(({ stream }) => stream === id).length, version);
    assert.equal(entries[0]?.seq, Math.min(id, entries[0]?.seq ?? 0));
    assert.deepEqual(
      entries,
      entries.toSorted((a, b) => a.seq - b.seq),
    );
  }
  assert.equal(historyOf(db, "invoice", 2), undefined);
});

test("no list of invoices scans the table or sorts", () => {
  const words = fc.sample(fc.tuple(arbitraryWords, fc.constantFrom(...SORTS)), { numRuns: 200, seed: 1 });
  for (const [some, sort] of words) {
    listAll({ ...some, sort, limit: 40 });
    listAll({ ...some, limit: 40 });
  }
  assert.ok(statements.size > 300, `${statements.size} statements`);
  for (const sql of ["SELECT * FROM invoice", NAMES]) statements.delete(sql);
  assertIndexed(
    db,
    [...statements].filter((sql) => !/ FROM activity AS a WHERE .* ORDER BY| FROM payment_allocation WHERE /.test(sql)),
  );
});
