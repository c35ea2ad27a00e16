/** Number series: what numbers of documents look like, and how far each series is. They are part of the profile. */
import { z } from "zod";
import { type Refusal, refusal } from "../errors.ts";
import {
  allowsReset,
  MAX_PATTERN,
  makeSameNumbers,
  NUMBER_PATTERN,
  patternOfPrefix,
  RESETS,
} from "../values/number-pattern.ts";
import { int, line } from "../values/schema.ts";
import { uniqueKey } from "../values/unique-key.ts";

export const MAX_SERIES = 100;
/** The largest first counter of a series. */
const MAX_FIRST = 999_999_999_999;

/** A series as first shipped: its numbers are `prefix` and a counter of at least `digits` digits. */
export const seriesV1 = z.object({
  name: line(40).describe("Name of the series; unique."),
  kind: z.enum(["invoice", "credit_note", "both"]).describe("Which documents it numbers."),
  prefix: z
    .string()
    .max(20)
    .regex(/^[A-Za-z0-9/_.-]*$/, "must be letters, digits and / _ . -")
    .describe("What its numbers begin with."),
  digits: int(1, 12).describe("The fewest digits of the counter."),
  foreign: z.boolean().describe("true: its numbers are given elsewhere, and come with the command."),
});

/**
 * A number series. It makes numbers from its pattern, with counters from `first` in each period; a number that another
 * document has is passed over. A foreign series takes numbers from elsewhere: they must be unique, and may have gaps.
 */
export const series = z.object({
  name: seriesV1.shape.name,
  kind: seriesV1.shape.kind,
  pattern: z
    .string()
    .max(MAX_PATTERN)
    .regex(NUMBER_PATTERN, "must be a pattern with one counter, such as INV-{YYYY}-{0000}")
    .describe("What its numbers look like, such as INV-{YYYY}-{0000}; a foreign series does not use it."),
  first: int(1, MAX_FIRST).describe("The first counter; of each year or month, if the series begins again."),
  reset: z.enum(RESETS).describe("When it begins again with its first counter, by the issue date."),
  foreign: seriesV1.shape.foreign,
});
export type Series = z.infer<typeof series>;

/** A series of earlier releases. */
export function upcastSeriesV1({ name, kind, prefix, digits, foreign }: z.infer<typeof seriesV1>): Series {
  return { name, kind, pattern: patternOfPrefix(prefix, digits), first: 1, reset: "never", foreign };
}

/** The state of a series in one of its periods. */
export interface SeriesOnBooks {
  /** The last counter used in the period; null before its first number. */
  lastNumber: number | null;
  /** The pattern that the period's first number has fixed; null before it. */
  pattern: string | null;
  /** The latest issue date of the series in all its periods, `YYYY-MM-DD`. */
  lastIssuedOn: string | null;
}

export interface SeriesBooks {
  /** @param period as `periodOf` has it; an empty text for a series that never begins again, and for a foreign one */
  series(name: string, period: string): SeriesOnBooks;
}

/** The series that numbers a document: the named one, else the first one for its kind that is not foreign. */
export function pickSeries(
  { series: all }: { series: readonly Series[] },
  kind: "invoice" | "credit_note",
  name: string | null,
): Series {
  const fits = (series: Series) => series.kind === kind || series.kind === "both";
  const found = all.find((series) => (name === null ? fits(series) && !series.foreign : series.name === name));
  if (!found)
    throw refusal("UNKNOWN_SERIES", name === null ? `no series for kind ${kind}` : `no series is called ${name}`, {
      field: "series",
      values: { series: name, kind },
    });
  if (!fits(found))
    throw refusal("SERIES_OF_OTHER_KIND", `series ${found.name} is for ${found.kind}, not for ${kind}`, {
      field: "series",
      values: { series: found.name, kind },
    });
  return found;
}

