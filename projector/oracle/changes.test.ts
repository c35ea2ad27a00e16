/**
 * What changed between two moments of a random business is the difference of two replays. The expectation reads whole
 * tables of two caches, and uses neither the past nor the queries.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import { addedUp } from "../queries/changes/add-changes.ts";
import type { ChangedRow } from "../queries/changes/changed-row.ts";
import { changedRowsInput, changedRowsParts } from "../queries/changes/changed-rows.ts";
import { type Changes, changesInput, changesParts } from "../queries/changes/changes.ts";
import { CHANGE_KINDS, type ChangeKind } from "../queries/changes/kinds.ts";
import { inOne } from "../queries/read.ts";
import { forEachBusiness, newCachePath } from "./cached-business.suite.ts";

const RUNS = pickCount({ usual: 12, long: 400 });
const folder = temporaryFolder();
const NOW_MS = Date.UTC(2026, 0, 1);

type Row = Record<string, unknown>;

/** Where the things of each kind are, and which columns say nothing by themselves. */
const KINDS: {
  readonly [K in ChangeKind]: { table: string; key: string[]; parts: Record<string, string>; where: string };
} = {
  client: { table: "client", key: ["id"], parts: {}, where: "1" },
  item: {
    table: "item",
    key: ["id"],
    parts: { item_classification: "item_id", item_attribute: "item_id" },
    where: "1",
  },
  invoice: { ...documents(), where: "kind = 'invoice' AND status <> 'discarded'" },
  credit_note: { ...documents(), where: "kind = 'credit_note' AND status <> 'discarded'" },
  payment: {
    table: "payment",
    key: ["id"],
    parts: { payment_allocation: "payment_id", allocation_change: "payment_id" },
    where: "1",
  },
  refund: { table: "refund", key: ["id"], parts: { refund_source: "refund_id" }, where: "1" },
  balance: { table: "client_balance", key: ["client_id", "currency"], parts: {}, where: "1" },
  user: { table: "user", key: ["id"], parts: {}, where: "1" },
  organization: {
    table: "organization",
    key: ["id"],
    parts: Object.fromEntries(
      ["number_series", "vat_rate", "organization_identifier", "organization_account"].map((t) => [
        t,
        "organization_id",
      ]),
    ),
    where: "1",
  },
};

function documents() {
  const names = ["line", "adjustment", "tax", "party", "more", "note", "preceding", "account"];
  const ofLines = ["line_more", "line_classification", "line_attribute"];
  const tables = [...names, ...ofLines].map((name) => `invoice_${name}`);
  const own = Object.fromEntries([...tables, "number_passed_over", "document_delivery"].map((t) => [t, "invoice_id"]));
  return { table: "invoice", key: ["id"], parts: { ...own, credit_allocation: "credit_note_id" } };
}

const SILENT = /^(?:since|sort_key|registered_at|drafted_at|seller_id|buyer_id|vat_rate_bp|hash|\w+_count)$/;

interface Thing {
  row: Row;
  /** Of all parts, by table and position. */
  parts: Map<string, Row>;
}

function withoutSilent(row: Row, key: readonly string[]): Row {
  // The version of a stream; a classification has one of its list.
  const silent = [...key, ...(typeof row.version === "number" ? ["version"] : [])];
  return Object.fromEntries(Object.entries(row).filter(([column]) => !SILENT.test(column) && !silent.includes(column)));
}

/** All things of a kind in a cache, by their key. */
function thingsIn(db: Database.Database, kind: ChangeKind): Map<string, Thing> {
  const { table, key, parts, where } = KINDS[kind];
  const things = new Map<string, Thing>();
  for (const row of db.prepare<[], Row>(`SELECT * FROM "${table}" WHERE ${where}`).all())
    things.set(key.map((column) => row[column]).join(" "), { row, parts: new Map() });
  // What a line states further is found by the line.
  for (const [part, parent] of Object.entries(parts))
    for (const row of db.prepare<[], Row>(`SELECT * FROM ${part}`).all())
      if (part === "invoice_line_more")
        things
          .get(String(row[parent]))
          ?.parts.set(`${part} ${row.line_n}`, withoutSilent(row, [parent, "n", "line_n"]));
      else things.get(String(row[parent]))?.parts.set(`${part} ${row.n ?? 1}`, withoutSilent(row, [parent, "n"]));
  return things;
}

type Differences = Record<string, { before: unknown; after: unknown }>;

