/** A posting with the names of what it is about, and the event that recorded it. */
import type Database from "better-sqlite3";
import type { Sequence } from "../../../events/sequence.ts";
import type { Row } from "../../tables/tables.ts";
import { prepare, prepareValue } from "../prepared.ts";

/** Amounts are changes, in minor units. */
export interface Posting
  extends Pick<
    Row<"posting">,
    | "seq"
    | "n"
    | "dated_on"
    | "kind"
    | "client_id"
    | "currency"
    | "document_id"
    | "credit_id"
    | "net_minor"
    | "tax_minor"
    | "cash_minor"
    | "open_minor"
    | "credit_minor"
  > {
  /** For lists: the posting's place among all. */
  id: number;
  /** The time at which it was recorded, by whom, and the type of the event. */
  at: number;
  actor_name: string | null;
  type: string;
  /** The client's name. */
  client_name: string;
  /** What it is about: a document with its number, or a payment or refund with its reference. */
  document_kind: Subject["kind"];
  document_name: string | null;
  /** The payment or document whose credit changes; null: none, or the same. */
  credit_kind: Subject["kind"] | null;
  credit_name: string | null;
}

interface Subject {
  kind: "invoice" | "credit_note" | "payment" | "refund";
  name: string | null;
}

/** More than an event can have. */
const MAX_N = 65_536;

type Recorded = Omit<Posting, "id" | `document_${"kind" | "name"}` | `credit_${"kind" | "name"}`>;

export function postingAt(db: Database.Database, seq: Sequence, n: number): Posting {
  const row = prepare<[number, number], Recorded>(
    db,
    `SELECT p.seq, p.n, p.dated_on, p.kind, p.client_id, p.currency, p.document_id, p.credit_id, p.net_minor, p.tax_minor,
       p.cash_minor, p.open_minor, p.credit_minor, a.at, a.type,
       (SELECT name FROM "user" WHERE id = a.actor) AS actor_name,
       (SELECT name FROM client WHERE id = p.client_id) AS client_name
     FROM main.posting AS p CROSS JOIN main.activity AS a ON a.seq = p.seq WHERE p.seq = ? AND p.n = ?`,
  ).get(seq, n);
  if (!row) throw new Error(`posting ${n} of event ${seq} is missing`);
  const document = subjectOf(db, row.document_id);
  const credit = row.credit_id === null || row.credit_id === row.document_id ? null : subjectOf(db, row.credit_id);
  return {
    ...row,
    id: seq * MAX_N + n,
    document_kind: document.kind,
    document_name: document.name,
    credit_kind: credit?.kind ?? null,
    credit_name: credit?.name ?? null,
  };
}

/** The postings of an event, in order. */
export function postingsOfEvent(db: Database.Database, seq: Sequence): Posting[] {
  const positions = prepareValue<[number], number>(db, "SELECT n FROM main.posting WHERE seq = ? ORDER BY n").all(seq);
  return positions.map((n) => postingAt(db, seq, n));
}

function subjectOf(db: Database.Database, id: number): Subject {
  const subject = prepare<[{ id: number }], Subject>(
    db,
    `SELECT kind, number AS name FROM invoice WHERE id = :id
     UNION ALL SELECT 'payment', reference FROM payment WHERE id = :id
     UNION ALL SELECT 'refund', reference FROM refund WHERE id = :id`,
  ).get({ id });
  if (!subject) throw new Error(`${id} of a posting is no document, payment or refund`);
  return subject;
}
