/**
 * Computes every sum and count that projections update event by event a second time, in SQL, from the underlying rows.
 * Runs on random and on realistic histories.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import type Database from "better-sqlite3";
import { CATALOGUE } from "../../events/encoding/catalogue.ts";
import { decodeHeader } from "../../events/encoding/event.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uniqueKey } from "../../events/values/unique-key.ts";
import { writeHistory } from "../../fixtures/cli/write-history.ts";
import { companyHistory } from "../../fixtures/company/generator.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { allBodies, randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import type { Row } from "../tables/tables.ts";

const folder = temporaryFolder();
const histories: Record<string, Uint8Array[]> = {};
const caches: Record<string, Database.Database> = {};

before(async () => {
  for (const seed of [1, 2, 3]) histories[`random ${seed}`] = await randomHistory(folder, { seed, commands: 1500 });
  histories["made up"] = await companyBodies();
  for (const [name, bodies] of Object.entries(histories)) {
    const path = join(folder, `${name}.cache.sqlite`);
    await rebuildCache(path, new MemoryLog(bodies));
    caches[name] = openCacheForReading(path);
  }
});

async function companyBodies(): Promise<Uint8Array[]> {
  const log = SqliteLog.open(join(folder, "made-up.log.sqlite"), { create: true });
  const history = companyHistory({ seed: 1, invoices: 250, from: "2023-01-01", until: "2023-12-31" });
  await writeHistory(history, { log, cachePath: join(folder, "made-up.sqlite") });
  const bodies = await allBodies(log);
  await log.close();
  return bodies;
}

/** Tests that both queries give the same rows in each history, and that there are rows to compare. */
function agree(what: string, actual: string, oracle: string): void {
  test(what, () => {
    let rows = 0;
    for (const [name, db] of Object.entries(caches)) {
      const projected = db.prepare(actual).all();
      assert.deepEqual(projected, db.prepare(oracle).all(), name);
      rows += projected.length;
    }
    assert.ok(rows > 0, "nothing to compare");
  });
}

test("the random histories have every event type", () => {
  const seen = new Set(Object.values(histories).flatMap((bodies) => bodies.map((body) => decodeHeader(body).type)));
  assert.deepEqual([...seen].sort(), Object.keys(CATALOGUE).sort());
});

agree(
  "paid_minor is the sum of allocations, of refunds and of what is written off, with the sign of the payable amount",
  "SELECT id, paid_minor FROM invoice WHERE paid_minor <> 0 ORDER BY id",
  `SELECT i.id, sum(amount) * iif(gross_minor + rounding_minor < prepaid_minor, -1, 1) AS paid_minor FROM (
     SELECT invoice_id AS id, amount_minor AS amount FROM payment_allocation
     UNION ALL SELECT invoice_id, amount_minor FROM credit_allocation
     UNION ALL SELECT credit_note_id, amount_minor FROM credit_allocation
     UNION ALL SELECT id, refunded_minor FROM invoice WHERE refunded_minor <> 0
     UNION ALL SELECT id, written_off_minor FROM invoice WHERE written_off_minor <> 0
   ) AS part JOIN invoice AS i ON i.id = part.id GROUP BY i.id ORDER BY i.id`,
);

for (const table of ["payment", "invoice"])
  agree(
    `refunded_minor of ${table} is the sum of the refunds that are not reversed`,
    `SELECT id, refunded_minor FROM ${table} WHERE refunded_minor <> 0 ORDER BY id`,
    `SELECT t.id, sum(s.amount_minor) AS refunded_minor FROM refund_source AS s JOIN refund AS r ON r.id = s.refund_id
       JOIN ${table} AS t ON t.id = s.source_id WHERE r.reversed = 0 GROUP BY t.id ORDER BY t.id`,
  );

agree(
  "amount_minor and source_count of refunds",
  "SELECT id, amount_minor, source_count FROM refund ORDER BY id",
  `SELECT refund_id AS id, sum(amount_minor) AS amount_minor, count(*) AS source_count FROM refund_source
   GROUP BY refund_id ORDER BY refund_id`,
);

