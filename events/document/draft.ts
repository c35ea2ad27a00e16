/** The content of an invoice or credit note. `complete-draft.ts` computes it from the input. */
import { z } from "zod";
import { VAT_CATEGORIES } from "../values/money.ts";
import {
  code,
  currency,
  date,
  int,
  line,
  lines,
  minor,
  minorFromZero,
  price6,
  quantity6,
  rate3,
  streamId,
  unit,
} from "../values/schema.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";
import { further, furtherOfLine } from "./further.ts";

/** A million per cent. */
const MAX_PERCENT6 = 1_000_000_000_000;

const vat = {
  vatCategory: z.enum(VAT_CATEGORIES).describe("VAT category (EN 16931)."),
  vatRate3: rate3().nullable().describe("VAT rate in thousandths of a per cent: 20000 is 20 %; null for category O."),
};

const adjustmentInput = z.object({
  kind: z.enum(["allowance", "charge"]).describe("Allowance (off the sum) or charge (on top)."),
  reason: line(DRAFT_LIMITS.reason)
    .nullable()
    .describe("Why, as it stands on the invoice; null: `reasonCode` says it."),
  amountMinor: minorFromZero().nullable().describe("In minor units, never below zero; null: by `percent6`."),
  reasonCode: line(40)
    .nullable()
    .describe("Why, by a code: UNCL 5189 for an allowance, UNCL 7161 for a charge (BT-98, BT-105, BT-140, BT-145)."),
  percent6: int(0, MAX_PERCENT6).nullable().describe("Percentage in millionths of a per cent; null: a fixed amount."),
  baseMinor: minor()
    .nullable()
    .describe(
      "What the percentage is of, in minor units; null: the line's quantity × price, or the net amounts of the lines with the same VAT.",
    ),
});

/** With a percentage the amount is computed: below zero if the base is. */
const adjustment = adjustmentInput.extend({ amountMinor: minor() });

const documentAdjustmentInput = adjustmentInput.extend(vat);
const documentAdjustment = adjustment.extend(vat);

/** A line as the user enters it. */
export const lineInput = z.object({
  itemId: streamId().nullable().describe("Item of the catalogue that it was made from."),
  code: line(DRAFT_LIMITS.code).nullable().describe("Code of the item, as it stands on the invoice."),
  description: line(DRAFT_LIMITS.description).describe("What is invoiced."),
  quantity6: quantity6().describe("Quantity in millionths of its unit; below zero: goods that come back."),
  unit: unit().describe("Code of UN/ECE Recommendation 20, such as C62 (one) or HUR (hour)."),
  price6: price6().describe("Unit price in millionths of the currency's major unit."),
  adjustments: z
    .array(adjustmentInput)
    .max(DRAFT_LIMITS.lineAdjustments)
    .describe("Allowances and charges of the line."),
  ...vat,
  more: furtherOfLine.nullable().describe("What else the line states; null: nothing."),
});
export type LineInput = z.infer<typeof lineInput>;

const { more: furtherTerms, ...usualTerms } = lineInput.shape;
const lineWithNet = z.object({
  ...usualTerms,
  adjustments: z.array(adjustment).max(DRAFT_LIMITS.lineAdjustments),
  netMinor: minor(),
  more: furtherTerms,
});

/** A row of the VAT breakdown; `reason` (BT-120) and `reasonCode` (BT-121) say why there is no VAT. */
export const tax = z.object({
  ...vat,
  taxableMinor: minor(),
  taxMinor: minor(),
  reason: line(DRAFT_LIMITS.reason).nullable(),
  reasonCode: code("vatex").nullable(),
});

export const totals = z.object({
  linesMinor: minor(),
  allowancesMinor: minor(),
  chargesMinor: minor(),
  netMinor: minor(),
  taxMinor: minor(),
  grossMinor: minor(),
  prepaidMinor: minor(),
  payableMinor: minor(),
  roundingMinor: minor(),
});

const heading = {
  clientId: streamId().nullable().describe("The client; null: none yet."),
  currency: currency().describe("ISO 4217."),
  termsDays: int(0, 365).nullable().describe("Days from issue to due; null: the client's."),
  deliveredOn: date().nullable().describe("Date of delivery (BT-72)."),
  buyerReference: line(DRAFT_LIMITS.reference).nullable().describe("The buyer's reference (BT-10)."),
  orderReference: line(DRAFT_LIMITS.reference).nullable().describe("Number of the buyer's order (BT-13)."),
  note: lines(DRAFT_LIMITS.note).nullable().describe("Text on the invoice (BT-22)."),
};

/** The content of an invoice, with its sums. Each draft and revision holds all of it. */
export const invoiceContent = z.object({
  ...heading,
  lines: z.array(lineWithNet).max(DRAFT_LIMITS.lines),
  adjustments: z.array(documentAdjustment).max(DRAFT_LIMITS.adjustments),
  taxes: z.array(tax).max(DRAFT_LIMITS.taxes),
  totals,
  more: further.nullable(),
});
export type InvoiceContent = z.infer<typeof invoiceContent>;

/** Why a category has no VAT. */
const exemption = z.object({
  vatCategory: z.enum(VAT_CATEGORIES).describe("The category."),
  reason: line(DRAFT_LIMITS.reason)
    .nullable()
    .describe("Why it has no VAT, as it stands on the invoice (BT-120); null: `reasonCode` says it."),
  reasonCode: code("vatex").nullable().describe("Why it has no VAT, by a code of the VATEX list (BT-121)."),
});

/** What the user enters, without sums. `currency` null: the client's, else the organization's. */
export const draftInput = z.object({
  ...heading,
  currency: currency().nullable().describe("ISO 4217; null: the client's, else the organization's."),
  lines: z.array(lineInput).max(DRAFT_LIMITS.lines).describe("The lines, in their order."),
  adjustments: z
    .array(documentAdjustmentInput)
    .max(DRAFT_LIMITS.adjustments)
    .describe("Allowances and charges of the whole document."),
  prepaidMinor: minorFromZero().default(0).describe("What was paid before it was issued (BT-113), in minor units."),
  reasons: z.array(exemption).max(VAT_CATEGORIES.length).describe("Why there is no VAT, by category."),
  roundingMinor: minor().default(0).describe("Rounding of the payable amount (BT-114), in minor units."),
  more: further.nullable().describe("What else the document states; null: nothing."),
});
export type DraftInput = z.infer<typeof draftInput>;
