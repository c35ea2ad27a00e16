/** A client's balances at a moment: the sums of the client's postings. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { streamId } from "../../../events/values/schema.ts";
import { type ClientBalance, type ClientWithBalances, clientById } from "../clients.ts";
import { prepare } from "../prepared.ts";
import { AT_MOMENT, type Moment, momentOf, momentWords } from "./moment.ts";

export const clientAtMoment = z.strictObject({ id: streamId().describe("The stream's number."), ...momentWords });

/** A client with its current details, and its balances at the moment. @returns undefined if there is no such client */
export function clientAtMomentOf(
  db: Database.Database,
  input: z.output<typeof clientAtMoment>,
): ClientWithBalances | undefined {
  return db.transaction(() => {
    const moment = momentOf(db, input);
    const client = clientById(db, input.id);
    if (!client) return undefined;
    const balances = moment.isNow ? client.balances : balancesAt(db, moment, input.id);
    return { ...client, balances };
  })();
}

function balancesAt(db: Database.Database, { until, known }: Moment, client: StreamId): ClientBalance[] {
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
     FROM posting AS p INDEXED BY posting_client LEFT JOIN invoice AS i ON p.kind = 'void' AND i.id = p.document_id
     WHERE p.client_id = :client AND ${AT_MOMENT} GROUP BY p.currency`,
  ).all({ client, until, known });
}
