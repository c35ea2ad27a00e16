/** One event: what was recorded, by whom and when, and what it changed. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../../events/sequence.ts";
import { type ActivityRow, activityOfEvents } from "../activity.ts";
import { numberWord } from "../list-words.ts";
import { prepare } from "../prepared.ts";
import { type Posting, postingsOfEvent } from "./posting.ts";

export const oneEvent = z.strictObject({ seq: numberWord(z.int().min(1)).describe("The event's sequence.") });

export interface EventAnswer {
  event: ActivityRow;
  /** What it changes in amounts, in order. */
  postings: Posting[];
  /** The events of its stream directly before and after it; null: none. */
  before: Sequence | null;
  after: Sequence | null;
}

/** @returns undefined if the cache does not contain the event */
export function eventOf(db: Database.Database, seq: Sequence): EventAnswer | undefined {
  return db.transaction(() => {
    const [event] = activityOfEvents(db, [seq]);
    if (!event) return undefined;
    const beside = prepare<[number, number], { seq: number }>(
      db,
      "SELECT seq FROM activity WHERE stream = ? AND version = ?",
    );
    const { stream, version } = event;
    return {
      event,
      postings: postingsOfEvent(db, seq),
      before: beside.get(stream, version - 1)?.seq ?? null,
      after: beside.get(stream, version + 1)?.seq ?? null,
    };
  })();
}
