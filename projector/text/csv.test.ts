/** CSV that a spreadsheet opens correctly in any language, without formulas. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { type Cell, csvLine, csvStyleOf } from "./csv.ts";

const english = csvStyleOf("en-GB");
const german = csvStyleOf("de-DE");
const swiss = csvStyleOf("de-CH");
const cellsOf = (text: string, delimiter: string): string[] => parse(text, { delimiter, relax_quotes: true })[0] ?? [];
const line = (cells: readonly Cell[], style = english) => csvLine(cells, style);

test("csvStyleOf() is the style that a spreadsheet in the language expects", () => {
  for (const [style, locales] of [
    [".,", ["en-GB", "en-US", "en", "ja-JP", "es-MX", "he-IL", "th-TH", "zh-CN"]],
    [",;", ["de-DE", "de", "de-AT", "fr-FR", "fr-CA", "pt-BR", "pl-PL", "es-ES", "nl-BE"]],
    [".;", ["de-CH", "it-CH", "gsw", "en-CH", "de-LI", "ar-EG"]],
    [",;", ["fr-CH"]],
  ] as const)
    for (const locale of locales) {
      const { decimal, separator } = csvStyleOf(locale);
      assert.equal(decimal + separator, style, locale);
    }
});

test("csvLine() writes amounts with the decimals of their currency, and with a minus sign if they are negative", () => {
  const amounts = [
    { minor: 123_456, currency: "EUR" },
    { minor: -5, currency: "EUR" },
    { minor: 1_234, currency: "KWD" },
    { minor: -1_234, currency: "JPY" },
    { minor: 0, currency: "EUR" },
    { minor: Number.MAX_SAFE_INTEGER, currency: "EUR" },
  ];
  assert.equal(line(amounts), "1234.56,-0.05,1.234,-1234,0.00,90071992547409.91\r\n");
  assert.equal(line(amounts, german), "1234,56;-0,05;1,234;-1234;0,00;90071992547409,91\r\n");
  assert.equal(line([1.5, null, "", 0]), "1.5,,,0\r\n");
});

test("csvLine() quotes signs that would end a cell or a line", () => {
  assert.equal(
    line(['a "b" c', "x,y", "x;y", "two\nlines", " edge"]),
    '"a ""b"" c","x,y","x;y","two\nlines"," edge"\r\n',
  );
});

const FORMULAS = [
  '=HYPERLINK("http://x")',
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "＝1＋1",
  "x;=cmd|' /C calc'!A0",
  "x,=1+1",
  "x;\t=1+1",
  'x";=1+1',
];

/** True for a cell that a spreadsheet would take for a formula. */
const isFormula = (cell: string) => /^[\s"]*[=+\-@＝＋－＠]/.test(cell);

test("csvLine() lets no text begin a formula, with any separator", () => {
  for (const text of FORMULAS)
    for (const style of [english, german, swiss])
      for (const delimiter of [",", ";", "\t"])
        for (const cell of cellsOf(line(["INV-1", text, "end"], style), delimiter))
          assert.ok(!isFormula(cell), `${JSON.stringify(text)} with ${delimiter}: ${JSON.stringify(cell)}`);
});

test("csvLine() of any texts parses to the same texts, except for apostrophes", () => {
  const sign = fc.constantFrom(..."=+-@;,\t\"'\n\r aé＝1".split(""));
  const text = fc.oneof(
    fc.string(),
    fc.array(sign, { maxLength: 8 }).map((signs) => signs.join("")),
  );
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 2, maxLength: 5 }),
      fc.constantFrom(english, german, swiss),
      (cells, style) => {
        const written = line(["INV-1", ...cells], style);
        const [, ...back] = parse(written, { delimiter: style.separator, record_delimiter: "\r\n" })[0] ?? [];
        const without = (texts: readonly string[]) => texts.map((one) => one.replaceAll("'", ""));
        assert.deepEqual(without(back), without(cells));
        assert.ok(back.every((cell: string) => !/^[=+\-@\t\r\n＝]/.test(cell)));
      },
    ),
    { numRuns: 2_000 },
  );
});
