/** Lists of refunds, compared with the same computed from all rows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { sortKeyOf } from "../../events/values/sort-key.ts";
import { LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import type { Row } from "../tables/tables.ts";
import { invoiceDetail } from "./invoice-detail.ts";
import { paymentById } from "./payments.ts";
import { assertIndexed, recording } from "./query-plans.suite.ts";
import { listRefunds, refundById, refundList } from "./refunds.ts";

const METHODS = ["card", "cash", "bank_transfer"] as const;
const log = LogBuilder.founded();
const clients = ["Ada", "bob", "Zoë", "Ada"].map((name) => log.client(name));
for (let n = 0; n < 40; n++) {
  const clientId = clients[(n * 7) % 4] ?? 0;
  const currency = n % 5 === 0 ? "EUR" : "GBP";
  const note = log.issue(`CN-${n}`, { clientId, currency, lines: [line("Mug", 9)] }, { kind: "credit_note" });
  const received = { clientId, receivedOn: "2024-06-20", currency, amountMinor: 5_000, method: "card" } as const;
  const paid = { ...received, reference: n % 2 === 0 ? `P-${n}` : null, feesMinor: 0, allocations: [] };
  const payment = log.begin({ type: "PaymentReceived", data: paid });
  const below = log.issue(`I-${n}`, { clientId, currency, lines: [{ ...line("Mug", 9), quantity6: -1_000_000 }] });
  const amounts = [[payment, 10 * (1 + (n % 7))] as const, [n % 3 === 0 ? below : note, 1 + (n % 2)] as const];
  const sources = amounts.map(([sourceId, amountMinor]) => ({ sourceId, amountMinor }));
  const refund = log.begin({
    type: "RefundPaid",
    data: {
      clientId,
      paidOn: `2024-07-${String(1 + (n % 9)).padStart(2, "0")}`,
      currency,
      amountMinor: sources.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      method: METHODS[n % 3] ?? "cash",
      reference: n % 4 === 0 ? null : `RF ${n}`,
      sources,
    },
  });
  if (n % 6 === 0) log.add(refund, { type: "RefundReversed", data: { reason: "a test", kind: "mistake", on: null } });
}
const path = join(temporaryFolder(), "cache.sqlite");
const built = Cache.create(path);
built.apply(0, log.bodies);
built.close();
const plain = openCacheForReading(path);
const { db, statements } = recording(plain);
const rowsOf = <R>(sql: string) =>
  plain
    .prepare<[], R>(sql)
    .all()
    .map((row) => withoutSince(row as object) as R);
const refunds = rowsOf<Row<"refund">>("SELECT * FROM refund");
const nameOf = new Map(rowsOf<Row<"client">>("SELECT * FROM client").map(({ id, name }) => [id, name]));

/** The ids of all pages, with several page sizes. */
function idsOf(words: object): number[] {
  const lists = [1, 3, 200].map((limit) => {
    const ids: number[] = [];
    for (let cursor: string | null | undefined, n = 0; cursor !== null && n < 1_000; n++) {
      const page = listRefunds(db, refundList.parse({ ...words, limit, ...(cursor !== undefined && { cursor }) }));
      ids.push(...page.rows.map(({ id }) => id));
      cursor = page.next;
    }
    return ids;
  });
  assert.deepEqual(lists[0], lists[2]);
  assert.deepEqual(lists[1], lists[2]);
  return lists[2] ?? [];
}

/** @param keys each compared before the next; the id decides last */
function sorted(rows: readonly Row<"refund">[], ...keys: ((row: Row<"refund">) => string | number)[]): number[] {
  const compare = (a: Row<"refund">, b: Row<"refund">) => {
    for (const key of keys) if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
    return a.id - b.id;
  };
  return rows.toSorted(compare).map(({ id }) => id);
}

