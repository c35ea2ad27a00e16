import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { aDraft, aLine } from "../../fixtures/data/builders.ts";
import { changeOf, inputOf } from "../commands/command-input.ts";
import { shapeOf } from "../encoding/shape.ts";
import { Refusal } from "../errors.ts";
import { checkDate } from "../values/date.ts";
import { VAT_CATEGORIES, type VatCategory } from "../values/money.ts";
import { minorFromZero } from "../values/schema.ts";
import { completeDraft, draftOf } from "./complete-draft.ts";
import { type DraftInput, draftInput, invoiceContent } from "./draft.ts";
import { organizationProfile } from "./organization.ts";

const NOTHING = aDraft({ currency: "EUR" });
const LINE = aLine({ itemId: 5, code: "A-1", description: "Anvil", quantity6: 2_000_000, price6: 49_900_000 });
const under = (vatCategory: VatCategory, vatRateBp: number | null) => ({ ...LINE, vatCategory, vatRateBp });

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
    ...{ note: "two\nlines", lines: [LINE], prepaidMinor: 10_00, reasons: [] },
    adjustments: [{ kind: "allowance", reason: "Friend", amountMinor: 9_80, vatCategory: "S", vatRateBp: 2000 }],
  };
  const { prepaidMinor: _, reasons: __, ...rest } = input;
  assert.deepEqual(completeDraft(input, "SEK"), {
    ...rest,
    lines: [{ ...LINE, netMinor: 99_80 }],
    taxes: [{ vatCategory: "S", vatRateBp: 2000, taxableMinor: 90_00, taxMinor: 18_00, reason: null }],
    totals: {
      ...{ linesMinor: 99_80, allowancesMinor: 9_80, chargesMinor: 0, netMinor: 90_00 },
      ...{ taxMinor: 18_00, grossMinor: 108_00, prepaidMinor: 10_00, payableMinor: 98_00 },
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
  refuses({ lines: [LINE, under("S", 0)] }, { rule: "VAT_RATE_NOT_ALLOWED", field: "lines.1.vatRateBp" });
  const charge = { kind: "charge" as const, reason: "x", amountMinor: 1, vatCategory: "Z" as const, vatRateBp: 1 };
  refuses({ adjustments: [charge] }, { rule: "VAT_RATE_NOT_ALLOWED", field: "adjustments.0.vatRateBp" });
  const huge = { ...LINE, quantity6: Number.MAX_SAFE_INTEGER, price6: Number.MAX_SAFE_INTEGER };
  refuses({ lines: [LINE, LINE, huge] }, { rule: "AMOUNT_TOO_LARGE", field: "lines.2" });
});

test("completeDraft() refuses category O beside another one (BR-O-11), and takes it alone", () => {
  refuses({ lines: [under("O", null), under("S", 2000)] }, { rule: "VAT_MIXED_WITH_O", field: "lines" });
  refuses({ lines: [under("O", null), under("Z", 0)] }, { rule: "VAT_MIXED_WITH_O", field: "lines" });
  const onDocument = {
    kind: "charge" as const,
    reason: "x",
    amountMinor: 1,
    vatCategory: "S" as const,
    vatRateBp: 500,
  };
  refuses({ lines: [under("O", null)], adjustments: [onDocument] }, { rule: "VAT_MIXED_WITH_O", field: "lines" });
  assert.equal(completeDraft({ ...NOTHING, lines: [under("O", null), under("O", null)] }, "EUR").taxes.length, 1);
});

test("completeDraft() gives a reason to the categories that need one, and to no other", () => {
  const rates: Record<VatCategory, number | null> = { S: 2000, Z: 0, E: 0, AE: 0, K: 0, G: 0, O: null, L: 700, M: 0 };
  const reasonOf = (category: VatCategory, reasons: DraftInput["reasons"]) =>
    completeDraft({ ...NOTHING, lines: [under(category, rates[category])], reasons }, "EUR").taxes[0]?.reason;
  for (const category of VAT_CATEGORIES) {
    const needs = ["E", "AE", "K", "G", "O"].includes(category);
    const given = { vatCategory: category, reason: "because" };
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
    arbitraryOf(shapeOf(draftInput.extend({ prepaidMinor: minorFromZero() }))),
    fc.constantFrom("EUR", "JPY", "KWD"),
    fc.boolean(),
  )
  .map(([any, currency, outsideVat]): DraftInput => {
    const input = any as DraftInput;
    const small = <T extends { vatCategory: VatCategory; vatRateBp: number | null }>(row: T): T => {
      if (outsideVat) return { ...row, vatCategory: "O", vatRateBp: null };
      const vatCategory = row.vatCategory === "O" ? "E" : row.vatCategory;
      const free = vatCategory === "L" || vatCategory === "M";
      return {
        ...row,
        vatCategory,
        vatRateBp: vatCategory === "S" ? row.vatRateBp || 1 : free ? (row.vatRateBp ?? 0) : 0,
      };
    };
    const less = <T extends { amountMinor: number }>(row: T): T => ({ ...row, amountMinor: row.amountMinor % 1e9 });
    return {
      ...input,
      currency,
      deliveredOn: input.deliveredOn && "2024-02-29",
      prepaidMinor: input.prepaidMinor % 1e9,
      adjustments: input.adjustments.map((row) => less(small(row))),
      lines: input.lines.map((line) => ({
        ...small(line),
        quantity6: (line.quantity6 % 1e10) + 0,
        price6: line.price6 % 1e10,
        adjustments: line.adjustments.map(less),
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
  const reasons = [{ vatCategory: "E" as const, reason: "Article 132" }];
  const lines = [under("E", 0), under("L", 700), under("L", 300), under("AE", 0)];
  const input = { ...NOTHING, lines, reasons, prepaidMinor: 5 };
  assert.deepEqual(draftOf(completeDraft(input, "EUR")), {
    ...input,
    reasons: [...reasons, { vatCategory: "AE", reason: "Reverse charge" }],
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
