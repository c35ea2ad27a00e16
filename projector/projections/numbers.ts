/** How far each number series is, and which of its numbers it passed over. */
import type { DocumentNumber } from "../../events/business/numbering.ts";
import type { Series } from "../../events/business/series.ts";
import type { StreamId } from "../../events/sequence.ts";
import { passedOverColumns } from "../tables/mappings.ts";
import type { Tables } from "./projection.ts";

/** Counts the number of a document that is issued. @param id the document, which already has its row */
export function countNumber(
  tables: Tables,
  id: StreamId,
  { series, period, counter, issuedOn, passedOver }: DocumentNumber & { issuedOn: string },
): void {
  for (const [i, one] of passedOver.entries())
    tables.numberPassedOver.put(passedOverColumns.row(one, { invoice_id: id, n: i + 1, series, period }));
  const before = tables.seriesCounter.get(series, period);
  tables.seriesCounter.put({
    name: series,
    period,
    first_number: before?.first_number ?? passedOver[0]?.counter ?? counter ?? 0,
    last_number: counter ?? 0,
    pattern: before?.pattern ?? patternOf(tables, series),
    last_issued_on: later(issuedOn, before?.last_issued_on),
    documents: (before?.documents ?? 0) + 1,
    passed_over: (before?.passed_over ?? 0) + passedOver.length,
  });
  const total = tables.seriesTotal.get(series);
  tables.seriesTotal.put({
    name: series,
    last_period: period,
    last_issued_on: later(issuedOn, total?.last_issued_on),
    documents: (total?.documents ?? 0) + 1,
  });
}

function later(date: string, other = date): string {
  return date > other ? date : other;
}

/** The pattern of a series in the profile; empty if it is not there. */
function patternOf(tables: Tables, name: string): string {
  const count = tables.organization.get(1)?.series_count ?? 0;
  for (let n = 1; n <= count; n++) {
    const row = tables.numberSeries.get(1, n);
    if (row?.name === name) return row.pattern;
  }
  return "";
}

/**
 * The pattern of a series that never begins again is that of the profile. Today it cannot change once the series has a
 * number; in logs of earlier releases it did.
 */
export function followPattern(tables: Tables, { name, pattern }: Series): void {
  const row = tables.seriesCounter.get(name, "");
  if (row && row.pattern !== pattern) tables.seriesCounter.put({ ...row, pattern });
}