/**
 * Checks what does not depend on the state of the books.
 *
 * @param before the series until now: two that are both among them may stay, with similar names or the same numbers
 * @throws Refusal SERIES_TWICE, SERIES_REPEATS, SERIES_MAKES_SAME
 */
export function checkSeries(list: readonly Series[], before: readonly Series[] = []): void {
  for (const [n, one] of list.entries()) {
    const earlier = list.slice(0, n);
    checkName(one, n, { earlier, before });
    if (one.foreign) continue;
    const { name, pattern, reset } = one;
    if (!allowsReset(pattern, reset))
      throw refusal(
        "SERIES_REPEATS",
        `series ${name} would repeat its numbers: ${pattern} has no ${neededFor(reset)}`,
        {
          field: `series.${n}.pattern`,
          values: { series: name, pattern, reset },
        },
      );
    checkNumbers(one, n, { earlier, before });
  }
}

function neededFor(reset: Series["reset"]): string {
  return reset === "yearly" ? "{YYYY} or {YY}" : "year and {MM}";
}

interface OtherSeries {
  earlier: readonly Series[];
  before: readonly Series[];
}

function checkName({ name }: Series, n: number, { earlier, before }: OtherSeries): void {
  const isOld = (name: string) => before.some((series) => series.name === name);
  const existing =
    earlier.find((other) => other.name === name) ??
    earlier.find((other) => uniqueKey(other.name) === uniqueKey(name) && !(isOld(other.name) && isOld(name)));
  if (!existing) return;
  const says =
    name === existing.name
      ? `series ${name} is listed twice`
      : `series ${name} is too similar to series ${existing.name}`;
  throw refusal("SERIES_TWICE", says, {
    field: `series.${n}.name`,
    values: { series: name, existing: existing.name },
  });
}

/** Numbers are unique, so two series of the same numbers would pass over each other's, and nobody could tell them apart. */
function checkNumbers(one: Series, n: number, { earlier, before }: OtherSeries): void {
  const isOld = ({ name, pattern }: Series) =>
    before.some((series) => !series.foreign && series.name === name && series.pattern === pattern);
  const existing = earlier.find(
    (other) => !other.foreign && makeSameNumbers(other.pattern, one.pattern) && !(isOld(other) && isOld(one)),
  );
  if (!existing) return;
  throw refusal("SERIES_MAKES_SAME", `series ${one.name} would make the same numbers as series ${existing.name}`, {
    field: `series.${n}.pattern`,
    values: { series: one.name, existing: existing.name },
  });
}

/**
 * A series that is in use stays, stays foreign or not, and begins again when it did. If it never does, its pattern and its
 * first number stay; otherwise they take effect in the next period, because the books keep the pattern of each period.
 *
 * @throws Refusal SERIES_IN_USE, SERIES_FROZEN
 */
export function checkSeriesInUse(books: SeriesBooks, before: readonly Series[], next: readonly Series[]): void {
  for (const old of before) {
    if (books.series(old.name, "").lastIssuedOn === null) continue;
    const n = next.findIndex((series) => series.name === old.name);
    const now = next[n];
    if (!now || now.foreign !== old.foreign)
      throw refusal(
        "SERIES_IN_USE",
        `series ${old.name} is in use; it cannot be removed, or become foreign or stop being so`,
        { field: "series", values: { series: old.name } },
      );
    if (old.foreign) continue;
    if (now.reset !== old.reset) throw frozen(old, n, "reset");
    if (old.reset !== "never") continue;
    if (now.pattern !== old.pattern) throw frozen(old, n, "pattern");
    if (now.first !== old.first) throw frozen(old, n, "first");
  }
}

function frozen({ name }: Series, n: number, part: "pattern" | "first" | "reset"): Refusal {
  return refusal(
    "SERIES_FROZEN",
    `series ${name} has numbers, so its ${part} cannot change; add a new series above it`,
    {
      field: `series.${n}.${part}`,
      values: { series: name, part },
    },
  );
}
