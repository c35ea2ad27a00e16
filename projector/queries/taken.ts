/** Says while a user types whether a code, number, reference or address is taken, by the rule of the deciders. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { isTaken } from "../../events/business/taken.ts";
import type { StreamId } from "../../events/sequence.ts";
import { streamId } from "../../events/values/schema.ts";
import { uniqueKey } from "../../events/values/unique-key.ts";
import { sameText } from "../cache/same-text.ts";
import { momentOf } from "./moment.ts";
import { prepare } from "./prepared.ts";

/** The text, what it is, and whose. */
export const takenText = z.strictObject({
  of: z
    .enum(["item", "invoice", "payment", "refund", "user"])
    .describe("Its code, number, reference or e-mail address."),
  text: z.string().max(1_000),
  client: streamId().optional().describe("For a payment: who paid; for a refund: who was paid."),
  own: streamId().optional().describe("The thing that has, or gets, the text; without it, a new one."),
});

interface TakenText {
  id: StreamId;
  /** The text that exists: it is the same to people. */
  existing: string;
}

const TEXT_OF = {
  item: "SELECT code AS text FROM item WHERE id = ?",
  invoice: "SELECT number AS text FROM invoice WHERE id = ?",
  payment: "SELECT reference AS text FROM payment WHERE id = ?",
  refund: "SELECT reference AS text FROM refund WHERE id = ?",
  user: 'SELECT email AS text FROM "user" WHERE id = ?',
} as const;

const LIVE = "client_id = :scope AND reference IS NOT NULL AND reversed = 0";
const TEXTS_THEN = {
  item: "SELECT id, code AS text FROM item WHERE id <> :own ORDER BY id",
  user: 'SELECT id, email AS text FROM "user" WHERE id <> :own ORDER BY id',
  payment: `SELECT id, reference AS text FROM payment INDEXED BY payment_client WHERE id <> :own AND ${LIVE} ORDER BY id`,
  refund: `SELECT id, reference AS text FROM refund INDEXED BY refund_client WHERE id <> :own AND ${LIVE} ORDER BY id`,
};

/** As `sameText`, at a moment: the keys that the cache keeps are those of the present texts. Compares each text of then. */
function sameTextThen(
  db: Database.Database,
  of: keyof typeof TEXTS_THEN,
  text: string,
  { own, scope }: { own: StreamId | null; scope: StreamId },
): StreamId | undefined {
  const rows = prepare<[object], { id: StreamId; text: string }>(db, TEXTS_THEN[of]).all({ own: own ?? 0, scope });
  const key = uniqueKey(text);
  return (rows.find((row) => row.text === text) ?? rows.find((row) => uniqueKey(row.text) === key))?.id;
}

/** @returns undefined if nobody has the text, or one that is the same to people */
export function takenTextOf(db: Database.Database, asked: z.output<typeof takenText>): TakenText | undefined {
  const { of, text, client, own = null } = asked;
  return db.transaction(() => {
    // A client beside any other text says nothing: those are unique everywhere.
    const among = { own, scope: of === "payment" || of === "refund" ? (client ?? 0) : 0 };
    const id =
      momentOf(db) === null || of === "invoice"
        ? sameText((sql) => prepare<[object], unknown>(db, sql), of)(text, among)
        : sameTextThen(db, of, text, among);
    if (id === undefined) return undefined;
    const textOf = (id: StreamId) => prepare<[number], { text: string | null }>(db, TEXT_OF[of]).get(id)?.text ?? null;
    const existing = textOf(id) ?? text;
    return isTaken(text, { existing, before: own === null ? null : textOf(own) }) ? { id, existing } : undefined;
  })();
}
