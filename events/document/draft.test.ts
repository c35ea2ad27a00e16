import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { aDraft, aLine, FIXED_AMOUNT } from "../../fixtures/data/builders.ts";
import { organizationProfile } from "../business/organization.ts";
import { changeOf, inputOf } from "../commands/command-input.ts";
import { shapeOf } from "../encoding/shape.ts";
import { Refusal } from "../errors.ts";
import { checkDate } from "../values/date.ts";
import { VAT_CATEGORIES, type VatCategory } from "../values/money.ts";
import { minor, minorFromZero } from "../values/schema.ts";
import { completeDraft, draftOf } from "./complete-draft.ts";
import { type DraftInput, draftInput, invoiceContent } from "./draft.ts";

const NOTHING = aDraft({ currency: "EUR" });
const LINE = aLine({ itemId: 5, code: "A-1", description: "Anvil", quantity6: 2_000_000, price6: 49_900_000 });
const under = (vatCategory: VatCategory, vatRate3: number | null) => ({ ...LINE, vatCategory, vatRate3 });

function refuses(input: Partial<DraftInput>, expected: { rule: string; field: string }) {
  assert.throws(
    () => completeDraft({ ...NOTHING, ...input }, "EUR"),
    (error) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.deepEqual({ rule: error.rule, field: error.field, kind: error.kind }, { ...expected, kind: "invalid" });
      return true;
    },
  );
}

test("completeDraft() adds net amounts, breakdown and totals, and keeps the rest", () => {
  const input: DraftInput = {
    ...{
      clientId: 3,
      currency: "EUR",
      termsDays: 14,
      deliveredOn: "2024-02-29",
      buyerReference: "B",
      orderReference: "O",
    },
    ...{ note: "two\nlines", lines: [LINE], prepaidMinor: 10_00, roundingMinor: -3, reasons: [], more: null },
    adjustments: [
      { kind: "allowance", reason: "Friend", amountMinor: 9_80, ...FIXED_AMOUNT, vatCategory: "S", vatRate3: 20_000 },
    ],
  };
  const { prepaidMinor: _, roundingMinor: __, reasons: ___, ...rest } = input;
  assert.deepEqual(completeDraft(input, "SEK"), {
    ...rest,
    lines: [{ ...LINE, netMinor: 99_80 }],
    taxes: [
      { vatCategory: "S", vatRate3: 20_000, taxableMinor: 90_00, taxMinor: 18_00, reason: null, reasonCode: null },
    ],
    totals: {
      ...{ linesMinor: 99_80, allowancesMinor: 9_80, chargesMinor: 0, netMinor: 90_00 },
      ...{ taxMinor: 18_00, grossMinor: 108_00, prepaidMinor: 10_00, payableMinor: 97_97, roundingMinor: -3 },
    },
  });
});

test("completeDraft() writes its fields in the order of the schema", () => {
  const content = completeDraft({ ...NOTHING, lines: [LINE] }, "EUR");
  assert.deepEqual(Object.keys(content), Object.keys(invoiceContent.shape));
  assert.deepEqual(JSON.stringify(invoiceContent.parse(content)), JSON.stringify(content));
});

test("completeDraft() takes the other currency where the draft names none", () => {
  assert.equal(completeDraft({ ...NOTHING, currency: null }, "SEK").currency, "SEK");
  assert.equal(completeDraft(NOTHING, "SEK").currency, "EUR");
  assert.equal(completeDraft({ ...NOTHING, currency: "JPY", lines: [LINE] }, "EUR").lines[0]?.netMinor, 100);
});

test("completeDraft() refuses what no invoice may say, and names the field", () => {
  refuses({ currency: "QQQ" }, { rule: "UNKNOWN_CURRENCY", field: "currency" });
  refuses({ deliveredOn: "2023-02-29" }, { rule: "UNKNOWN_DATE", field: "deliveredOn" });
  refuses({ lines: [LINE, under("S", 0)] }, { rule: "VAT_RATE_NOT_ALLOWED", field: "lines.1.vatRate3" });
  const charge = {
    kind: "charge" as const,
    reason: "x",
    amountMinor: 1,
    ...FIXED_AMOUNT,
    vatCategory: "Z" as const,
    vatRate3: 10,
  };
  refuses({ adjustments: [charge] }, { rule: "VAT_RATE_NOT_ALLOWED", field: "adjustments.0.vatRate3" });
  const huge = { ...LINE, quantity6: Number.MAX_SAFE_INTEGER, price6: Number.MAX_SAFE_INTEGER };
  refuses({ lines: [LINE, LINE, huge] }, { rule: "AMOUNT_TOO_LARGE", field: "lines.2" });
  const share = {
    ...charge,
    vatRate3: 0,
    amountMinor: null,
    percent6: 1_000_000_000_000,
    baseMinor: 1_000_000_000_000,
  };
  refuses({ adjustments: [share] }, { rule: "AMOUNT_TOO_LARGE", field: "adjustments.0.amountMinor" });
  const { vatCategory: _, vatRate3: __, ...ofLine } = share;
  refuses(
    { lines: [LINE, { ...LINE, adjustments: [ofLine] }] },
    { rule: "AMOUNT_TOO_LARGE", field: "lines.1.adjustments.0.amountMinor" },
  );
});

