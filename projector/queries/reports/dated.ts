/**
 * The two times of every amount. *Dated*: the day that its paper says. *Recorded*: the event with which the company came
 * to know it. A payment of 30 December that is entered on 5 January is dated in December and recorded in January. What is
 * recorded follows from the moment that the connection stands at (`projector/moments`).
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import { dateAt } from "../../../events/values/calendar.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { dayWord } from "../list-words.ts";
import { prepare, prepareValue } from "../prepared.ts";

/** The field of a read that can tell its figures as dated until a day. */
export const datedWords = {
  dated_until: dayWord().optional().describe("Only what is dated on this day or earlier. Default: everything."),
};

/** A period, both days included. */
export const periodWords = {
  from: dayWord().describe("Dated on this day or later."),
  to: dayWord().describe("Dated on this day or earlier."),
};

export interface DatedWords {
  dated_until?: string | undefined;
}

/** The day of an answer, as it was asked. */
export interface DatedAnswer {
  /** YYYY-MM-DD, included; null: everything. */
  dated_until: string | null;
}

/** For the SQL of postings: `p.dated_on <= :until`. */
export interface Dated {
  until: string;
  /** True if nothing is left out, so that the tables of the state have the same sums. */
  isAll: boolean;
}

/** After every day. */
const NEVER = "9999-99-99";
const ALL: Dated = { until: NEVER, isAll: true };

/** What the SQL of a read about postings says of its day. */
export const IS_DATED = "p.dated_on <= :until";

/** Until when a read counts what is dated. Call it in the transaction of the read. */
export function datedOf(db: Database.Database, { dated_until }: DatedWords): Dated {
  if (dated_until === undefined || dated_until >= lastDay(db, readCheckpoint(db).atMs)) return ALL;
  return { until: dated_until, isAll: false };
}

/** The same, with nothing that is dated later than this day. @param to null: no such limit */
export function upTo({ until, isAll }: Dated, to: string | null): Dated {
  return to === null || to >= until ? { until, isAll } : { until: to, isAll: false };
}

export function datedOfAnswer({ dated_until }: DatedWords): DatedAnswer {
  return { dated_until: dated_until ?? null };
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

export function wrongInput(field: string, input: unknown, message: string): z.ZodError {
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
