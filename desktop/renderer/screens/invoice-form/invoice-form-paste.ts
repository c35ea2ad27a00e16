/** Converts rows of a spreadsheet to lines, and lines to rows. Tabs separate the cells. */

import { vatCategoryIn } from "../../form/read-vat.ts";
import { hasRate, type TypedLine } from "../../form/typed-invoice.ts";
import type { Reading } from "../../more/reading.ts";
import { UNIT_NAMES, unitName } from "../../text/codes.ts";
import { readNumber } from "../../text/read-number.ts";
import { typedAmount } from "../../text/typed-amount.ts";

type Column = "code" | "description" | "quantity" | "unit" | "price" | "vat";

/** Names of column heads, in several languages. */
const HEADS: Readonly<Record<Column, RegExp>> = {
  code: /^(?:code|item|item code|sku|article|artikel(?:nummer)?|art\.?-?nr\.?|réf(?:érence)?|référence)$/i,
  description:
    /^(?:description|text|name|service|product|beschreibung|bezeichnung|leistung|désignation|libellé|品名|摘要)$/i,
  quantity: /^(?:quantity|qty|amount of|count|menge|anzahl|quantité|qté|数量)$/i,
  unit: /^(?:unit|uom|einheit|unité|単位)$/i,
  price: /^(?:price|unit price|net price|rate|preis|einzelpreis|stückpreis|prix(?: unitaire)?|単価)(?: .*)?$/i,
  vat: /^(?:vat|tax|vat rate|vat %|tax %|mwst\.?|ust\.?|mwst\.? ?%|ust\.? ?%|steuer|tva|税率)(?: ?\(?%\)?)?$/i,
};

interface PastedTable {
  lines: Omit<TypedLine, "key">[];
  /** Messages about cells that do not fit their field. The text is in the line all the same. */
  problems: string[];
}

/** True if the text has more than one cell, and so is not text for one field. */
export function isTable(text: string): boolean {
  return /\t|\n[^\n]/.test(text.replace(/\r/g, "").trimEnd());
}

/**
 * Reads the lines of a table: description, quantity, unit, price and VAT in per cent, or as its first row says.
 * Whatever does
 * not fit stays in sight: surplus cells and unknown units go to the end of the description.
 *
 * @param like supplies the fields that the row does not
 */
export function linesOf(text: string, like: Omit<TypedLine, "key">, reading: Reading): PastedTable {
  const rows = rowsOf(text);
  const head = headOf(rows[0] ?? []);
  const body = head === null ? rows : rows.slice(1);
  const problems: string[] = [];
  const numbers: NumberCell[] = [];
  const lines = body.map((cells, n) => {
    const columns = head ?? usualColumns(cells, reading);
    const row = n + (head === null ? 1 : 2);
    const wrong = (what: string) => problems.push(`Row ${row}: ${what.replace(/\.$/, "")}.`);
    return lineFromRow(cells, columns, { like, reading, wrong, found: (number) => numbers.push({ ...number, wrong }) });
  });
  sayDoubtful(numbers, reading);
  return { lines, problems };
}

/** A number of the table, and what is said of its row. */
interface NumberCell {
  cell: string;
  value: number | null;
  wrong: (what: string) => void;
}

/**
 * A table of another locale also has cells that this locale reads as thousands: in German, 12.000 beside 7.25. They are
 * named, too.
 */
function sayDoubtful(numbers: readonly NumberCell[], { locale }: Reading): void {
  const decimals = new Set(
    numbers.flatMap(({ cell, value }) => (value === null ? (/([.,])\d+\D*$/.exec(cell)?.[1] ?? []) : [])),
  );
  for (const { cell, value, wrong } of numbers) {
    const [, separator = ""] = /^\D*[1-9]\d{0,2}([.,])\d{3}\D*$/.exec(cell) ?? [];
    if (value === null || !decimals.has(separator) || Math.abs(value) < 1e9) continue; // 1e9: a thousand
    wrong(`“${cell}” is read as ${typedAmount(value, 6, locale)}, but other cells have decimals after “${separator}”`);
  }
}

/** The line as a row of a spreadsheet, in the order that `linesOf` reads. */
export function rowOfLine(line: TypedLine): string {
  const { code, description, quantity, unit, price, vatCategory, vatRate } = line;
  const vat = hasRate(vatCategory) ? `${vatRate}%` : vatCategory;
  return [code, description, quantity, unitName(unit), price, vat].map(quote).join("\t");
}

