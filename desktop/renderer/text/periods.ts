/** Periods that users choose by name, and their days. */

/** Both days are included. An absent day means no limit on that side. */
export interface Period {
  from?: string;
  to?: string;
}

/** Each period's word in an address, and its name. */
export const PERIODS = [
  ["", "This year"],
  ["month", "This month"],
  ["last-month", "Last month"],
  ["quarter", "This quarter"],
  ["last-year", "Last year"],
  ["all", "Everything"],
  ["own", "From … to …"],
] as const;

/**
 * The days of a period.
 *
 * @param today YYYY-MM-DD
 * @param own the typed days of the period `own`; text that is not a date is ignored
 */
export function periodOf(word: string, today: string, own: { from: string; to: string }): Period {
  const [year = 0, month = 0] = today.split("-").map(Number);
  switch (word) {
    case "month":
      return months(year, month, 1);
    case "last-month":
      return months(year, month - 1, 1);
    case "quarter":
      return months(year, month - ((month - 1) % 3), 3);
    case "last-year":
      return months(year - 1, 1, 12);
    case "all":
      return {};
    case "own":
      return Object.fromEntries(Object.entries(own).filter(([, date]) => /^\d{4}-\d\d-\d\d$/.test(date)));
    default:
      return months(year, 1, 12);
  }
}

/** @param first the first month; 0 is December of the previous year */
function months(year: number, first: number, count: number): Period {
  const date = (month: number, day: number) => new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
  return { from: date(first - 1, 1), to: date(first - 1 + count, 0) };
}
