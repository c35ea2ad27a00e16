/** Converts times to sequences by binary search: `at` never decreases from one event to the next. */
import type Database from "better-sqlite3";
import type { Sequence } from "../../events/sequence.ts";
import { readCheckpoint } from "../cache/checkpoint.ts";
import { prepare } from "./prepared.ts";

/** The last sequence whose time is not after `atMs`; 0 if every event is later. */
export function sequenceAt(db: Database.Database, atMs: number): Sequence {
  const atOf = prepare<[number], { at: number }>(db, "SELECT at FROM activity WHERE seq = ?");
  let low = 0;
  let high = readCheckpoint(db).seq;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const row = atOf.get(middle);
    if (row === undefined) throw new Error(`event ${middle} is missing from the activity`);
    if (row.at <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
