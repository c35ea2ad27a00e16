/**
 * The arithmetic of EN 16931 (BR-CO-10 to BR-CO-17, BR-*-08, BR-*-09). Its rules allow one unit of difference in places,
 * because not all programs round alike. Ours computes every amount, so here all must be exact.
 */
import { decimalsOf } from "../../values/currency.ts";
import { divideRound } from "../../values/money.ts";
import type { SemanticAdjustment, SemanticInvoice, SemanticLine, SemanticTax, SemanticVat } from "../semantic.ts";
import { type Check, checkOf, each, lines, type Rule, whole } from "./rule.ts";

const MILLION = 1_000_000n;

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function sumOf(kind: SemanticAdjustment["kind"], adjustments: readonly SemanticAdjustment[]): number {
  return sum(adjustments.filter((one) => one.kind === kind).map(({ amountMinor }) => amountMinor));
}

/** Charges minus allowances. */
function balance(adjustments: readonly SemanticAdjustment[]): number {
  return sumOf("charge", adjustments) - sumOf("allowance", adjustments);
}

/**
 * A line's net amount in minor units: quantity × price ÷ base quantity, which is not zero, rounded, with its charges and
 * allowances.
 */
export function expectedNet(line: SemanticLine, currency: string): bigint {
  const product = BigInt(line.quantity6) * BigInt(line.price6) * 10n ** BigInt(decimalsOf(currency));
  const gross = divideRound(product, MILLION * BigInt(line.baseQuantity6 ?? 1_000_000));
  return gross + BigInt(balance(line.adjustments));
}

/** Base × percentage, in minor units. */
export function expectedShare(baseMinor: number, percent6: number): bigint {
  return divideRound(BigInt(baseMinor) * BigInt(percent6), 100n * MILLION);
}

function sameVat(a: SemanticVat, b: SemanticVat): boolean {
  return a.vatCategory === b.vatCategory && a.vatRate3 === b.vatRate3;
}

/** What a row of the breakdown must hold: all lines, charges and allowances of its category and rate. */
function expectedTaxable(row: SemanticTax, document: SemanticInvoice): number {
  const net = sum(document.lines.filter((line) => sameVat(line, row)).map(({ netMinor }) => netMinor));
  return net + balance(document.adjustments.filter((one) => sameVat(one, row)));
}

function expectedTax({ taxableMinor, vatRate3 }: SemanticTax): bigint {
  return divideRound(BigInt(taxableMinor) * BigInt(vatRate3 ?? 0), 100_000n);
}

function totalRule(
  rule: string,
  term: string,
  path: keyof SemanticInvoice["totals"],
  name: string,
  expected: (document: SemanticInvoice) => number,
): Rule<SemanticInvoice> {
  return {
    rule,
    term,
    path: `totals.${path}`,
    text: `The ${name} is not the sum of what it is made of.`,
    broken: (document) => document.totals[path] !== expected(document),
  };
}

const totals = checkOf("document", whole, [
  totalRule("BR-CO-10", "BT-106", "linesMinor", "sum of the lines", (d) =>
    sum(d.lines.map(({ netMinor }) => netMinor)),
  ),
  totalRule("BR-CO-11", "BT-107", "allowancesMinor", "sum of deductions", (d) => sumOf("allowance", d.adjustments)),
  totalRule("BR-CO-12", "BT-108", "chargesMinor", "sum of charges", (d) => sumOf("charge", d.adjustments)),
  totalRule("BR-CO-13", "BT-109", "netMinor", "total without VAT", ({ totals: t }) => {
    return t.linesMinor - t.allowancesMinor + t.chargesMinor;
  }),
  totalRule("BR-CO-14", "BT-110", "taxMinor", "total VAT", (d) => sum(d.taxes.map(({ taxMinor }) => taxMinor))),
  totalRule("BR-CO-15", "BT-112", "grossMinor", "total with VAT", ({ totals: t }) => t.netMinor + t.taxMinor),
  totalRule("BR-CO-16", "BT-115", "payableMinor", "amount due", ({ totals: t }) => {
    return t.grossMinor - t.prepaidMinor + t.roundingMinor;
  }),
]);