function differencesOf(before: Row | undefined, after: Row | undefined): Differences {
  const columns = Object.keys(before ?? after ?? {}).filter(
    (column) => JSON.stringify(before?.[column] ?? null) !== JSON.stringify(after?.[column] ?? null),
  );
  return Object.fromEntries(columns.map((c) => [c, { before: shown(before?.[c]), after: shown(after?.[c]) }]));
}

/** An image as its size. */
function shown(value: unknown): unknown {
  return value instanceof Uint8Array ? value.length : (value ?? null);
}

interface Expected {
  change: string;
  columns: Differences;
  parts: Record<string, { change: string; columns: Differences }>;
}

const changeOf = (before: unknown, after: unknown) => (before ? (after ? "changed" : "gone") : "new");

function expectedOf(before: Map<string, Thing>, after: Map<string, Thing>, key: string[]): Record<string, Expected> {
  const all: Record<string, Expected> = {};
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    const columns = differencesOf(was && withoutSilent(was.row, key), is && withoutSilent(is.row, key));
    const parts: Expected["parts"] = {};
    for (const part of new Set([...(was?.parts.keys() ?? []), ...(is?.parts.keys() ?? [])])) {
      const [one, other] = [was?.parts.get(part), is?.parts.get(part)];
      const columns = differencesOf(one, other);
      if (!one || !other || Object.keys(columns).length > 0) parts[part] = { change: changeOf(one, other), columns };
    }
    if (was && is && Object.keys({ ...columns, ...parts }).length === 0) continue;
    all[name] = { change: changeOf(was, is), columns, parts };
  }
  return all;
}

/** All pages of the read, in the form of the expectation. */
function readRows(db: Database.Database, kind: ChangeKind, words: { from: string; to: string }): ChangedRow[] {
  const rows: ChangedRow[] = [];
  for (let cursor: string | undefined; ; ) {
    const input = changedRowsInput.parse({ ...words, kind, limit: 2, ...(cursor !== undefined && { cursor }) });
    const page = inOne(db, changedRowsParts(db, input, NOW_MS));
    rows.push(...page.rows);
    if (page.next === null) return rows;
    cursor = page.next;
  }
}

function inForm(rows: readonly ChangedRow[]): Record<string, Expected> {
  const differences = (columns: ChangedRow["columns"]): Differences =>
    Object.fromEntries(columns.map(({ column, before, after }) => [column, { before, after }]));
  return Object.fromEntries(
    rows.map(({ kind, stream, currency, change, columns, parts }) => [
      kind === "balance" ? `${stream} ${currency}` : String(stream),
      {
        change,
        columns: differences(columns),
        parts: Object.fromEntries(
          parts.map(({ table, n, change, columns }) => [`${table} ${n}`, { change, columns: differences(columns) }]),
        ),
      },
    ]),
  );
}

const openOf = ({ gross_minor, prepaid_minor, rounding_minor, paid_minor }: Row) =>
  Number(gross_minor) - Number(prepaid_minor) + Number(rounding_minor) - Number(paid_minor);

/** The sums of amounts over the things that changed. */
function sumsOf(kind: ChangeKind, states: readonly Map<string, Thing>[], keys: readonly string[]) {
  const sums = new Map<string, [number, number]>();
  for (const [side, things] of states.entries())
    for (const key of keys) {
      const row = things.get(key)?.row;
      if (!row || (row.status ?? "issued") !== "issued" || row.reversed === 1) continue;
      const add = (column: string, currency: unknown, minor: unknown) => {
        const sum = sums.get(`${column} ${currency}`) ?? [0, 0];
        sum[side === 0 ? 0 : 1] += Number(minor);
        sums.set(`${column} ${currency}`, sum);
      };
      for (const [column, value] of Object.entries(row)) {
        const currency = column === "accounting_tax_minor" ? row.accounting_currency : row.currency;
        if (column.endsWith("_minor") && value !== null && currency !== null) add(column, currency, value);
      }
      if (kind === "invoice" || kind === "credit_note") add("open_minor", row.currency, openOf(row));
    }
  return Object.fromEntries([...sums].filter(([, [before, after]]) => before !== after));
}

function replayed(bodies: readonly Uint8Array[], upTo: number): Cache {
  const cache = Cache.create(newCachePath());
  cache.apply(0, bodies.slice(0, upTo));
  return cache;
}

/** In parts of different lengths. */
function summaryParts(db: Database.Database, words: { from: string; to: string }): Changes[] {
  const parts: Changes[] = [];
  for (let cursor: string | undefined; ; ) {
    const input = changesInput.parse({ ...words, ...(cursor !== undefined && { cursor }) });
    const part = inOne(db, changesParts(db, input, NOW_MS, { maxLookedAt: 1 + 40 * parts.length }));
    parts.push(part);
    if (part.next === null) return parts;
    cursor = part.next;
  }
}

