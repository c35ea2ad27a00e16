/** Folds logs that a test builds, and reads their postings. */
import { join } from "node:path";
import type { StreamId } from "../../events/sequence.ts";
import { LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { Cache } from "../cache/cache.ts";

const folder = temporaryFolder();
let files = 0;

export function foldLog(log: LogBuilder) {
  const cache = Cache.create(join(folder, `${++files}.sqlite`));
  cache.apply(0, log.bodies);
  const rows = (sql: string, ...values: unknown[]) =>
    (cache.db.prepare(sql).all(...values) as object[]).map(withoutSince);
  return {
    rows,
    /** The postings after an event: kind, day, document, credit, then the amounts that are not all 0. */
    postings: (after = 0) =>
      cache.db
        .prepare(
          `SELECT kind, dated_on, document_id, credit_id, open_minor, credit_minor FROM posting WHERE seq > ?
           ORDER BY seq, n`,
        )
        .raw()
        .all(after),
    /** What is open, and what is left of credit, as dated until a day. */
    at: (day: string) => ({
      open: cache.db
        .prepare(
          `SELECT document_id, sum(open_minor) FROM posting WHERE dated_on <= ? GROUP BY 1 HAVING sum(open_minor) <> 0
           ORDER BY 1`,
        )
        .raw()
        .all(day),
      credit: cache.db
        .prepare(
          `SELECT credit_id, sum(credit_minor) FROM posting WHERE dated_on <= ? AND credit_id IS NOT NULL GROUP BY 1
           HAVING sum(credit_minor) <> 0 ORDER BY 1`,
        )
        .raw()
        .all(day),
    }),
    paid: (id: StreamId) => cache.db.prepare("SELECT paid_minor FROM invoice WHERE id = ?").pluck().get(id),
    heads: () =>
      cache.db
        .prepare("SELECT invoices, credit_notes, outstanding_minor, credit_minor FROM client_balance")
        .raw()
        .get() as number[],
  };
}

/** A line below zero: prices are not. */
export const back = (netMinor: number) => ({ ...line("Back", netMinor), quantity6: -1_000_000 });

/** A client with an invoice of 1,200 of 15 June. */
export function oneInvoice() {
  const log = LogBuilder.founded();
  const client = log.client();
  const invoice = log.issue("INV-1", { clientId: client, lines: [line("Mug", 1000)] }, { counter: 1 });
  return { log, client, invoice };
}
