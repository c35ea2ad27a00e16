/**
 * The sums of an invoice according to EN 16931-1:2017 (business terms BT-…, rules BR-CO-10 to BR-CO-17). All amounts
 * are integers. Each line is rounded to the minor unit. VAT is computed for each category and rate, on the sum of the
 * lines and the document's allowances and charges. Rounding is half away from zero. The code is pure and uses no files
 * or sockets: the server and the forms run the same sums.
 */

import { refusal } from "../errors.ts";
import { decimalsOf } from "./currency.ts";

/**
 * VAT categories of EN 16931 (UNCL 5305): S standard, Z zero rated, E exempt, AE reverse charge, K intra-community
 * supply, G export, O not subject to VAT, L Canary Islands (IGIC), M Ceuta and Melilla (IPSI), B split payment (Italy).
 */
export const VAT_CATEGORIES = ["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"] as const;
export type VatCategory = (typeof VAT_CATEGORIES)[number];

/** A category and its rate in thousandths of a per cent (20 % is 20,000); the rate is null only in category O. */
export interface Vat {
  vatCategory: VatCategory;
  vatRate3: number | null;
}

/** A deduction (allowance) or an addition (charge), in minor units. Below zero only as a percentage of such a base. */
export interface Adjustment {
  kind: "allowance" | "charge";
  amountMinor: number;
}

/** An adjustment as the user enters it: an amount, or a percentage of a base. */
export interface AdjustmentInput {
  amountMinor: number | null;
  percent6: number | null;
  /** null: the line's amount, or the net amounts of the lines with the same VAT. */
  baseMinor: number | null;
}

/** What a line's amount follows from. `more.baseQuantity6` is what the price is for (BT-149); null: one unit. */
export interface Priced {
  quantity6: number;
  price6: number;
  more: { baseQuantity6: number | null } | null;
}

/** A line without its net amount. */
export interface LineInput extends Vat, Priced {
  adjustments: readonly Adjustment[];
}

/** One row of the VAT breakdown (BG-23): `taxableMinor` is BT-116, `taxMinor` BT-117. */
export interface TaxSum extends Vat {
  taxableMinor: number;
  taxMinor: number;
}

/** The document's totals (BG-22), in minor units. */
export interface Totals {
  /** BT-106: sum of the lines' net amounts. */
  linesMinor: number;
  /** BT-107 */
  allowancesMinor: number;
  /** BT-108 */
  chargesMinor: number;
  /** BT-109 = BT-106 − BT-107 + BT-108 */
  netMinor: number;
  /** BT-110: sum of the tax in the breakdown. */
  taxMinor: number;
  /** BT-112 = BT-109 + BT-110 */
  grossMinor: number;
  /** BT-113 */
  prepaidMinor: number;
  /** BT-115 = BT-112 − BT-113 + BT-114 */
  payableMinor: number;
  /** BT-114 */
  roundingMinor: number;
}

/** n / d, half away from zero. @param d above zero */
export function divideRound(n: bigint, d: bigint): bigint {
  const half = d / 2n;
  return n < 0n ? -((-n + half) / d) : (n + half) / d;
}

/**
 * Converts an amount from BigInt.
 *
 * @throws Refusal AMOUNT_TOO_LARGE beyond 2⁵³ − 1 minor units
 */
export function toMinor(amount: bigint, field: string): number {
  const value = Number(amount);
  if (Number.isSafeInteger(value)) return value;
  throw refusal("AMOUNT_TOO_LARGE", `${field}: ${amount} minor units, at most ${Number.MAX_SAFE_INTEGER}`, {
    field,
    values: { amount: String(amount), limit: Number.MAX_SAFE_INTEGER },
  });
}

/** Sum of amounts in minor units. @throws Refusal AMOUNT_TOO_LARGE */
export function sumMinor(amounts: Iterable<number>, field: string): number {
  let sum = 0n;
  for (const amount of amounts) sum += BigInt(amount);
  return toMinor(sum, field);
}

/** Charges minus allowances. */
function netOf(adjustments: readonly Adjustment[]): bigint {
  return adjustments.reduce((sum, { kind, amountMinor }) => {
    return kind === "charge" ? sum + BigInt(amountMinor) : sum - BigInt(amountMinor);
  }, 0n);
}

/**
 * A line's amount before its allowances and charges, in minor units: quantity × unit price / base quantity, rounded once.
 *
 * @throws Refusal AMOUNT_TOO_LARGE
 */
export function lineAmount({ quantity6, price6, more }: Priced, currency: string, field = "line"): number {
  const product = BigInt(quantity6) * BigInt(price6) * 10n ** BigInt(decimalsOf(currency));
  // 10⁻⁶ of the quantity and 10⁻⁶ of the price, or 10⁻⁶ of the price alone: the base quantity takes those of the quantity.
  const units = BigInt(more?.baseQuantity6 ?? 1_000_000) * 1_000_000n;
  return toMinor(divideRound(product, units), field);
}

