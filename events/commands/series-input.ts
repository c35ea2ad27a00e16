/** Number series as input: in the form of today, or in that of release 0.1, which API clients still send. */
import { z } from "zod";
import { type OrganizationProfile, organizationProfile } from "../business/organization.ts";
import { MAX_SERIES, type Series, series, seriesV1, upcastSeriesV1 } from "../business/series.ts";
import { MAX_PATTERN, PATTERN_FAULTS, patternFault, patternOfPrefix } from "../values/number-pattern.ts";

const EXAMPLE = '{ "name": "Invoices", "kind": "invoice", "pattern": "INV-{0000}", "foreign": false }';

/** A foreign series makes no numbers, so any pattern serves. */
const NO_PATTERN = "{0}";

const pattern = z
  .string()
  .max(MAX_PATTERN)
  .superRefine((text, context) => {
    const fault = patternFault(text);
    if (fault) context.addIssue({ code: "custom", message: PATTERN_FAULTS[fault] });
  });

/** Fields that are not stated stay absent, and `first` and `reset` have defaults, so earlier requests keep their hash. */
const seriesInput = z
  .strictObject({
    name: series.shape.name,
    kind: series.shape.kind,
    pattern: pattern
      .optional()
      .describe(
        "What its numbers look like, such as INV-{YYYY}-{0000}: letters, digits, blanks and / _ . - around one counter, " +
          "{0} to {000000000000}; also {YYYY} or {YY}, and {MM}, of the issue date. Not needed if it is foreign.",
      ),
    first: series.shape.first
      .default(1)
      .describe("The first counter; of each year or month, if the series begins again."),
    reset: series.shape.reset
      .default("never")
      .describe(
        "When it begins again with its first counter, by the issue date. The pattern then needs year, or year and month.",
      ),
    foreign: series.shape.foreign,
    prefix: seriesV1.shape.prefix
      .optional()
      .describe("Deprecated, with digits, in place of a pattern: prefix and counter."),
    digits: seriesV1.shape.digits.optional().describe("Deprecated: the fewest digits of the counter."),
  })
  .superRefine(({ foreign, pattern, prefix, digits }, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message: `${message}; the form is ${EXAMPLE}` });
    if (pattern !== undefined && prefix !== undefined) fault("prefix", "is in the pattern already");
    if (pattern !== undefined && digits !== undefined) fault("digits", "are in the pattern already");
    if (pattern !== undefined || (foreign && prefix === undefined && digits === undefined)) return;
    if (prefix === undefined && digits === undefined) fault("pattern", "is missing");
    else if (prefix === undefined) fault("prefix", "is missing beside digits");
    else if (digits === undefined) fault("digits", "is missing beside prefix");
  });
export type SeriesInput = z.infer<typeof seriesInput>;

/** The profile as input: its series can have the form of release 0.1. */
export const profileInput = organizationProfile.extend({
  series: z.array(seriesInput).max(MAX_SERIES).describe("Number series, the whole list."),
});
export type ProfileInput = Omit<OrganizationProfile, "series"> & { series: SeriesInput[] };

/**
 * The series of an input.
 *
 * @param before the series until now: an input in the form of release 0.1 that states the pattern of the series of its name
 *   keeps what it cannot say, the first number and the reset
 */
export function seriesOf(input: readonly SeriesInput[], before: readonly Series[] = []): Series[] {
  return input.map(({ name, kind, pattern, first, reset, foreign, prefix, digits }) => {
    if (prefix === undefined || digits === undefined)
      return { name, kind, pattern: pattern ?? NO_PATTERN, first, reset, foreign };
    const stated = patternOfPrefix(prefix, digits);
    const old = before.find((series) => series.name === name && series.pattern === stated);
    const converted = upcastSeriesV1({ name, kind, prefix, digits, foreign });
    return old ? { ...converted, first: old.first, reset: old.reset } : converted;
  });
}
