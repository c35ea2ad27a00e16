/** Reads small whole numbers: days, such as payment terms, and the digits of number series. */
import { readNumber } from "../text/read-number.ts";
import type { FieldReading } from "./form-fields.ts";

const MAX_DAYS = 365;

/** @returns null for empty text, and for text that is not valid */
export function readDays(text: string, { wrong }: Pick<FieldReading, "wrong">): number | null {
  if (text.trim() === "") return null;
  const days = readWhole(text, 0, MAX_DAYS);
  if (days === null) wrong(`must be a number of days from 0 to ${MAX_DAYS}`);
  return days;
}

/** @returns null for text that is not a whole number from `least` to `most`. A group separator has no place in it. */
export function readWhole(text: string, least: number, most: number): number | null {
  const { value } = readNumber(text, { locale: "en", decimals: 0 });
  return value !== null && value >= least && value <= most && !/[.,]/.test(text) ? value : null;
}
