/** The sums of all postings up to an event are the figures of the cache that ends with that event. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";

const folder = temporaryFolder();
const RUNS = pickCount({ usual: 25, long: 250 });
let bodies: Uint8Array[] = [];
let whole: Database.Database;

before(async () => {
  bodies = await randomHistory(folder, { seed: 23, commands: 2000 });
  whole = await cacheUpTo(bodies.length);
});

async function cacheUpTo(seq: number): Promise<Database.Database> {
  const path = join(folder, `up-to-${seq}.sqlite`);
  await rebuildCache(path, new MemoryLog(bodies), { upTo: seq });
  return openCacheForReading(path);
}

/** Signed as what the client owes for the document. */
const OWED = `SELECT id, (gross_minor - prepaid_minor + rounding_minor - paid_minor) * iif(kind = 'invoice', 1, -1) AS owed
  FROM invoice WHERE status = 'issued'`;

/** Of each figure: from the rows of a cache that ends with an event, and from the postings up to that event. */
const FIGURES: Record<string, readonly [rows: string, postings: string]> = {
  "what is open of each document": [
    `SELECT id, owed AS amount FROM (${OWED}) WHERE owed > 0 ORDER BY id`,
    `SELECT document_id AS id, sum(open_minor) AS amount FROM posting WHERE seq <= ? GROUP BY document_id
     HAVING sum(open_minor) <> 0 ORDER BY document_id`,
  ],
  "what is left of each source": [
    `SELECT * FROM (SELECT id, amount_minor - allocated_minor - refunded_minor AS amount FROM payment WHERE reversed = 0
       UNION ALL SELECT id, -owed FROM (${OWED})) WHERE amount > 0 ORDER BY id`,
    `SELECT credit_id AS id, sum(credit_minor) AS amount FROM posting WHERE seq <= ? AND credit_id IS NOT NULL
     GROUP BY credit_id HAVING sum(credit_minor) <> 0 ORDER BY credit_id`,
  ],
  "the debt and the credit of each client": [
    `SELECT client_id, currency, outstanding_minor, credit_minor FROM client_balance ORDER BY client_id, currency`,
    `SELECT client_id, currency, sum(open_minor) AS outstanding_minor, sum(credit_minor) AS credit_minor
     FROM posting WHERE seq <= ? GROUP BY client_id, currency ORDER BY client_id, currency`,
  ],
  "what was invoiced and credited to each client": [
    `SELECT client_id, currency, invoices, credit_notes, invoiced_minor, credited_minor FROM client_balance
     ORDER BY client_id, currency`,
    `SELECT p.client_id, p.currency, sum(by * (d.kind = 'invoice')) AS invoices,
       sum(by * (d.kind = 'credit_note')) AS credit_notes,
       sum((d.kind = 'invoice') * (p.net_minor + p.tax_minor)) AS invoiced_minor,
       -sum((d.kind = 'credit_note') * (p.net_minor + p.tax_minor)) AS credited_minor
     FROM (SELECT *, CASE kind WHEN 'void' THEN -1 WHEN 'invoice' THEN 1 WHEN 'credit_note' THEN 1 ELSE 0 END AS by
       FROM posting WHERE seq <= ?) AS p
     LEFT JOIN invoice AS d ON d.id = p.document_id AND by <> 0 GROUP BY 1, 2 ORDER BY 1, 2`,
  ],
  "the debt and the credit in each currency": [
    "SELECT currency, open_minor, credit_minor FROM currency_balance ORDER BY currency",
    `SELECT currency, sum(open_minor) AS open_minor, sum(credit_minor) AS credit_minor FROM posting WHERE seq <= ?
     GROUP BY currency ORDER BY currency`,
  ],
  "the invoices in each currency": [
    "SELECT currency, invoices FROM currency_balance ORDER BY currency",
    `SELECT currency, sum(CASE WHEN kind = 'invoice' THEN 1
       WHEN kind = 'void' AND (SELECT kind FROM invoice WHERE id = document_id) = 'invoice' THEN -1 ELSE 0 END) AS invoices
     FROM posting WHERE seq <= ? GROUP BY currency ORDER BY currency`,
  ],
};

test("the postings up to any event come to the figures at that event", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constant(bodies.length), fc.integer({ min: 1, max: bodies.length })), async (seq) => {
      const cache = await cacheUpTo(seq);
      try {
        for (const [what, [rows, postings]] of Object.entries(FIGURES)) {
          const figures = cache.prepare(rows).all();
          if (figures.length > 0) seen.add(what);
          // A client without invoices has NULL where there is nothing to sum.
          const sums = whole.prepare<[number], object>(postings).all(seq).map(withoutNulls);
          assert.deepEqual(sums, figures, `${what}, at event ${seq}`);
        }
      } finally {
        cache.close();
      }
    }),
    { numRuns: RUNS },
  );
  assert.deepEqual([...seen].sort(), Object.keys(FIGURES).sort());
});

function withoutNulls(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? 0]));
}

test("each posting has the sums up to it", () => {
  const stated = `SELECT seq, n, client_open_minor, client_credit_minor, total_open_minor, total_credit_minor
    FROM posting ORDER BY seq, n`;
  const summed = `SELECT seq, n, sum(open_minor) OVER client AS client_open_minor,
      sum(credit_minor) OVER client AS client_credit_minor, sum(open_minor) OVER total AS total_open_minor,
      sum(credit_minor) OVER total AS total_credit_minor
    FROM posting WINDOW client AS (PARTITION BY client_id, currency ORDER BY seq, n),
      total AS (PARTITION BY currency ORDER BY seq, n)
    ORDER BY seq, n`;
  const rows = whole.prepare(stated).all();
  assert.ok(rows.length > 200, `${rows.length} postings`);
  assert.deepEqual(rows, whole.prepare(summed).all());
});

test("the postings of each event are numbered from 1", () => {
  const broken = "SELECT seq FROM posting GROUP BY seq HAVING min(n) <> 1 OR max(n) <> count(*)";
  assert.deepEqual(whole.prepare(broken).all(), []);
});