agree(
  "credited_minor is the sum of the issued credit notes that correct the invoice",
  "SELECT id, credited_minor FROM invoice WHERE credited_minor <> 0 ORDER BY id",
  `SELECT corrects_id AS id, sum(gross_minor) AS credited_minor FROM invoice
   WHERE status = 'issued' AND corrects_id IS NOT NULL GROUP BY corrects_id
   HAVING sum(gross_minor) <> 0 ORDER BY corrects_id`,
);

agree(
  "allocated_minor and allocation_count of payments",
  "SELECT id, allocated_minor, allocation_count FROM payment ORDER BY id",
  `SELECT p.id, coalesce(sum(a.amount_minor), 0) AS allocated_minor, count(a.n) AS allocation_count
   FROM payment AS p LEFT JOIN payment_allocation AS a ON a.payment_id = p.id GROUP BY p.id ORDER BY p.id`,
);

agree(
  "totals of every document are the sums of its lines, adjustments and VAT",
  `SELECT id, lines_minor, allowances_minor, charges_minor, net_minor, tax_minor, gross_minor FROM invoice ORDER BY id`,
  `WITH part AS (SELECT id,
     (SELECT coalesce(sum(net_minor), 0) FROM invoice_line WHERE invoice_id = i.id) AS lines,
     (SELECT coalesce(sum(amount_minor), 0) FROM invoice_adjustment
      WHERE invoice_id = i.id AND line_n IS NULL AND kind = 'allowance') AS allowances,
     (SELECT coalesce(sum(amount_minor), 0) FROM invoice_adjustment
      WHERE invoice_id = i.id AND line_n IS NULL AND kind = 'charge') AS charges,
     (SELECT coalesce(sum(tax_minor), 0) FROM invoice_tax WHERE invoice_id = i.id) AS tax
   FROM invoice AS i)
   SELECT id, lines AS lines_minor, allowances AS allowances_minor, charges AS charges_minor,
     lines - allowances + charges AS net_minor, tax AS tax_minor, lines - allowances + charges + tax AS gross_minor
   FROM part ORDER BY id`,
);

agree(
  "counts of children match their rows, which are numbered from 1",
  `SELECT id, line_count, adjustment_count, tax_count, allocation_count FROM invoice ORDER BY id`,
  `SELECT id,
     (SELECT CASE WHEN count(*) = coalesce(max(n), 0) THEN count(*) END FROM invoice_line WHERE invoice_id = i.id)
       AS line_count,
     (SELECT CASE WHEN count(*) = coalesce(max(n), 0) THEN count(*) END FROM invoice_adjustment
      WHERE invoice_id = i.id) AS adjustment_count,
     (SELECT CASE WHEN count(*) = coalesce(max(n), 0) THEN count(*) END FROM invoice_tax WHERE invoice_id = i.id)
       AS tax_count,
     (SELECT CASE WHEN count(*) = coalesce(max(n), 0) THEN count(*) END FROM credit_allocation
      WHERE credit_note_id = i.id) AS allocation_count
   FROM invoice AS i ORDER BY id`,
);

agree(
  "every document that has a number has both parties, and no other has",
  "SELECT invoice_id, n FROM invoice_party ORDER BY invoice_id, n",
  `SELECT id AS invoice_id, n FROM invoice, (SELECT 1 AS n UNION ALL SELECT 2)
   WHERE number IS NOT NULL ORDER BY id, n`,
);

