/** Properties for any lines and adjustments: the rules of EN 16931, and agreement with slow arithmetic on digits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal } from "../errors.ts";
import { decimalsOf } from "./currency.ts";
import { type Adjustment, type LineInput, lineNet, percentOf, sumDocument, type Totals, type Vat } from "./money.ts";
import { MAX_INT } from "./schema.ts";

interface Document {
  currency: string;
  lines: readonly LineInput[];
  adjustments: readonly (Adjustment & Vat)[];
  prepaidMinor: number;
  roundingMinor: number;
}

const VATS: Vat[] = [
  ...[1, 9_975, 19_990, 20_000, 25_000, 100_000].map((vatRate3) => ({ vatCategory: "S" as const, vatRate3 })),
  { vatCategory: "Z", vatRate3: 0 },
  { vatCategory: "E", vatRate3: 0 },
  { vatCategory: "AE", vatRate3: 0 },
  { vatCategory: "L", vatRate3: 7000 },
  { vatCategory: "L", vatRate3: 0 },
  { vatCategory: "O", vatRate3: null },
  { vatCategory: "B", vatRate3: 22_000 },
];
const vat = fc.constantFrom(...VATS);

/** Whole numbers from zero up to a limit, small ones as often as large ones. */
const upTo = (limit: number) =>
  fc.oneof(...[100, 100_000, limit].map((max) => fc.integer({ min: 0, max: Math.min(max, limit) })));

const adjustment = (limit: number) =>
  fc.record({
    kind: fc.constantFrom("allowance" as const, "charge" as const),
    amountMinor: upTo(limit),
  });

/** What a price is for, in millionths: a hundred, a dozen, a third, any. */
const baseQuantity = fc.oneof(
  fc.constantFrom(100_000_000, 12_000_000, 333_333, 1),
  fc.integer({ min: 1, max: 1_000_000_000 }),
);

/** Documents with amounts up to a limit. */
function documents(limit: number): fc.Arbitrary<Document> {
  const signedAmount = fc.tuple(upTo(limit), fc.boolean()).map(([n, negative]) => (negative && n !== 0 ? -n : n));
  const line = fc
    .tuple(
      fc.record({
        quantity6: signedAmount,
        price6: upTo(limit),
        adjustments: fc.array(adjustment(limit), { maxLength: 3 }),
        more: fc.option(fc.record({ baseQuantity6: fc.option(baseQuantity) })),
      }),
      vat,
    )
    .map(([line, vat]): LineInput => ({ ...line, ...vat }));
  const onDocument = fc.tuple(adjustment(limit), vat).map(([adjustment, vat]) => ({ ...adjustment, ...vat }));
  return fc.record({
    currency: fc.constantFrom("EUR", "JPY", "KWD", "CLF"),
    lines: fc.array(line, { maxLength: 8 }),
    adjustments: fc.array(onDocument, { maxLength: 4 }),
    prepaidMinor: signedAmount,
    roundingMinor: signedAmount,
  });
}

/**
 * Quantities and prices up to a hundred thousand: their sums stay below 2^53, even with four decimals. A price is for a
 * thousandth of the unit or more.
 */
const ordinary = documents(1e11).map((document) => ({
  ...document,
  lines: document.lines.map((line) => ({
    ...line,
    more: line.more && { baseQuantity6: line.more.baseQuantity6 && Math.max(1_000_000, line.more.baseQuantity6) },
  })),
}));

function sums({ currency, lines, adjustments, prepaidMinor, roundingMinor }: Document) {
  const withNets = lines.map((line) => ({ ...line, netMinor: lineNet(line, currency) }));
  return { lines: withNets, ...sumDocument(withNets, adjustments, { prepaidMinor, roundingMinor }) };
}

