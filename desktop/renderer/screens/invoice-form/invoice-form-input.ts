/** Reads the command's input from the text of the invoice form, and maps errors to fields on the screen. */

import type { DraftInput, LineInput } from "../../../../events/document/draft.ts";
import { decimalsOf } from "../../../../events/values/currency.ts";
import { VAT_CATEGORIES, type VatCategory } from "../../../../events/values/money.ts";
import { needsReason } from "../../../../events/values/vat.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import {
  asSent,
  baseOfDocument,
  baseOfLine,
  type ReadAdjustment,
  readAdjustment,
  readMoney,
} from "../../form/read-adjustment.ts";
import { readDays } from "../../form/read-days.ts";
import { readVat } from "../../form/read-vat.ts";
import { isBlank, type TypedInvoice, type TypedLine } from "../../form/typed-invoice.ts";
import { codeIn, hasCodeLists } from "../../more/code-lists.ts";
import { moreOnScreen, NOTHING_MORE } from "../../more/more.ts";
import { DOCUMENT_MORE, LINE_MORE } from "../../more/more-of-document.ts";
import { readMore } from "../../more/read-more.ts";
import type { Reading, ReadResult } from "../../more/reading.ts";
import { codeOfText, currencies } from "../../text/named-codes.ts";
import { readNumber } from "../../text/read-number.ts";

/** The typed currency's code; null if nothing is typed or it is not a currency. */
export function currencyTyped(text: string): string | null {
  const value = text.trim();
  return codeOfText(currencies(), value) ?? (/^[A-Z]{3}$/.test(value) ? value : null);
}

/** Reads the draft. `errors` name the fields on the screen that cannot be read. */
export function inputOf(typed: TypedInvoice, reading: Reading): { input: DraftInput; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const at = (place: string, problems: readonly FieldError[]) =>
    errors.push(...problems.map(({ field, message }) => ({ field: `${place}.${field}`, message })));
  const text = (value: string) => value.trim() || null;

  const currency = currencyTyped(typed.currency);
  if (currency === null && typed.currency.trim() !== "")
    errors.push({ field: "currency", message: `“${typed.currency.trim()}” is not a known currency.` });
  const lines = typed.lines.flatMap((line, n) => {
    if (isBlank(line)) return [];
    const read = readLine(line, reading);
    at(`lines.${n}`, read.errors);
    return [{ ...read.value, adjustments: read.value.adjustments.map(asSent) }];
  });
  const readable = readableLines(typed.lines, reading);
  const adjustments = typed.adjustments.map((adjustment, n) => {
    const vat = readVat(adjustment, reading.locale);
    const base = vat.errors.length > 0 ? null : baseOfDocument(readable, vat.value, reading.currency);
    const read = readAdjustment(adjustment, reading, base);
    at(`adjustments.${n}`, [...read.errors, ...vat.errors]);
    return { ...asSent(read.value), ...vat.value };
  });
  const prepaid = typed.prepaid.trim() === "" ? { value: 0, error: null } : readMoney(typed.prepaid, reading);
  if (prepaid.error) errors.push({ field: "prepaidMinor", message: prepaid.error });
  const more = readMore<NonNullable<DraftInput["more"]>>(DOCUMENT_MORE, typed.more, reading);
  at("more", more.errors);
  const input = {
    clientId: typed.clientId,
    currency,
    termsDays: readDays(typed.termsDays, { wrong: (message) => errors.push({ field: "termsDays", message }) }),
    deliveredOn: text(typed.deliveredOn),
    buyerReference: text(typed.buyerReference),
    orderReference: text(typed.orderReference),
    note: text(typed.note),
    lines,
    adjustments,
    prepaidMinor: prepaid.value,
    roundingMinor: readRounding(typed.rounding, reading, errors),
    reasons: readReasons(typed, errors),
    more: more.value,
  };
  return { input, errors };
}

/** What rounds the amount due, up or down. */
function readRounding(text: string, { currency, locale }: Reading, errors: FieldError[]): number {
  if (text.trim() === "") return 0;
  const { value, problem } = readNumber(text, { locale, currency, decimals: decimalsOf(currency) });
  if (value === null) errors.push({ field: "roundingMinor", message: problem });
  return value ?? 0;
}

/** The categories in use that need a reason and have one. What is typed for other categories is not sent. */
function reasonedCategories({ lines, adjustments, reasons, reasonCodes }: TypedInvoice): VatCategory[] {
  const there = new Set([...lines, ...adjustments].map(({ vatCategory }) => vatCategory));
  return VAT_CATEGORIES.filter(
    (one) => needsReason(one) && there.has(one) && `${reasons[one] ?? ""}${reasonCodes[one] ?? ""}`.trim() !== "",
  );
}

