import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { arbitraryCharacter } from "../../fixtures/data/arbitrary.ts";
import { SEARCH } from "../cache/cache-schema.ts";
import { matchIn, matchOf } from "./search.ts";

const db = new Database(":memory:");
db.exec(SEARCH.client.create);
const TEXTS = [
  "Müller & Söhne, Zu\u0308rich INV-00042",
  "Naïve café-bar (the old one)",
  "東京 ビル",
  "NEAR AND OR NOT text",
  "a b c dd",
];
for (const [n, text] of TEXTS.entries())
  db.prepare("INSERT INTO client_search (rowid, text) VALUES (?, ?)").run(n + 1, text);
const find = db
  .prepare<[string], number>("SELECT rowid FROM client_search WHERE client_search MATCH ? ORDER BY rowid")
  .pluck();
const search = (typed: string) => {
  const match = matchOf(typed);
  return match === null ? null : find.all(match);
};

test("matchOf() finds all words in any case and with any accents, the last one by its prefix", () => {
  for (const [typed, rows] of [
    ["muller", [1]],
    ["MÜLLER zürich", [1]],
    ["mull", [1]],
    ["mull zurich", []],
    ["zurich mull", [1]],
    ["inv-0004", [1]],
    ["00042", [1]],
    ["cafe bar", [2]],
    ["CAFÉ-BAR", [2]],
    ["cafe\u0301", [2]],
    ["東京", [3]],
    ["of the", []],
    ["the", [2]],
    ["dd", [5]],
  ] as const)
    assert.deepEqual(search(typed), rows, typed);
});

test("matchOf() ignores words of one letter, and matches nothing if there are no others", () => {
  for (const typed of ["", " ", "a", "a b c", "%", "''", '"', "*", "-- ;", "()", "\u0000", "\ud800"])
    assert.equal(matchOf(typed), null, typed);
  assert.deepEqual(search("a dd"), [5]);
});

test("matchOf() treats no input as syntax", () => {
  for (const typed of [
    "NEAR AND",
    "OR NOT",
    "near(and or)",
    "NOT te*",
    "NOT text",
    '"near" AND "te"',
    "text:near",
    "^near",
  ])
    assert.deepEqual(search(typed.replace("text:", "text ")), [4], typed);
  assert.deepEqual(search("muller OR naive"), []);
  assert.deepEqual(search("rowid:1"), []);
});

test("matchOf() uses a limited number of words", () => {
  const many = Array.from({ length: 90 }, () => "old").join(" ");
  assert.deepEqual(search(many), [2]);
});

/** An empty table: FTS5 reports syntax errors there too, and faster. */
const empty = new Database(":memory:");
empty.exec(SEARCH.client.create);
const accepts = empty.prepare("SELECT rowid FROM client_search WHERE client_search MATCH ?");

test("matchOf() makes a valid expression from any text", () => {
  const texts = fc.oneof(fc.string({ unit: arbitraryCharacter }), fc.string());
  fc.assert(
    fc.property(texts, (typed) => {
      const match = matchOf(typed);
      if (match !== null) accepts.all(match);
    }),
    { numRuns: 500 },
  );
});

test("matchOf() and the tokenizer agree on what one word is", () => {
  // Two words in one pair of quotes would be a phrase, which an index without positions refuses. So test all characters.
  const words: string[] = [];
  for (let point = 1; point < 0x11_0000; point++) {
    const word = `ab${String.fromCodePoint(point)}cd`;
    if (matchOf(word) === `"${word}"*`) words.push(word);
  }
  assert.ok(words.length > 200_000, `${words.length} characters are parts of words`);
  for (let n = 0; n < words.length; n += 16) {
    const match = matchOf(words.slice(n, n + 16).join(" ")) ?? "";
    try {
      accepts.all(match);
    } catch (error) {
      assert.fail(`one of ${match}: ${(error as Error).message}`);
    }
  }
});

test("matchIn() lists the existing words with a prefix, so FTS5 need not collect all their rows", () => {
  for (const [typed, match] of [
    ["cafe", '("cafe")'],
    ["the ZURI", '"the" AND ("zurich")'],
    // A prefix with its own index; letters that the tokenizer changes; an unknown prefix.
    ["zur", '"zur"*'],
    ["zürich", '"zürich"*'],
    ["nothing", '"nothing"*'],
  ] as const)
    assert.equal(matchIn(db, "client", typed), match);
  assert.equal(matchIn(db, "client", "a"), null);
});

test("matchIn() finds the same as matchOf(), for any number of words, in an index of many segments", () => {
  const many = new Database(":memory:");
  many.exec(SEARCH.client.create);
  const insert = many.prepare("INSERT INTO client_search (rowid, text) VALUES (?, ?)");
  const words = ["rope", "roper", "ropes", "Ropé", "ropework", "lamp", "OR", "2024"];
  for (let n = 0; n < 400; n++) {
    const some = words.filter((_, bit) => (n * 37) & (1 << bit));
    insert.run(n + 1, [...some, `lamp${n % 24}x`, n % 2 ? `2024${n % 30}` : ""].join(" "));
  }
  many.prepare("DELETE FROM client_search WHERE rowid % 7 = 0").run();
  const select = many
    .prepare("SELECT rowid FROM client_search WHERE client_search MATCH ? ORDER BY rowid DESC")
    .pluck();
  for (const typed of [
    "rope",
    "ROPE",
    "ropew",
    "lamp",
    "lamp1",
    "lamp23",
    "2024",
    "20241",
    "lamp rope",
    "or 2024",
    "xyzw",
  ]) {
    const expected = select.all(matchOf(typed));
    assert.deepEqual(select.all(matchIn(many, "client", typed)), expected, typed);
    assert.equal(expected.length > 0, typed !== "xyzw", typed);
  }
});