/** @returns how many things changed */
function checkSpan(db: Database.Database, bodies: readonly Uint8Array[], from: number, to: number): number {
  const [a, b] = [replayed(bodies, from), replayed(bodies, to)];
  const words = { from: `event:${from}`, to: `event:${to}` };
  let changed = 0;
  try {
    const summary = addedUp(summaryParts(db, words));
    assert.deepEqual([summary.from.seq, summary.to.seq], [from, to]);
    assert.equal(summary.rows.length, new Set(summary.rows.map(({ kind }) => kind)).size);
    for (const kind of CHANGE_KINDS) {
      const states = [thingsIn(a.db, kind), thingsIn(b.db, kind)] as const;
      const expected = expectedOf(...states, KINDS[kind].key);
      const rows = readRows(db, kind, words);
      const where = `${kind}, from ${from} to ${to}`;
      assert.deepEqual(inForm(rows), expected, where);
      assert.equal(rows.length, Object.keys(expected).length, `${where}: each thing once`);
      changed += rows.length;
      const counts = { new: 0, changed: 0, gone: 0 };
      for (const { change } of rows) counts[change]++;
      const found = summary.rows.find((one) => one.kind === kind) ?? { kind, ...counts, sums: [] };
      assert.deepEqual({ ...found, sums: [] }, { kind, ...counts, sums: [] }, where);
      assert.deepEqual(
        Object.fromEntries(
          found.sums.map(({ column, currency, before_minor, after_minor }) => [
            `${column} ${currency}`,
            [before_minor, after_minor],
          ]),
        ),
        sumsOf(kind, states, Object.keys(expected)),
        where,
      );
      checkEvents(bodies, rows, from, to);
    }
    checkBalances(summary.balances, a.db, b.db);
  } finally {
    a.close();
    b.close();
  }
  return changed;
}

/** A thing that changed was changed by events in between. */
function checkEvents(bodies: readonly Uint8Array[], rows: readonly ChangedRow[], from: number, to: number): void {
  for (const { kind, stream, events, more_events } of rows) {
    const seqs = events.map(({ seq }) => seq);
    assert.ok(seqs.length > 0, `${kind} ${stream}: no event`);
    assert.ok(seqs.every((seq) => seq > from && seq <= to && seq <= bodies.length));
    assert.deepEqual(
      seqs,
      seqs.toSorted((one, other) => other - one),
    );
    assert.equal(more_events && seqs.length < 5, false);
  }
}

function checkBalances(found: object[], a: Database.Database, b: Database.Database): void {
  const read = (db: Database.Database) =>
    new Map(
      db
        .prepare<[], { currency: string; open_minor: number; credit_minor: number }>(
          "SELECT * FROM currency_balance ORDER BY 1",
        )
        .all()
        .map((row) => [row.currency, row]),
    );
  const [before, after] = [read(a), read(b)];
  const expected = [...after.values()].flatMap(({ currency, open_minor, credit_minor }) => {
    const was = before.get(currency) ?? { open_minor: 0, credit_minor: 0 };
    if (was.open_minor === open_minor && was.credit_minor === credit_minor) return [];
    const [open_before_minor, credit_before_minor] = [was.open_minor, was.credit_minor];
    return {
      currency,
      open_before_minor,
      open_after_minor: open_minor,
      credit_before_minor,
      credit_after_minor: credit_minor,
    };
  });
  assert.deepEqual(found, expected);
}

test("changes between two moments of a random business are the difference of two replays", async () => {
  let changed = 0;
  await forEachBusiness(RUNS, ({ cache: { db }, bodies }, moments) => {
    const seqs = [0, bodies.length, ...moments.map(({ known }) => known)].sort((one, other) => one - other);
    for (const [n, from] of seqs.slice(0, -1).entries()) changed += checkSpan(db, bodies, from, seqs[n + 1] ?? from);
    changed += checkSpan(db, bodies, 0, bodies.length);
  });
  assert.ok(changed > RUNS, `${changed} changes`);
});

test("changes between two moments of a random history are the difference of two replays", async () => {
  for (let seed = 1; seed <= pickCount({ usual: 2, long: 40 }); seed++) {
    const bodies = await randomHistory(folder, { commands: 300, seed });
    const cache = replayed(bodies, bodies.length);
    const seqs = [1, ...[0.2, 0.5, 0.75, 1].map((part) => Math.floor(part * bodies.length))];
    for (const from of seqs) for (const to of seqs) if (from <= to) checkSpan(cache.db, bodies, from, to);
    cache.close();
  }
});
