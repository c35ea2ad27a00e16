/** What is typed of an invoice, without a screen: read as its currency and language want it, pasted, and filled in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { completeDraft } from "../../../../events/document/complete-draft.ts";
import type { DraftInput } from "../../../../events/document/draft.ts";
import { NEW_INVOICE, NEW_LINE, type TypedInvoice, type TypedLine, typedOf } from "../../form/typed-invoice.ts";
import { NO_RATES } from "../../form/vat-rates.ts";
import { lineAfter, withClient, withItem } from "./invoice-form-defaults.ts";
import { fieldOnScreen, inputOf } from "./invoice-form-input.ts";
import { tooMany } from "./invoice-form-limits.ts";
import { isTable, linesOf, rowOfLine } from "./invoice-form-paste.ts";
import { checkedInput, requiredReasons, sumsOf } from "./invoice-form-sums.ts";

const EN = { currency: "GBP", locale: "en-GB" };

function line(key: number, given: Partial<TypedLine> = {}): TypedLine {
  return { ...NEW_LINE, key, description: "Widget", quantity: "1", price: "10", vatRate: "20", ...given };
}

function invoice(...lines: TypedLine[]): TypedInvoice {
  return { ...NEW_INVOICE, lines };
}

const FIXED = { reasonCode: null, percent6: null, baseMinor: null } as const;
const DRAFT: DraftInput = {
  clientId: 7,
  currency: "GBP",
  termsDays: 14,
  deliveredOn: "2026-02-28",
  buyerReference: "PO 1",
  orderReference: null,
  note: "first\nsecond",
  lines: [
    {
      itemId: 3,
      code: "W-1",
      description: "Widget",
      quantity6: -1_500_000,
      unit: "HUR",
      price6: 1_234_567,
      adjustments: [{ kind: "allowance", reason: "loyal", amountMinor: 5, ...FIXED }],
      vatCategory: "S",
      vatRate3: 19_500,
      more: null,
    },
    {
      itemId: null,
      code: null,
      description: "Training",
      quantity6: 1_000_000,
      unit: "C62",
      price6: 100_000_000,
      adjustments: [],
      vatCategory: "E",
      vatRate3: 0,
      more: null,
    },
  ],
  adjustments: [{ kind: "charge", reason: "freight", amountMinor: 1_000, ...FIXED, vatCategory: "Z", vatRate3: 0 }],
  prepaidMinor: 250,
  roundingMinor: 0,
  reasons: [{ vatCategory: "E", reason: "Article 132", reasonCode: null }],
  more: null,
};

test("typedOf() and inputOf() invert each other, in every language and currency", () => {
  for (const locale of ["en-GB", "de-DE", "fr-FR", "ja-JP", "de-CH", "en-IN"])
    for (const currency of ["GBP", "JPY", "KWD"]) {
      const draft = { ...DRAFT, currency };
      const { input, errors } = inputOf(typedOf(draft, locale), { currency, locale });
      assert.deepEqual(errors, [], `${locale} ${currency}`);
      assert.deepEqual(input, draft, `${locale} ${currency}`);
    }
});

test("sumsOf() returns the server's sums, and leaves out incomplete lines", () => {
  const typed = typedOf(DRAFT, "en-GB");
  const { content, netMinor, leftOut } = sumsOf(typed, EN);
  const decided = completeDraft(DRAFT, "EUR");
  assert.deepEqual(content, { taxes: decided.taxes, totals: decided.totals });
  assert.deepEqual(
    netMinor,
    decided.lines.map((one) => one.netMinor),
  );
  assert.deepEqual(leftOut, []);
  const more = { ...typed, lines: [line(9, { quantity: "" }), ...typed.lines, { ...NEW_LINE, key: 10 }] };
  const sums = sumsOf(more, EN);
  assert.deepEqual(sums.content?.totals, decided.totals);
  assert.deepEqual(sums.leftOut, [1], "a blank line is none");
  assert.deepEqual(sums.netMinor, [null, ...netMinor, null]);
});

test("amounts have their currency's decimals, prices six; an error names its field", () => {
  const errorsOf = (typed: TypedInvoice, currency: string, locale = "en-GB") =>
    inputOf(typed, { currency, locale }).errors.map(({ field, message }) => `${field} ${message}`);
  assert.deepEqual(errorsOf({ ...invoice(line(1)), prepaid: "1.5" }, "JPY"), ["prepaidMinor must be a whole number"]);
  assert.deepEqual(errorsOf({ ...invoice(line(1)), prepaid: "1.5555" }, "KWD"), [
    "prepaidMinor has too many decimals: at most 3 are allowed",
  ]);
  assert.deepEqual(errorsOf({ ...invoice(line(1)), prepaid: "1.555" }, "KWD"), []);
  assert.deepEqual(errorsOf(invoice(line(1, { price: "1.234,50" })), "EUR", "de-DE"), []);
  assert.deepEqual(errorsOf(invoice(line(1, { price: "1.234,50" })), "EUR"), [
    "lines.0.price6 Did you mean 1,234.5? Write it like that.",
  ]);
  const wrong = line(1, { description: " ", quantity: "", price: "-1", vatRate: "120 %" });
  assert.deepEqual(errorsOf(invoice({ ...NEW_LINE, key: 2 }, wrong), "GBP"), [
    "lines.1.description is missing",
    "lines.1.quantity6 is missing",
    "lines.1.price6 is below zero. Enter a negative quantity instead",
    "lines.1.vatRate3 must be from 0% to 100%",
  ]);
  const adjusted = line(1, { adjustments: [{ kind: "charge", reason: "", amount: "x" }] });
  assert.deepEqual(errorsOf(invoice(adjusted), "GBP"), [
    "lines.0.adjustments.0.reason is missing",
    "lines.0.adjustments.0.amountMinor is not a number",
  ]);
  assert.deepEqual(errorsOf({ ...invoice(), currency: "Taler", termsDays: "366" }, "GBP"), [
    "currency “Taler” is not a known currency.",
    "termsDays must be a number of days from 0 to 365",
  ]);
});

test("a percentage stays one, of a line or of the lines with its VAT", () => {
  const off = (amount: string) => ({ kind: "allowance" as const, reason: "loyal", amount });
  const standard = { vatCategory: "S" as const, vatRate: "20" };
  const typed: TypedInvoice = {
    ...invoice(line(1, { quantity: "3", adjustments: [off("10 %"), off("1")] }), line(2, { vatRate: "5" })),
    adjustments: [
      { ...off("50%"), ...standard },
      { ...off("2.5%"), kind: "charge", ...standard, vatRate: "5" },
    ],
  };
  const { input, errors } = checkedInput(typed, EN);
  assert.deepEqual(errors, []);
  assert.deepEqual(
    input.lines.map(({ adjustments }) => adjustments.map(({ amountMinor, percent6 }) => [amountMinor, percent6])),
    [
      [
        [null, 10_000_000],
        [100, null],
      ],
      [],
    ],
  );
  assert.deepEqual(
    input.adjustments.map(({ amountMinor, percent6, baseMinor }) => [amountMinor, percent6, baseMinor]),
    [
      [null, 50_000_000, null],
      [null, 2_500_000, null],
    ],
    "half of 26.00, and 2.5 % of 10.00",
  );
  assert.equal(sumsOf(typed, EN).content?.totals.netMinor, 3_600 - 1_300 + 25);
  const errorsOf = (typed: TypedInvoice) =>
    inputOf(typed, EN).errors.map(({ field, message }) => `${field} ${message}`);
  assert.deepEqual(errorsOf({ ...invoice(line(1)), adjustments: [{ ...off("5%"), ...standard, vatRate: "7" }] }), [
    "adjustments.0.amountMinor No line has this VAT, so there is nothing to take a percentage of. Enter an amount.",
  ]);
  const returned = line(1, { quantity: "-1", adjustments: [off("5%")] });
  assert.equal(sumsOf(invoice(returned), EN).content?.totals.netMinor, -950, "less by its discount");
  const unread = line(1, { quantity: "x", adjustments: [off("5%")] });
  assert.deepEqual(errorsOf(invoice(unread)), ["lines.0.quantity6 is not a number"], "one fault, one error");
  assert.deepEqual(errorsOf({ ...invoice(line(1, { price: "5 %" })), prepaid: "5 %" }), [
    "lines.0.price6 cannot be a percentage",
    "prepaidMinor cannot be a percentage",
  ]);
});

test("a price in another currency is refused by name, in a field and in a pasted row", () => {
  const errorsOf = (text: Partial<TypedLine>) => inputOf(invoice(line(1, text)), EN).errors.map((one) => one.message);
  assert.deepEqual(errorsOf({ price: "£10" }), []);
  assert.deepEqual(errorsOf({ price: "10 EUR" }), ["must be in GBP, not EUR"]);
  assert.deepEqual(errorsOf({ quantity: "£2" }), ["must be written without a currency"]);
  const { lines, problems } = linesOf("Widget\t2\t€ 9.99\nWork\t0,500\t80", NEW_LINE, EN);
  assert.deepEqual(problems, [
    "Row 1: “€ 9.99” must be in GBP, not EUR.",
    "Row 2: “0,500”: Did you mean 0.5 or 500? Write one of these.",
  ]);
  assert.deepEqual(
    lines.map(({ quantity, price }) => [quantity, price]),
    [
      ["2", "€ 9.99"],
      ["0,500", "80"],
    ],
  );
});

test("a broken rule is shown at its line on the screen, before anything is sent", () => {
  const typed = invoice({ ...NEW_LINE, key: 1 }, line(2), line(3, { vatRate: "0" }));
  const { errors } = checkedInput(typed, EN);
  assert.deepEqual(
    errors.map(({ field }) => field),
    ["lines.2.vatRate3"],
  );
  assert.match(errors[0]?.message ?? "", /^“Standard rate” cannot have 0/);
  assert.match(sumsOf(typed, EN).refusal ?? "", /^“Standard rate”/);
  const huge = invoice(line(1, { quantity: "9000000000", price: "9000000000" }));
  assert.deepEqual(
    checkedInput(huge, EN).errors.map(({ field }) => field),
    ["lines.0.price6"],
  );
});

test("fieldOnScreen() skips blank lines, and finds items and reasons", () => {
  const typed = invoice({ ...NEW_LINE, key: 1 }, line(2), { ...NEW_LINE, key: 3 }, line(4, { vatCategory: "E" }));
  assert.equal(fieldOnScreen("lines.0.vatRate3", typed), "lines.1.vatRate3");
  assert.equal(fieldOnScreen("lines.1.itemId", typed), "lines.3.code");
  assert.equal(fieldOnScreen("lines.1", typed), "lines.3.price6");
  assert.equal(fieldOnScreen("clientId", typed), "clientId");
  const reasoned = { ...typed, reasons: { AE: "not there", E: "Article 132" } };
  assert.equal(fieldOnScreen("reasons.0.reason", reasoned), "reasons.E");
  assert.deepEqual(inputOf(reasoned, EN).input.reasons, [
    { vatCategory: "E", reason: "Article 132", reasonCode: null },
  ]);
  assert.deepEqual(requiredReasons(sumsOf(reasoned, EN)), [{ category: "E", usual: null }]);
});

const CLIENT = { currency: null, terms_days: null, vat_category: null, more: null };

test("withClient() fills empty fields and overwrites nothing", () => {
  const exempt = { ...CLIENT, currency: "EUR", terms_days: 14, vat_category: "AE" as const };
  const typed = invoice(line(1), line(2, { ownVat: true }));
  const first = withClient(typed, 7, { before: null, after: exempt });
  assert.deepEqual(
    first.lines.map(({ vatCategory, vatRate }) => [vatCategory, vatRate]),
    [
      ["AE", ""],
      ["S", "20"],
    ],
  );
  assert.equal(first.currency, "", "what stays empty is the client's");
  const kept = withClient({ ...typed, currency: "US Dollar (USD)", termsDays: "7" }, 8, {
    before: exempt,
    after: CLIENT,
  });
  assert.deepEqual([kept.currency, kept.termsDays], ["US Dollar (USD)", "7"]);
  const stored = withClient({ ...typed, currency: "Euro (EUR)", termsDays: "14" }, 8, {
    before: exempt,
    after: CLIENT,
  });
  assert.deepEqual([stored.currency, stored.termsDays], ["", ""], "those were the former client's");
});

test("withClient() takes over the client's reference, unless another one is typed", () => {
  const [one, other] = ["04011000-1", "04011000-2"].map((buyerReference) => ({ ...CLIENT, more: { buyerReference } }));
  const from = (buyerReference: string, before: typeof one | null, after: typeof one | typeof CLIENT | null) =>
    withClient({ ...invoice(), buyerReference }, 8, { before: before ?? null, after: after ?? null }).buyerReference;
  assert.equal(from("", null, one), "04011000-1");
  assert.equal(from("04011000-1", one, other), "04011000-2");
  assert.equal(from("04011000-1", one, CLIENT), "", "that was the former client's");
  assert.equal(from("PO 7", one, other), "PO 7");
});

test("withItem() copies what the item states, and keeps what the line states of itself", () => {
  const goods = { about: "A mug", standardItemId: null, classifications: [], origin: "PT", attributes: [] };
  const item = {
    ...{ id: 5, code: "M", description: "Mug", unit: "C62", price6: 1, vat_category: "S" as const, vat_rate3: 5000 },
    more: goods,
  };
  const setup = { client: null, currency: "GBP", home: "GBP", rates: NO_RATES, locale: "en-GB" };
  const typed = { ...NEW_LINE, key: 1, more: { note: "Blue", origin: "CN", attributes: [{ name: "a", value: "b" }] } };
  assert.deepEqual(withItem(typed, item, setup).more, { about: "A mug", note: "Blue", origin: "PT" });
  assert.deepEqual(withItem(typed, { ...item, more: null }, setup).more, { note: "Blue" });
  assert.equal(withItem({ ...NEW_LINE, key: 1 }, { ...item, more: null }, setup).more, undefined);
});

test("withItem() fills a line; in another currency it leaves the price out", () => {
  const item = {
    ...{ id: 5, code: "W-1", description: "Widget", unit: "HUR", price6: 1_234_500 },
    ...{ vat_category: "S" as const, vat_rate3: 5000, more: null },
  };
  const empty = { ...NEW_LINE, key: 1 };
  const setup = { client: null, currency: "GBP", home: "GBP", rates: NO_RATES, locale: "de-DE" };
  const { itemId, code, unit, price, quantity, vatRate } = withItem(empty, item, setup);
  assert.deepEqual([itemId, code, unit, price, quantity, vatRate], [5, "W-1", "HUR", "1,2345", "1", "5"]);
  assert.equal(withItem({ ...empty, quantity: "3" }, item, setup).quantity, "3");
  assert.equal(withItem(empty, item, { ...setup, currency: "EUR" }).price, "");
  const abroad = withItem(empty, item, { ...setup, client: { ...CLIENT, vat_category: "K" } });
  assert.deepEqual([abroad.vatCategory, abroad.vatRate], ["K", ""]);
});

test("lineAfter() takes the VAT of the previous line, and for the first line the client's", () => {
  const canary = line(4, { vatCategory: "L", vatRate: "7" });
  const { key, vatCategory, vatRate, description } = lineAfter([canary], CLIENT, NO_RATES, "en");
  assert.deepEqual([key, vatCategory, vatRate, description], [5, "L", "7", ""]);
  assert.equal(lineAfter([], { ...CLIENT, vat_category: "G" }, NO_RATES, "en").vatCategory, "G");
});

test("lineAfter() begins with the usual rate, unless the client has a category of its own", () => {
  const [standard, canary] = [
    { vatCategory: "S", vatRate3: 19_500, name: "Standard", reason: null },
    { vatCategory: "L", vatRate3: 7000, name: "IGIC", reason: null },
  ] as const;
  const rates = { saved: [standard, canary], used: [], usual: standard };
  const vatOf = (category: "L" | "G" | "S" | null, own = rates) => {
    const client = category === null ? null : { ...CLIENT, vat_category: category };
    const { vatCategory, vatRate, ownVat } = lineAfter([], client, own, "de-DE");
    return [vatCategory, vatRate, ownVat];
  };
  assert.deepEqual(vatOf(null), ["S", "19,5", false]);
  assert.deepEqual(vatOf("S"), ["S", "19,5", false]);
  assert.deepEqual(vatOf("G"), ["G", "", false]);
  assert.deepEqual(vatOf("L"), ["L", "7", false], "the saved rate of this category");
});

test("tooMany() counts lines that are sent", () => {
  const lines = Array.from({ length: 1999 }, (_, n) => line(n + 1));
  const blank = { ...NEW_LINE, key: 5000 };
  assert.equal(tooMany([...lines, blank], 1, "en"), null);
  assert.match(
    tooMany([...lines, blank], 2, "en") ?? "",
    /^A document has at most 2,000 lines\. This one has 1,999, so 2 more/,
  );
  assert.match(
    tooMany([...lines, line(2000)], 1, "en") ?? "",
    /one more is too many\. Continue in a second document\.$/,
  );
});

test("linesOf() reads the usual columns, or fewer", () => {
  const read = (text: string, locale = "en-GB") =>
    linesOf(text, { ...NEW_LINE, vatRate: "20" }, { currency: locale === "en-GB" ? "GBP" : "EUR", locale });
  const short = ({ description, quantity, unit, price, vatCategory, vatRate }: Omit<TypedLine, "key">) =>
    [description, quantity, unit, price, vatCategory, vatRate].join("|");
  const { lines, problems } = read(
    "Widget\t2\tpieces\t£1,234.50\t20%\r\nWork\t1.5\tHUR\t80\t5 %\r\n\r\nBook\t1\t\t9.99\t0\r\n",
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(lines.map(short), ["Widget|2|C62|£1,234.50|S|20", "Work|1.5|HUR|80|S|5", "Book|1|C62|9.99|Z|"]);
  assert.deepEqual(read("Widget\t2\t9.99\nWork\t1\t5").lines.map(short), [
    "Widget|2|C62|9.99|S|20",
    "Work|1|C62|5|S|20",
  ]);
  assert.deepEqual(read("Widget\t9.99").lines.map(short), ["Widget|1|C62|9.99|S|20"]);
  assert.deepEqual(read("Dübel\t10\tStück\t1.234,50 €\t19 %", "de-DE").lines.map(short), [
    "Dübel|10|C62|1.234,50 €|S|19",
  ]);
  assert.deepEqual(read("A-1\tWidget\t2\th\t9\tAE").lines[0]?.code, "A-1");
});

test("linesOf() names thousands in a table that has decimals after the same separator", () => {
  const DE = { currency: "EUR", locale: "de-DE" };
  const problemsOf = (text: string, reading = DE) => linesOf(text, NEW_LINE, reading).problems;
  assert.deepEqual(problemsOf("Rope\t12.000\t7.25\nTea\t-1.000\t€ 2.000"), [
    "Row 1: “7.25”: Did you mean 7,25 or 725? Write one of these.",
    "Row 1: “12.000” is read as 12000, but other cells have decimals after “.”.",
    "Row 2: “-1.000” is read as -1000, but other cells have decimals after “.”.",
    "Row 2: “€ 2.000” is read as 2000, but other cells have decimals after “.”.",
  ]);
  assert.deepEqual(problemsOf("Seil\t12,000\t7,25", EN), [
    "Row 1: “7,25”: Did you mean 7.25 or 725? Write one of these.",
    "Row 1: “12,000” is read as 12000, but other cells have decimals after “,”.",
  ]);
  assert.deepEqual(problemsOf("Rope\t12.000\t7,25"), [], "a German table");
  assert.deepEqual(problemsOf("Rope\t12.000\t1e3"), ["Row 1: “1e3” is not a known unit."]);
  assert.equal(problemsOf("Rope\t12.000\t7.25", EN).length, 0, "an English table");
});

test("linesOf() uses the names of columns, and keeps text without a column", () => {
  const text = 'MwSt\tEinzelpreis\tMenge\tLager\tBezeichnung\n19\t2,50\t3\tHalle 4\t"Dübel ""lang""\n8 mm"';
  const { lines, problems } = linesOf(text, NEW_LINE, { currency: "EUR", locale: "de-DE" });
  assert.deepEqual(problems, []);
  assert.equal(lines.length, 1);
  const [first] = lines;
  assert.deepEqual(
    [first?.description, first?.quantity, first?.price, first?.vatRate],
    ['Dübel "lang" 8 mm · Halle 4', "3", "2,50", "19"],
  );
});

test("linesOf() reports text that it cannot read, and keeps it", () => {
  const { lines, problems } = linesOf("Widget\tmany\tcartloads\t1,5\tlots\textra\tmore", NEW_LINE, EN);
  const all = JSON.stringify(lines);
  for (const cell of ["Widget", "many", "cartloads", "1,5", "lots", "extra", "more"])
    assert.ok(all.includes(cell), cell);
  assert.ok(problems.length >= 3, problems.join(" "));
  assert.ok(problems.every((problem) => problem.startsWith("Row 1: ")));
});

test("linesOf() reads the text of rowOfLine() as the same line", () => {
  const copied = line(1, { code: "W-1", description: 'a "b"', unit: "HUR", vatRate: "5", ownVat: true });
  const [back] = linesOf(rowOfLine(copied), NEW_LINE, EN).lines;
  assert.deepEqual({ ...back, key: 1 }, copied);
  assert.ok(isTable(rowOfLine(copied)));
  assert.ok(!isTable("just words\r\n"));
});
