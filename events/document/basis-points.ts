/**
 * What earlier releases wrote where rates of VAT were in basis points, category B did not exist, and documents stated only
 * the usual: the frozen shapes of VAT rates, documents and parties, and how they become today's.
 */
import { z } from "zod";
import {
  country,
  currency,
  date,
  int,
  line,
  lines,
  minor,
  minorFromZero,
  price6,
  quantity6,
  streamId,
  unit,
} from "../values/schema.ts";
import type { InvoiceContent } from "./draft.ts";

/** The VAT categories until B was added. */
export const VAT_CATEGORIES_V1 = ["S", "Z", "E", "AE", "K", "G", "O", "L", "M"] as const;

export const vatV1 = { vatCategory: z.enum(VAT_CATEGORIES_V1), vatRateBp: int(0, 10_000).nullable() };

/** Basis points become thousandths of a per cent. */
export function rate3Of(vatRateBp: number | null): number | null {
  return vatRateBp === null ? null : vatRateBp * 10;
}

export const savedVatRateV1 = z.object({ name: line(60), ...vatV1, reason: line(200).nullable() });

export function upcastSavedVatRateV1({ name, vatCategory, vatRateBp, reason }: z.infer<typeof savedVatRateV1>) {
  return { name, vatCategory, vatRate3: rate3Of(vatRateBp), reason };
}

const adjustmentV1 = z.object({
  kind: z.enum(["allowance", "charge"]),
  reason: line(200),
  amountMinor: minorFromZero(),
});

const lineV1 = z.object({
  itemId: streamId().nullable(),
  code: line(60).nullable(),
  description: line(1000),
  quantity6: quantity6(),
  unit: unit(),
  price6: price6(),
  adjustments: z.array(adjustmentV1).max(20),
  ...vatV1,
  netMinor: minor(),
});

export const taxV1 = z.object({
  ...vatV1,
  taxableMinor: minor(),
  taxMinor: minor(),
  reason: line(200).nullable(),
});

export const totalsV1 = z.object({
  linesMinor: minor(),
  allowancesMinor: minorFromZero(),
  chargesMinor: minorFromZero(),
  netMinor: minor(),
  taxMinor: minor(),
  grossMinor: minor(),
  prepaidMinor: minor(),
  payableMinor: minor(),
});

export const invoiceContentV1 = z.object({
  clientId: streamId().nullable(),
  currency: currency(),
  termsDays: int(0, 365).nullable(),
  deliveredOn: date().nullable(),
  buyerReference: line(100).nullable(),
  orderReference: line(100).nullable(),
  note: lines(2000).nullable(),
  lines: z.array(lineV1).max(2000),
  adjustments: z.array(adjustmentV1.extend(vatV1)).max(100),
  taxes: z.array(taxV1).max(200),
  totals: totalsV1,
});
type ContentV1 = z.infer<typeof invoiceContentV1>;

// Written out, because a replay of an old log does this for each line.
function upcastLineV1(old: ContentV1["lines"][number]): InvoiceContent["lines"][number] {
  return {
    itemId: old.itemId,
    code: old.code,
    description: old.description,
    quantity6: old.quantity6,
    unit: old.unit,
    price6: old.price6,
    adjustments: old.adjustments.map(upcastLineAdjustmentV1),
    vatCategory: old.vatCategory,
    vatRate3: rate3Of(old.vatRateBp),
    netMinor: old.netMinor,
    more: null,
  };
}

/** Adjustments were amounts, and had a reason in words. */
function upcastLineAdjustmentV1({ kind, reason, amountMinor }: z.infer<typeof adjustmentV1>) {
  return { kind, reason, amountMinor, reasonCode: null, percent6: null, baseMinor: null };
}

function upcastAdjustmentV1(old: ContentV1["adjustments"][number]) {
  return { ...upcastLineAdjustmentV1(old), vatCategory: old.vatCategory, vatRate3: rate3Of(old.vatRateBp) };
}

export function upcastTaxV1(old: z.infer<typeof taxV1>): InvoiceContent["taxes"][number] {
  const { vatCategory, vatRateBp, taxableMinor, taxMinor, reason } = old;
  return { vatCategory, vatRate3: rate3Of(vatRateBp), taxableMinor, taxMinor, reason, reasonCode: null };
}

export function upcastTotalsV1(old: z.infer<typeof totalsV1>): InvoiceContent["totals"] {
  return { ...old, roundingMinor: 0 };
}

export function upcastContentV1(old: ContentV1): InvoiceContent {
  return {
    clientId: old.clientId,
    currency: old.currency,
    termsDays: old.termsDays,
    deliveredOn: old.deliveredOn,
    buyerReference: old.buyerReference,
    orderReference: old.orderReference,
    note: old.note,
    lines: old.lines.map(upcastLineV1),
    adjustments: old.adjustments.map(upcastAdjustmentV1),
    taxes: old.taxes.map(upcastTaxV1),
    totals: upcastTotalsV1(old.totals),
    more: null,
  };
}

const addressV1 = z.object({
  street: line(200).nullable(),
  street2: line(200).nullable(),
  city: line(100).nullable(),
  postcode: line(20).nullable(),
  region: line(100).nullable(),
  country: country(),
});

export const buyerV1 = z.object({
  name: line(200),
  address: addressV1,
  vatId: line(20).nullable(),
  companyId: line(50).nullable(),
});

export const sellerV1 = buyerV1.extend({ iban: line(34).nullable(), bic: line(11).nullable() });

/** Copies of parties had the usual fields alone. */
export function upcastPartiesV1<Seller extends object, Buyer extends object>(old: { seller: Seller; buyer: Buyer }) {
  return { seller: { ...old.seller, more: null }, buyer: { ...old.buyer, more: null } };
}
