/** Which texts a search finds: of every script, with and without signs, numbers and amounts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { currencyCodes, decimalsOf } from "../../events/values/currency.ts";
import { arbitraryCharacter } from "../../fixtures/data/arbitrary.ts";
import { matches, parseSearch } from "./search-input.ts";
import { wordOfAmount, wordsOf, wordsOfNumber } from "./search-words.ts";

const setOf = (words: string) => new Set(words.split(" ").filter((word) => word !== ""));

function finds(typed: string, words: ReadonlySet<string>, prefixes: readonly string[] = []): boolean {
  const expressions = parseSearch(typed, { prefixes });
  return expressions.length > 0 && expressions.every((one) => matches(one, words));
}

function assertFinds(typed: string, text: string, expected = true): void {
  const stored = wordsOf(text);
  assert.equal(
    finds(typed, setOf(stored)),
    expected,
    `${typed} in ${text}: ${JSON.stringify(parseSearch(typed))} in ${stored}`,
  );
}

/** Texts, what finds them, and what does not. */
const TEXTS: readonly [text: string, found: readonly string[], not: readonly string[]][] = [
  [
    "Jäger Marine 3",
    ["jäger", "JÄGER", "jager", "jaeger", "Jaeger mar", "3 mar jä", "marine jaeg", "j m 3"],
    ["jagr", "arine", "jager 4", "jaager"],
  ],
  ["Jaeger Söhne", ["jaeger", "jäger", "söhne", "soehne", "sohne", "so"], ["jager"]],
  [
    "Müller & Söhne",
    [
      "muller",
      "mueller",
      "müller",
      "müller & söhne",
      "söhne & müller",
      "muller&sohne",
      "mueller&soeh",
      "& sö",
      "&sö",
      "müller&",
      "&",
    ],
    ["mller", "muller+"],
  ],
  ["Straße", ["strasse", "STRASSE", "straße", "STRAẞE", "stras"], ["strase "]],
  ["Łódź", ["lodz", "łódź", "LODZ", "lo"], []],
  ["Ørsted", ["orsted", "oersted", "ørsted", "ØRSTED"], ["rsted"]],
  ["Åse", ["ase", "aase", "åse", "A\u030ase"], []],
  ["Iğdır İZMİR", ["igdir", "IĞDIR", "izmir", "İzmir", "ızmır"], []],
  ["Ελληνική ΟΔΟΣ", ["ελληνικη", "ΕΛΛΗΝΙΚΗ", "οδος", "οδός"], []],
  ["ＡＢＣ１２", ["ABC", "abc12", "ａｂ"], ["bc"]],
  ["Пётр", ["петр", "ПЁТР"], []],
  ["שָׁלוֹם مُحَمَّد", ["שלום", "محمد"], []],
  ["שָׁלוֹם בְּע״מ", ["שלום בע״מ", 'בע"מ', "בעמ", "בע מ", "בע”מ"], ["במ"]],
  ["مؤسسة الهدى أحمد", ["موسسه", "مؤسسة", "الهدي", "احمد الهدى", "أحمد"], ["حمد"]],
  ["شرکت یکم", ["شركت", "يكم"], []],
  ["葛\u{e0100}城市", ["葛城", "城市"], []],
  ["हिन्दी", ["हिन्दी", "हि"], []],
  [
    "H&M",
    ["H&M", "h&m", "h & m", "h m", "m h", "h&", "&m", "h", "m", "＆", "h&amp".slice(0, 2)],
    ["h+m", "m&h", "hm", "h&n"],
  ],
  ["A&B and A & C", ["A&B", "a&c", "b and"], ["b&c"]],
  ["C++ and C#", ["C++", "c+", "c#", "c", "++"], ["c+++", "c&"]],
  ["C", ["c"], ["c++", "c#"]],
  ["X", ["x", "X"], ["xx", "y"]],
  ["AT&T", ["at&t", "AT", "at&"], ["att&", "t&at"]],
  [
    "O'Connor",
    ["o'con", "oconnor", "O’Connor", "connor", "o connor", "ocon", "o`connor", "o´connor", "oʼcon"],
    ["onnor", "o'd"],
  ],
  ["O’Connor-Smith", ["o'connor smith", "oconnor", "connor-smi", "smith"], ["connorsmith"]],
  ["OConnor", ["o'connor", "o’con", "oconnor"], ["connor"]],
  ["d'Arcy-O'Neill", ["oneill", "darcy", "d'arcy", "o'neill", "d'arcy-o'neill"], []],
  ["R.E.M.", ["rem", "r.e.m.", "R.E.M", "r.e", "r e m"], ["rema"]],
  [
    "café-bar",
    ["cafe", "bar", "cafe-bar", "cafebar", "café bar", "bar cafe", "CAFÉ‑BAR", "cafe-b", "cafe-"],
    ["afe", "cafes"],
  ],
  ["cafébar", ["cafe-bar", "cafebar", "cafe"], ["bar"]],
  ["col·lecció", ["collecció", "col·lec", "colleccio"], []],
  ["株式会社東京商事", ["東京", "株式会社", "商事", "京", "事", "株", "東京商", "東京 株式"], ["京東", "東商"]],
  ["鈴木商店", ["木商", "鈴木", "店", "鈴木商店"], ["商木"]],
  ["ガス会社", ["ガス", "ｶﾞｽ", "会社", "ス会"], ["カス"]],
  ["スーパー", ["ーパ", "パー"], []],
  ["สวัสดีครับ", ["สวัสดี", "ครับ", "ดีค"], ["รับส"]],
  ["ສະບາຍດີ សួស្តី မင်္ဂလာပါ", ["ບາຍ", "ស្តី", "ဂလာ"], []],
  ["삼성전자", ["삼성", "삼성전자"], ["성전"]],
  ["ABC東京 2店", ["abc", "東京", "abc東", "2店", "店"], ["bc"]],
  ["Café \u200bZe\u00adro\u200b5", ["cafe", "zero", "5"], []],
  ["007 and 000", ["7", "007", "07", "0", "00", "000"], ["8", "0071", "0000"]],
  ["0071 0012A", ["007", "71", "7", "001", "0012a", "0012"], []],
  ["٢١٠٢", ["2102", "٢١", "21"], []],
  ["2024-01-05", ["2024-01-05", "2024", "2024-01", "2024-0", "5", "01"], ["2025"]],
  ["PO-4711 MUG-7", ["po4711", "po-47", "4711", "mug 7", "mug7"], ["4712"]],
  ["1.5 mm", ["1.5", "1.5 m", "1,5", "5"], []],
  ["rosa@harbour.example", ["rosa", "rosa@harbour.ex", "harbour example", "example"], ["osa"]],
  ["A/S Foo", ["a/s", "as", "foo a/s"], []],
  ["DE123456789 LS123", ["de123", "123456789", "123"], ["456"]],
  ["REF00471 LS1", ["471", "00471", "0047", "000471", "ref", "ls1", "0"], ["1", "047", "0004"]],
  ["#7 +49", ["#7", "7", "+49", "49", "#", "+"], ["#8"]],
];

