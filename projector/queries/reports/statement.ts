/** A client's account in one currency: documents, payments, refunds and write-offs by their dates. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { StreamId } from "../../../events/sequence.ts";
import { currency, streamId } from "../../../events/values/schema.ts";
import type { Row } from "../../tables/tables.ts";
import { dayWord } from "../list-words.ts";
import { prepare } from "../prepared.ts";
import { type Dated, datedOf, IS_DATED, upTo } from "./dated.ts";
import { allCreditDocumentsSql, creditsSql, openDocumentsSql, valuesAt } from "./open-amounts.ts";

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
  kind: "invoice" | "credit_note" | "payment" | "refund" | "write_off" | "reversal";
  /** The document, payment or refund, and which of them it is: a write-off is about a document, a reversal about any. */
  id: StreamId;
  about: "invoice" | "credit_note" | "payment" | "refund";
  /** The document's number, or the reference of the payment or refund. */
  name: string | null;
  due_on: string | null;
  /** The change of what the client owes. */
  amount_minor: number;
  /** What the client owes after this entry. */
  balance_minor: number;
}

export type OpenItem = Pick<Row<"invoice">, "id" | "number" | "kind" | "issued_on" | "due_on" | "gross_minor"> & {
  /** What is open; for a credit note or an invoice below zero, its remaining credit as a negative amount. */
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
  /** The open documents as of `to`, or as of now, by due date. */
  open: OpenItem[];
}

type Movement = Omit<StatementEntry, "balance_minor">;

/**
 * Leaves out what adds up to nothing on one day: void documents, and payments that were recorded by mistake.
 *
 * @returns undefined if there is no such client
 */
export function statementOf(db: Database.Database, account: z.output<typeof statementInput>): Statement | undefined {
  return db.transaction(() => {
    const { client: id, currency, from = null, to = null } = account;
    const client = prepare<[number], Statement["client"]>(db, "SELECT id, name FROM client WHERE id = ?").get(id);
    if (!client) return undefined;
    const dated = upTo(datedOf(db, {}), to);
    const all = movementsOf(db, dated, { client: id, currency });
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
      open: openItemsOf(db, dated, { client: id, currency }),
    };
  })();
}

interface Account {
  client: StreamId;
  currency: string;
}

/** A posting of a document, or one that changes what the client owes in all, with what it is about. */
interface Line extends Movement {
  posted: Row<"posting">["kind"];
  document: Row<"invoice">["kind"] | null;
}

/** By day and by what they are about. */
function movementsOf(db: Database.Database, { until }: Dated, account: Account): Movement[] {
  const lines = prepare<[object], Line>(
    db,
    `SELECT p.dated_on AS "on", p.kind AS posted, i.kind AS document, p.document_id AS id,
       coalesce(i.kind, CASE WHEN r.id IS NULL THEN 'payment' ELSE 'refund' END) AS about,
       coalesce(i.number, y.reference, r.reference) AS name, CASE i.kind WHEN 'invoice' THEN i.due_on END AS due_on,
       p.open_minor - p.credit_minor AS amount_minor
     FROM posting AS p INDEXED BY posting_client
       LEFT JOIN main.invoice AS i ON i.id = p.document_id LEFT JOIN main.payment AS y ON y.id = p.document_id
       LEFT JOIN main.refund AS r ON r.id = p.document_id
     WHERE p.client_id = :client AND p.currency = :currency AND ${IS_DATED}
       AND (p.open_minor <> p.credit_minor OR p.kind IN ('invoice', 'credit_note', 'void'))`,
  ).all({ ...account, until });
  const groups = Map.groupBy(lines, (line) => `${line.on} ${line.id} ${classOf(line)}`);
  return [...groups.values()]
    .flatMap((own) => {
      const [first] = own;
      const amount_minor = own.reduce((sum, line) => sum + line.amount_minor, 0);
      // A document of zero is listed: only what cancels out is not.
      if (!first || (amount_minor === 0 && own.length > 1)) return [];
      const { on, id, about, name, due_on } = first;
      const kind = kindOf(own);
      const isDocument = kind === "invoice" || kind === "credit_note";
      return [{ on, kind, id, about, name, due_on: isDocument ? due_on : null, amount_minor }];
    })
    .sort((a, b) => (a.on === b.on ? a.id - b.id : a.on < b.on ? -1 : 1));
}

/** What cancels out if it is on one day: a document with its void, a receipt with its reversal, a write-off with its own. */
const CLASSES: { readonly [K in Row<"posting">["kind"]]: string } = {
  invoice: "document",
  credit_note: "document",
  void: "document",
  payment: "money",
  refund: "money",
  reversal: "money",
  write_off: "write-off",
  allocation: "allocation",
};

function classOf({ posted, document }: Line): string {
  // Only a write-off is taken back on a document; a reversed receipt is about the payment.
  return posted === "reversal" && document !== null ? CLASSES.write_off : CLASSES[posted];
}

function kindOf(lines: readonly Line[]): StatementEntry["kind"] {
  const [first] = lines;
  if (!first) throw new Error("a group has lines");
  const { posted, document } = lines.find((line) => line.posted !== "reversal" && line.posted !== "void") ?? first;
  if (posted === "void") return document ?? "invoice";
  if (posted === "allocation") throw new Error(`an allocation changes what client owes: document ${first.id}`);
  return posted;
}

/** Open documents, by due date. */
function openItemsOf(db: Database.Database, dated: Dated, account: Account): OpenItem[] {
  const credits = dated.isAll
    ? allCreditDocumentsSql(account)
    : `SELECT id, credit_minor FROM (${creditsSql(account)}) WHERE is_document`;
  return prepare<[object], OpenItem>(
    db,
    `SELECT d.id, d.number, d.kind, d.issued_on, d.due_on, d.gross_minor, o.balance_minor
     FROM (SELECT id, open_minor AS balance_minor FROM (${openDocumentsSql(dated, account)})
       UNION ALL SELECT id, -credit_minor FROM (${credits})) AS o CROSS JOIN main.invoice AS d ON d.id = o.id
     ORDER BY d.due_on, d.id`,
  ).all(valuesAt(dated, account));
}
