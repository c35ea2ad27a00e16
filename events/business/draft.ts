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

/** More lines than fit an event of 65,535 bytes. */
const MAX_LINES = 2000;

const vat = { vatCategory: z.enum(VAT_CATEGORIES), vatRateBp: rateBp().nullable() };

const adjustment = z.object({ kind: z.enum(["allowance", "charge"]), reason: line(200), amountMinor: minorFromZero() });

const documentAdjustment = adjustment.extend(vat);

/** A line as the user enters it. */
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

/** The content of an invoice, with its sums. Each draft and revision holds all of it. */
export const invoiceContent = z.object({
  ...heading,
  lines: z.array(lineWithNet).max(MAX_LINES),
  adjustments: z.array(documentAdjustment).max(100),
  taxes: z.array(tax).max(200),
  totals,
});
export type InvoiceContent = z.infer<typeof invoiceContent>;

/** What the user enters, without sums. `currency` null: the client's, else the organization's. */
export const draftInput = z.object({
  ...heading,
  currency: currency().nullable(),
  lines: z.array(lineInput).max(MAX_LINES),
  adjustments: z.array(documentAdjustment).max(100),
  prepaidMinor: minorFromZero().default(0),
  reasons: z.array(z.object({ vatCategory: z.enum(VAT_CATEGORIES), reason: line(200) })).max(VAT_CATEGORIES.length),
});
export type DraftInput = z.infer<typeof draftInput>;
