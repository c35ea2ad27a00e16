/** A client's account in one currency: invoices, credit notes and payments by date. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { currency, streamId } from "../../../events/values/schema.ts";
import type { Row } from "../../tables/tables.ts";
import { dayWord } from "../list-words.ts";
import { prepare } from "../prepared.ts";

/** Entries in a statement. Earlier ones are part of the opening balance. */
const MAX_ENTRIES = 5_000;

/** The account, and the range of days, both ends included. */
export const statementInput = z.strictObject({
  client: streamId(),
  currency: currency(),
  from: dayWord().optional(),
  to: dayWord().optional(),
});

export interface StatementEntry {
  /** YYYY-MM-DD */
  on: string;
  kind: "invoice" | "credit_note" | "payment";
  id: StreamId;
  /** The document's number, or the payment's reference. */
  name: string | null;
  due_on: string | null;
  /** The change of what the client owes. */
  amount_minor: number;
  /** What the client owes after this entry. */
  balance_minor: number;
}

export type OpenItem = Pick<Row<"invoice">, "id" | "number" | "kind" | "issued_on" | "due_on" | "gross_minor"> & {
  /** The balance; for a credit note, its remaining credit as a negative amount. */
  balance_minor: number;
};

export interface Statement {
  client: Pick<Row<"client">, "id" | "name">;
  currency: string;
  from: string | null;
  to: string | null;
  opening_minor: number;
  entries: StatementEntry[];
  closing_minor: number;
  /** True if there are too many entries: the oldest are part of the opening balance. */
  shortened: boolean;
  /** As of now, for any range of days. */
  open: OpenItem[];
}

type Movement = Omit<StatementEntry, "balance_minor">;

/** Excludes voided documents and reversed payments. @returns undefined if there is no such client */
export function statementOf(db: Database.Database, account: z.output<typeof statementInput>): Statement | undefined {
  return db.transaction(() => {
    const { client: id, currency, from = null, to = null } = account;
    const client = prepare<[number], Statement["client"]>(db, "SELECT id, name FROM client WHERE id = ?").get(id);
    if (!client) return undefined;
    const all = movementsOf(db, id, currency).filter(({ on }) => to === null || on <= to);
    const inRange = all.filter(({ on }) => from === null || on >= from);
    const latest = inRange.slice(-MAX_ENTRIES);
    const before = all.slice(0, all.length - latest.length);
    const opening = before.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
    let balance = opening;
    const entries = latest.map((movement) => {
      balance += movement.amount_minor;
      return { ...movement, balance_minor: balance };
    });
    return {
      client,
      currency,
      from,
      to,
      opening_minor: opening,
      entries,
      closing_minor: balance,
      shortened: latest.length < inRange.length,
      open: openItemsOf(db, id, currency),
    };
  })();
}

function movementsOf(db: Database.Database, client: StreamId, currency: string): Movement[] {
  return prepare<[{ client: number; currency: string }], Movement>(
    db,
    `SELECT issued_on AS "on", kind, id, number AS name, CASE kind WHEN 'invoice' THEN due_on END AS due_on,
       CASE kind WHEN 'invoice' THEN gross_minor - prepaid_minor ELSE prepaid_minor - gross_minor END AS amount_minor
     FROM invoice WHERE client_id = :client AND currency = :currency AND status = 'issued'
     UNION ALL
     SELECT received_on, 'payment', id, reference, NULL, -amount_minor
     FROM payment WHERE client_id = :client AND currency = :currency AND reversed = 0
     ORDER BY 1, 3`,
  ).all({ client, currency });
}

function openItemsOf(db: Database.Database, client: StreamId, currency: string): OpenItem[] {
  return prepare<[number, string], OpenItem>(
    db,
    `SELECT id, number, kind, issued_on, due_on, gross_minor,
       (gross_minor - prepaid_minor - paid_minor) * CASE kind WHEN 'invoice' THEN 1 ELSE -1 END AS balance_minor
     FROM invoice
     WHERE client_id = ? AND currency = ? AND status = 'issued' AND gross_minor - prepaid_minor <> paid_minor
     ORDER BY due_on, id`,
  ).all(client, currency);
}