test("listRefunds() sorts by id, day, amount and client", () => {
  assert.deepEqual(idsOf({}), sorted(refunds).reverse());
  assert.deepEqual(idsOf({ sort: "id" }), sorted(refunds));
  assert.deepEqual(
    idsOf({ sort: "paid_on" }),
    sorted(refunds, ({ paid_on }) => paid_on),
  );
  assert.deepEqual(idsOf({ sort: "-paid_on" }), sorted(refunds, ({ paid_on }) => paid_on).reverse());
  for (const currency of new Set(refunds.map((row) => row.currency))) {
    const own = refunds.filter((row) => row.currency === currency);
    assert.deepEqual(
      idsOf({ sort: "amount_minor", currency }),
      sorted(own, ({ amount_minor }) => amount_minor),
    );
  }
  assert.deepEqual(new Set(idsOf({ sort: "-amount_minor" })), new Set(sorted(refunds)));
  const byName = (row: Row<"refund">) => Buffer.from(sortKeyOf(nameOf.get(row.client_id) ?? "")).toString("hex");
  const names = (ids: readonly number[]) =>
    ids.map((id) => byName(refunds.find((row) => row.id === id) as Row<"refund">));
  assert.deepEqual(names(idsOf({ sort: "client" })), names(sorted(refunds, byName)));
});

test("listRefunds() filters by client, currency, method, day and reversal", () => {
  const [one] = refunds;
  assert.ok(one);
  const { client_id: client, currency, method, paid_on } = one;
  const filters: [words: object, fits: (row: Row<"refund">) => boolean][] = [
    [{ client }, (row) => row.client_id === client],
    [{ currency }, (row) => row.currency === currency],
    [{ method }, (row) => row.method === method],
    [{ reversed: true }, (row) => row.reversed === 1],
    [{ reversed: false }, (row) => row.reversed === 0],
  ];
  for (const [words, fits] of filters) {
    const expected = sorted(refunds.filter(fits));
    for (const sort of ["-id", "paid_on", "-amount_minor", "client"])
      assert.deepEqual(
        idsOf({ ...words, sort }).toSorted((a, b) => a - b),
        expected,
        JSON.stringify([words, sort]),
      );
  }
  const days = { paid_from: paid_on, paid_to: paid_on };
  const ofDay = refunds.filter((row) => row.paid_on === paid_on);
  assert.deepEqual(idsOf(days), sorted(ofDay).reverse());
  assert.deepEqual(idsOf({ paid_from: "2999-01-01" }), []);
});

test("listRefunds() finds by the client's name and by the reference", () => {
  for (const { id, reference, client_id } of refunds.filter((row) => row.reference !== null).slice(0, 5)) {
    assert.ok(idsOf({ q: reference }).includes(id), `${reference}`);
    assert.ok(idsOf({ q: nameOf.get(client_id) }).includes(id), nameOf.get(client_id));
  }
  assert.deepEqual(idsOf({ q: "nobodyatall" }), []);
  assert.deepEqual(idsOf({ q: "…" }), [], "nothing to search by");
});

test("every list walks an index", () => {
  assertIndexed(plain, statements);
});

test("refundById() has the sources, and the sources have the refund", () => {
  const kinds = new Set<string>();
  for (const { id, amount_minor, source_count } of refunds) {
    const refund = refundById(db, id);
    assert.ok(refund);
    assert.equal(refund.sources.length, source_count);
    assert.equal(
      refund.sources.reduce((sum, source) => sum + source.amount_minor, 0),
      amount_minor,
    );
    for (const source of refund.sources) {
      const isPayment = source.kind === "payment";
      kinds.add(source.kind);
      const of = isPayment ? paymentById(db, source.source_id) : invoiceDetail(db, source.source_id);
      const own = of?.refunds.find(({ refund_id }) => refund_id === id);
      assert.equal(own?.amount_minor, source.amount_minor);
      assert.equal(own?.reversed, refund.reversed);
    }
  }
  assert.deepEqual([...kinds].sort(), ["credit_note", "invoice", "payment"]);
  assert.equal(refundById(db, 999_999), undefined);
});