function quote(cell: string): string {
  return /[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Splits text into cells. A cell with a line break or a tab is in quotes, as spreadsheets write it. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quotedCell, plain = "", end = ""] of text
    .replace(/\r\n?/g, "\n")
    .matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/g)) {
    const cell = quotedCell === undefined ? plain : quotedCell.replaceAll('""', '"');
    rows.at(-1)?.push(cell.replaceAll(/\s+/g, " ").trim());
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  return rows.filter((cells) => cells.some((cell) => cell !== ""));
}

/** The columns that the first row names; null if it is a row of data. */
function headOf(cells: readonly string[]): (Column | null)[] | null {
  const names = Object.entries(HEADS) as [Column, RegExp][];
  const columns = cells.map((cell) => names.find(([, like]) => like.test(cell))?.[0] ?? null);
  const named = columns.filter((column) => column !== null);
  return named.length >= 2 && new Set(named).size === named.length ? columns : null;
}

/** The columns without a head: a number in the third column is the price, other text a unit. */
function usualColumns(cells: readonly string[], reading: Reading): Column[] {
  // An unclear number, or one in another currency, is a number all the same.
  const isNumber = (cell: string | undefined) => {
    const read = readNumber(cell ?? "", { ...reading, decimals: 6 });
    return read.value !== null || !read.noNumber;
  };
  if (cells.length >= 6) return ["code", "description", "quantity", "unit", "price", "vat"];
  if (cells.length === 2) return ["description", "price"];
  if (cells.length <= 4 && isNumber(cells[2])) return ["description", "quantity", "price", "vat"];
  return ["description", "quantity", "unit", "price", "vat"];
}

interface RowOptions {
  like: Omit<TypedLine, "key">;
  reading: Reading;
  wrong: (what: string) => void;
  /** Called with each quantity and price. */
  found: (number: Omit<NumberCell, "wrong">) => void;
}

function lineFromRow(cells: readonly string[], columns: readonly (Column | null)[], options: RowOptions) {
  const { like, reading, wrong, found } = options;
  const line: Omit<TypedLine, "key"> = { ...like, itemId: null, code: "", description: "", quantity: "1", price: "" };
  const rest: string[] = [];
  for (const [n, cell] of cells.entries()) {
    const column = columns[n] ?? null;
    if (cell === "") continue;
    if (column === null) rest.push(cell);
    else if (column === "unit") {
      const unit = unitIn(cell);
      if (unit === null) {
        wrong(`“${cell}” is not a known unit`);
        rest.push(cell);
      } else line.unit = unit;
    } else if (column === "vat") Object.assign(line, vatIn(cell, line, reading), { ownVat: true });
    else if (column === "quantity" || column === "price") {
      line[column] = cell;
      const { locale, currency } = reading;
      const { value, problem } = readNumber(cell, { locale, decimals: 6, ...(column === "price" && { currency }) });
      found({ cell, value });
      if (problem !== null) wrong(/^[a-z]/.test(problem) ? `“${cell}” ${problem}` : `“${cell}”: ${problem}`);
    } else line[column] = cell;
  }
  if (rest.length > 0) line.description = [line.description, ...rest].filter((text) => text !== "").join(" · ");
  if (line.description === "") wrong("the description is missing");
  return line;
}

const MORE_UNITS: Readonly<Record<string, string>> = {
  pcs: "C62",
  pc: "C62",
  st: "C62",
  stk: "C62",
  stück: "C62",
  std: "HUR",
  stunde: "HUR",
  stunden: "HUR",
  h: "HUR",
  hrs: "HUR",
  tag: "DAY",
  tage: "DAY",
  monat: "MON",
  monate: "MON",
  pauschal: "LS",
};

/** Reads a unit from its code or its name, singular or plural. */
function unitIn(cell: string): string | null {
  const word = cell.toLowerCase().replace(/\.$/, "");
  const named = UNIT_NAMES.find(([code, name]) => code.toLowerCase() === word || name === word || `${name}s` === word);
  return named?.[0] ?? MORE_UNITS[word] ?? null;
}

/**
 * `20 %`, or a category such as `AE`. A rate of zero means zero-rated, unless the line has another category without a
 * rate.
 */
function vatIn(cell: string, line: Omit<TypedLine, "key">, { locale }: Reading): Partial<TypedLine> {
  const text = cell.replace(/[%٪﹪％]/u, "").trim();
  const category = vatCategoryIn(text);
  if (category !== null && !hasRate(category)) return { vatCategory: category, vatRate: "" };
  if (readNumber(text, { locale, decimals: 2 }).value === 0)
    return hasRate(line.vatCategory) ? { vatCategory: "Z", vatRate: "" } : {};
  return { vatCategory: hasRate(line.vatCategory) ? line.vatCategory : "S", vatRate: text };
}