test("completeDraft() refuses category O beside another one (BR-O-11), and takes it alone", () => {
  refuses({ lines: [under("O", null), under("S", 20_000)] }, { rule: "VAT_MIXED_WITH_O", field: "lines" });
  refuses({ lines: [under("O", null), under("Z", 0)] }, { rule: "VAT_MIXED_WITH_O", field: "lines" });
  const onDocument = {
    kind: "charge" as const,
    reason: "x",
    amountMinor: 1,
    ...FIXED_AMOUNT,
    vatCategory: "S" as const,
    vatRate3: 5000,
  };
  refuses({ lines: [under("O", null)], adjustments: [onDocument] }, { rule: "VAT_MIXED_WITH_O", field: "lines" });
  assert.equal(completeDraft({ ...NOTHING, lines: [under("O", null), under("O", null)] }, "EUR").taxes.length, 1);
});

test("completeDraft() gives a reason to the categories that need one, and to no other", () => {
  const rates: Record<VatCategory, number | null> = {
    S: 20_000,
    Z: 0,
    E: 0,
    AE: 0,
    K: 0,
    G: 0,
    O: null,
    L: 7000,
    M: 0,
    B: 22_000,
  };
  const reasonOf = (category: VatCategory, reasons: DraftInput["reasons"]) =>
    completeDraft({ ...NOTHING, lines: [under(category, rates[category])], reasons }, "EUR").taxes[0]?.reason;
  for (const category of VAT_CATEGORIES) {
    const needs = ["E", "AE", "K", "G", "O"].includes(category);
    const given = { vatCategory: category, reason: "because", reasonCode: null };
    assert.equal(reasonOf(category, [given]), needs ? "because" : null, category);
    assert.equal(
      reasonOf(category, [{ ...given, vatCategory: category === "E" ? "G" : "E" }]) === null,
      !needs || category === "E",
    );
  }
});

/** Drafts that `completeDraft` takes: any data of the schema, with amounts and VAT that go together. */
const drafts = fc
  .tuple(
    arbitraryOf(shapeOf(draftInput.extend({ prepaidMinor: minorFromZero(), roundingMinor: minor() }))),
    fc.constantFrom("EUR", "JPY", "KWD"),
    fc.boolean(),
  )
  .map(([any, currency, outsideVat]): DraftInput => {
    const input = any as DraftInput;
    const small = <T extends { vatCategory: VatCategory; vatRate3: number | null }>(row: T): T => {
      if (outsideVat) return { ...row, vatCategory: "O", vatRate3: null };
      const vatCategory = row.vatCategory === "O" ? "E" : row.vatCategory;
      const free = vatCategory === "L" || vatCategory === "M";
      return {
        ...row,
        vatCategory,
        vatRate3: vatCategory === "S" || vatCategory === "B" ? row.vatRate3 || 1 : free ? (row.vatRate3 ?? 0) : 0,
      };
    };
    type Stated = DraftInput["lines"][number]["adjustments"][number];
    const less = <T extends Stated>(row: T): T => ({
      ...row,
      reason: row.reasonCode === null ? (row.reason ?? "because") : row.reason,
      reasonCode: row.reasonCode && (row.kind === "allowance" ? "95" : "FC"),
      amountMinor: row.percent6 === null ? (row.amountMinor ?? 7) % 1e9 : null,
      percent6: row.percent6 && row.percent6 % 2e8,
      baseMinor: row.baseMinor && (row.baseMinor % 1e9) + 0,
    });
    const period = <T extends { period: { from: string | null; to: string | null } | null }>(row: T): T => ({
      ...row,
      period: row.period && { from: row.period.from && "2024-01-01", to: row.period.to && "2024-01-31" },
    });
    return {
      ...input,
      currency,
      deliveredOn: input.deliveredOn && "2024-02-29",
      prepaidMinor: input.prepaidMinor % 1e9,
      roundingMinor: (input.roundingMinor % 1e9) + 0,
      more: input.more && {
        ...period(input.more),
        taxPointOn: input.more.taxPointOn && "2024-02-29",
        preceding: input.more.preceding.map((one) => ({ ...one, issuedOn: one.issuedOn && "2024-02-29" })),
      },
      adjustments: input.adjustments.map((row) => less(small(row))),
      lines: input.lines.map((line) => ({
        ...small(line),
        quantity6: (line.quantity6 % 1e8) + 0,
        price6: line.price6 % 1e7,
        adjustments: line.adjustments.map(less),
        more: line.more && {
          ...period(line.more),
          grossPrice6: line.more.grossPrice6 === null ? null : (line.price6 % 1e7) + (line.more.grossPrice6 % 1e6),
          baseQuantity6: line.more.baseQuantity6 && 1 + (line.more.baseQuantity6 % 1e9),
        },
      })),
    };
  });

