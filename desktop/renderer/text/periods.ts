/** Periods that people choose by name, and their days. */

/** Both ends are in; no such end: none. */
export interface Period {
  from?: string;
  to?: string;
}

/** The words that stand for them in an address, and what they say. */
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
 * @param own the days of `own`, as they were typed: what is no date is left out
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

/** @param first may be 0: December of the year before */
function months(year: number, first: number, count: number): Period {
  const date = (month: number, day: number) => new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
  return { from: date(first - 1, 1), to: date(first - 1 + count, 0) };
}
