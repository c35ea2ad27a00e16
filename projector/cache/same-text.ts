/** Finds the thing whose code, number, reference or address is the same to people (`uniqueKey`) as a text. */
import type { StreamId } from "../../events/sequence.ts";
import { uniqueKey } from "../../events/values/unique-key.ts";
import type { Row } from "../tables/tables.ts";

export type UniqueKind = Row<"uniqueText">["kind"];

/** The column of each kind's table with the text, and the conditions under which it is unique. */
const TEXTS: {
  readonly [Kind in UniqueKind]: { readonly column: string; readonly index: string; readonly where: string };
} = {
  item: { column: "code", index: "item_code", where: "" },
  user: { column: "email", index: "user_email", where: "" },
  invoice: { column: "number", index: "invoice_number", where: "" },
  refund: {
    column: "reference",
    index: "refund_reference",
    where: "AND client_id = :scope AND reference IS NOT NULL AND reversed = 0",
  },
  payment: {
    column: "reference",
    index: "payment_reference",
    where: "AND client_id = :scope AND reference IS NOT NULL AND reversed = 0",
  },
};

/** Prepares a statement, or returns one that was prepared. */
type Prepare = (sql: string) => { get(values: object): unknown };

interface Among {
  /** For a payment or a refund: its client. */
  scope?: StreamId;
  /** The thing whose own text does not count; null for a new one. */
  own?: StreamId | null;
}

/** @returns a lookup: exactly this text first, else the oldest one with its key; undefined if there is none */
export function sameText(prepare: Prepare, kind: UniqueKind): (text: string, among?: Among) => StreamId | undefined {
  const { column, index, where } = TEXTS[kind];
  const ids = `SELECT id FROM "${kind}" INDEXED BY ${index} WHERE ${column} = :text AND id <> :own ${where}`;
  const exact = prepare(ids);
  // A text that is its own key has no row in `unique_text`.
  const same = prepare(
    `SELECT min(id) AS id FROM (${ids} UNION ALL SELECT stream FROM unique_text
       WHERE kind = '${kind}' AND scope = :scope AND text_key = :text AND stream <> :own)`,
  );
  return (text, { scope = 0, own = null } = {}) => {
    const idOf = (statement: ReturnType<Prepare>, text: string) =>
      (statement.get({ text, scope, own: own ?? 0 }) as { id: StreamId | null } | undefined)?.id ?? undefined;
    return idOf(exact, text) ?? idOf(same, uniqueKey(text));
  };
}
