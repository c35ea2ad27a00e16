/** Reads the command's input from the text of the invoice form, and maps errors to fields on the screen. */

import type { DraftInput, LineInput } from "../../../../events/business/draft.ts";
import { VAT_CATEGORIES } from "../../../../events/values/money.ts";
import { needsReason } from "../../../../events/values/vat.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import { baseOfDocument, baseOfLine, type Reading, readAdjustment, readMoney } from "../../form/read-adjustment.ts";
import { readDays } from "../../form/read-days.ts";
import { type ReadResult, readVat } from "../../form/read-vat.ts";
import { isBlank, type TypedInvoice, type TypedLine } from "../../form/typed-invoice.ts";
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
    return [read.value];
  });
  const readable = readableLines(typed.lines, reading);
  const adjustments = typed.adjustments.map((adjustment, n) => {
    const vat = readVat(adjustment, reading.locale);
    const base = vat.errors.length > 0 ? null : baseOfDocument(readable, vat.value, reading.currency);
    const read = readAdjustment(adjustment, reading, base);
    at(`adjustments.${n}`, [...read.errors, ...vat.errors]);
    return { ...read.value, ...vat.value };
  });
  const prepaid = typed.prepaid.trim() === "" ? { value: 0, error: null } : readMoney(typed.prepaid, reading);
  if (prepaid.error) errors.push({ field: "prepaidMinor", message: prepaid.error });
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
    reasons: reasonsIn(typed),
  };
  return { input, errors };
}

/** The reasons for categories in use. Reasons typed for other categories are not sent. */
function reasonsIn({ lines, adjustments, reasons }: TypedInvoice): DraftInput["reasons"] {
  const there = new Set([...lines, ...adjustments].map(({ vatCategory }) => vatCategory));
  return VAT_CATEGORIES.flatMap((vatCategory) => {
    const reason = reasons[vatCategory]?.trim() ?? "";
    return needsReason(vatCategory) && there.has(vatCategory) && reason !== "" ? [{ vatCategory, reason }] : [];
  });
}

/** The field on the screen for a path in the command: blank lines are not sent, and reasons are keyed by category. */
export function fieldOnScreen(place: string, typed: TypedInvoice): string {
  const [, lineN, rest = ""] = /^lines\.(\d+)(.*)$/.exec(place) ?? [];
  if (lineN !== undefined) {
    const sent = typed.lines.flatMap((line, n) => (isBlank(line) ? [] : [n]));
    return `lines.${sent[Number(lineN)] ?? lineN}${rest === "" ? ".price6" : rest === ".itemId" ? ".code" : rest}`;
  }
  const [, reasonN] = /^reasons\.(\d+)/.exec(place) ?? [];
  const category = reasonN === undefined ? undefined : reasonsIn(typed)[Number(reasonN)]?.vatCategory;
  return category === undefined ? place : `reasons.${category}`;
}

/** The lines without errors. */
export function readableLines(lines: readonly TypedLine[], reading: Reading): LineInput[] {
  return lines.flatMap((line) => {
    if (isBlank(line)) return [];
    const { value, errors } = readLine(line, reading);
    return errors.length === 0 ? [value] : [];
  });
}

/** Lines are replaced, never changed in place, so the result of reading a line lives as long as the line. */
const lineReadings = new WeakMap<TypedLine, { reading: string; read: ReadResult<LineInput> }>();

/** Reads a line. A number that cannot be read is zero. */
export function readLine(line: TypedLine, { currency, locale }: Reading): ReadResult<LineInput> {
  const reading = `${currency} ${locale}`;
  const last = lineReadings.get(line);
  if (last?.reading === reading) return last.read;
  const read = parseLine(line, { currency, locale });
  lineReadings.set(line, { reading, read });
  return read;
}

function parseLine(line: TypedLine, reading: Reading): ReadResult<LineInput> {
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
  const base = errors.length > 0 ? null : baseOfLine({ quantity6, price6, ...vat.value }, reading.currency);
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
  };
  return { value, errors: [...errors, ...vat.errors] };
}
