/** Age classes of what clients owe: days after the due date. */
import { addDays } from "../../../events/values/calendar.ts";

/** Ends of the age classes, in days after the due date: not due, 1 to 30, 31 to 60, 61 to 90, older. */
const AGES = [0, 30, 60, 90] as const;
/** Number of age classes. */
export const AGE_CLASSES = AGES.length + 1;

/** Balances of open invoices of one age. */
export interface AgeClass {
  /** Days after the due date, both ends included; null: unlimited. */
  from_days: number | null;
  to_days: number | null;
  /** The due dates of these invoices, both ends included; null: unlimited. YYYY-MM-DD */
  due_from: string | null;
  due_to: string | null;
  invoices: number;
  balance_minor: number;
}

/** What is open in one age class. */
export interface AgeSum {
  documents: number;
  balance_minor: number;
}

export function noAges(): AgeSum[] {
  return Array.from({ length: AGE_CLASSES }, () => ({ documents: 0, balance_minor: 0 }));
}

/** The last due date of each age class but the oldest, the latest first. */
export function agesUpTo(day: string): string[] {
  return AGES.map((days) => addDays(day, -days));
}

/** The number of the age class that a due date is in; class 0 is not due yet. @param ends from `agesUpTo` */
export function ageOf(dueOn: string | null, ends: readonly string[]): number {
  // Dates as text sort like dates.
  const age = dueOn === null ? 0 : ends.findIndex((end) => dueOn >= end);
  return age === -1 ? AGES.length : age;
}

/** @param sums of each class, from `noAges` @param day the day that the ages are of, YYYY-MM-DD */
export function ageClassesOf(sums: readonly AgeSum[], day: string): AgeClass[] {
  return [...AGES, null].map((to, n) => {
    const { documents = 0, balance_minor = 0 } = sums[n] ?? {};
    const before = n === 0 ? null : (AGES[n - 1] ?? 0) + 1;
    return {
      from_days: before,
      to_days: to,
      due_from: to === null ? null : addDays(day, -to),
      due_to: before === null ? null : addDays(day, -before),
      invoices: documents,
      balance_minor,
    };
  });
}

/** What is late: all classes but the first. */
export function overdueOf(sums: readonly AgeSum[]): AgeSum {
  return sums.slice(1).reduce(
    (late, { documents, balance_minor }) => ({
      documents: late.documents + documents,
      balance_minor: late.balance_minor + balance_minor,
    }),
    { documents: 0, balance_minor: 0 },
  );
}
