/**
 * The two times of every amount. *Dated*: the day that its paper says. *Recorded*: the event with which the company came
 * to know it. A payment of 30 December that is entered on 5 January is dated in December and recorded in January.
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../../events/sequence.ts";
import { dateAt } from "../../../events/values/calendar.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { dayWord, numberWord } from "../list-words.ts";
import { prepare, prepareValue } from "../prepared.ts";

/** The fields of a read that can tell its figures as of a moment. */
export const momentWords = {
  dated_until: dayWord().optional().describe("Only what is dated on this day or earlier. Default: everything."),
  known_at: numberWord(z.int().min(0))
    .optional()
    .describe("Only what was recorded up to this event, its sequence included. Default: everything."),
};

/** A period, both days included. */
export const periodWords = {
  from: dayWord().describe("Dated on this day or later."),
  to: dayWord().describe("Dated on this day or earlier."),
};

export interface MomentWords {
  dated_until?: string | undefined;
  known_at?: Sequence | undefined;
}

/** The moment of an answer, as it was asked. */
export interface MomentOfAnswer {
  /** YYYY-MM-DD, included; null: everything. */
  dated_until: string | null;
  /** Included; null: everything. */
  known_at: Sequence | null;
}

/** For the SQL of postings: `p.dated_on <= :until AND p.seq <= :known`. */
export interface Moment {
  until: string;
  known: Sequence;
  /** True if the moment leaves nothing out, so that the tables of the present have the same sums. */
  isNow: boolean;
}

/** After every day, and after every event. */
const NEVER = "9999-99-99";
export const NOW: Moment = { until: NEVER, known: Number.MAX_SAFE_INTEGER, isNow: true };

/** What the SQL of a read about postings says of its moment. */
export const AT_MOMENT = "p.dated_on <= :until AND p.seq <= :known";

/**
 * The moment that the words name. Call it in the transaction of the read.
 *
 * @throws ZodError if `known_at` is an event that this cache does not contain yet
 */
export function momentOf(db: Database.Database, { dated_until, known_at }: MomentWords): Moment {
  if (dated_until === undefined && known_at === undefined) return NOW;
  const { seq, atMs } = readCheckpoint(db);
  if (known_at !== undefined && known_at > seq)
    throw wrongInput("known_at", known_at, `must be an event up to ${seq}, the last one that is known here`);
  const until = dated_until === undefined || dated_until >= lastDay(db, atMs) ? NEVER : dated_until;
  const known = known_at === undefined || known_at === seq ? NOW.known : known_at;
  return { until, known, isNow: until === NEVER && known === NOW.known };
}

/** The same moment, with nothing that is dated later than this day. @param to null: no such limit */
export function upTo({ until, known, isNow }: Moment, to: string | null): Moment {
  return to === null || to >= until ? { until, known, isNow } : { until: to, known, isNow: false };
}

export function momentOfAnswer({ dated_until = undefined, known_at }: MomentWords): MomentOfAnswer {
  return { dated_until: dated_until ?? null, known_at: known_at ?? null };
}

/** @throws ZodError if the period ends before it begins */
export function checkPeriod({ from, to }: { from: string; to: string }): void {
  if (from > to) throw wrongInput("to", to, `must not be before ${from}, the first day of the period`);
}

/** @throws ZodError if there is no such client */
export function checkClient(db: Database.Database, client: number | undefined): void {
  if (client === undefined || prepare(db, "SELECT 1 FROM client WHERE id = ?").get(client)) return;
  throw wrongInput("client", client, `there is no client ${client}`);
}

function wrongInput(field: string, input: unknown, message: string): z.ZodError {
  return new z.ZodError([{ code: "custom", path: [field], message, input }]);
}

/** The currencies of all postings, in alphabetical order. */
export function currenciesOfPostings(db: Database.Database): string[] {
  return prepareValue<[], string>(db, "SELECT currency FROM currency_balance ORDER BY currency").all();
}

/** No time zone is further ahead of UTC. */
const MAX_OFFSET_MS = 14 * 3_600_000;

/** A day after which nothing is dated. */
function lastDay(db: Database.Database, checkpointAtMs: number): string {
  // Allocations are in no index by day. None is dated later than its document and payment, and the day of its event.
  const last = prepareValue<[string], string>(
    db,
    `SELECT dated_on FROM posting INDEXED BY posting_currency
     WHERE currency = ? AND kind <> 'allocation' ORDER BY dated_on DESC LIMIT 1`,
  );
  return currenciesOfPostings(db).reduce(
    (latest, currency) => {
      const day = last.get(currency) ?? "";
      return day > latest ? day : latest;
    },
    dateAt(checkpointAtMs + MAX_OFFSET_MS, "UTC"),
  );
}