test("parseSearch() finds a text of any script by words in any order, each a beginning", () => {
  for (const [text, found, not] of TEXTS) {
    for (const typed of found) assertFinds(typed, text);
    for (const typed of not) assertFinds(typed, text, false);
  }
});

test("parseSearch() finds a number with or without its prefix and its zeros", () => {
  for (const [number, counter, prefix, found, not] of [
    [
      "INV-02102",
      2102,
      "inv",
      [
        "2102",
        "02102",
        "INV-02102",
        "inv 2102",
        "inv02102",
        "inv2102",
        "inv-0",
        "INV-02",
        "inv",
        "21",
        "0",
        "2102 inv",
      ],
      ["1202", "102", "xinv"],
    ],
    ["R00042", 42, "r", ["42", "00042", "R42", "r 42", "R00042", "r0"], ["420"]],
    ["RE2024-0012", 12, "re2024", ["12", "0012", "RE2024-0012", "re2024-12", "2024", "re 2024 12"], ["13"]],
    ["202400012", 12, "2024", ["12", "202400012", "2024"], []],
    ["489434", null, "", ["489434", "4894"], ["434"]],
    ["C489449", null, "", ["c489449", "489449", "c4"], []],
    ["PO-77", null, "", ["PO-77", "po77", "po 77", "77"], ["po7701", "p77"]],
  ] as const) {
    const words = setOf(wordsOfNumber(number, counter));
    const message = (typed: string) => `${typed} in ${number}: ${[...words].join(" ")}`;
    for (const typed of found) assert.ok(finds(typed, words, prefix === "" ? [] : [prefix]), message(typed));
    for (const typed of not) assert.ok(!finds(typed, words, prefix === "" ? [] : [prefix]), message(typed));
  }
});

