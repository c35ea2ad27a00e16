/**
 * The sums of an invoice or credit note. Pure, and without a schema: the server decides with it, and the form shows the
 * same sums while the user types.
 */

import { isCode } from "../einvoice/code-lists/code-lists.ts";
import { listName } from "../einvoice/code-lists/list-names.ts";
import { refusal } from "../errors.ts";
import { checkCurrency } from "../values/currency.ts";
import { checkDate } from "../values/date.ts";
import {
  type AdjustmentInput,
  lineAmount,
  lineNet,
  percentOf,
  sumDocument,
  sumMinor,
  type Vat,
  type VatCategory,
} from "../values/money.ts";
import { checkSize, MAX_DATA_BYTES } from "../values/packed-size.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";
import { checkVat, needsReason, usualReason } from "../values/vat.ts";
import { checkFurther } from "./check-further.ts";
import { compact } from "./compact.ts";
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
 *   TOO_MANY_VAT_RATES, AMOUNT_TOO_LARGE, TOO_LONG, ADJUSTMENT_REASON_MISSING, ADJUSTMENT_AMOUNT_MISSING,
 *   ADJUSTMENT_NOT_PERCENT, UNKNOWN_CODE, GROSS_PRICE_BELOW_PRICE, PERIOD_ENDS_BEFORE_START
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
  checkFurther(input, currency);
  for (const [n, line] of input.lines.entries()) checkVat(line, `lines.${n}.`);
  for (const [n, adjustment] of input.adjustments.entries()) checkVat(adjustment, `adjustments.${n}.`);

  const lines = input.lines.map((line, n) => completeLine(line, currency, `lines.${n}`));
  const adjustments = input.adjustments.map((one, n) =>
    completeAdjustment(one, { baseMinor: baseOfDocument(lines, one), currency }, `adjustments.${n}`),
  );
  const { taxes, totals } = sumDocument(lines, adjustments, input);
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
  const { clientId, termsDays, deliveredOn, buyerReference, orderReference, note } = input;
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
    taxes: taxes.map((tax) => ({ ...tax, ...reasonOf(tax.vatCategory, input.reasons) })),
    totals,
    more: compact(input.more),
  };
  checkSize("document", content, limit);
  return content;
}

type StatedAdjustment = DraftInput["lines"][number]["adjustments"][number];

function completeLine(
  line: DraftInput["lines"][number],
  currency: string,
  place: string,
): InvoiceContent["lines"][number] {
  const more = compact(line.more);
  const amountMinor = lineAmount({ ...line, more }, currency, place);
  const adjustments = line.adjustments.map((one, n) =>
    completeAdjustment(one, { baseMinor: amountMinor, currency }, `${place}.adjustments.${n}`),
  );
  const { more: _, ...stated } = { ...line, adjustments };
  return { ...stated, netMinor: lineNet({ ...stated, more }, currency, place), more };
}

/**
 * What a percentage of the document is of: the net amounts of the lines with its VAT, because the adjustment changes the
 * amount that this VAT is due on.
 *
 * @throws Refusal AMOUNT_TOO_LARGE
 */
export function baseOfDocument(lines: readonly (Vat & { netMinor: number })[], { vatCategory, vatRate3 }: Vat): number {
  const same = lines.filter((line) => line.vatCategory === vatCategory && line.vatRate3 === vatRate3);
  return sumMinor(
    same.map((line) => line.netMinor),
    "lines",
  );
}

/** @param of.baseMinor what a percentage is of, unless it has a base of its own */
function completeAdjustment<Input extends StatedAdjustment>(
  input: Input,
  of: { baseMinor: number; currency: string },
  place: string,
): Input & { amountMinor: number } {
  if (input.reason === null && input.reasonCode === null)
    throw refusal("ADJUSTMENT_REASON_MISSING", `${place}: an allowance or charge needs a reason or its code`, {
      field: `${place}.reason`,
      values: {},
    });
  const list = input.kind === "allowance" ? "uncl5189" : "uncl7161";
  if (input.reasonCode !== null && !isCode(list, input.reasonCode))
    throw refusal("UNKNOWN_CODE", `${place}.reasonCode: ${input.reasonCode} is not a code of ${listName(list)}`, {
      field: `${place}.reasonCode`,
      values: { list, code: input.reasonCode },
    });
  return { ...input, amountMinor: amountOf(input, of, place) };
}

function amountOf(
  { amountMinor, percent6, baseMinor }: AdjustmentInput,
  of: { baseMinor: number; currency: string },
  place: string,
): number {
  const field = `${place}.amountMinor`;
  if (percent6 === null) {
    if (amountMinor !== null) return amountMinor;
    throw refusal("ADJUSTMENT_AMOUNT_MISSING", `${place}: give an amount or a percentage`, { field, values: {} });
  }
  const base = baseMinor ?? of.baseMinor;
  const computed = percentOf(base, percent6, field);
  if (amountMinor === null || amountMinor === computed) return computed;
  throw refusal("ADJUSTMENT_NOT_PERCENT", `${field}: the percentage of ${base} is ${computed}, not ${amountMinor}`, {
    field,
    values: { currency: of.currency, amountMinor, computedMinor: computed },
  });
}

/** Why a category has no VAT. Other categories shall not say it (BR-S-10, BR-Z-10, BR-AF-10, BR-AG-10). */
function reasonOf(category: VatCategory, reasons: DraftInput["reasons"]) {
  if (!needsReason(category)) return { reason: null, reasonCode: null };
  const stated = reasons.find(({ vatCategory }) => vatCategory === category);
  if (stated && (stated.reason ?? stated.reasonCode) !== null)
    return { reason: stated.reason, reasonCode: stated.reasonCode };
  return { reason: usualReason(category), reasonCode: null };
}

/** The input that gives this content: the start of a copy or a credit note. */
export function draftOf(content: InvoiceContent): DraftInput {
  const { totals, taxes, lines, adjustments, ...rest } = content;
  return {
    ...rest,
    lines: lines.map(({ netMinor: _, ...line }) => ({ ...line, adjustments: line.adjustments.map(adjustmentOf) })),
    adjustments: adjustments.map(adjustmentOf),
    prepaidMinor: totals.prepaidMinor,
    roundingMinor: totals.roundingMinor,
    reasons: [...new Map(taxes.map((tax) => [tax.vatCategory, tax]))].flatMap(
      ([vatCategory, { reason, reasonCode }]) =>
        reason === null && reasonCode === null ? [] : [{ vatCategory, reason, reasonCode }],
    ),
  };
}

/**
 * The draft of a credit note over all of a document: the server's, and what the form begins with. It rounds as the document
 * did, so that nothing of it is left to pay. What was paid before is credited too; its type (BT-3), notes and terms of payment
 * are its own, and of preceding documents it names the one that it credits.
 */
export function creditOf(draft: DraftInput): DraftInput {
  return { ...draft, prepaidMinor: 0, note: null, more: furtherOfCredit(draft.more) };
}

export function furtherOfCredit(more: DraftInput["more"]): DraftInput["more"] {
  return compact(more && { ...more, typeCode: null, terms: null, notes: [], preceding: [] });
}

/** A percentage stays one: the amount follows from it. */
function adjustmentOf<Stated extends AdjustmentInput>(stated: Stated): Stated & { amountMinor: number | null } {
  return { ...stated, amountMinor: stated.percent6 === null ? stated.amountMinor : null };
}
