/** What a search of each list finds, compared with the same search of all rows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { defineSearchFunctions, SEARCH, type SearchName } from "../cache/search-index.ts";
import { type Expression, matches, parseSearch } from "../cache/search-input.ts";
import { wordsOf, wordsOfWhole } from "../cache/search-words.ts";
import { clientList, listClients } from "./clients.ts";
import { invoiceList, listInvoiceIds, listInvoices } from "./invoices.ts";
import type { Page } from "./list.ts";
import { listPayments, paymentList } from "./payments.ts";
import { assertIndexed, recording } from "./query-plans.suite.ts";
import { itemList, listItems } from "./small-lists.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 1200, seed: 11 });
log.closeNow();
const plain = openCacheForReading(join(folder, "cache.sqlite"));
defineSearchFunctions(plain);
const { db, statements } = recording(plain);
const TODAY = "2023-06-01";

type Words = Record<string, unknown>;
const LISTS: Record<SearchName, (words: Words, maxScanned?: number) => Page<{ id: number }>> = {
  invoice: (words, maxScanned) =>
    listInvoices(db, invoiceList.parse(words), { today: TODAY, ...(maxScanned && { maxScanned }) }),
  client: (words) => listClients(db, clientList.parse(words)),
  item: (words) => listItems(db, itemList.parse(words)),
  payment: (words) => listPayments(db, paymentList.parse(words)),
};

/** The ids of all pages. */
function pagesOf(name: SearchName, words: Words, maxScanned?: number): number[] {
  const ids: number[] = [];
  for (let cursor: string | null | undefined, pages = 0; cursor !== null; pages++) {
    const page = LISTS[name]({ ...words, ...(cursor !== undefined && { cursor }) }, maxScanned);
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.next;
    assert.ok(pages < 5_000, "the pages do not end");
  }
  return ids;
}

const wordsById = (sql: string) =>
  new Map(
    plain
      .prepare<[], [number, string]>(sql)
      .raw()
      .all()
      .map(([id, text]) => [id, new Set(text.split(" "))]),
  );
