/** The expressions for FTS5, and that they find what `matches` says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { arbitraryCharacter } from "../../fixtures/data/arbitrary.ts";
import { defineSearchFunctions, SEARCH } from "./search-index.ts";
import { matches, parseSearch } from "./search-input.ts";
import { wordsOf } from "./search-words.ts";
import { matchOf } from "./word-match.ts";

function indexOf(texts: readonly string[]): Database.Database {
  const db = new Database(":memory:");
  defineSearchFunctions(db);
  db.exec(SEARCH.client.create);
  const insert = db.prepare("INSERT INTO client_search (rowid, text) VALUES (?, ?)");
  for (const [n, text] of texts.entries()) insert.run(n + 1, wordsOf(text));
  return db;
}

function search(db: Database.Database, typed: string): number[] {
  const expressions = parseSearch(typed);
  if (expressions.length === 0) return [];
  const sql = "SELECT rowid FROM client_search WHERE client_search MATCH ? ORDER BY rowid";
  return db
    .prepare<[string], number>(sql)
    .pluck()
    .all(matchOf(db, "client", expressions));
}

/** What a search finds, without FTS5. */
function expected(texts: readonly string[], typed: string): number[] {
  const expressions = parseSearch(typed);
  if (expressions.length === 0) return [];
  return texts.flatMap((text, n) => {
    const words = new Set(wordsOf(text).split(" "));
    return expressions.every((one) => matches(one, words)) ? [n + 1] : [];
  });
}

const TEXTS = [
  "Müller & Söhne, Zu\u0308rich INV-00042",
  "Naïve café-bar (the old one)",
  "東京 ビル 株式会社",
  "NEAR AND OR NOT text",
  "a b c dd C++ H&M O'Connor 1.5",
];
const db = indexOf(TEXTS);

test("matchOf() finds what matches() says, for words of every kind", () => {
  for (const [typed, rows] of [
    ["mull zurich", [1]],
    ["zuerich & muell", [1]],
    ["inv-0004", [1]],
    ["cafebar ol", [2]],
    ["京", [3]],
    ["式会 東", [3]],
    ["the", [2]],
    ["o", [2, 4, 5]],
    ["c++", [5]],
    ["h&m o'con", [5]],
    ["1,5", [5]],
    ["xyz", []],
  ] as const) {
    assert.deepEqual(search(db, typed), rows, typed);
    assert.deepEqual(expected(TEXTS, typed), rows, typed);
  }
});

test("matchOf() treats no input as syntax", () => {
  for (const typed of [
    "NEAR AND",
    "OR NOT",
    "near(and or)",
    "NOT te*",
    "NOT text",
    '"near" AND "te"',
    "text near",
    "^near",
    "text:near*",
  ])
    assert.deepEqual(search(db, typed), [4], typed);
  for (const typed of ["muller OR naive", "rowid:1"]) assert.deepEqual(search(db, typed), [], typed);
});

test("matchOf() makes a valid expression from any text, and finds the rows that match", () => {
  const characters = fc.oneof(arbitraryCharacter, fc.constantFrom(...[..."\"'*^():- &+#./ABCdaäö0115東京\u0000"]));
  const text = fc.array(characters, { maxLength: 20 }).map((all) => all.join(""));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), fc.array(text, { maxLength: 3 }), (texts, typed) => {
      const index = indexOf(texts);
      for (const one of [...typed, ...texts, ...texts.map((all) => all.slice(0, 5))])
        assert.deepEqual(search(index, one), expected(texts, one), JSON.stringify(one));
      index.close();
    }),
    { numRuns: 200 },
  );
});

test("the tokenizer stores the words as they are", () => {
  // Every character that a word can have: one that the tokenizer splits at or folds would not be found.
  const words = new Set<string>();
  for (let first = 1; first < 0x2_0000; first += 1_000) {
    const points = Array.from({ length: 1_000 }, (_, n) => String.fromCodePoint(first + n));
    for (const word of wordsOf(points.map((character) => `ab${character}cd`).join("\n")).split(" ")) words.add(word);
  }
  assert.ok(words.size > 50_000, `${words.size} words`);
  const index = new Database(":memory:");
  index.exec(SEARCH.client.create);
  index.prepare("INSERT INTO client_search (rowid, text) VALUES (1, ?)").run([...words].join(" "));
  index.exec("CREATE VIRTUAL TABLE temp.word USING fts5vocab('main', 'client_search', 'row')");
  const stored = index.prepare<[], string>("SELECT term FROM temp.word").pluck().all();
  assert.deepEqual(stored.toSorted(), [...words].toSorted());
});

test("matchOf() lists the existing words with a beginning, so FTS5 need not collect all their rows", () => {
  const of = (typed: string) => matchOf(db, "client", parseSearch(typed));
  for (const [typed, match] of [
    ["cafe", '("cafe" OR "cafebar")'],
    ["the ZURI", '("the") AND ("zurich")'],
    // A beginning with an index of its own; an unknown one.
    ["zu", '"zu"*'],
    ["nothing", '"nothing"*'],
    ["zürich", '(("zurich") OR ("zuerich"))'],
  ] as const)
    assert.equal(of(typed), match, typed);
});

test("matchOf() finds the same in an index of many segments, for any number of words with a beginning", () => {
  const words = ["rope", "roper", "ropes", "Ropé", "ropework", "lamp", "OR", "2024"];
  const texts = Array.from({ length: 400 }, (_, n) => {
    const some = words.filter((_, bit) => (n * 37) & (1 << bit));
    return [...some, `lamp${n % 24}x`, n % 2 ? `2024${n % 30}` : ""].join(" ");
  });
  const many = indexOf(texts);
  many.prepare("DELETE FROM client_search WHERE rowid % 7 = 0").run();
  const counts = new Set<number>();
  for (const typed of [
    "rope",
    "ROPE",
    "ropew",
    "lamp",
    "lam",
    "lamp1",
    "lamp23",
    "2024",
    "20241",
    "lamp rope",
    "rop la",
    "2 r",
    "xyzw",
  ]) {
    const rows = expected(texts, typed).filter((row) => row % 7 !== 0);
    assert.deepEqual(search(many, typed), rows, typed);
    counts.add(rows.length);
    const terms = matchOf(many, "client", parseSearch(typed)).match(/"\w+"/g) ?? [];
    assert.ok(terms.length <= 2 * 25, `${terms.length} terms for ${typed}`);
  }
  assert.ok(counts.size > 5, `${counts.size} different results`);
});

test("a search goes on after a read whose transaction failed, and took back what the first search had made", () => {
  const index = indexOf(TEXTS);
  const fails = index.transaction(() => {
    matchOf(index, "client", parseSearch("mull"));
    throw new Error("refused");
  });
  assert.throws(fails, /refused/);
  assert.deepEqual(search(index, "mull"), [1]);
  assert.throws(fails, /refused/);
  assert.deepEqual(search(index, "mull"), [1]);
  index.close();
});
