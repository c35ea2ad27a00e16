/** Tables as CSV (RFC 4180) that a spreadsheet opens correctly, without formulas. */
import { decimalsOf } from "../../events/values/currency.ts";

/** An amount: unlike a text, it may begin with a minus sign. */
interface Amount {
  minor: number;
  currency: string;
}

export type Cell = string | number | Amount | null;

/** The decimal sign and the separator that a spreadsheet expects in a language. */
interface CsvStyle {
  decimal: "," | ".";
  separator: "," | ";";
}

/** Marks the text as UTF-8. Without it, Excel guesses the encoding. */
export const BYTE_ORDER_MARK = "\ufeff";

/** The signs with which a spreadsheet begins a formula, including their wide forms. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Where Windows, and so Excel, separates lists with semicolons although the decimal sign is a point: Switzerland and
 * Liechtenstein in every language, and Arabic. Everywhere else, semicolons go with the decimal comma.
 */
const SEMICOLON_REGIONS = ["CH", "LI"];
const SEMICOLON_LANGUAGES = ["ar"];

/** @param locale BCP 47 */
export function csvStyleOf(locale: string): CsvStyle {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const decimal = parts.find(({ type }) => type === "decimal")?.value === "," ? "," : ".";
  const { language, region = "" } = new Intl.Locale(locale).maximize();
  const isSemicolon = decimal === "," || SEMICOLON_REGIONS.includes(region) || SEMICOLON_LANGUAGES.includes(language);
  return { decimal, separator: isSemicolon ? ";" : "," };
}

/** One line, with its line break. */
export function csvLine(cells: readonly Cell[], style: CsvStyle): string {
  return `${cells.map((cell) => cellText(cell, style)).join(style.separator)}\r\n`;
}

/** A table in the style of a language. @param isWhole true: it begins with a byte order mark */
export function csvOf(locale: string, lines: readonly (readonly Cell[])[], isWhole: boolean): string {
  const style = csvStyleOf(locale || "en");
  return (isWhole ? BYTE_ORDER_MARK : "") + lines.map((cells) => csvLine(cells, style)).join("");
}

/** Positions where a spreadsheet with another separator would begin a cell with a formula. */
const OTHER_CELLS = { ",": /([;\t]\s*)(?=[=+\-@＝＋－＠])/g, ";": /([,\t]\s*)(?=[=+\-@＝＋－＠])/g } as const;

function cellText(cell: Cell, style: CsvStyle): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell).replace(".", style.decimal);
  if (typeof cell === "object") return amountCell(cell, style);
  // An apostrophe makes the cell a text.
  const escaped = cell.replace(OTHER_CELLS[style.separator], "$1'");
  const text = FORMULA.test(escaped) ? `'${escaped}` : escaped;
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function amountCell({ minor, currency }: Amount, { decimal }: CsvStyle): string {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const sign = minor < 0 ? "-" : "";
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}${decimal}${digits.slice(-decimals)}`;
}
