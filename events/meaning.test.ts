/** `MEANING.md` says the same as the code, and the worked examples of `MEANING.md` and `PROOFS.md` are true. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { CATALOGUE } from "./encoding/catalogue.ts";
import { leafHash, nodeHash } from "./proofs/tree.ts";
import { currencyCodes, decimalsOf } from "./values/currency.ts";
import { VAT_CATEGORIES } from "./values/money.ts";
import { usualReason } from "./values/vat.ts";

const page = readFileSync(new URL("MEANING.md", import.meta.url), "utf8");
const oneLine = page.replaceAll(/\s+/g, " ");

test("the page lists the currencies and their decimals", () => {
  const listed = [...page.matchAll(/^ {4}((?:[A-Z]{3} ?)+)$/gm)].flatMap(([, line = ""]) => line.trim().split(" "));
  assert.deepEqual(new Set(listed), currencyCodes());
  const decimals = new Map(
    [...page.matchAll(/^\| ([034]) \| ([A-Z ]+) \|$/gm)].flatMap(([, digits, codes = ""]) =>
      codes.split(" ").map((code) => [code, Number(digits)] as const),
    ),
  );
  for (const code of currencyCodes()) assert.equal(decimalsOf(code), decimals.get(code) ?? 2, code);
  assert.deepEqual(
    [...decimals.keys()].filter((code) => !currencyCodes().has(code)),
    [],
  );
});

test("the page has the order of VAT categories, and the usual reasons", () => {
  assert.ok(oneLine.includes(`in the order of categories ${VAT_CATEGORIES.join(", ")}, then`));
  for (const category of VAT_CATEGORIES) {
    const reason = usualReason(category);
    if (reason !== null) assert.ok(oneLine.includes(`${category} \`${reason}\``), category);
  }
});

/** The text under a heading of the page, up to the next one. */
function section(heading: string): string {
  const [, after] = page.split(`\n${heading}\n`);
  assert.ok(after !== undefined, heading);
  return after.split(/\n##+ /)[0] ?? "";
}

/** The first cells of a section's tables: `names` of each row. */
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| (`.+?) \| (.*) \|$/gm)].map(([, first = "", rest = ""]) => ({
    names: [...first.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    rest,
  }));

test("the page has every upcaster", () => {
  const steps = rowsOf(section("## Old shapes")).flatMap(({ names, rest }) =>
    names.map((name) => `${name} ${rest.split(" | ")[0]}`),
  );
  const upcasters = Object.entries(CATALOGUE).flatMap(([type, { schemas }]) =>
    schemas.slice(1).map((_, i) => `${type} ${i + 1} → ${i + 2}`),
  );
  assert.deepEqual(steps.toSorted(), upcasters.toSorted());
});

test("the page says what every event does", () => {
  const described = new Set(rowsOf(section("## From events to rows")).flatMap(({ names }) => names));
  const families = ["ClientRestored", "ItemRestored"]; // "…Restored"
  assert.deepEqual(
    Object.keys(CATALOGUE).filter((type) => !described.has(type) && !families.includes(type)),
    [],
  );
});

test("the page says how the rows of every table follow from events", () => {
  const [text = "", example = ""] = page.split("The text of step 4 is");
  const tables = [...example.matchAll(/^ {4}(\w+) \d+ [0-9a-f]{64}$/gm)].map(([, name = ""]) => name);
  assert.ok(tables.length > 20);
  assert.deepEqual(
    tables.filter((table) => !text.includes(`\`${table}\``)),
    [],
  );
});

test("the worked digest is that of the example", () => {
  const [, example = ""] = page.split("The text of step 4 is");
  const lines = example.split("\n").flatMap((line) => (line.startsWith("    ") ? [line.trim()] : []));
  const digest = lines.pop();
  assert.equal(createHash("sha256").update(lines.join("\n")).digest("hex"), digest);
  const file = z.object({
    "every-event": z.object({ digests: z.array(z.object({ upTo: z.int(), digest: z.string() })) }),
  });
  const known = file.parse(JSON.parse(readFileSync(new URL("../fixtures/logs/digests.json", import.meta.url), "utf8")));
  assert.equal(known["every-event"].digests.at(-1)?.digest, digest);
  const [, rows] = /The digest of its rows is `([0-9a-f]{64})`/.exec(example) ?? [];
  assert.equal(createHash("sha256").update(lines.slice(1).join("\n")).digest("hex"), rows);
});

test("the tree of the example is what its entries give", () => {
  const text = readFileSync(new URL("PROOFS.md", import.meta.url), "utf8");
  const rows = new Map([...text.matchAll(/^ {4}(\S.*?) {2,}([0-9a-f]{64})$/gm)].map(([, name, hash]) => [name, hash]));
  const leaves = [1, 2, 3].map((n) => leafHash(Buffer.from(rows.get(`entry ${n}`) ?? "", "hex")));
  const [a, b, c] = leaves;
  assert.ok(a && b && c);
  const root = nodeHash(nodeHash(a, b), c);
  const computed = [...leaves, nodeHash(a, b), root].map((hash) => hash.toString("hex"));
  assert.deepEqual(
    ["leaf 0", "leaf 1", "leaf 2", "node(0, 1)", "root, size 3"].map((name) => rows.get(name)),
    computed,
  );
  assert.ok(text.includes(`\n    3\n    ${root.toString("base64")}\n`));
});
