/** The day of an entry that moves money: a receipt, an allocation, a refund, a write-off, a reversal. */
import { refusal } from "../errors.ts";
import { dateAt } from "../values/calendar.ts";
import { checkDate } from "../values/date.ts";
import { checkTimeZone, type OrganizationBooks } from "./organization.ts";
import { checkOpenPeriod } from "./period-lock.ts";

/** Today in the organization's time zone. @throws Refusal UNKNOWN_TIME_ZONE */
export function todayOf(books: OrganizationBooks, atMs: number): string {
  const { timeZone = "UTC" } = books.organization()?.profile ?? {};
  checkTimeZone({ timeZone });
  return dateAt(atMs, timeZone);
}

interface EntryDay {
  /** The field with the stated day. */
  field: string;
  /** The time of the decision. */
  atMs: number;
  /** What the entry acts on, and its day: the entry is not before it. */
  since: { on: string; name: string };
}

/**
 * The day of an entry: the stated one, else today, or the day of what it acts on if that is later (the organization can
 * have moved to another time zone).
 *
 * @throws Refusal UNKNOWN_TIME_ZONE, UNKNOWN_DATE, DATED_IN_FUTURE, DATED_TOO_EARLY, PERIOD_LOCKED
 */
export function entryDay(books: OrganizationBooks, stated: string | null, { field, atMs, since }: EntryDay): string {
  const today = todayOf(books, atMs);
  const on = stated ?? (today < since.on ? since.on : today);
  if (stated !== null) checkStated(stated, { field, today, since });
  checkOpenPeriod(books, { [field]: on });
  return on;
}

function checkStated(
  stated: string,
  { field, today, since }: { field: string; today: string; since: EntryDay["since"] },
): void {
  checkDate(stated, field);
  if (stated > today)
    throw refusal("DATED_IN_FUTURE", `${stated} is after today, ${today}`, { field, values: { on: stated, today } });
  if (stated < since.on)
    throw refusal("DATED_TOO_EARLY", `${stated} is before ${since.name} of ${since.on}`, {
      field,
      values: { on: stated, earliest: since.on },
    });
}