const BALANCE = "invoices, credit_notes, invoiced_minor, credited_minor, outstanding_minor, credit_minor";
agree(
  "client_balance is what the client's issued documents and payments come to",
  // A document that became void leaves a row of zeros.
  `SELECT client_id, currency, ${BALANCE} FROM client_balance
   WHERE (${BALANCE}) <> (0, 0, 0, 0, 0, 0) ORDER BY client_id, currency`,
  `WITH part AS (
     SELECT client_id, currency, kind = 'invoice' AS i, kind = 'credit_note' AS c, gross_minor AS gross,
       (gross_minor - prepaid_minor + rounding_minor - paid_minor) * iif(kind = 'invoice', 1, -1) AS owed, 0 AS left
     FROM invoice WHERE status = 'issued'
     UNION ALL SELECT client_id, currency, 0, 0, 0, 0, amount_minor - allocated_minor - refunded_minor
       FROM payment WHERE reversed = 0)
   SELECT * FROM (
     SELECT client_id, currency, sum(i) AS invoices, sum(c) AS credit_notes, sum(i * gross) AS invoiced_minor,
       sum(c * gross) AS credited_minor, sum(max(owed, 0)) AS outstanding_minor,
       sum(max(-owed, 0) + left) AS credit_minor
     FROM part GROUP BY client_id, currency)
   WHERE (${BALANCE}) <> (0, 0, 0, 0, 0, 0) ORDER BY client_id, currency`,
);

const MONTH = "invoices, credit_notes, net_minor, tax_minor, gross_minor, received_minor";
agree(
  "month_sum is the total issued and received in the month, net of credit notes and voids",
  `SELECT month, currency, ${MONTH} FROM month_sum WHERE (${MONTH}) <> (0, 0, 0, 0, 0, 0) ORDER BY month, currency`,
  `WITH part AS (
     SELECT substr(issued_on, 1, 7) AS month, currency, kind = 'invoice' AS i, kind = 'credit_note' AS c,
       iif(kind = 'invoice', 1, -1) AS sign, net_minor AS net, tax_minor AS tax, gross_minor AS gross, 0 AS received
     FROM invoice WHERE status = 'issued'
     UNION ALL
     SELECT substr(day, 1, 7), currency, 0, 0, 0, 0, 0, 0, amount FROM (
       SELECT received_on AS day, currency, amount_minor AS amount, reversed, reversed_on FROM payment
       UNION ALL SELECT paid_on, currency, -amount_minor, reversed, reversed_on FROM refund)
     WHERE reversed = 0 OR reversed_on IS NOT NULL
     UNION ALL
     -- What was returned counts on its own day.
     SELECT substr(reversed_on, 1, 7), currency, 0, 0, 0, 0, 0, 0, -amount FROM (
       SELECT currency, amount_minor AS amount, reversed_on FROM payment
       UNION ALL SELECT currency, -amount_minor, reversed_on FROM refund)
     WHERE reversed_on IS NOT NULL)
   SELECT * FROM (
     SELECT month, currency, sum(i) AS invoices, sum(c) AS credit_notes, sum(sign * net) AS net_minor,
       sum(sign * tax) AS tax_minor, sum(sign * gross) AS gross_minor, sum(received) AS received_minor
     FROM part GROUP BY month, currency)
   WHERE (${MONTH}) <> (0, 0, 0, 0, 0, 0) ORDER BY month, currency`,
);

test("unique_text has the key of every code, address, number and reference that is not its own key", () => {
  for (const [name, db] of Object.entries(caches)) {
    const texts = db
      .prepare<[], Row<"uniqueText"> & { text: string }>(
        `SELECT id AS stream, 'item' AS kind, 0 AS scope, code AS text FROM item
         UNION ALL SELECT id, 'user', 0, email FROM "user"
         UNION ALL SELECT id, 'invoice', 0, number FROM invoice WHERE number IS NOT NULL
         UNION ALL SELECT id, 'payment', client_id, reference FROM payment WHERE reference IS NOT NULL AND NOT reversed
         UNION ALL SELECT id, 'refund', client_id, reference FROM refund WHERE reference IS NOT NULL AND NOT reversed
         ORDER BY 1`,
      )
      .all();
    const expected = texts
      .map(({ text, ...of }) => ({ ...of, text_key: uniqueKey(text), text }))
      .filter(({ text, text_key }) => text !== text_key)
      .map(({ text: _, ...row }) => row);
    assert.ok(expected.length > 0 && expected.length < texts.length, name);
    assert.deepEqual(db.prepare("SELECT * FROM unique_text ORDER BY stream").all(), expected, name);
  }
});

