import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Adjustment,
  divideRound,
  type LineInput,
  lineNet,
  sumDocument,
  sumMinor,
  type TaxSum,
  type Totals,
  taxOn,
  toMinor,
  type Vat,
} from "./money.ts";
import { MAX_INT } from "./schema.ts";

const S = (vatRate3: number): Vat => ({ vatCategory: "S", vatRate3 });
const UNSETTLED = { prepaidMinor: 0, roundingMinor: 0 };
const Z: Vat = { vatCategory: "Z", vatRate3: 0 };
const E: Vat = { vatCategory: "E", vatRate3: 0 };
const AE: Vat = { vatCategory: "AE", vatRate3: 0 };
const O: Vat = { vatCategory: "O", vatRate3: null };

const allowance = (amountMinor: number): Adjustment => ({ kind: "allowance", amountMinor });
const charge = (amountMinor: number): Adjustment => ({ kind: "charge", amountMinor });

/** A line of quantity × price, with decimals. */
function line(quantity: number, price: number, vat: Vat, ...adjustments: Adjustment[]): LineInput {
  return { quantity6: Math.round(quantity * 1e6), price6: Math.round(price * 1e6), ...vat, adjustments, more: null };
}

interface Document {
  currency: string;
  lines: LineInput[];
  adjustments?: (Adjustment & Vat)[];
  prepaidMinor?: number;
  roundingMinor?: number;
}

function sums({ currency, lines, adjustments = [], prepaidMinor = 0, roundingMinor = 0 }: Document) {
  const nets = lines.map((line) => lineNet(line, currency));
  const withNets = lines.map((line, n) => ({ ...line, netMinor: nets[n] ?? 0 }));
  return { nets, ...sumDocument(withNets, adjustments, { prepaidMinor, roundingMinor }) };
}

/** Totals in the order in which an invoice prints them. */
function totals(...minor: [number, number, number, number, number, number, number, number, number?]): Totals {
  const [linesMinor, allowancesMinor, chargesMinor, netMinor, taxMinor, grossMinor, ...rest] = minor;
  const [prepaidMinor, payableMinor, roundingMinor = 0] = rest;
  const sums = { linesMinor, allowancesMinor, chargesMinor, netMinor, taxMinor, grossMinor };
  return { ...sums, prepaidMinor, payableMinor, roundingMinor };
}

const tax = (vat: Vat, taxableMinor: number, taxMinor: number): TaxSum => ({ ...vat, taxableMinor, taxMinor });

test("sumDocument() of PEPPOL BIS Billing 3.0, base-example.xml", () => {
  const lines = [line(7, 400, S(25_000)), line(-3, 500, S(25_000))];
  const adjustments = [{ ...charge(25_00), ...S(25_000) }];
  assert.deepEqual(sums({ currency: "EUR", lines, adjustments }), {
    nets: [2800_00, -1500_00],
    taxes: [tax(S(25_000), 1325_00, 331_25)],
    totals: totals(1300_00, 0, 25_00, 1325_00, 331_25, 1656_25, 0, 1656_25),
  });
});

test("sumDocument() of PEPPOL BIS Billing 3.0, base-negative-inv-correction.xml (its charge of -25 is our allowance)", () => {
  const lines = [line(-7, 400, S(25_000)), line(3, 500, S(25_000))];
  const adjustments = [{ ...allowance(25_00), ...S(25_000) }];
  assert.deepEqual(sums({ currency: "EUR", lines, adjustments }), {
    nets: [-2800_00, 1500_00],
    taxes: [tax(S(25_000), -1325_00, -331_25)],
    totals: totals(-1300_00, 25_00, 0, -1325_00, -331_25, -1656_25, 0, -1656_25),
  });
});

test("sumDocument() of PEPPOL BIS Billing 3.0, Allowance-example.xml: on lines and on the document, two categories, an amount prepaid", () => {
  const lines = [
    line(10, 410, S(25_000), charge(1_00), allowance(101_00)),
    line(10, 100, E), // 200 for two
    line(10, 100, S(25_000), charge(1_00), allowance(101_00)),
  ];
  const adjustments = [
    { ...charge(200_00), ...S(25_000) },
    { ...allowance(200_00), ...S(25_000) },
  ];
  assert.deepEqual(sums({ currency: "EUR", lines, adjustments, prepaidMinor: 1000_00 }), {
    nets: [4000_00, 1000_00, 900_00],
    taxes: [tax(S(25_000), 4900_00, 1225_00), tax(E, 1000_00, 0)],
    totals: totals(5900_00, 200_00, 200_00, 5900_00, 1225_00, 7125_00, 1000_00, 6125_00),
  });
});

