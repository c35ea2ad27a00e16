/** The two moments between which changes are listed. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../../events/sequence.ts";
import type { AsOf } from "../../../events/values/as-of.ts";
import { type Moment, momentAt, momentOf, momentWord } from "../moment.ts";
import { headOf, type Span } from "./rows-then.ts";

/** The fields that every read of changes accepts. */
export const spanWords = {
  from: momentWord().describe("The moment before: an event, a day (its end) or a time."),
  to: momentWord().optional().describe("The moment after; default: now."),
};

export interface SpanOfAnswer {
  /** Everything up to this event is in the state before. */
  from: { seq: Sequence; at_ms: number };
  to: { seq: Sequence; at_ms: number };
}

type Words = z.output<z.ZodObject<typeof spanWords>>;

/** @throws ZodError for an event that the cache does not contain yet, and for moments in the wrong order */
export function spanOf(db: Database.Database, words: Words, nowMs: number): { span: Span; answer: SpanOfAnswer } {
  const from = momentIn(db, "from", words.from);
  const to =
    words.to === undefined ? { seq: momentOf(db)?.seq ?? headOf(db), atMs: nowMs } : momentIn(db, "to", words.to);
  if (from.seq > to.seq)
    throw new z.ZodError([
      { code: "custom", path: ["from"], message: "must not be later than `to`", input: words.from },
    ]);
  const answer = {
    from: { seq: from.seq, at_ms: from.atMs },
    to: { seq: to.seq, at_ms: to.atMs },
  };
  return { span: { from: from.seq, to: to.seq }, answer };
}

/** @throws ZodError that names the field */
function momentIn(db: Database.Database, field: string, asOf: AsOf): Moment {
  try {
    return momentAt(db, asOf);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new z.ZodError(error.issues.map((issue) => ({ ...issue, path: [field] })));
  }
}