const breakdown = checkOf("document", (document) => each("taxes", document.taxes, (n) => `VAT breakdown, row ${n}: `), [
  {
    rule: "BR-S-08",
    term: "BT-116",
    path: "taxableMinor",
    text: "the taxable amount is not that of its lines, charges and deductions.",
    broken: (row, document) => row.taxableMinor !== expectedTaxable(row, document),
  },
  {
    rule: "BR-CO-17",
    term: "BT-117",
    path: "taxMinor",
    text: "the VAT is not the taxable amount times the rate.",
    broken: (row) => BigInt(row.taxMinor) !== expectedTax(row),
  },
]);

const complete = checkOf("document", lines, [
  {
    rule: "BR-S-01",
    term: "BG-23",
    path: "vatCategory",
    text: "its VAT category and rate are not in the VAT breakdown.",
    broken: (line, { taxes }) => !taxes.some((row) => sameVat(row, line)),
  },
  {
    rule: "PEPPOL-EN16931-R120",
    term: "BT-131",
    path: "netMinor",
    text: "the net amount is not quantity × price with its charges and deductions.",
    broken: (line, { currency }) => line.baseQuantity6 === 0 || BigInt(line.netMinor) !== expectedNet(line, currency),
  },
]);

const shares: readonly Rule<SemanticAdjustment>[] = [
  {
    rule: "PEPPOL-EN16931-R040",
    term: "BT-92",
    path: "amountMinor",
    text: "the amount is not the percentage of its base.",
    broken: ({ amountMinor, baseMinor, percent6 }) =>
      baseMinor !== null && percent6 !== null && BigInt(amountMinor) !== expectedShare(baseMinor, percent6),
  },
];

/** The document's charges and deductions, and those of its lines. */
export function allAdjustments(document: SemanticInvoice) {
  const own = each<SemanticAdjustment>("adjustments", document.adjustments, (n) => `Charge or deduction ${n}: `);
  const ofLines = document.lines.flatMap(({ adjustments }, line) =>
    each(`lines.${line}.adjustments`, adjustments, (n) => `Line ${line + 1}, charge or deduction ${n}: `),
  );
  return [...own, ...ofLines];
}

const ARITHMETIC: readonly Check[] = [totals, breakdown, complete, checkOf("document", allAdjustments, shares)];

/** Checks every sum. What it finds is a mistake of a program, and refuses a document whatever its format. */
export const checkArithmetic: Check = (document) => ARITHMETIC.flatMap((check) => check(document));

/**
 * BR-DEC-01 to BR-DEC-28: amounts have two decimals at most, whatever the currency. EN 16931-1:2017 with its amendments
 * limits nothing else: unit prices, quantities and percentages may have any number of decimals (6.5.3 to 6.5.5), and no
 * rule of the formats here does. So files state them as the document does, to the last of six decimals, and never round.
 */
export const checkDecimals = checkOf("document", whole, [
  {
    rule: "BR-DEC-18",
    term: "BT-115",
    path: "currency",
    text: ({ currency }) =>
      `E-invoices state amounts with two decimals. Amounts in ${currency} have more, and some here do not end in zero.`,
    broken: (document) => {
      const decimals = decimalsOf(document.currency);
      return decimals > 2 && amountsOf(document).some((amount) => amount % 10 ** (decimals - 2) !== 0);
    },
  },
  {
    rule: "BR-DEC-15",
    term: "BT-111",
    path: "accounting.taxMinor",
    text: ({ accounting }) =>
      `E-invoices state amounts with two decimals. The VAT in ${accounting?.currency} has more.`,
    broken: ({ accounting }) => {
      if (accounting === null) return false;
      const decimals = decimalsOf(accounting.currency);
      return decimals > 2 && accounting.taxMinor % 10 ** (decimals - 2) !== 0;
    },
  },
]);

function amountsOf(document: SemanticInvoice): number[] {
  return [
    ...Object.values(document.totals),
    ...document.taxes.flatMap(({ taxableMinor, taxMinor }) => [taxableMinor, taxMinor]),
    ...document.lines.map(({ netMinor }) => netMinor),
    ...allAdjustments(document).flatMap(({ value }) => [value.amountMinor, value.baseMinor ?? 0]),
  ];
}
