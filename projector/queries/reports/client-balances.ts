/** A client's balances until a day: the sums of the client's postings. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { streamId } from "../../../events/values/schema.ts";
import { type ClientBalance, type ClientWithBalances, clientById } from "../clients.ts";
import { prepare } from "../prepared.ts";
import { type Dated, datedOf, datedWords, IS_DATED } from "./dated.ts";

export const clientUntil = z.strictObject({ id: streamId().describe("The stream's number."), ...datedWords });

/** A client with its current details, and its balances as dated until a day. @returns undefined if there is no such client */
export function clientUntilOf(
  db: Database.Database,
  input: z.output<typeof clientUntil>,
): ClientWithBalances | undefined {
  return db.transaction(() => {
    const dated = datedOf(db, input);
    const client = clientById(db, input.id);
    if (!client) return undefined;
    const balances = dated.isAll ? client.balances : balancesUntil(db, dated, input.id);
    return { ...client, balances };
  })();
}

function balancesUntil(db: Database.Database, { until }: Dated, client: StreamId): ClientBalance[] {
  const counted = "CASE p.kind WHEN 'void' THEN i.kind ELSE p.kind END";
  const count = (kind: string) =>
    `sum(CASE WHEN ${counted} = '${kind}' THEN CASE p.kind WHEN 'void' THEN -1 ELSE 1 END ELSE 0 END)`;
  const gross = (kind: string, sign: string) =>
    `sum(CASE WHEN ${counted} = '${kind}' THEN ${sign}(p.net_minor + p.tax_minor) ELSE 0 END)`;
  return prepare<[object], ClientBalance>(
    db,
    `SELECT p.currency, ${count("invoice")} AS invoices, ${count("credit_note")} AS credit_notes,
       ${gross("invoice", "")} AS invoiced_minor, ${gross("credit_note", "-")} AS credited_minor,
       sum(p.open_minor) AS outstanding_minor, sum(p.credit_minor) AS credit_minor
     FROM posting AS p INDEXED BY posting_client LEFT JOIN main.invoice AS i ON p.kind = 'void' AND i.id = p.document_id
     WHERE p.client_id = :client AND ${IS_DATED} GROUP BY p.currency`,
  ).all({ client, until });
}
