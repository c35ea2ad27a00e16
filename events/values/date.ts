/** Days of the calendar, `YYYY-MM-DD`. This file imports no zod, because the forms use it too. */
import { refusal } from "../errors.ts";

/** The form of a date. `isDate` also checks that the day exists. */
export const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** True if `text` is a date that exists: `2024-02-29` does, `2023-02-29` does not. */
export function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return DATE.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** @throws Refusal UNKNOWN_DATE for a day that does not exist, such as `2023-02-29` */
export function checkDate(date: string, field: string): void {
  if (isDate(date)) return;
  throw refusal("UNKNOWN_DATE", `${field}: ${date} is not a day of the calendar`, {
    field,
    values: { date },
  });
}
