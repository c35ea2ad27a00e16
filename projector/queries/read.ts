/** What a read is: how it is called, what it takes, and the query that answers it. */
import type Database from "better-sqlite3";
import type { z } from "zod";
import type { Rule } from "../../events/rules.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { timeZoneOf } from "./history.ts";

/** What a read works on. */
export interface ReadSource {
  db: Database.Database;
  /** The time, ms since 1970 UTC. It decides what is overdue. */
  nowMs: number;
}

export interface Read<Fields extends z.ZodRawShape = z.ZodRawShape, Answer = unknown> {
  /** One line for people. */
  summary: string;
  /** What it takes: a window's argument as it comes, or the words of an address. `id` comes from the path. */
  input: z.ZodObject<Fields, z.core.$strict>;
  /** Where the API answers it, for clients without a cache; null: only windows ask. */
  http: HttpRead | null;
  /** @returns undefined if what the input names does not exist */
  run(source: ReadSource, input: z.output<z.ZodObject<Fields, z.core.$strict>>): Answer;
}

export interface HttpRead {
  /** With `:id` where it names a stream. */
  path: string;
  /** The component of the OpenAPI document that it answers, and how many of them. */
  answer: { of: string; as: "one" | "page" | "rows" };
  /** The rule that refuses an id that nothing has. */
  missing?: Extract<Rule, "UNKNOWN_INVOICE" | "UNKNOWN_CLIENT" | "UNKNOWN_ITEM" | "UNKNOWN_PAYMENT" | "UNKNOWN_USER">;
}

/**
 * What every read takes beside its own fields. A field added here is accepted by each call of a window and each route of
 * the API, and is described in the OpenAPI document; `define` is where it takes effect, by giving `run` another source.
 */
const EVERY_READ = {} satisfies z.ZodRawShape;

export function define<Fields extends z.ZodRawShape, Answer>(
  read: Read<Fields, Answer>,
): Read<Fields & typeof EVERY_READ, Answer> {
  return { ...read, input: read.input.extend(EVERY_READ) } as unknown as Read<Fields & typeof EVERY_READ, Answer>;
}

/** Today in the organization's time zone, YYYY-MM-DD. */
export function todayOf({ db, nowMs }: ReadSource): string {
  return dateAt(nowMs, timeZoneOf(db));
}
