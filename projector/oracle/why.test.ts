/** Every figure on each screen is the sum of the lines that explain it: of random businesses, now and on any day. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Moments } from "../moments/moments.ts";
import type { Page } from "../queries/list.ts";
import { todayOf } from "../queries/read.ts";
import { figure as figureSchema, isMemberFigure } from "../queries/why/figures.ts";
import { figureOf } from "../queries/why/get-figure.ts";
import { listFigureMembers } from "../queries/why/members.ts";
import { listFigurePostings } from "../queries/why/posting-lines.ts";
import { listVersions } from "../queries/why/versions.ts";
import { forEachBusiness } from "./cached-business.suite.ts";
import {
  type Shown,
  shownOnClient,
  shownOnInvoice,
  shownOnList,
  shownOnOpenItems,
  shownOnOverview,
  shownOnPayment,
  shownOnRefund,
  shownOnSalesList,
  shownOnStatement,
  shownOnVat,
} from "./shown-figures.suite.ts";

const RUNS = pickCount({ usual: 6, long: 500 });
const TODAY = "2024-06-30";

interface Look {
  db: Database.Database;
  today: string;
  dated_until?: string;
}

/** Looks now, and as of random moments. */
async function atMoments(check: (look: Look, days: readonly string[]) => void): Promise<void> {
  await forEachBusiness(RUNS, ({ cache: { db, path }, events }, moments) => {
    const days = moments.map(({ day }) => day);
    check({ db, today: TODAY }, days);
    const past = new Moments(path);
    try {
      for (const { known } of moments.slice(0, 2)) {
        const source = past.sourceAt({ seq: known, atMs: events[known - 1]?.at ?? 0 });
        check({ db: source.db, today: todayOf(source) }, days.slice(0, 1));
      }
    } finally {
      past.close();
    }
  });
}

/** The same, also as dated until random days. */
async function atDays(check: (look: Look) => void): Promise<void> {
  await atMoments((look, days) => {
    check(look);
    for (const dated_until of days) check({ ...look, dated_until });
  });
}

interface Lined {
  amount: number;
  running: number;
}

/** All pages of a list. */
function allOf<Row>(page: (cursor: { cursor?: string }) => Page<Row>): Row[] {
  const rows: Row[] = [];
  let next: string | null = null;
  do {
    const read: Page<Row> = page(next === null ? {} : { cursor: next });
    rows.push(...read.rows);
    next = read.next;
  } while (next !== null);
  return rows;
}

/** The figure is its value, and the sum of its lines, whichever end they begin at and however long the pages are. */
function explain({ db, today, dated_until }: Look, [shown, sum, what]: Shown): void {
  const value = sum + 0; // a sum of nothing can have a sign
  const dated = dated_until === undefined ? {} : { dated_until };
  const figure = figureSchema.parse(shown);
  const told = `${what}, until ${dated_until}`;
  const answer = figureOf(db, { figure, ...dated }, today);
  assert.equal(answer.value, value, told);
  assert.ok(figure.figure !== "record");
  if (isMemberFigure(figure)) {
    const members = allOf((page) => listFigureMembers(db, { figure, ...dated, limit: 2, ...page }, today));
    addUp(members, value, told);
    return;
  }
  const oldest = allOf((page) => listFigurePostings(db, { figure, ...dated, sort: "oldest", limit: 2, ...page }, 3));
  addUp(oldest, value, told);
  const newest = allOf((page) => listFigurePostings(db, { figure, ...dated, sort: "newest", limit: 50, ...page }));
  assert.deepEqual(newest.reverse(), oldest, told);
  if (answer.kinds === null) return;
  assert.equal(
    answer.kinds.reduce((sum, { postings }) => sum + postings, 0),
    oldest.length,
    told,
  );
  assert.equal(
    answer.kinds.reduce((sum, { amount }) => sum + amount, 0),
    value,
    told,
  );
}

function addUp(lines: readonly Lined[], value: number, what: string): void {
  let running = 0;
  for (const line of lines) {
    running += line.amount;
    assert.equal(line.running, running, what);
    assert.notEqual(line.amount, 0, what);
  }
  assert.equal(running, value, what);
}

const idsOf = (db: Database.Database, table: string) => db.prepare<[], number>(`SELECT id FROM ${table}`).pluck().all();

test("every figure of the overview is the sum of what explains it", async () => {
  await atDays((look) => {
    for (const shown of shownOnOverview(look.db, look)) explain(look, shown);
  });
});

