/** `MEANING.md` says the same as the code, and the worked examples of `MEANING.md` and `PROOFS.md` are true. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
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
