/** Reads a typed allowance or charge: an amount, or a percentage of what it applies to. */
import { Refusal } from "../../../events/errors.ts";
import { decimalsOf } from "../../../events/values/currency.ts";
import {
  type Adjustment,
  type LineInput,
  lineNet,
  percentOf,
  sumMinor,
  type Vat,
} from "../../../events/values/money.ts";
import type { FieldError } from "../../contract/call-error.ts";
import { amount, percentage } from "../text/format.ts";
import { isPercentage, readNumber } from "../text/read-number.ts";
import type { ReadResult } from "./read-vat.ts";
import type { TypedAdjustment } from "./typed-invoice.ts";

/** How to read typed text. */
export interface Reading {
  /** The document's currency, which decides the decimals of amounts. */
  currency: string;
  locale: string;
}

/** Minor units that a percentage is taken of. Null: unknown, because something else is wrong. */
type Base = number | null;

/** Reads an amount that must not be negative. An amount that cannot be read is zero. */
export function readMoney(text: string, { currency, locale }: Reading): { value: number; error: string | null } {
  const { value, problem } = readNumber(text, { locale, currency, decimals: decimalsOf(currency) });
  if (value === null) return { value: 0, error: problem };
  return value < 0 ? { value: 0, error: "is below zero" } : { value, error: null };
}

/** @param base what a percentage is taken of; `none` if there is nothing to take it of */
export function readAdjustment(typed: TypedAdjustment, reading: Reading, base: Base | "none"): ReadResult<Adjustment> {
  const { kind, reason, amount } = typed;
  const errors: FieldError[] = [];
  if (reason.trim() === "") errors.push({ field: "reason", message: "is missing" });
  const { value, error } = isPercentage(amount) ? readShare(typed, reading, base) : readMoney(amount, reading);
  if (error) errors.push({ field: "amountMinor", message: error });
  return { value: { kind, reason: reason.trim(), amountMinor: value }, errors };
}

function readShare({ kind, amount }: TypedAdjustment, { locale }: Reading, base: Base | "none") {
  const wrong = (error: string | null) => ({ value: 0, error });
  const { value: percent6, problem } = readNumber(amount, { locale, decimals: 6, percent: true });
  if (percent6 === null) return wrong(problem);
  if (percent6 < 0) return wrong("is below zero");
  if (kind === "allowance" && percent6 > 100_000_000) return wrong("must be at most 100%");
  if (base === "none")
    return wrong("No line has this VAT, so there is nothing to take a percentage of. Enter an amount.");
  if (base === null) return wrong(null);
  if (base < 0) return wrong("cannot be a percentage of a negative amount. Enter an amount");
  const share = sumOrNull(() => percentOf(base, percent6));
  return share === null ? wrong("is too large") : { value: share, error: null };
}

/** What a line's percentages are taken of: quantity × price. */
export function baseOfLine(line: Omit<LineInput, "adjustments">, currency: string): Base {
  return sumOrNull(() => lineNet({ ...line, adjustments: [] }, currency));
}

/**
 * What a document's percentages are taken of: the net amounts of the lines with the same VAT, because the adjustment
 * changes the amount that this VAT is due on.
 */
export function baseOfDocument(lines: readonly LineInput[], { vatCategory, vatRateBp }: Vat, currency: string) {
  const same = lines.filter((line) => line.vatCategory === vatCategory && line.vatRateBp === vatRateBp);
  if (same.length === 0) return "none";
  return sumOrNull(() =>
    sumMinor(
      same.map((line) => lineNet(line, currency)),
      "lines",
    ),
  );
}

/** `15.00 (10% of 150.00)`; null if the typed amount is no percentage, or cannot be read. */
export function shareText(typed: TypedAdjustment, reading: Reading, base: Base | "none", of = ""): string | null {
  if (!isPercentage(typed.amount) || typeof base !== "number") return null;
  const { currency, locale } = reading;
  const { value, error } = readShare(typed, reading, base);
  const percent6 = readNumber(typed.amount, { locale, decimals: 6, percent: true }).value;
  if (error !== null || percent6 === null) return null;
  return `${amount(value, currency, locale)} (${percentage(percent6, locale)} of ${amount(base, currency, locale)}${of})`;
}

/** Null if the amount is too large, which the sums of the form show. */
function sumOrNull(sum: () => number): number | null {
  try {
    return sum();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
