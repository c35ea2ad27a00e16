/** Values of changed things, in the formats and names of all other screens. */
import { codeWords, columnWords, formOf } from "../../../../projector/text/change-words.ts";
import { locale } from "../../state/state.ts";
import { countryName, METHOD_NAMES, unitName, VAT_NAMES, vatName } from "../../text/codes.ts";
import { bytes, count, day, millionths, money, percentage, rate, time } from "../../text/format.ts";
import { roleName } from "../../text/roles.ts";
import type { ChangedRow } from "./use-changes.ts";

type Named = Pick<ChangedRow, "currency" | "accounting_currency" | "names">;

/** Empty for a column without a value. */
export function changeValue(column: string, value: unknown, row: Named): string {
  if (value === null || value === undefined) return "";
  const language = locale.value;
  switch (formOf(column)) {
    case "amount":
      return amountOf(Number(value), row.currency);
    case "accounting":
      return amountOf(Number(value), row.accounting_currency ?? row.currency);
    case "millionths":
      return millionths(Number(value), language);
    case "percent":
      return percentage(Number(value), language);
    case "rate":
      return rate(Number(value), language);
    case "day":
      return day(String(value), language);
    case "time":
      return time(Number(value), language);
    case "yes-no":
      return value === 1 ? "Yes" : "No";
    case "number":
      return count(Number(value), language);
    case "bytes":
      return bytes(Number(value), language);
    case "stream":
      return row.names[Number(value)] ?? `${streamWord(column)} ${value}`;
    case "code":
      return codeName(column, String(value));
    default:
      return String(value);
  }
}

function amountOf(minor: number, currency: string | null): string {
  return currency === null ? count(minor, locale.value) : money(minor, currency, locale.value);
}

/** What has no name: a draft, or a payment without a reference. */
function streamWord(column: string): string {
  return column === "source_id" ? "Payment" : column === "actor" ? "User" : columnWords(column);
}

function codeName(column: string, code: string): string {
  switch (column) {
    case "method":
      return METHOD_NAMES.find(([known]) => known === code)?.[1] ?? code;
    case "role":
      return roleName(code);
    case "vat_category": {
      const known = VAT_NAMES.find(([category]) => category === code)?.[0];
      return known === undefined ? code : vatName(known);
    }
    case "unit":
      return unitName(code);
    case "country":
      return countryName(code);
    default:
      return codeWords(column, code);
  }
}