/**
 * A line's net amount (BT-131) in minor units: its amount, plus its charges, minus its allowances.
 *
 * @throws Refusal AMOUNT_TOO_LARGE
 */
export function lineNet(line: LineInput, currency: string, field = "line"): number {
  return toMinor(BigInt(lineAmount(line, currency, field)) + netOf(line.adjustments), field);
}

/**
 * VAT in the organization's currency, as it is stated on the document.
 *
 * @param taxMinor in the document's currency
 * @param to.rate6 units of the organization's currency for one unit of the document's, in 10⁻⁶
 * @throws Refusal AMOUNT_TOO_LARGE
 */
export function taxInHome(
  taxMinor: number,
  currency: string,
  { home, rate6 }: { home: string; rate6: number },
): number {
  // minor of one → its major → the other's major → minor: 10^(home − own) and the rate's 10⁻⁶ in one division.
  const scaled = BigInt(taxMinor) * BigInt(rate6) * 10n ** BigInt(decimalsOf(home));
  return toMinor(divideRound(scaled, 10n ** BigInt(6 + decimalsOf(currency))), "accounting");
}

/** VAT on a taxable amount, in minor units (BR-CO-17). @param rate3 in thousandths of a per cent; null: none */
export function taxOn(taxableMinor: number, rate3: number | null): number {
  return Number(divideRound(BigInt(taxableMinor) * BigInt(rate3 ?? 0), 100_000n));
}

/**
 * A percentage of an amount, in minor units.
 *
 * @param percent6 in 10⁻⁶ per cent
 * @throws Refusal AMOUNT_TOO_LARGE
 */
export function percentOf(amountMinor: number, percent6: number, field = "percentage"): number {
  return toMinor(divideRound(BigInt(amountMinor) * BigInt(percent6), 100_000_000n), field);
}

/**
 * Computes the VAT breakdown and the totals of a document.
 *
 * @param lines with their net amounts
 * @param adjustments document allowances and charges, each with its VAT category and rate
 * @param settled what was paid before (BT-113), and the rounding of the payable amount (BT-114)
 * @returns taxes by category (in the order of VAT_CATEGORIES), then by rate from high to low
 * @throws Refusal AMOUNT_TOO_LARGE
 */
export function sumDocument(
  lines: readonly (Vat & { netMinor: number })[],
  adjustments: readonly (Adjustment & Vat)[],
  { prepaidMinor, roundingMinor }: { prepaidMinor: number; roundingMinor: number },
): { taxes: TaxSum[]; totals: Totals } {
  const taxable = new Map<string, { vat: Vat; sum: bigint }>();
  const add = (vat: Vat, amount: bigint) => {
    const key = `${vat.vatCategory} ${vat.vatRate3}`;
    const group = taxable.get(key);
    if (group) group.sum += amount;
    else taxable.set(key, { vat, sum: amount });
  };
  for (const line of lines) add(line, BigInt(line.netMinor));
  for (const adjustment of adjustments) add(adjustment, netOf([adjustment]));

  const taxes = [...taxable.values()]
    .map(({ vat, sum }): TaxSum => {
      const taxableMinor = toMinor(sum, "taxes");
      const { vatCategory, vatRate3 } = vat;
      return { vatCategory, vatRate3, taxableMinor, taxMinor: taxOn(taxableMinor, vatRate3) };
    })
    .sort(
      (a, b) =>
        VAT_CATEGORIES.indexOf(a.vatCategory) - VAT_CATEGORIES.indexOf(b.vatCategory) ||
        (b.vatRate3 ?? 0) - (a.vatRate3 ?? 0),
    );

  const ofKind = (kind: Adjustment["kind"]) => adjustments.filter((a) => a.kind === kind).map((a) => a.amountMinor);
  const linesMinor = sumMinor(
    lines.map((line) => line.netMinor),
    "lines",
  );
  const allowancesMinor = sumMinor(ofKind("allowance"), "adjustments");
  const chargesMinor = sumMinor(ofKind("charge"), "adjustments");
  const netMinor = sumMinor([linesMinor, -allowancesMinor, chargesMinor], "netMinor");
  const taxMinor = sumMinor(
    taxes.map((tax) => tax.taxMinor),
    "taxMinor",
  );
  const grossMinor = sumMinor([netMinor, taxMinor], "grossMinor");
  const payableMinor = sumMinor([grossMinor, -prepaidMinor, roundingMinor], "payableMinor");
  const sums = { linesMinor, allowancesMinor, chargesMinor, netMinor, taxMinor, grossMinor };
  return { taxes, totals: { ...sums, prepaidMinor, payableMinor, roundingMinor } };
}
