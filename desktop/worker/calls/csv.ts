/** Tables as CSV (RFC 4180) that a spreadsheet opens rightly, and in which no formula can hide. */
import { decimalsOf } from "../../../events/values/currency.ts";

/** A number that is one: it may begin with a minus sign. */
export interface Amount {
  minor: number;
  currency: string;
}

export type Cell = string | number | Amount | null;

/** How a spreadsheet of this language reads numbers and tells columns apart. */
export interface CsvStyle {
  decimal: "," | ".";
  separator: "," | ";";
}

/** Marks the text as UTF-8, without which Excel guesses. */
export const BYTE_ORDER_MARK = "\ufeff";

/** What a spreadsheet takes for the beginning of a formula; also where the language has a wide form of the sign. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** @param locale BCP 47 */
export function csvStyleOf(locale: string): CsvStyle {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const decimal = parts.find(({ type }) => type === "decimal")?.value === "," ? "," : ".";
  return { decimal, separator: decimal === "," ? ";" : "," };
}

/** One line, with its end. */
export function csvLine(cells: readonly Cell[], style: CsvStyle): string {
  return `${cells.map((cell) => cellText(cell, style)).join(style.separator)}\r\n`;
}

/** Where a spreadsheet of another language, for which the other sign tells columns apart, would begin a cell. */
const OTHER_CELLS = { ",": /([;\t]\s*)(?=[=+\-@＝＋－＠])/g, ";": /([,\t]\s*)(?=[=+\-@＝＋－＠])/g } as const;

function cellText(cell: Cell, style: CsvStyle): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell).replace(".", style.decimal);
  if (typeof cell === "object") return amountCell(cell, style);
  // An apostrophe makes it text, whatever comes after.
  const inside = cell.replace(OTHER_CELLS[style.separator], "$1'");
  const text = FORMULA.test(inside) ? `'${inside}` : inside;
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function amountCell({ minor, currency }: Amount, { decimal }: CsvStyle): string {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const sign = minor < 0 ? "-" : "";
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}${decimal}${digits.slice(-decimals)}`;
}