test("parseSearch() finds an amount as people write it, in every currency", () => {
  for (const [minor, currency, found, not] of [
    [
      178_815,
      "EUR",
      [
        "1788.15",
        "1788,15",
        "1.788,15",
        "1,788.15",
        "1 788,15",
        "1\u00a0788,15",
        "1\u202f788,15",
        "1'788.15",
        "1’788.15",
        "€1788.15",
        "1.788,15 €",
        "EUR 1788.15",
        "1788.15 EUR",
        "-1788,15",
        "１７８８.１５",
        "01788.15",
        "eur 1788.15",
        "1.788,15 eur",
        "1788,15 Euro",
        "1788,15 zł",
        "Kč 1788,15",
        "1 788,15 kr",
        "Fr. 1'788.15",
        "-€1.788,15",
        "€ -1.788,15",
        "(1,788.15)",
        "１，７８８．１５",
        "١٬٧٨٨٫١٥",
      ],
      ["1788", "1788.1", "788.15", "1788.151", "17.8815", "178815", "2102 1788.15"],
    ],
    [
      178_800,
      "EUR",
      ["1788", "1788.00", "1,788", "1.788", "1 788", "1788,0", "1.788,00", "1788,-", "1'788.-", "1.788,–"],
      ["178800"],
    ],
    [1_788, "JPY", ["1788", "1,788", "¥1788", "JPY 1,788", "1788.00", "1,788円"], ["17.88"]],
    [1_788_150, "KWD", ["1788.150", "1788.15", "1,788.150"], ["1788150"]],
    [5, "EUR", ["0.05", "0,05", ".05", ",05", "€.05"], ["5", "0.5"]],
    [12_345_678_90, "INR", ["1,23,45,678.90", "12,345,678.90", "12345678.9"], []],
  ] as const) {
    const words = new Set([wordOfAmount(minor, currency), wordOfAmount(-minor, currency)]);
    assert.equal(words.size, 1, "a credit note is found by its amount without a sign");
    for (const typed of found)
      assert.ok(finds(typed, words), `${typed} in ${[...words]}: ${JSON.stringify(parseSearch(typed))}`);
    for (const typed of not) assert.ok(!finds(typed, words), `${typed} in ${[...words]}`);
  }
  const both = setOf(`${wordOfAmount(178_815, "EUR")} ${wordsOf("Jäger Marine")}`);
  for (const typed of ["jaeger 1788.15", "1 788,15 mar", "€ 1.788,15 jäger", "jäger EUR 1788.15", "eur 1788.15 jäger"])
    assert.ok(finds(typed, both), typed);
});

const LOCALES =
  "en de de-AT de-CH fr fr-CH es es-MX pt pt-BR it nl pl cs sk sl hr hu ro bg sr uk ru tr sv nb da fi is el et lv lt he ar ar-EG fa th vi id ja ko zh en-IN en-ZA";

test("parseSearch() finds an amount as each locale writes it, in every currency", () => {
  const missed: string[] = [];
  let searched = 0;
  for (const locale of LOCALES.split(" "))
    for (const currency of currencyCodes())
      for (const currencyDisplay of locale === "en"
        ? (["narrowSymbol", "code"] as const)
        : (["narrowSymbol"] as const)) {
        const decimals = decimalsOf(currency);
        const format = new Intl.NumberFormat(locale, {
          style: "currency",
          currency,
          currencyDisplay,
          minimumFractionDigits: decimals,
          maximumFractionDigits: decimals,
        });
        for (const minor of [178_815, -178_800]) {
          const text = format.format(minor / 10 ** decimals);
          searched++;
          if (!finds(text, setOf(wordOfAmount(minor, currency)))) missed.push(`${locale} ${JSON.stringify(text)}`);
        }
      }
  assert.deepEqual(missed, []);
  assert.ok(searched > 10_000, `${searched}`);
});

test("parseSearch() finds nothing without a letter, a digit or a sign, and uses a limited number of words", () => {
  for (const typed of ["", " ", "%", "''", '"', "*", "-- ;", "()", "\u0000", "\ud800", "?!", "\u200b"])
    assert.deepEqual(parseSearch(typed), [], typed);
  // No pattern reads a long text again and again.
  for (const typed of ["1".repeat(200), `${"1".repeat(199)}x`, "1 ".repeat(100), `${".1".repeat(99)}x`])
    assert.ok(parseSearch(typed).length > 0, typed);
  assert.equal(parseSearch(Array.from({ length: 90 }, (_, n) => `w${n}`).join(" ")).length, 16);
});

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const text = fc
  .array(fc.oneof(arbitraryCharacter, fc.constantFrom(..." '-&+#./ABCabcäöüøå0123456789東京".split(""))), {
    maxLength: 24,
  })
  .map((characters) => characters.join(""));

test("a row is found by the beginnings of its words, in any order, with and without accents", () => {
  let searched = 0;
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.nat()), (one, numbers) => {
      const words = setOf(wordsOf(one));
      const next = (below: number) => (numbers.next().value as number) % below;
      const typed = one
        .split(/[ \n\t]+/)
        .map((word) => [word, word.normalize("NFD"), word.toUpperCase(), word.toLowerCase()][next(4)] ?? "")
        .map((word) => [...graphemes.segment(word)].map(({ segment }) => segment))
        .map((parts) => parts.slice(0, 1 + next(Math.max(parts.length, 1))).join(""))
        .toSorted(() => next(3) - 1)
        .join(" ");
      if (parseSearch(typed).length === 0) return;
      searched++;
      assert.ok(
        finds(typed, words),
        `${typed} in ${one}: ${JSON.stringify(parseSearch(typed))} in ${[...words].join(" ")}`,
      );
    }),
    { numRuns: 3_000 },
  );
  assert.ok(searched > 2_000, `${searched} searches`);
});
