/**
 * Logs that the releases before postings wrote have the figures that these releases showed: `fixtures/logs/before-postings`
 * has the logs, and the figures as of some events. One thing changed since, on purpose: documents below zero count as
 * credit (an invoice) or as debt (a credit note) instead of reducing the other; debt less credit is the same.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EventsFile } from "../../events/sources/file/events-file.ts";
import { Cache } from "../cache/cache.ts";
import { overviewOf } from "../queries/reports/overview.ts";
import { statementOf } from "../queries/reports/statement.ts";
import { newCachePath } from "./cached-business.suite.ts";

const FOLDER = fileURLToPath(new URL("../../fixtures/logs/before-postings/", import.meta.url));

interface Figures {
  balances: { client_id: number; currency: string; outstanding_minor: number; credit_minor: number }[];
  months: object[];
  documents: DocumentRow[];
  payments: object[];
  overview: { today: string; currencies: OverviewRow[] } | null;
  statements: { client: number; currency: string; closing_minor: number; entries: unknown[][] }[];
}

interface DocumentRow {
  kind: "invoice" | "credit_note";
  status: string;
  currency: string;
  client_id: number;
  gross_minor: number;
  prepaid_minor: number;
}

type OverviewRow = Record<
  "open_minor" | "credit_minor" | "owed_minor" | "unallocated_minor" | "paid_this_month_minor",
  number
> & {
  currency: string;
  months: object[];
};

const figures = JSON.parse(readFileSync(join(FOLDER, "figures.json"), "utf8")) as Record<
  string,
  Record<string, Figures>
>;

/** What documents below zero now add to the debt and to the credit of an account. */
function belowZero(documents: readonly DocumentRow[], of: { client_id?: number; currency: string }): number {
  return documents
    .filter(({ status }) => status === "issued")
    .filter(({ client_id, currency }) => currency === of.currency && client_id === (of.client_id ?? client_id))
    .reduce((sum, { gross_minor, prepaid_minor }) => sum + Math.max(0, prepaid_minor - gross_minor), 0);
}

for (const [name, moments] of Object.entries(figures))
  test(`${name}: every figure is what it was`, async () => {
    const file = await EventsFile.open(join(FOLDER, `${name}.events`));
    const stored = await Array.fromAsync(file.readStored({ after: 0, upTo: file.headNow }));
    await file.close();
    const cache = Cache.create(newCachePath());
    let belowZeroSeen = 0;
    for (const [at, before] of Object.entries(moments)) {
      const { seq } = cache.checkpoint;
      cache.apply(
        seq,
        stored.slice(seq, Number(at)).map(({ body }) => body),
      );
      compare(cache.db, before, `${name}, event ${at}`);
      belowZeroSeen += before.balances.reduce((sum, account) => sum + belowZero(before.documents, account), 0);
    }
    cache.close();
    if (name.startsWith("random")) assert.ok(belowZeroSeen > 0, "no document below zero");
  });

function compare(db: Cache["db"], before: Figures, what: string): void {
  const rows = (sql: string) => db.prepare(sql).all();
  const moved = (account: { client_id?: number; currency: string }) => belowZero(before.documents, account);
  assert.deepEqual(
    rows(
      `SELECT client_id, currency, invoices, credit_notes, invoiced_minor, credited_minor, outstanding_minor, credit_minor
       FROM client_balance ORDER BY 1, 2`,
    ),
    before.balances.map((row) => ({
      ...row,
      outstanding_minor: row.outstanding_minor + moved(row),
      credit_minor: row.credit_minor + moved(row),
    })),
    what,
  );
  const months = `SELECT month, currency, invoices, credit_notes, net_minor, tax_minor, gross_minor, received_minor
    FROM month_sum ORDER BY 1, 2`;
  assert.deepEqual(rows(months), before.months, what);
  const documents = `SELECT id, kind, status, currency, client_id, gross_minor, prepaid_minor, paid_minor, credited_minor
    FROM invoice WHERE status IN ('issued', 'void') ORDER BY id`;
  assert.deepEqual(rows(documents), before.documents, what);
  const payments = "SELECT id, amount_minor, allocated_minor, reversed FROM payment ORDER BY id";
  assert.deepEqual(rows(payments), before.payments, what);
  for (const { client, currency, ...expected } of before.statements) {
    const { entries = [], closing_minor } = statementOf(db, { client, currency }) ?? {};
    const told = entries.map(({ on, kind, id, amount_minor }) => [on, kind, id, amount_minor]);
    assert.deepEqual({ closing_minor, entries: told }, expected, `${what}, client ${client}, ${currency}`);
  }
  if (before.overview === null) return;
  const { today, currencies } = before.overview;
  const now = new Map(overviewOf(db, today).currencies.map((row) => [row.currency, row]));
  for (const { currency, open_minor, credit_minor, owed_minor, unallocated_minor, ...row } of currencies) {
    const found = now.get(currency);
    const { paid_this_month_minor, months } = row;
    const by = moved({ currency });
    assert.deepEqual(
      found && {
        ...{ open_minor: found.open_minor, credit_minor: found.credit_minor, owed_minor: found.owed_minor },
        ...{ unallocated_minor: found.unallocated_minor, months: found.months },
        paid_this_month_minor: found.paid_this_month_minor,
      },
      {
        ...{ open_minor: open_minor + by, credit_minor: credit_minor + by, owed_minor, unallocated_minor },
        ...{ months, paid_this_month_minor },
      },
      `${what}, overview in ${currency}`,
    );
  }
}