test("completeDraft() of draftOf() is the same content again", () => {
  fc.assert(
    fc.property(drafts, (input) => {
      const content = completeDraft(input, "SEK");
      assert.equal(invoiceContent.safeParse(content).success, true);
      const again = draftOf(content);
      assert.equal(draftInput.safeParse(again).success, true);
      assert.deepEqual(completeDraft(again, "SEK"), content);
    }),
    { numRuns: 500 },
  );
});

test("draftOf() gives a draft for a copy: no sums in it, reasons once for each category", () => {
  const reasons = [{ vatCategory: "E" as const, reason: "Article 132", reasonCode: null }];
  const lines = [under("E", 0), under("L", 7000), under("L", 3000), under("AE", 0)];
  const input = { ...NOTHING, lines, reasons, prepaidMinor: 5 };
  assert.deepEqual(draftOf(completeDraft(input, "EUR")), {
    ...input,
    reasons: [...reasons, { vatCategory: "AE", reason: "Reverse charge", reasonCode: null }],
  });
});

test("checkDate() refuses days that do not exist", () => {
  checkDate("2024-02-29", "issuedOn");
  assert.throws(() => checkDate("2023-02-29", "issuedOn"), {
    rule: "UNKNOWN_DATE",
    field: "issuedOn",
    message: "issuedOn: 2023-02-29 is not a day of the calendar",
  });
});

test("inputOf(), changeOf() keep the longest length of a list", () => {
  const draft = inputOf(draftInput);
  const { adjustments: _, itemId: __, code: ___, ...line } = LINE;
  const lines = (count: number) => draft.safeParse({ lines: Array(count).fill(line), prepaidMinor: 0 }).success;
  assert.deepEqual([lines(2000), lines(2001)], [true, false]);
  const series = { name: "main", kind: "both", pattern: "{00000}", first: 1, reset: "never", foreign: false };
  const profile = (count: number) =>
    changeOf(organizationProfile).safeParse({ series: Array(count).fill(series) }).success;
  assert.deepEqual([profile(100), profile(101)], [true, false]);
});

test("complete-draft.ts and money.ts need no library, and no schema: the form on the screen runs them too", () => {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(new URL(file), "utf8");
    for (const [, from = ""] of source.matchAll(/^(?:import (?!type\b)|\} )[^;]*?from "([^"]+)";/gm)) {
      if (from.startsWith(".")) visit(new URL(from, file).href);
      else assert.fail(`${file} imports ${from}`);
    }
  };
  const at = (file: string) => new URL(file, import.meta.url).href;
  for (const file of ["./complete-draft.ts", "../values/money.ts"]) visit(at(file));
  assert.ok(seen.has(at("../values/date.ts")) && seen.has(at("../values/vat.ts")));
});

test("completeDraft() accepts 2,000 lines and refuses one more", () => {
  const small = { ...LINE, code: null, description: "x", price6: 1 };
  const lines = (length: number) => Array.from({ length }, () => small);
  assert.equal(completeDraft({ ...NOTHING, lines: lines(2000) }, "EUR").lines.length, 2000);
  refuses({ lines: lines(2001) }, { rule: "TOO_MANY_LINES", field: "lines" });
});
