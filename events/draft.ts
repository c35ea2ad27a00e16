/**
 * What an invoice or credit note says, and the sums of it. Pure: the server decides with it, and the form on the
 * screen shows the same sums while somebody types.
 */
import { z } from "zod";
import { isCurrency } from "./currency.ts";
import { Refusal } from "./errors.ts";
import { lineNet, sumDocument, VAT_CATEGORIES, type VatCategory } from "./money.ts";
import {
  currency,
  date,
  int,
  isDate,
  line,
  lines,
  minor,
  minorFromZero,
  price6,
  quantity6,
  rateBp,
  streamId,
  unit,
} from "./schema.ts";
import { checkVat, needsReason, usualReason } from "./vat.ts";

/** More lines than fit an event of 65,535 bytes. */
const MAX_LINES = 2000;

const vat = { vatCategory: z.enum(VAT_CATEGORIES), vatRateBp: rateBp().nullable() };

const adjustment = z.object({ kind: z.enum(["allowance", "charge"]), reason: line(200), amountMinor: minorFromZero() });

const documentAdjustment = adjustment.extend(vat);

/** A line as it is typed. */
export const lineInput = z.object({
  itemId: streamId().nullable(),
  code: line(60).nullable(),
  description: line(1000),
  quantity6: quantity6(),
  unit: unit(),
  price6: price6(),
  adjustments: z.array(adjustment).max(20),
  ...vat,
});
export type LineInput = z.infer<typeof lineInput>;

const lineWithNet = lineInput.extend({ netMinor: minor() });

/** A row of the VAT breakdown; `reason` says why there is no VAT (BT-120). */
export const tax = z.object({ ...vat, taxableMinor: minor(), taxMinor: minor(), reason: line(200).nullable() });
export type Tax = z.infer<typeof tax>;

export const totals = z.object({
  linesMinor: minor(),
  allowancesMinor: minorFromZero(),
  chargesMinor: minorFromZero(),
  netMinor: minor(),
  taxMinor: minor(),
  grossMinor: minor(),
  prepaidMinor: minor(),
  payableMinor: minor(),
});

const heading = {
  clientId: streamId().nullable(),
  currency: currency(),
  termsDays: int(0, 365).nullable(),
  deliveredOn: date().nullable(),
  buyerReference: line(100).nullable(),
  orderReference: line(100).nullable(),
  note: lines(2000).nullable(),
};

/** What an invoice says, with its sums: the whole of it in each draft and revision. */
export const invoiceContent = z.object({
  ...heading,
  lines: z.array(lineWithNet).max(MAX_LINES),
  adjustments: z.array(documentAdjustment).max(100),
  taxes: z.array(tax).max(200),
  totals,
});
export type InvoiceContent = z.infer<typeof invoiceContent>;

/** What a person types: no sums. `currency` null: the client's, else the organization's. */
export const draftInput = z.object({
  ...heading,
  currency: currency().nullable(),
  lines: z.array(lineInput).max(MAX_LINES),
  adjustments: z.array(documentAdjustment).max(100),
  prepaidMinor: minorFromZero().default(0),
  reasons: z.array(z.object({ vatCategory: z.enum(VAT_CATEGORIES), reason: line(200) })).max(VAT_CATEGORIES.length),
});
export type DraftInput = z.infer<typeof draftInput>;

/**
 * Adds the sums to a draft.
 *
 * @param fallbackCurrency the currency where the input names none
 * @throws Refusal UNKNOWN_CURRENCY, UNKNOWN_DATE, VAT_RATE_NOT_ALLOWED, VAT_MIXED_WITH_O, AMOUNT_TOO_LARGE
 */
export function completeDraft(input: DraftInput, fallbackCurrency: string): InvoiceContent {
  const currency = input.currency ?? fallbackCurrency;
  if (!isCurrency(currency))
    throw new Refusal("UNKNOWN_CURRENCY", `${currency} is not a currency of ISO 4217`, {
      kind: "invalid",
      field: "currency",
      values: { currency },
    });
  if (input.deliveredOn !== null) checkDate(input.deliveredOn, "deliveredOn");
  for (const [n, line] of input.lines.entries()) checkVat(line, `lines.${n}.`);
  for (const [n, adjustment] of input.adjustments.entries()) checkVat(adjustment, `adjustments.${n}.`);

  const lines = input.lines.map((line, n) => ({ ...line, netMinor: lineNet(line, currency, `lines.${n}`) }));
  const { taxes, totals } = sumDocument(lines, input.adjustments, input.prepaidMinor);
  if (taxes.length > 1 && taxes.some((tax) => tax.vatCategory === "O"))
    throw new Refusal("VAT_MIXED_WITH_O", "category O (not subject to VAT) cannot stand beside another (BR-O-11)", {
      kind: "invalid",
      field: "lines",
    });
  const reasonOf = (category: VatCategory) =>
    needsReason(category) // the others shall not have one (BR-S-10, BR-Z-10, BR-AF-10, BR-AG-10)
      ? (input.reasons.find((given) => given.vatCategory === category)?.reason ?? usualReason(category))
      : null;
  const { clientId, termsDays, deliveredOn, buyerReference, orderReference, note, adjustments } = input;
  return {
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
}

/** What one would have typed to get this content: where a copy or a credit note begins. */
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

/** @throws Refusal UNKNOWN_DATE for a day that does not exist, such as `2023-02-29` */
export function checkDate(date: string, field: string): void {
  if (isDate(date)) return;
  throw new Refusal("UNKNOWN_DATE", `${field}: ${date} is not a day of the calendar`, {
    kind: "invalid",
    field,
    values: { date },
  });
}