agree(
  "series_counter has the latest number and date of each series",
  "SELECT name, period, last_number, last_issued_on, documents FROM series_counter ORDER BY name, period",
  `SELECT series AS name, coalesce(period, '') AS period, coalesce(max(counter), 0) AS last_number,
     max(issued_on) AS last_issued_on, count(*) AS documents
   FROM invoice WHERE number IS NOT NULL GROUP BY series, period ORDER BY series, period`,
);

agree(
  "series_total has what all periods of a series have in common",
  "SELECT name, last_period, last_issued_on, documents FROM series_total ORDER BY name",
  `SELECT series AS name, max(coalesce(period, '')) AS last_period, max(issued_on) AS last_issued_on, count(*) AS documents
   FROM invoice WHERE number IS NOT NULL GROUP BY series ORDER BY series`,
);

agree(
  "the numbers of a period and those that it passed over have no gap",
  `SELECT name, period, last_number - first_number + 1 AS counters, passed_over FROM series_counter
   WHERE last_number > 0 ORDER BY name, period`,
  `SELECT series AS name, period, count(DISTINCT counter) AS counters, sum(is_passed_over) AS passed_over FROM (
     SELECT series, period, counter, 0 AS is_passed_over FROM invoice WHERE counter IS NOT NULL
     UNION ALL SELECT series, period, counter, 1 FROM number_passed_over)
   GROUP BY series, period HAVING count(*) = count(DISTINCT counter) ORDER BY series, period`,
);

agree(
  "a number that was passed over belongs to the document that is named",
  "SELECT lower(number) AS number FROM number_passed_over ORDER BY series, period, counter",
  `SELECT lower(i.number) AS number FROM number_passed_over AS p JOIN invoice AS i ON i.id = p.taken_by
   ORDER BY p.series, p.period, p.counter`,
);

agree(
  "the version of every stream is the number of its events",
  `SELECT 1 AS id, version FROM organization UNION ALL SELECT id, version FROM "user"
   UNION ALL SELECT id, version FROM client UNION ALL SELECT id, version FROM item
   UNION ALL SELECT id, version FROM invoice UNION ALL SELECT id, version FROM payment
   UNION ALL SELECT id, version FROM refund ORDER BY id`,
  "SELECT stream AS id, count(*) AS version FROM activity GROUP BY stream HAVING max(version) = count(*) ORDER BY stream",
);

agree(
  "activity has each event once, and ends at the checkpoint",
  "SELECT checkpoint AS head, checkpoint AS events, checkpoint_at AS at FROM meta",
  `SELECT max(seq) AS head, count(*) AS events, (SELECT at FROM activity ORDER BY seq DESC LIMIT 1) AS at FROM activity`,
);

agree(
  "sessions_ended counts the events that ended them",
  `SELECT id, sessions_ended FROM "user" WHERE sessions_ended > 0 ORDER BY id`,
  `SELECT stream AS id, count(*) AS sessions_ended FROM activity WHERE type = 'UserSessionsEnded'
   GROUP BY stream ORDER BY stream`,
);

agree(
  "status and archived follow from the last event that sets them",
  `SELECT id, iif(status = 'draft', '', status) AS state FROM invoice WHERE status <> 'draft'
   UNION ALL SELECT id, 'archived' FROM client WHERE archived UNION ALL SELECT id, 'archived' FROM item WHERE archived
   ORDER BY id`,
  `SELECT stream AS id, CASE type WHEN 'InvoiceIssued' THEN 'issued' WHEN 'InvoiceCancelled' THEN 'issued' WHEN 'InvoiceVoided' THEN 'void'
     WHEN 'InvoiceDraftDiscarded' THEN 'discarded' ELSE 'archived' END AS state
   FROM (SELECT stream, type, row_number() OVER (PARTITION BY stream ORDER BY seq DESC) AS back FROM activity
     WHERE type IN ('InvoiceIssued', 'InvoiceCancelled', 'InvoiceVoided', 'InvoiceDraftDiscarded', 'ClientArchived', 'ClientRestored',
       'ItemArchived', 'ItemRestored'))
   WHERE back = 1 AND type NOT IN ('ClientRestored', 'ItemRestored') ORDER BY id`,
);