test("sumDocument() of EN 16931, ubl-tc434-example2.xml: two rates, a negative category, half a minor unit of VAT", () => {
  const lines = [
    line(2, 636.5, S(25_000), allowance(12_00), charge(12_00)), // the example gives the price of both together
    line(-1, 3.96, S(15_000)),
    line(2, 2.48, S(15_000)),
    line(-1, 25, E),
    line(250, 0.75, S(25_000)),
  ];
  const adjustments = [
    { ...allowance(100_00), ...S(25_000) },
    { ...charge(100_00), ...S(25_000) },
  ];
  assert.deepEqual(sums({ currency: "NOK", lines, adjustments, prepaidMinor: 1000_00 }), {
    nets: [1273_00, -3_96, 4_96, -25_00, 187_50],
    taxes: [tax(S(25_000), 1460_50, 365_13), tax(S(15_000), 1_00, 15), tax(E, -25_00, 0)], // 365.125
    totals: totals(1436_50, 100_00, 100_00, 1436_50, 365_28, 1801_78, 1000_00, 801_78),
  });
});

test("sumDocument() of EN 16931, ubl-tc434-example5.xml: half is prepaid", () => {
  const lines = [
    line(1000, 1, S(25_000), allowance(100_00), charge(100_00)),
    line(100, 5, S(25_000)),
    line(500, 5, S(12_000)),
  ];
  const adjustments = [
    { ...allowance(150_00), ...S(25_000) },
    { ...charge(150_00), ...S(25_000) },
  ];
  assert.deepEqual(sums({ currency: "DKK", lines, adjustments, prepaidMinor: 2337_50 }), {
    nets: [1000_00, 500_00, 2500_00],
    taxes: [tax(S(25_000), 1500_00, 375_00), tax(S(12_000), 2500_00, 300_00)],
    totals: totals(4000_00, 150_00, 150_00, 4000_00, 675_00, 4675_00, 2337_50, 2337_50),
  });
});

test("sumDocument() of PEPPOL BIS Billing 3.0, vat-category-O.xml, vat-category-E.xml, and reverse charge: no VAT", () => {
  for (const vat of [O, E, AE, Z])
    assert.deepEqual(sums({ currency: "SEK", lines: [line(1, 3200, vat)] }), {
      nets: [3200_00],
      taxes: [tax(vat, 3200_00, 0)],
      totals: totals(3200_00, 0, 0, 3200_00, 0, 3200_00, 0, 3200_00),
    });
});

test("sumDocument() of yen, which have no decimals: 10 % and the reduced 8 %", () => {
  const lines = [line(3, 98, S(8000)), line(1.5, 333, S(10_000)), line(-1, 499.5, S(10_000))];
  assert.deepEqual(sums({ currency: "JPY", lines }), {
    nets: [294, 500, -500], // 499.5 of either sign
    taxes: [tax(S(10_000), 0, 0), tax(S(8000), 294, 24)], // 23.52
    totals: totals(294, 0, 0, 294, 24, 318, 0, 318),
  });
});

test("sumDocument() of dinars, which have three decimals", () => {
  const lines = [line(3, 0.0125, S(5000)), line(1, 12.3455, S(5000)), line(1, 2.41, S(10_000))];
  assert.deepEqual(sums({ currency: "KWD", lines }), {
    nets: [38, 12_346, 2_410], // 0.0375 and 12.3455
    taxes: [tax(S(10_000), 2_410, 241), tax(S(5000), 12_384, 619)], // 619.2
    totals: totals(14_794, 0, 0, 14_794, 860, 15_654, 0, 15_654),
  });
});

test("sumDocument() of unidades de fomento, which have four decimals", () => {
  assert.deepEqual(sums({ currency: "CLF", lines: [line(2, 1.00005, S(19_000))] }).totals.grossMinor, 23_801);
});

test("sumDocument() without lines is zero, minus the prepaid amount", () => {
  assert.deepEqual(sums({ currency: "EUR", lines: [] }), {
    nets: [],
    taxes: [],
    totals: totals(0, 0, 0, 0, 0, 0, 0, 0),
  });
  assert.deepEqual(sums({ currency: "EUR", lines: [], prepaidMinor: 5 }).totals, totals(0, 0, 0, 0, 0, 0, 5, -5));
});

test("sumDocument() sorts the breakdown by category, then by rate from high to low", () => {
  const vats = [O, Z, S(5000), E, S(20_000), AE, { vatCategory: "M" as const, vatRate3: 0 }];
  const { taxes } = sums({ currency: "EUR", lines: vats.map((vat) => line(1, 1, vat)) });
  assert.deepEqual(
    taxes.map(({ vatCategory, vatRate3 }) => `${vatCategory} ${vatRate3}`),
    ["S 20000", "S 5000", "Z 0", "E 0", "AE 0", "O null", "M 0"],
  );
});

test("sumDocument() rounds VAT once for each category and rate, not for each line", () => {
  const lines = Array.from({ length: 3 }, () => line(1, 0.02, S(20_000))); // 0.004 each, 0.012 together
  assert.equal(sums({ currency: "EUR", lines }).totals.taxMinor, 1);
});

test("lineNet() rounds quantity times price, and adds adjustments after that", () => {
  assert.equal(lineNet(line(1, 0.005, S(20_000), charge(1)), "EUR"), 2);
  assert.equal(lineNet(line(1, 0.0049, S(20_000), allowance(1)), "EUR"), -1);
  assert.equal(lineNet(line(1, 0.005, S(20_000), allowance(1)), "EUR"), 0); // 1 - 1, not minus half a cent
  assert.equal(lineNet(line(-1, 0.005, S(20_000)), "EUR"), -1);
  assert.equal(lineNet(line(1 / 3, 100, S(20_000)), "EUR"), 33_33);
});

