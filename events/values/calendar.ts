/** Dates and time zones. Dates are `YYYY-MM-DD`; times are ms since 1970 UTC. */
import { Temporal } from "temporal-polyfill";
import { usableTimeZone } from "./time-zone.ts";

/** The date at a time in a time zone; in UTC if this runtime does not know it. */
export function dateAt(atMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(usableTimeZone(timeZone))
    .toPlainDate()
    .toString();
}

/** The date some days later (or earlier). */
export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The days from a date to another one; negative if that is earlier. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
}

/** The last millisecond of a date in a time zone. A day can have 23, 24 or 25 hours. */
export function endOfDay(date: string, name: string): number {
  const timeZone = usableTimeZone(name);
  const next = Temporal.PlainDate.from(date).add({ days: 1 });
  const end = next.toZonedDateTime(timeZone).epochMilliseconds - 1;
  // If clocks go back just after midnight, the date returns: in St. John's until 2011, at 00:01.
  const secondMidnight = next.toPlainDateTime().toZonedDateTime(timeZone, { disambiguation: "later" });
  const laterEnd = secondMidnight.epochMilliseconds - 1;
  return laterEnd > end && dateAt(laterEnd, timeZone) === date ? laterEnd : end;
}
