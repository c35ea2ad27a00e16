/** Reads a typed allowance or charge: an amount, or a percentage of what it applies to. */

import type { DraftInput } from "../../../events/document/draft.ts";
import { Refusal } from "../../../events/errors.ts";
import { decimalsOf } from "../../../events/values/currency.ts";
import {
  type LineInput,
  lineAmount,
  lineNet,
  type Priced,
  percentOf,
  sumMinor,
  type Vat,
} from "../../../events/values/money.ts";
import type { FieldError } from "../../contract/call-error.ts";
import { codeIn } from "../more/code-lists.ts";
import type { Reading, ReadResult } from "../more/reading.ts";
import { amount, percentage } from "../text/format.ts";
import { isPercentage, readNumber } from "../text/read-number.ts";
import type { TypedAdjustment } from "./typed-invoice.ts";

/** An allowance or charge of the command, with the amount of a percentage. */
export type ReadAdjustment = DraftInput["lines"][number]["adjustments"][number] & { amountMinor: number };

/** Minor units that a percentage is taken of. Null: unknown, because something else is wrong. */
type Base = number | null;

/** Reads an amount that must not be negative. An amount that cannot be read is zero. */
export function readMoney(text: string, { currency, locale }: Reading): { value: number; error: string | null } {
  const { value, problem } = readNumber(text, { locale, currency, decimals: decimalsOf(currency) });
  if (value === null) return { value: 0, error: problem };
  return value < 0 ? { value: 0, error: "is below zero" } : { value, error: null };
}

/** @param base what a percentage is taken of; `none` if there is nothing to take it of */
export function readAdjustment(
  typed: TypedAdjustment,
  reading: Reading,
  base: Base | "none",
): ReadResult<ReadAdjustment> {
  const { kind, amount } = typed;
  const errors: FieldError[] = [];
  const [reason, code] = [typed.reason.trim() || null, typed.reasonCode?.trim() ?? ""];
  const reasonCode = code === "" ? null : codeIn(REASON_LISTS[kind], code);
  if (code !== "" && reasonCode === null)
    errors.push({ field: "reason", message: `“${code}” is no code of a reason.` });
  if (reason === null && code === "") errors.push({ field: "reason", message: "is missing" });
  const own = isPercentage(amount) ? readBase(typed, reading) : { value: null, error: null };
  if (own.error) errors.push({ field: "baseMinor", message: own.error });
  const share = isPercentage(amount)
    ? readShare(typed, reading, own.value ?? base)
    : { ...readMoney(amount, reading), percent6: null };
  if (share.error) errors.push({ field: "amountMinor", message: share.error });
  const { value: amountMinor, percent6 } = share;
  const value = { kind, reason, amountMinor, reasonCode, percent6, baseMinor: own.value };
  return { value, errors };
}

/** The lists that the codes of reasons are picked from. */
export const REASON_LISTS = { allowance: "allowanceReasons", charge: "chargeReasons" } as const;

/** What the user takes a percentage of; null: what it applies to. */
function readBase({ base = "" }: TypedAdjustment, reading: Reading): { value: number | null; error: string | null } {
  return base.trim() === "" ? { value: null, error: null } : readMoney(base, reading);
}

interface Share {
  value: number;
  percent6: number | null;
  error: string | null;
}

function readShare({ kind, amount }: TypedAdjustment, { locale }: Reading, base: Base | "none"): Share {
  const wrong = (error: string | null) => ({ value: 0, percent6: null, error });
  const { value: percent6, problem } = readNumber(amount, { locale, decimals: 6, percent: true });
  if (percent6 === null) return wrong(problem);
  if (percent6 < 0) return wrong("is below zero");
  if (kind === "allowance" && percent6 > 100_000_000) return wrong("must be at most 100%");
  if (base === "none")
    return wrong("No line has this VAT, so there is nothing to take a percentage of. Enter an amount.");
  if (base === null) return wrong(null);
  const share = sumOrNull(() => percentOf(base, percent6));
  return share === null ? wrong("is too large") : { value: share, percent6, error: null };
}

/** What a line's percentages are taken of: quantity × price. */
export function baseOfLine(line: Priced, currency: string): Base {
  return sumOrNull(() => lineAmount(line, currency));
}

/**
 * What a document's percentages are taken of: the net amounts of the lines with the same VAT, because the adjustment
 * changes the amount that this VAT is due on.
 */
export function baseOfDocument(lines: readonly LineInput[], { vatCategory, vatRate3 }: Vat, currency: string) {
  const same = lines.filter((line) => line.vatCategory === vatCategory && line.vatRate3 === vatRate3);
  if (same.length === 0) return "none";
  return sumOrNull(() =>
    sumMinor(
      same.map((line) => lineNet(line, currency)),
      "lines",
    ),
  );
}

/** The same, as it is sent: the server computes the amount of a percentage. */
export function asSent<Read extends ReadAdjustment>(read: Read): Read & { amountMinor: number | null } {
  return { ...read, amountMinor: read.percent6 === null ? read.amountMinor : null };
}

/** `15.00 (10% of 150.00)`; null if the typed amount is no percentage, or cannot be read. */
export function shareText(typed: TypedAdjustment, reading: Reading, base: Base | "none", of = ""): string | null {
  const own = isPercentage(typed.amount) ? readBase(typed, reading).value : null;
  const from = own ?? base;
  if (!isPercentage(typed.amount) || typeof from !== "number") return null;
  const { currency, locale } = reading;
  const { value, error } = readShare(typed, reading, from);
  const percent6 = readNumber(typed.amount, { locale, decimals: 6, percent: true }).value;
  if (error !== null || percent6 === null) return null;
  return `${amount(value, currency, locale)} (${percentage(percent6, locale)} of ${amount(from, currency, locale)}${own === null ? of : ""})`;
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
