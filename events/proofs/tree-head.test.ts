import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../hash.ts";
import { base64, LOG, ORIGIN, VECTORS } from "./keys.suite.ts";
import { formatTreeHead, originOf, parseOrigin, parseTreeHead } from "./tree-head.ts";

test("tree heads are written and read as torchwood does", () => {
  for (const { size, root, body } of VECTORS.notes.signedCheckpoints) {
    assert.equal(formatTreeHead({ origin: ORIGIN, size, root: base64(root) }), body);
    assert.deepEqual(parseTreeHead(body), { origin: ORIGIN, size, root: base64(root), extensions: [] });
  }
});

test("the tree head of the document, and extension lines", () => {
  const text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const head = parseTreeHead(text);
  assert.equal(formatTreeHead(head), text);
  assert.deepEqual(parseTreeHead(`${text}one\ntwo\n`), { ...head, extensions: ["one", "two"] });
});

test("what torchwood refuses is refused", () => {
  for (const text of VECTORS.notes.noTreeHeads)
    assert.throws(() => parseTreeHead(text), { code: "UNPROVEN", fault: "malformed" }, JSON.stringify(text));
});

test("refusals say what is wrong", () => {
  const root = sha256("").toString("base64");
  const says = (text: string, message: RegExp) => assert.throws(() => parseTreeHead(text, "c.txt"), { message });
  says(`${ORIGIN}\n1\n`, /^c\.txt: it does not have an origin, a size and a root$/);
  says(`${ORIGIN}\n01\n${root}\n`, /its size is "01", not a number of entries/);
  says(`${ORIGIN}\n9007199254740992\n${root}\n`, /its size is "9007199254740992"/);
  says(`${ORIGIN}\n1\n${root.slice(4)}\n`, /its root is not 32 bytes in base64/);
});

test("formatTreeHead() refuses what is no tree head", () => {
  const head = { origin: ORIGIN, size: 1, root: sha256("") };
  assert.throws(() => formatTreeHead({ ...head, origin: "a\nb" }), /cannot be an origin/);
  assert.throws(() => formatTreeHead({ ...head, size: 1.5 }), /1\.5 is not the size of a tree/);
  assert.throws(() => formatTreeHead({ ...head, root: Buffer.alloc(31) }), /a root has 32 bytes, not 31/);
});

test("an origin names a log and its generation, in one form only", () => {
  assert.equal(originOf({ log: LOG, generation: 3 }), `invoify/${LOG}/3`);
  assert.deepEqual(parseOrigin(`invoify/${LOG}/3`), { log: LOG, generation: 3 });
  for (const origin of [
    "",
    `invoify/${LOG}`,
    `invoify/${LOG}/`,
    `invoify/${LOG}/0`,
    `invoify/${LOG}/01`,
    `invoify/${LOG}/1/2`,
    `invoify/${LOG}/1\n`,
    `invoify/${LOG.toUpperCase()}/1`,
    `invoify/${LOG.replaceAll("-", "")}/1`,
    "invoify/not-a-uuid/1",
    `other/${LOG}/1`,
  ])
    assert.equal(parseOrigin(origin), null, origin);
});