function readReasons(typed: TypedInvoice, errors: FieldError[]): DraftInput["reasons"] {
  return reasonedCategories(typed).map((vatCategory) => {
    const code = typed.reasonCodes[vatCategory]?.trim() ?? "";
    const reasonCode = code === "" ? null : codeIn("exemptions", code);
    if (code !== "" && reasonCode === null)
      errors.push({ field: `reasons.${vatCategory}`, message: `“${code}” is no code of an exemption.` });
    return { vatCategory, reason: typed.reasons[vatCategory]?.trim() || null, reasonCode };
  });
}

/** The field on the screen for a path in the command: blank lines are not sent, and reasons are keyed by category. */
export function fieldOnScreen(place: string, typed: TypedInvoice): string {
  const [, lineN, rest = ""] = /^lines\.(\d+)(.*)$/.exec(place) ?? [];
  if (lineN !== undefined) {
    const sent = typed.lines.flatMap((line, n) => (isBlank(line) ? [] : [n]));
    const n = sent[Number(lineN)] ?? Number(lineN);
    const more = typed.lines[n]?.more;
    const within =
      more && rest.startsWith(".more.")
        ? `.more.${moreOnScreen(more, rest.slice(6))}`
        : rest.replace(/\.reasonCode$/, ".reason");
    return `lines.${n}${rest === "" ? ".price6" : rest === ".itemId" ? ".code" : within}`;
  }
  if (place.startsWith("more.")) return `more.${moreOnScreen(typed.more, place.slice(5))}`;
  const [, reasonN] = /^reasons\.(\d+)/.exec(place) ?? [];
  const category = reasonN === undefined ? undefined : reasonedCategories(typed)[Number(reasonN)];
  // A reason and its code are one field.
  return category === undefined ? place.replace(/\.reasonCode$/, ".reason") : `reasons.${category}`;
}

/** The lines without errors. */
export function readableLines(lines: readonly TypedLine[], reading: Reading): ReadLine[] {
  return lines.flatMap((line) => {
    if (isBlank(line)) return [];
    const { value, errors } = readLine(line, reading);
    return errors.length === 0 ? [value] : [];
  });
}

/** A line of the command, with the amounts of percentages. */
type ReadLine = Omit<LineInput, "adjustments"> & { adjustments: ReadAdjustment[] };

/** Lines are replaced, never changed in place, so the result of reading a line lives as long as the line. */
const lineReadings = new WeakMap<TypedLine, { reading: string; read: ReadResult<ReadLine> }>();

/** Reads a line. A number that cannot be read is zero. */
export function readLine(line: TypedLine, { currency, locale }: Reading): ReadResult<ReadLine> {
  const reading = `${currency} ${locale} ${hasCodeLists()}`;
  const last = lineReadings.get(line);
  if (last?.reading === reading) return last.read;
  const read = parseLine(line, { currency, locale });
  lineReadings.set(line, { reading, read });
  return read;
}

function parseLine(line: TypedLine, reading: Reading): ReadResult<ReadLine> {
  const errors: FieldError[] = [];
  const number = (text: string, field: string) => {
    const currency = field === "price6" ? { currency: reading.currency } : {};
    const { value, problem } = readNumber(text, { locale: reading.locale, decimals: 6, ...currency });
    if (value === null) errors.push({ field, message: problem });
    return value ?? 0;
  };
  const description = line.description.trim();
  if (description === "") errors.push({ field: "description", message: "is missing" });
  const quantity6 = number(line.quantity, "quantity6");
  const price6 = number(line.price, "price6");
  if (price6 < 0) errors.push({ field: "price6", message: "is below zero. Enter a negative quantity instead" });
  const vat = readVat(line, reading.locale);
  const more = readMore<NonNullable<LineInput["more"]>>(LINE_MORE, line.more ?? NOTHING_MORE, reading);
  for (const { field, message } of more.errors) errors.push({ field: `more.${field}`, message });
  const base = errors.length > 0 ? null : baseOfLine({ quantity6, price6, more: more.value }, reading.currency);
  const adjustments = line.adjustments.map((adjustment, n) => {
    const read = readAdjustment(adjustment, reading, base);
    for (const { field, message } of read.errors) errors.push({ field: `adjustments.${n}.${field}`, message });
    return read.value;
  });
  const value = {
    itemId: line.itemId,
    code: line.code.trim() || null,
    description,
    quantity6,
    unit: line.unit,
    price6: Math.max(price6, 0),
    adjustments,
    ...vat.value,
    more: more.value,
  };
  return { value, errors: [...errors, ...vat.errors] };
}
