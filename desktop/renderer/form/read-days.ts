/** Days to pay, as they are typed. */
import type { FieldReading } from "./form-fields.ts";

const MAX_DAYS = 365;

/** @returns null where nothing is typed */
export function readDays(text: string, { wrong }: Pick<FieldReading, "wrong">): number | null {
  const value = text.trim();
  if (value === "") return null;
  const days = /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN;
  if (days <= MAX_DAYS) return days;
  wrong(`is not a number of days from 0 to ${MAX_DAYS}`);
  return null;
}
