/** The period lock: up to which day the books are locked. Nothing can be dated in a locked period. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import { dateAt } from "../values/calendar.ts";
import { checkDate } from "../values/date.ts";
import { date, line } from "../values/schema.ts";
import { checkTimeZone, type OrganizationBooks } from "./organization.ts";
import { checkOpenDay } from "./state-rules.ts";

export const periodLocked = z.object({
  lockedUpTo: date().nullable().describe("The last locked day; null: no day is locked."),
  reason: line(500).describe("Why, for those who read the history."),
});
type PeriodLocked = z.infer<typeof periodLocked>;

export type PeriodEvent = { type: "PeriodLocked"; data: PeriodLocked };

/**
 * Locks the books up to a day before today, or moves the lock back: to an earlier day, or to none. The lock that there
 * is already decides nothing.
 *
 * @param atMs the time of the decision
 * @throws Refusal UNKNOWN_DATE, LOCK_IN_FUTURE
 */
export function lockPeriod(books: OrganizationBooks, lock: PeriodLocked, atMs: number): PeriodEvent | null {
  const organization = books.organization();
  if (!organization) throw new Error("the log has no organization");
  const { lockedUpTo } = lock;
  if (lockedUpTo === organization.lockedUpTo) return null;
  if (lockedUpTo !== null) {
    checkDate(lockedUpTo, "lockedUpTo");
    checkTimeZone(organization.profile);
    const today = dateAt(atMs, organization.profile.timeZone);
    if (lockedUpTo >= today)
      throw refusal("LOCK_IN_FUTURE", `the books can be locked up to the day before today, ${today}`, {
        field: "lockedUpTo",
        values: { lockedUpTo, today },
      });
  }
  return { type: "PeriodLocked", data: lock };
}

/**
 * Refuses anything that would be dated in a locked period.
 *
 * @param days each day by its input field, in the order in which they are checked; or one day that no field has
 * @throws Refusal PERIOD_LOCKED
 */
export function checkOpenPeriod(
  books: OrganizationBooks,
  days: Readonly<Record<string, string | null>> | string,
): void {
  const lockedUpTo = books.organization()?.lockedUpTo ?? null;
  const entries = typeof days === "string" ? [[null, days] as const] : Object.entries(days);
  for (const [field, on] of entries) if (on !== null) checkOpenDay(on, lockedUpTo, field);
}