test("lineNet() is exact where floats are not", () => {
  // 4503599627.370497 × 2.000001 = 9007203758.340621370497; the product of the integers needs 73 bits.
  const exact = { quantity6: 2_000_001, price6: 4_503_599_627_370_497, ...S(20_000), adjustments: [], more: null };
  assert.equal(lineNet(exact, "EUR"), 900_720_375_834);
  // Exactly half a cent: 1.005 × 1, and 1.5 × 90071992.55 = 135107988.825. In floats both come out below the half.
  assert.equal(lineNet(line(1.005, 1, S(20_000)), "EUR"), 1_01);
  const half = { quantity6: 1_500_000, price6: 90_071_992_550_000, ...S(20_000), adjustments: [], more: null };
  assert.equal(lineNet(half, "EUR"), 13_510_798_883);
});

test("lineNet() accepts 2^53 - 1 and refuses more, for both signs", () => {
  const largest = (sign: 1 | -1, ...adjustments: Adjustment[]) => {
    return { quantity6: sign * 1e10, price6: MAX_INT, ...S(20_000), adjustments, more: null };
  };
  assert.equal(lineNet(largest(1), "EUR"), MAX_INT);
  assert.equal(lineNet(largest(-1), "EUR"), -MAX_INT);
  assert.equal(lineNet(largest(1, charge(1), allowance(1)), "EUR"), MAX_INT);
  for (const [line, amount] of [
    [largest(1, charge(1)), "9007199254740992"],
    [largest(-1, allowance(2)), "-9007199254740993"],
  ] as const)
    assert.throws(() => lineNet(line, "EUR", "lines.7"), {
      rule: "AMOUNT_TOO_LARGE",
      kind: "invalid",
      field: "lines.7",
      message: `lines.7: ${amount} minor units, at most 9007199254740991`,
      values: { amount, limit: MAX_INT },
    });
});

test("sumDocument() refuses any sum beyond 2^53 - 1, and names the sum", () => {
  const net = (netMinor: number, vat: Vat) => ({ netMinor, ...vat });
  const cases: [string, Parameters<typeof sumDocument>][] = [
    ["taxes", [[net(MAX_INT, Z), net(1, Z)], [], UNSETTLED]],
    ["lines", [[net(MAX_INT, Z), net(1, E)], [], UNSETTLED]],
    ["adjustments", [[], [MAX_INT, 1].map((minor, n) => ({ ...charge(minor), ...(n ? Z : E) })), UNSETTLED]],
    ["netMinor", [[net(MAX_INT, Z)], [{ ...charge(1), ...E }], UNSETTLED]],
    ["taxMinor", [[net(MAX_INT, S(100_000)), net(2, S(50_000)), net(-2, E)], [], UNSETTLED]],
    ["grossMinor", [[net(MAX_INT, S(20_000))], [], UNSETTLED]],
    ["payableMinor", [[net(-MAX_INT, Z)], [], { prepaidMinor: 1, roundingMinor: 0 }]],
  ];
  for (const [field, args] of cases)
    assert.throws(() => sumDocument(...args), { rule: "AMOUNT_TOO_LARGE", field }, field);
});

test("divideRound() rounds half away from zero, for both signs", () => {
  const cases: [bigint, bigint, bigint][] = [
    ...([4n, 5n, 6n, 14n, 15n, 25n].map((n) => [
      n,
      10n,
      n === 4n ? 0n : n === 25n ? 3n : n < 15n ? 1n : 2n,
    ]) as never[]),
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [7n, 1n, 7n],
    [0n, 10n, 0n],
    [10n ** 30n + 5n, 10n, 10n ** 29n + 1n],
  ];
  for (const [n, d, expected] of cases) {
    assert.equal(divideRound(n, d), expected, `${n} / ${d}`);
    assert.equal(divideRound(-n, d), -expected, `-${n} / ${d}`);
  }
});

test("taxOn() rounds half away from zero, and is zero without a rate", () => {
  assert.deepEqual([taxOn(1460_50, 25_000), taxOn(-1460_50, 25_000)], [365_13, -365_13]);
  assert.deepEqual([taxOn(MAX_INT, 100_000), taxOn(MAX_INT, null), taxOn(-5, 0)], [MAX_INT, 0, 0]);
});

test("toMinor(), sumMinor() accept 2^53 - 1 and refuse 2^53", () => {
  assert.equal(toMinor(BigInt(-MAX_INT), "x"), -MAX_INT);
  assert.equal(sumMinor([MAX_INT, MAX_INT, -MAX_INT], "x"), MAX_INT);
  assert.equal(sumMinor([], "x"), 0);
  for (const amount of [2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, 10n ** 400n])
    assert.throws(() => toMinor(amount, "x"), { rule: "AMOUNT_TOO_LARGE" });
  assert.throws(() => sumMinor([MAX_INT, 1], "x"), { rule: "AMOUNT_TOO_LARGE", field: "x" });
});
