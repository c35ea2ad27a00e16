/** Reads a typed number of days, such as payment terms. */
import type { FieldReading } from "./form-fields.ts";

const MAX_DAYS = 365;

/** @returns null for empty text, and for text that is not valid */
export function readDays(text: string, { wrong }: Pick<FieldReading, "wrong">): number | null {
  const value = text.trim();
  if (value === "") return null;
  const days = /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN;
  if (days <= MAX_DAYS) return days;
  wrong(`must be a number of days from 0 to ${MAX_DAYS}`);
  return null;
}
