/** Age classes of open invoices in words. */
interface Age {
  /** Days after the due date, both ends included; null: unlimited. */
  from_days: number | null;
  to_days: number | null;
}

/** `Not yet due`, `1 to 30 days` or `Over 90 days` */
export function ageText({ from_days, to_days }: Age): string {
  if (from_days === null) return "Not yet due";
  return to_days === null ? `Over ${from_days - 1} days` : `${from_days} to ${to_days} days`;
}
