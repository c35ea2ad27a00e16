/** The values of figures and of columns as text. */
import { formOf } from "../../../../projector/text/change-words.ts";
import { locale } from "../../state/state.ts";
import { count, day, millionths, money, percentage, rate, time } from "../../text/format.ts";

/** Null: the value is a number of documents. */
interface Unit {
  currency: string | null;
}

/** @param value null: the list is too long to be added up */
export function valueText({ currency }: Unit, value: number | null): string {
  if (value === null) return "–";
  return currency === null ? count(value, locale.value) : money(value, currency, locale.value);
}

/** `+£12.00`: a difference. */
export function signedText(unit: Unit, amount: number): string {
  return `${amount > 0 ? "+" : ""}${valueText(unit, amount)}`;
}

/** Columns that are 0 or 1. */
const FLAGS = new Set(["archived", "reversed", "active"]);

/** A value of a column of a record. @param currency of its amounts; null: unknown */
export function columnText(column: string, value: string | number | null, currency: string | null): string {
  const language = locale.value;
  if (value === null || value === "") return "empty";
  if (typeof value === "string") {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return day(value, language);
    return /^[a-z]+(?:_[a-z]+)*$/.test(value) ? value.replaceAll("_", " ") : value;
  }
  if (FLAGS.has(column)) return value === 1 ? "yes" : "no";
  if (column.endsWith("_minor") && currency !== null) return money(value, currency, language);
  if (formOf(column) === "rate") return rate(value, language);
  if (formOf(column) === "percent") return percentage(value, language);
  if (column.endsWith("6")) return millionths(value, language);
  if (column.endsWith("_at")) return time(value, language);
  return count(value, language);
}
