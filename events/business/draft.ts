/** The content of an invoice or credit note. `complete-draft.ts` computes it from the input. */
import { z } from "zod";
import { VAT_CATEGORIES } from "../values/money.ts";
import {
  currency,
  date,
  int,
  line,
  lines,
  minor,
  minorFromZero,
  price6,
  quantity6,
  rateBp,
  streamId,
  unit,
} from "../values/schema.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";

const vat = {
  vatCategory: z.enum(VAT_CATEGORIES).describe("VAT category (EN 16931)."),
  vatRateBp: rateBp().nullable().describe("VAT rate in basis points: 2000 is 20 %; null for category O."),
};

const adjustment = z.object({
  kind: z.enum(["allowance", "charge"]).describe("Allowance (off the sum) or charge (on top)."),
  reason: line(DRAFT_LIMITS.reason).describe("Why, as it stands on the invoice."),
  amountMinor: minorFromZero().describe("In minor units, never below zero."),
});

const documentAdjustment = adjustment.extend(vat);

/** A line as the user enters it. */
export const lineInput = z.object({
  itemId: streamId().nullable().describe("Item of the catalogue that it was made from."),
  code: line(DRAFT_LIMITS.code).nullable().describe("Code of the item, as it stands on the invoice."),
  description: line(DRAFT_LIMITS.description).describe("What is invoiced."),
  quantity6: quantity6().describe("Quantity in millionths of its unit; below zero: goods that come back."),
  unit: unit().describe("Code of UN/ECE Recommendation 20, such as C62 (one) or HUR (hour)."),
  price6: price6().describe("Unit price in millionths of the currency's major unit."),
  adjustments: z.array(adjustment).max(DRAFT_LIMITS.lineAdjustments).describe("Allowances and charges of the line."),
  ...vat,
});
export type LineInput = z.infer<typeof lineInput>;

const lineWithNet = lineInput.extend({ netMinor: minor() });

/** A row of the VAT breakdown; `reason` says why there is no VAT (BT-120). */
export const tax = z.object({
  ...vat,
  taxableMinor: minor(),
  taxMinor: minor(),
  reason: line(DRAFT_LIMITS.reason).nullable(),
});

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
});
export type InvoiceContent = z.infer<typeof invoiceContent>;

/** Why a category has no VAT (BT-120). */
const exemption = z.object({
  vatCategory: z.enum(VAT_CATEGORIES).describe("The category."),
  reason: line(DRAFT_LIMITS.reason).describe("Why it has no VAT, as it stands on the invoice."),
});

/** What the user enters, without sums. `currency` null: the client's, else the organization's. */
export const draftInput = z.object({
  ...heading,
  currency: currency().nullable().describe("ISO 4217; null: the client's, else the organization's."),
  lines: z.array(lineInput).max(DRAFT_LIMITS.lines).describe("The lines, in their order."),
  adjustments: z
    .array(documentAdjustment)
    .max(DRAFT_LIMITS.adjustments)
    .describe("Allowances and charges of the whole document."),
  prepaidMinor: minorFromZero().default(0).describe("What was paid before it was issued (BT-113), in minor units."),
  reasons: z.array(exemption).max(VAT_CATEGORIES.length).describe("Why there is no VAT, by category (BT-120)."),
});
export type DraftInput = z.infer<typeof draftInput>;