test("every figure of a client and of its statement is the sum of what explains it", async () => {
  await atDays((look) => {
    for (const client of idsOf(look.db, "client")) {
      for (const shown of shownOnClient(look.db, client, look)) explain(look, shown);
      const { db, today } = look;
      for (const shown of shownOnStatement(look.db, client, look)) explain({ db, today }, shown);
    }
  });
});

test("every figure of an invoice, of a payment and of a refund is the sum of what explains it", async () => {
  await atMoments((look) => {
    const { db } = look;
    for (const id of idsOf(db, "invoice")) for (const shown of shownOnInvoice(db, id)) explain(look, shown);
    for (const id of idsOf(db, "payment")) for (const shown of shownOnPayment(db, id)) explain(look, shown);
    for (const id of idsOf(db, "refund")) for (const shown of shownOnRefund(db, id)) explain(look, shown);
  });
});

test("what an invoice or a payment states is the sum of what its versions changed", async () => {
  const columns = {
    invoice: ["gross_minor", "net_minor", "tax_minor", "lines_minor", "prepaid_minor", "paid_minor", "status"],
    payment: ["amount_minor", "allocated_minor", "reversed"],
    refund: ["amount_minor", "reversed"],
  } as const;
  await atMoments(({ db }) => {
    for (const [table, names] of Object.entries(columns))
      for (const id of idsOf(db, table))
        for (const column of names) {
          const record = { table: table as keyof typeof columns, id, column };
          const answer = figureOf(db, { figure: { figure: "record", ...record } }, TODAY);
          const stated = db.prepare<[number], unknown>(`SELECT ${column} FROM ${table} WHERE id = ?`).pluck().get(id);
          const versions = allOf((page) => listVersions(db, { ...record, limit: 3, ...page }));
          const changes = versions.flatMap(({ changes }) => changes);
          assert.equal(column.endsWith("_minor") ? answer.value : answer.text, stated);
          assert.equal(changes[0]?.after, stated);
          if (typeof stated !== "number") continue;
          const sum = changes.reduce((all, { before, after }) => all + Number(after) - Number(before), 0);
          assert.equal(sum, stated, `${table} ${id}, ${column}`);
        }
  });
});

test("what a document's lines and VAT rows state is what their last version says", async () => {
  const columns = { invoice_line: ["net_minor"], invoice_tax: ["taxable_minor", "tax_minor"] } as const;
  let former = 0;
  await atMoments(({ db }) => {
    for (const [name, names] of Object.entries(columns))
      for (const row of db.prepare<[], Record<string, number>>(`SELECT * FROM ${name} ORDER BY 1, 2`).all())
        for (const column of names) {
          const record = { table: name as keyof typeof columns, id: Number(row.invoice_id), n: Number(row.n), column };
          const { value } = figureOf(db, { figure: { figure: "record", ...record } }, TODAY);
          assert.equal(value, row[column]);
          const versions = allOf((page) => listVersions(db, { ...record, limit: 2, ...page }));
          former += versions.length - 1;
          for (const one of [column, ...(name === "invoice_line" ? ["quantity6", "price6"] : ["vat_rate3"])]) {
            const newest = versions.flatMap(({ changes }) => changes).find((change) => change.column === one);
            assert.equal(newest?.after ?? null, row[one], `${name} ${record.id}, ${one}`);
          }
        }
  });
  assert.ok(former > 0, "no row has a former version");
});

test("every figure of the open items is the sum of what explains it", async () => {
  await atDays((look) => {
    for (const shown of shownOnOpenItems(look.db, look)) explain(look, shown);
  });
});

test("every figure of the VAT report and of the sales list is the sum of what explains it", async () => {
  let lists = 0;
  await atDays((look) => {
    for (const period of [
      { from: "2023-11-01", to: "2023-12-31" },
      { from: "2024-01-01", to: "2024-12-31" },
    ]) {
      for (const shown of shownOnVat(look.db, period, look)) explain(look, shown);
      const sales = shownOnSalesList(look.db, period, look);
      lists += sales.length;
      for (const shown of sales) explain(look, shown);
    }
  });
  assert.ok(lists > 0, "no sales list has rows");
});

test("every total of a list of invoices is the sum of its members", async () => {
  await atMoments(({ db, today }) => {
    const lists = [{ open: true }, { kind: "credit_note" }, { overdue: true }, { issued_from: "2024-01-01" }] as const;
    for (const list of [...lists, {}, { q: "a" }])
      for (const shown of shownOnList(db, list, { today })) explain({ db, today }, shown);
  });
});
