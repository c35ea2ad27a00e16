/**
 * The sums of an invoice or credit note. Pure, and without a schema: the server decides with it, and the form shows the
 * same sums while the user types.
 */

import { refusal } from "../errors.ts";
import { checkCurrency } from "../values/currency.ts";
import { checkDate } from "../values/date.ts";
import { lineNet, sumDocument, type VatCategory } from "../values/money.ts";
import { checkSize, MAX_DATA_BYTES } from "../values/packed-size.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";
import { checkVat, needsReason, usualReason } from "../values/vat.ts";
import type { DraftInput, InvoiceContent } from "./draft.ts";

/** The largest content of a credit note for an invoice, bytes. */
export const MAX_CORRECTION_BYTES = MAX_DATA_BYTES - 16;

/** The largest content of any other draft, bytes. A credit note for all of it takes a few bytes more, and fits too. */
export const MAX_DRAFT_BYTES = MAX_CORRECTION_BYTES - 64;

/**
 * Adds the sums to a draft.
 *
 * @param fallbackCurrency used if the input names no currency
 * @param limit the largest size of the result, bytes
 * @throws Refusal UNKNOWN_CURRENCY, UNKNOWN_DATE, VAT_RATE_NOT_ALLOWED, VAT_MIXED_WITH_O, TOO_MANY_LINES,
 *   TOO_MANY_VAT_RATES, AMOUNT_TOO_LARGE, TOO_LONG
 */
export function completeDraft(input: DraftInput, fallbackCurrency: string, limit = MAX_DRAFT_BYTES): InvoiceContent {
  const currency = input.currency ?? fallbackCurrency;
  checkCurrency(currency);
  if (input.deliveredOn !== null) checkDate(input.deliveredOn, "deliveredOn");
  if (input.lines.length > DRAFT_LIMITS.lines)
    throw refusal("TOO_MANY_LINES", `has ${input.lines.length} lines, at most ${DRAFT_LIMITS.lines} are allowed`, {
      field: "lines",
      values: { lines: input.lines.length, limit: DRAFT_LIMITS.lines },
    });
  for (const [n, line] of input.lines.entries()) checkVat(line, `lines.${n}.`);
  for (const [n, adjustment] of input.adjustments.entries()) checkVat(adjustment, `adjustments.${n}.`);

  const lines = input.lines.map((line, n) => ({ ...line, netMinor: lineNet(line, currency, `lines.${n}`) }));
  const { taxes, totals } = sumDocument(lines, input.adjustments, input.prepaidMinor);
  if (taxes.length > 1 && taxes.some((tax) => tax.vatCategory === "O"))
    throw refusal("VAT_MIXED_WITH_O", "category O (not subject to VAT) cannot be combined with another (BR-O-11)", {
      field: "lines",
      values: {},
    });
  if (taxes.length > DRAFT_LIMITS.taxes)
    throw refusal(
      "TOO_MANY_VAT_RATES",
      `the lines have ${taxes.length} different VAT rates, at most ${DRAFT_LIMITS.taxes} are allowed`,
      { field: "lines", values: { rates: taxes.length, limit: DRAFT_LIMITS.taxes } },
    );
  const reasonOf = (category: VatCategory) =>
    needsReason(category) // the others shall not have one (BR-S-10, BR-Z-10, BR-AF-10, BR-AG-10)
      ? (input.reasons.find((reason) => reason.vatCategory === category)?.reason ?? usualReason(category))
      : null;
  const { clientId, termsDays, deliveredOn, buyerReference, orderReference, note, adjustments } = input;
  const content = {
    clientId,
    currency,
    termsDays,
    deliveredOn,
    buyerReference,
    orderReference,
    note,
    lines,
    adjustments,
    taxes: taxes.map((tax) => ({ ...tax, reason: reasonOf(tax.vatCategory) })),
    totals,
  };
  checkSize("document", content, limit);
  return content;
}

/** The input that gives this content: the start of a copy or a credit note. */
export function draftOf(content: InvoiceContent): DraftInput {
  const { totals, taxes, lines, ...rest } = content;
  return {
    ...rest,
    lines: lines.map(({ netMinor: _, ...line }) => line),
    prepaidMinor: totals.prepaidMinor,
    reasons: [...new Map(taxes.map((tax) => [tax.vatCategory, tax.reason]))].flatMap(([vatCategory, reason]) =>
      reason === null ? [] : [{ vatCategory, reason }],
    ),
  };
}
