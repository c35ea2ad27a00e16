/** The totals of the form while the user types, computed by the same code as on the server. */

import { checkType } from "../../../../events/document/check-further.ts";
import { completeDraft, MAX_DRAFT_BYTES } from "../../../../events/document/complete-draft.ts";
import type { DraftInput, InvoiceContent } from "../../../../events/document/draft.ts";
import { Refusal } from "../../../../events/errors.ts";
import { needsReason, usualReason } from "../../../../events/values/vat.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import { inWords } from "../../form/refusal-words.ts";
import { isBlank, type TypedInvoice } from "../../form/typed-invoice.ts";
import type { Reading } from "../../more/reading.ts";
import { fieldOnScreen, inputOf, readLine } from "./invoice-form-input.ts";

export interface Sums {
  /** The totals of all complete lines; null if a rule refuses the document. */
  content: Pick<InvoiceContent, "taxes" | "totals"> | null;
  /** Why the rule refuses it, in words. */
  refusal: string | null;
  /** The net amount of each line on the screen; null if the line is blank or incomplete. */
  netMinor: readonly (number | null)[];
  /** The numbers, from 1, of lines that are incomplete and therefore in no sum. */
  leftOut: readonly number[];
}

/** The draft as it would be sent, with all its errors. */
export function checkedInput(
  typed: TypedInvoice,
  reading: Reading,
  { kind = "invoice", maxBytes = MAX_DRAFT_BYTES }: { kind?: "invoice" | "credit_note"; maxBytes?: number } = {},
): { input: DraftInput; errors: FieldError[] } {
  const { input, errors } = inputOf(typed, reading);
  if (errors.length > 0) return { input, errors };
  try {
    checkType(kind, input.more);
    completeDraft(input, reading.currency, maxBytes);
    return { input, errors };
  } catch (error) {
    return { input, errors: [errorOf(error, typed, reading.locale)] };
  }
}

/** @param maxBytes the largest size of the document, bytes */
export function sumsOf(typed: TypedInvoice, reading: Reading, maxBytes = MAX_DRAFT_BYTES): Sums {
  const { input } = inputOf(typed, reading);
  const readable = typed.lines.map((line) => !isBlank(line) && readLine(line, reading).errors.length === 0);
  const leftOut = typed.lines.flatMap((line, n) => (readable[n] || isBlank(line) ? [] : [n + 1]));
  const lines = typed.lines.flatMap((line, n) => (readable[n] ? [readLine(line, reading).value] : []));
  const parts = { ...input, currency: reading.currency, lines };
  try {
    const { taxes, totals, lines: summed } = completeDraft(parts, reading.currency, maxBytes);
    let n = 0;
    const netMinor = readable.map((is) => (is ? (summed[n++]?.netMinor ?? null) : null));
    return { content: { taxes, totals }, refusal: null, netMinor, leftOut };
  } catch (error) {
    const { message } = errorOf(error, typed, reading.locale);
    return { content: null, refusal: message, netMinor: readable.map(() => null), leftOut };
  }
}

function errorOf(error: unknown, typed: TypedInvoice, locale: string): FieldError {
  if (!(error instanceof Refusal)) throw error;
  const { rule: code, message, values, field } = error;
  return { field: fieldOnScreen(field ?? "lines", typed), message: inWords({ code, message, values }, locale).message };
}

/** The categories that need a reason, each with the reason that is printed by default. */
export function requiredReasons({
  content,
}: Sums): { category: keyof TypedInvoice["reasons"]; usual: string | null }[] {
  const categories = new Set(content?.taxes.map(({ vatCategory }) => vatCategory));
  return [...categories].filter(needsReason).map((category) => ({ category, usual: usualReason(category) }));
}