const add = (amounts: number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

/** Checks a rule on ordinary documents and their sums. */
function holds(rule: (result: ReturnType<typeof sums>, document: Document) => void) {
  fc.assert(
    fc.property(ordinary, (document) => rule(sums(document), document)),
    { numRuns: 300 },
  );
}

const amountsOf = ({ adjustments }: Document, kind: Adjustment["kind"]) =>
  adjustments.filter((adjustment) => adjustment.kind === kind).map((adjustment) => adjustment.amountMinor);

test("sumDocument() keeps BR-CO-10: the sum of lines is the sum of their net amounts", () => {
  holds(({ totals, lines }) => assert.equal(totals.linesMinor, add(lines.map((line) => line.netMinor))));
});

test("sumDocument() keeps BR-CO-11 and BR-CO-12: allowances and charges are the document's", () => {
  holds(({ totals }, document) => {
    assert.equal(totals.allowancesMinor, add(amountsOf(document, "allowance")));
    assert.equal(totals.chargesMinor, add(amountsOf(document, "charge")));
  });
});

test("sumDocument() keeps BR-CO-13: net = lines - allowances + charges", () => {
  holds(({ totals: t }) => assert.equal(t.netMinor, t.linesMinor - t.allowancesMinor + t.chargesMinor));
});

test("sumDocument() keeps BR-CO-14: VAT is the sum of the breakdown's", () => {
  holds(({ totals, taxes }) => assert.equal(totals.taxMinor, add(taxes.map((tax) => tax.taxMinor))));
});

test("sumDocument() keeps BR-CO-15 and BR-CO-16: gross = net + VAT, payable = gross - prepaid + rounding", () => {
  holds(({ totals: t }, { prepaidMinor, roundingMinor }) => {
    assert.equal(t.grossMinor, t.netMinor + t.taxMinor);
    assert.equal(t.prepaidMinor, prepaidMinor);
    assert.equal(t.roundingMinor, roundingMinor);
    assert.equal(t.payableMinor, t.grossMinor - t.prepaidMinor + t.roundingMinor);
  });
});

test("sumDocument() keeps BR-CO-17: VAT of a category and rate is its taxable amount × rate, to half a minor unit", () => {
  holds(({ taxes }) => {
    for (const { taxableMinor, taxMinor, vatRate3 } of taxes) {
      const exact = BigInt(taxableMinor) * BigInt(vatRate3 ?? 0);
      const off = BigInt(taxMinor) * 100_000n - exact;
      assert.ok((off < 0n ? -off : off) <= 50_000n);
    }
  });
});

test("sumDocument() keeps BR-CO-18, BR-S-8 and similar rules: one row for each category and rate, and the rows add up to the net", () => {
  holds(({ taxes, totals, lines }, { adjustments }) => {
    const keyOf = ({ vatCategory, vatRate3 }: Vat) => `${vatCategory} ${vatRate3}`;
    const used = [...lines, ...adjustments].map(keyOf);
    assert.deepEqual(taxes.map(keyOf).sort(), [...new Set(used)].sort());
    assert.equal(add(taxes.map((tax) => tax.taxableMinor)), totals.netMinor);
  });
});

test("sumDocument() does not depend on the order of lines and adjustments", () => {
  const shuffled = ordinary.chain((document) =>
    fc.record({
      document: fc.constant(document),
      lines: fc.shuffledSubarray([...document.lines], { minLength: document.lines.length }),
      adjustments: fc.shuffledSubarray([...document.adjustments], { minLength: document.adjustments.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ document, lines, adjustments }) => {
      const { taxes, totals } = sums({ ...document, lines, adjustments });
      const expected = sums(document);
      assert.deepEqual({ taxes, totals }, { taxes: expected.taxes, totals: expected.totals });
    }),
    { numRuns: 300 },
  );
});

const negative = (n: number) => (n === 0 ? 0 : -n);
const swapKind = <A extends Adjustment>(adjustment: A): A => ({
  ...adjustment,
  kind: adjustment.kind === "charge" ? "allowance" : "charge",
});

test("sumDocument() of a negated document returns the negated sums", () => {
  holds(({ taxes, totals }, document) => {
    const mirrored = sums({
      ...document,
      lines: document.lines.map((line) => ({
        ...line,
        quantity6: negative(line.quantity6),
        adjustments: line.adjustments.map(swapKind),
      })),
      adjustments: document.adjustments.map(swapKind),
      prepaidMinor: negative(document.prepaidMinor),
      roundingMinor: negative(document.roundingMinor),
    });
    const { allowancesMinor, chargesMinor, ...rest } = totals;
    const expected: Totals = {
      ...(Object.fromEntries(Object.entries(rest).map(([name, amount]) => [name, negative(amount)])) as typeof rest),
      allowancesMinor: chargesMinor,
      chargesMinor: allowancesMinor,
    };
    assert.deepEqual(mirrored.totals, expected);
    assert.deepEqual(
      mirrored.taxes,
      taxes.map((tax) => ({ ...tax, taxableMinor: negative(tax.taxableMinor), taxMinor: negative(tax.taxMinor) })),
    );
  });
});

/** Drops the last digits of a whole number and rounds as on paper: by the first dropped digit. */
function cut(n: bigint, digits: number): bigint {
  const text = String(n < 0n ? -n : n).padStart(digits + 1, "0");
  const rounded =
    BigInt(text.slice(0, text.length - digits)) + (Number(text[text.length - digits] ?? 0) >= 5 ? 1n : 0n);
  return n < 0n ? -rounded : rounded;
}

/** Divides as on paper: one digit more than it needs, by which it rounds. */
function divided(n: bigint, by: bigint): bigint {
  const digits = ((n < 0n ? -n : n) * 10n) / by;
  return cut(n < 0n ? -digits : digits, 1);
}

/** All sums of a document on unbounded integers, computed in another way than in the code; null if one exceeds 2^53. */
function slowly({ currency, lines, adjustments, prepaidMinor, roundingMinor }: Document) {
  const signed = ({ kind, amountMinor }: Adjustment) => BigInt(kind === "charge" ? amountMinor : -amountMinor);
  const total = (amounts: bigint[]) => amounts.reduce((a, b) => a + b, 0n);
  const amountOf = ({ quantity6, price6, more }: LineInput) => {
    const product = BigInt(quantity6) * BigInt(price6);
    const base = more?.baseQuantity6 ?? null;
    if (base === null) return cut(product, 12 - decimalsOf(currency));
    return divided(product, BigInt(base) * 10n ** BigInt(6 - decimalsOf(currency)));
  };
  const amounts = lines.map(amountOf);
  const nets = lines.map(({ adjustments }, n) => total([amounts[n] as bigint, ...adjustments.map(signed)]));
  const isIn = (row: Vat) => (vat: Vat) => vat.vatCategory === row.vatCategory && vat.vatRate3 === row.vatRate3;
  const taxes = VATS.filter((row) => [...lines, ...adjustments].some(isIn(row))).map((row) => {
    const ofLines = nets.filter((_, n) => isIn(row)(lines[n] as Vat));
    const taxable = total([...ofLines, ...adjustments.filter(isIn(row)).map(signed)]);
    return { row, taxable, tax: cut(taxable * BigInt(row.vatRate3 ?? 0), 5) };
  });
  const ofKind = (kind: Adjustment["kind"]) =>
    total(adjustments.filter((a) => a.kind === kind).map((a) => BigInt(a.amountMinor)));
  const parts = [total(nets), ofKind("allowance"), ofKind("charge")] as const;
  const net = parts[0] - parts[1] + parts[2];
  const tax = total(taxes.map((row) => row.tax));
  const payable = net + tax - BigInt(prepaidMinor) + BigInt(roundingMinor);
  const all = [
    ...amounts,
    ...nets,
    ...taxes.flatMap((row) => [row.taxable, row.tax]),
    ...parts,
    net,
    tax,
    net + tax,
    payable,
  ];
  if (all.some((amount) => amount > BigInt(MAX_INT) || amount < -BigInt(MAX_INT))) return null;
  const rows = taxes.map(({ row, taxable, tax }) => `${row.vatCategory} ${row.vatRate3}: ${taxable} ${tax}`).sort();
  return {
    nets: nets.map(Number),
    rows,
    totals: [...parts, net, tax, net + tax, BigInt(prepaidMinor), payable, BigInt(roundingMinor)].map(Number),
  };
}

test("lineNet() and sumDocument() agree with arithmetic on paper, to 2^53 and beyond", () => {
  const outcomes = { summed: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(ordinary, documents(1e15), documents(MAX_INT)), (document) => {
      const expected = slowly(document);
      if (expected === null) {
        outcomes.refused++;
        assert.throws(
          () => sums(document),
          (error) => error instanceof Refusal && error.rule === "AMOUNT_TOO_LARGE",
        );
        return;
      }
      outcomes.summed++;
      const { lines, taxes, totals: t } = sums(document);
      const rows = taxes.map((row) => `${row.vatCategory} ${row.vatRate3}: ${row.taxableMinor} ${row.taxMinor}`).sort();
      const totals = [
        ...[t.linesMinor, t.allowancesMinor, t.chargesMinor, t.netMinor, t.taxMinor, t.grossMinor],
        ...[t.prepaidMinor, t.payableMinor, t.roundingMinor],
      ];
      assert.deepEqual({ nets: lines.map((line) => line.netMinor), rows, totals }, expected);
    }),
    { numRuns: 2000 },
  );
  assert.ok(outcomes.summed > 300 && outcomes.refused > 300, JSON.stringify(outcomes));
});

test("percentOf() agrees with arithmetic on paper, and a percentage of a negated amount is negated", () => {
  const amounts = fc.oneof(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: -MAX_INT, max: MAX_INT }));
  const percents = fc.oneof(
    fc.constantFrom(0, 1, 2_500_000, 12_345_678, 100_000_000),
    fc.integer({ min: 0, max: 1_000_000_000_000 }),
  );
  let refused = 0;
  fc.assert(
    fc.property(amounts, percents, (amount, percent6) => {
      const expected = cut(BigInt(amount) * BigInt(percent6), 8);
      if (Number.isSafeInteger(Number(expected))) {
        assert.equal(percentOf(amount, percent6), Number(expected));
        assert.equal(percentOf(negative(amount), percent6), negative(Number(expected)));
      } else {
        refused++;
        assert.throws(
          () => percentOf(amount, percent6),
          (error) => error instanceof Refusal && error.rule === "AMOUNT_TOO_LARGE",
        );
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(refused > 50, `${refused} refused`);
});