const stored = Object.fromEntries(
  Object.entries(SEARCH).map(([name, { select }]) => [name, wordsById(select)]),
) as Record<SearchName, Map<number, Set<string>>>;
const names = new Map(
  plain
    .prepare<[], [number, string]>("SELECT id, name FROM client")
    .raw()
    .all()
    .map(([id, name]) => [id, new Set(wordsOf(name).split(" "))]),
);
const PATTERNS = plain.prepare<[], string>("SELECT pattern FROM number_series").pluck().all();
const PREFIXES = PATTERNS.map((pattern) => pattern.replace(/\{.*/, ""));
const prefixes = PREFIXES.map((prefix) => prefix.toLowerCase().replace(/\W/g, "")).filter((prefix) => prefix !== "");

/** The words of a row's client that find the row, too. */
const clientOf: Partial<Record<SearchName, Map<number, Set<string>>>> = {
  invoice: new Map(
    plain
      .prepare<[], [number, number]>("SELECT id, client_id FROM invoice WHERE number IS NULL AND client_id IS NOT NULL")
      .raw()
      .all()
      .map(([id, client]) => [id, names.get(client) ?? assert.fail()]),
  ),
  payment: new Map(
    plain
      .prepare<[], [number, number]>("SELECT id, client_id FROM payment")
      .raw()
      .all()
      .map(([id, client]) => [id, stored.client.get(client) ?? assert.fail()]),
  ),
};

/** The same search of all rows. Without the payments that are found by the number of their invoice. */
function expectedIds(name: SearchName, q: string): number[] {
  const expressions = parseSearch(q, { prefixes: name === "invoice" ? prefixes : name === "payment" ? [""] : [] });
  if (expressions.length === 0) return [];
  const plainly = parseSearch(q);
  const whole = name === "client" || name === "item" ? wordsOfWhole(q) : [];
  const ids: number[] = [];
  for (const [id, words] of stored[name]) {
    const ofClient = clientOf[name]?.get(id) ?? new Set<string>();
    const has = (one: Expression, n: number) => matches(one, words) || matches(plainly[n] ?? assert.fail(), ofClient);
    const hasWhole = whole.some((word) => matches({ word, whole: false }, words));
    if (hasWhole || expressions.every(has)) ids.push(id);
  }
  return ids.toSorted((a, b) => b - a);
}

/** Texts to search for, made of the texts of all rows. */
const TEXTS: Record<SearchName, string> = {
  invoice: `SELECT concat_ws(' ', i.number, i.buyer_name, i.note, (SELECT name FROM client WHERE id = i.client_id),
    l.description, l.code) FROM invoice AS i LEFT JOIN invoice_line AS l ON l.invoice_id = i.id`,
  client: "SELECT concat_ws(' ', name, contact, email, city, vat_id) FROM client",
  item: "SELECT concat_ws(' ', code, description) FROM item",
  payment:
    "SELECT concat_ws(' ', p.reference, c.name, c.city, p.amount_minor / 100.0) FROM payment AS p JOIN client AS c ON c.id = p.client_id",
};

function typedFor(name: SearchName): string[] {
  const texts = plain.prepare<[], string>(TEXTS[name]).pluck().all();
  const typed = new Set(["?", "nowhere", "1", "inv 1", "a", "e o"]);
  for (const [n, text] of texts.entries()) {
    if (n % Math.ceil(texts.length / 60) > 0) continue;
    const words = text.split(" ").filter((word) => word !== "");
    typed.add(words[n % words.length] ?? "");
    typed.add(words.slice(0, 2).join(""));
    typed.add([words.at(-1), words[0]].map((word) => word?.slice(0, 1 + (n % 5))).join(" "));
    typed.add(
      (words[(n * 7) % words.length] ?? "")
        .normalize("NFD")
        .replace(/\p{Mn}/gu, "")
        .toUpperCase(),
    );
  }
  return [...typed];
}

for (const name of ["invoice", "client", "item"] as const)
  test(`a search of ${name}s finds the rows that match, newest first`, () => {
    let hits = 0;
    const filter = name === "invoice" ? { status: "discarded" } : {};
    const discarded = new Set(name === "invoice" ? pagesOf("invoice", { ...filter, limit: 200 }) : []);
    for (const q of typedFor(name)) {
      const expected = expectedIds(name, q).filter((id) => !discarded.has(id));
      assert.deepEqual(pagesOf(name, { q, sort: "-id", limit: 7 }, 20), expected, q);
      assert.deepEqual(pagesOf(name, { q, sort: "id", limit: 200 }), expected.toReversed(), q);
      const found = pagesOf(name, { q, limit: 3 });
      assert.deepEqual(
        found.toSorted((a, b) => b - a),
        expected,
        `${q}: each row once`,
      );
      hits += expected.length;
    }
    assert.ok(hits > 100, `${hits} hits`);
    assert.deepEqual(LISTS[name]({ q: "?" }), { rows: [], next: null });
  });

test("a search of payments finds those that match in any order, and no others", () => {
  let hits = 0;
  for (const q of typedFor("payment")) {
    const expected = expectedIds("payment", q);
    const byNumber = pagesOf("payment", { q, sort: "-id", limit: 7 }).filter((id) => !expected.includes(id));
    for (const id of byNumber) {
      const numbers = plain
        .prepare<[number], string>(
          "SELECT i.number FROM payment_allocation AS a JOIN invoice AS i ON i.id = a.invoice_id WHERE a.payment_id = ?",
        )
        .pluck()
        .all(id);
      assert.ok(
        numbers.some((number) => number.endsWith(q.replace(/^\D*0*/, ""))),
        `${q} is the number of an invoice of ${id}`,
      );
    }
    const all = [...expected, ...byNumber].toSorted((a, b) => b - a);
    for (const sort of ["-id", "id", "-received_on", "amount_minor", undefined])
      assert.deepEqual(
        pagesOf("payment", { q, limit: 5, ...(sort && { sort }) }).toSorted((a, b) => b - a),
        all,
        `${q} by ${sort}`,
      );
    assert.deepEqual(
      pagesOf("payment", { q, currency: "EUR" }).toSorted(),
      all.filter((id) => pagesOf("payment", { currency: "EUR", limit: 200 }).includes(id)).toSorted(),
    );
    hits += expected.length;
  }
  assert.ok(hits > 100, `${hits} hits`);
});

test("a search has every other filter, and a whole list of ids is in the order of its pages", () => {
  let hits = 0;
  for (const q of typedFor("invoice").slice(0, 40))
    for (const words of [
      {},
      { kind: "credit_note" },
      { open: true },
      { status: "draft" },
      { status: "discarded" },
      { overdue: true },
    ]) {
      const fits = new Set(pagesOf("invoice", { ...words, sort: "-id", limit: 200 }));
      const found = pagesOf("invoice", { ...words, q, limit: 7 }, 20);
      assert.deepEqual(
        found.toSorted((a, b) => b - a),
        expectedIds("invoice", q).filter((id) => fits.has(id)),
        `${q} ${JSON.stringify(words)}`,
      );
      const { cursor: _, limit: __, ...filter } = invoiceList.parse({ ...words, q });
      assert.deepEqual(listInvoiceIds(db, filter, { today: TODAY, max: 10_000 }), { ids: found, shortened: false });
      hits += found.length;
    }
  assert.ok(hits > 100, `${hits} hits`);
  for (const name of ["invoice", "client"] as const)
    assert.throws(() => LISTS[name]({ q: "mug", sort: name === "client" ? "name" : "due_on" }), {
      name: "ZodError",
      message: /sort/,
    });
});

test("no search scans a table or sorts", () => {
  assert.ok(statements.size > 30, `${statements.size} statements`);
  assertIndexed(
    plain,
    [...statements].filter((sql) => !sql.startsWith("CREATE")),
  );
});
