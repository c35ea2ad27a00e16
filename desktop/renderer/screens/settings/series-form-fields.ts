/** What is typed of number series, what is sent, and the numbers that it would make. */
import type { OrganizationProfile } from "../../../../events/business/organization.ts";
import {
  formatNumber,
  PATTERN_FAULTS,
  patternFault,
  patternOfPrefix,
  periodOf,
} from "../../../../events/values/number-pattern.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { Answers, OrganizationRow } from "../../../contract/contract.ts";
import { readWhole } from "../../form/read-days.ts";
import type { Start } from "../../form/stored-input.ts";

export type StoredSeries = OrganizationRow["number_series"][number];
export type SeriesState = Answers["listSeries"][number];

export interface TypedSeries {
  name: string;
  kind: StoredSeries["kind"];
  pattern: string;
  first: string;
  reset: StoredSeries["reset"];
  foreign: boolean;
}

export interface FormValue {
  series: TypedSeries[];
}

export const KINDS = [
  ["both", "Both"],
  ["invoice", "Invoices"],
  ["credit_note", "Credit notes"],
] as const;

export const RESET_NAMES = [
  ["never", "Never"],
  ["yearly", "Each year"],
  ["monthly", "Each month"],
] as const;

export const NEW_SERIES: TypedSeries = {
  ...{ name: "", kind: "both", pattern: "{0000}", first: "1", reset: "never", foreign: false },
};
const MAX_FIRST = 999_999_999_999;

export function typedOf({ number_series, version }: OrganizationRow): Start<FormValue> {
  return { value: { series: number_series.map(typedSeries) }, version };
}

export function typedSeries({ name, kind, pattern, first, reset, is_foreign }: StoredSeries): TypedSeries {
  return { name, kind, pattern, first: String(first), reset, foreign: is_foreign === 1 };
}

/** What an earlier release stored of a form that was not sent: a prefix and digits in place of a pattern. */
export function fromEarlier(typed: TypedSeries | (TypedSeries & { prefix: string; digits: string })): TypedSeries {
  if (!("prefix" in typed)) return typed;
  const { prefix, digits, ...rest } = typed;
  return { ...rest, pattern: patternOfPrefix(prefix, readWhole(digits, 1, 12) ?? 1), first: "1", reset: "never" };
}

export function inputOf({ series }: FormValue): {
  input: Pick<OrganizationProfile, "series">;
  errors: FieldError[];
} {
  const errors: FieldError[] = [];
  const input = series.map(({ name, kind, pattern, first, reset, foreign }, n) => {
    const number = readWhole(first, 1, MAX_FIRST);
    if (number === null) errors.push({ field: `series.${n}.first`, message: "must be a number from 1" });
    const fault = patternFault(pattern.trim());
    if (fault) errors.push({ field: `series.${n}.pattern`, message: PATTERN_FAULTS[fault] });
    return { name: name.trim(), kind, pattern: pattern.trim(), first: number ?? 1, reset, foreign };
  });
  return { input: { series: input }, errors };
}

export interface Preview {
  /** The number of a document that is issued today. */
  next: string;
  /** How many numbers are passed over before it. */
  passedOver: number;
  /** When the series begins again, and its first number then; null: it never does. */
  later: { period: string; number: string } | null;
}

/**
 * The numbers that a series would make if it is saved as typed; null if its pattern or first number cannot be read.
 *
 * @param state where the series is, by its name; undefined for a new one
 */
export function previewOf(typed: TypedSeries, state: SeriesState | undefined, today: string): Preview | null {
  const { reset } = typed;
  const pattern = typed.pattern.trim();
  const first = readWhole(typed.first, 1, MAX_FIRST);
  if (first === null || patternFault(pattern) !== null) return null;
  const begins = reset === "never" ? null : nextBeginning(reset, today);
  const later =
    begins === null ? null : { period: periodOf(reset, begins), number: formatNumber(pattern, begins, first) };
  const period = periodOf(reset, today);
  const running = state?.periods.find((one) => one.period === period);
  // What the numbers of a running period follow from is fixed.
  const isSaved = state && state.pattern === pattern && state.first === first && state.reset === reset;
  if (state?.next_number && state.next_period === period && (isSaved || running))
    return { next: state.next_number, passedOver: state.next_passed_over, later };
  const counter = running ? running.last_number + 1 : first;
  return { next: formatNumber(running?.pattern ?? pattern, today, counter), passedOver: 0, later };
}

/** The first day of the next year or month. */
function nextBeginning(reset: "yearly" | "monthly", today: string): string {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  const isNextYear = reset === "yearly" || month === 12;
  const next = isNextYear ? [year + 1, 1] : [year, month + 1];
  return `${String(next[0]).padStart(4, "0")}-${String(next[1]).padStart(2, "0")}-01`;
}
