/** Defines a read: its input, its API route, and its query. */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Rule } from "../../events/rules.ts";
import type { AsOf } from "../../events/values/as-of.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { timeZoneOf } from "./history.ts";
import { type Moment, momentAt, momentWord } from "./moment.ts";

/** The cache and the time for a read. */
export interface ReadSource {
  db: Database.Database;
  /** The current time, ms since 1970 UTC. It determines what is overdue. */
  nowMs: number;
  /** The same cache at a moment; absent if the reader offers only the present. */
  sourceAt?(moment: Moment): ReadSource;
}

export interface Read<Fields extends z.ZodRawShape = z.ZodRawShape, Answer = unknown> {
  /** One line for people. */
  summary: string;
  /** The input: a call's argument, or the parameters of a URL. `id` comes from the path. */
  input: z.ZodObject<Fields, z.core.$strict>;
  /** The API route, for clients without a cache; null: only the desktop calls it. */
  http: HttpRead | null;
  /** @returns undefined if what the input names does not exist */
  run(source: ReadSource, input: z.output<z.ZodObject<Fields, z.core.$strict>>): Answer;
  /** The same in parts, if the read costs more the more documents there are: others may run between two parts. */
  parts?(source: ReadSource, input: z.output<z.ZodObject<Fields, z.core.$strict>>): Parts<Answer>;
}

/** Work that yields after each part of about a millisecond. All parts must see one state: one transaction is around them. */
export type Parts<Answer> = Generator<void, Answer, void>;

/** All parts at once. */
export function inOne<Answer>(db: Database.Database, parts: Parts<Answer>): Answer {
  return db.transaction(() => {
    for (;;) {
      const { done, value } = parts.next();
      if (done) return value;
    }
  })();
}

interface HttpRead {
  /** With `:id` for a stream. */
  path: string;
  /** The component of the response in the OpenAPI document, and how many of them. */
  answer: { of: string; as: "one" | "page" | "rows" };
  /** The rule that refuses an unknown id. */
  missing?: Extract<
    Rule,
    "UNKNOWN_INVOICE" | "UNKNOWN_CLIENT" | "UNKNOWN_ITEM" | "UNKNOWN_PAYMENT" | "UNKNOWN_REFUND" | "UNKNOWN_USER"
  >;
}

/**
 * Fields that every read accepts besides its own. A field added here is accepted by each desktop call and API route,
 * and documented in OpenAPI. Implement it in `define`, which can pass another source to `run`.
 */
const EVERY_READ = {
  at: momentWord()
    .optional()
    .describe(
      [
        "The books as they stood at a moment of the past, whatever was recorded later: an event (`184203`, or",
        "`event:2025`), which is included; a time (`2010-06-30T12:00:00Z`); or the end of a day (`2010-06-30`) in the",
        "organization's time zone of then. Today is the day of that moment. Default: now.",
      ].join(" "),
    ),
} satisfies z.ZodRawShape;

/** The input of a read may name a moment. */
interface AtMoment {
  at?: AsOf | undefined;
}

export function define<Fields extends z.ZodRawShape, Answer>(
  read: Read<Fields, Answer>,
): Read<Fields & typeof EVERY_READ, Answer> {
  const { run, parts } = read;
  type Input = Parameters<typeof run>[1];
  const withMoment = {
    ...read,
    input: read.input.extend(EVERY_READ),
    run: (source: ReadSource, { at, ...input }: AtMoment) => run(sourceOf(source, at), input as Input),
    ...(parts && {
      parts: (source: ReadSource, { at, ...input }: AtMoment) => parts(sourceOf(source, at), input as Input),
    }),
  };
  return withMoment as unknown as Read<Fields & typeof EVERY_READ, Answer>;
}

/**
 * The source of a read at the moment that its input names.
 *
 * @param at undefined: the source itself
 * @throws ZodError for an event that this cache does not contain yet, or if the reader offers only the present
 */
export function sourceOf(source: ReadSource, at: AsOf | undefined): ReadSource {
  if (at === undefined) return source;
  const moment = momentAt(source.db, at);
  if (source.sourceAt) return source.sourceAt(moment);
  throw new z.ZodError([{ code: "custom", path: ["at"], message: "only the present can be read here", input: at }]);
}

/** Today in the organization's time zone, YYYY-MM-DD. */
export function todayOf({ db, nowMs }: ReadSource): string {
  return dateAt(nowMs, timeZoneOf(db));
}
