import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { test } from "node:test";
import { sha256 } from "../hash.ts";
import { ed25519Cosigner, mlDsaSigner, verifierOf, verifiersOf } from "./cosignature.ts";
import { ed25519Key, keysOf, LOG, NOW, ORIGIN, VECTORS } from "./keys.suite.ts";
import { openNote, signNote, type Verifier } from "./note.ts";
import { EMPTY_ROOT } from "./tree.ts";
import { formatTreeHead } from "./tree-head.ts";
import {
  ED25519_COSIGNATURE,
  ML_DSA_44_COSIGNATURE,
  parseVerifierKey,
  publicKeyOf,
  verifierKey,
} from "./verifier-key.ts";

const HEAD = { origin: ORIGIN, size: 257, root: sha256("root") };
const TEXT = formatTreeHead(HEAD);
const WITNESS = "witness.example/w1";
const verifier = (key: Parameters<typeof verifierOf>[0]) => verifierOf(key) as Verifier;

test("the checkpoints that Go's note and torchwood signed, with both keys of the log and of a witness, are verified", () => {
  const { log, witness } = VECTORS.keys;
  const keys = [log.ed25519, log.mlDsa44, witness.ed25519Cosigner, witness.mlDsa44].map(parseVerifierKey);
  for (const { body, note } of VECTORS.notes.signedCheckpoints) {
    const { text, verified, unknown } = openNote(note, keys.map(verifier));
    assert.equal(text, body);
    assert.deepEqual(
      verified.map(({ key }) => key),
      keys,
    );
    assert.deepEqual(unknown, []);
    const [ed25519, ...cosignatures] = verified.map(({ at }) => at);
    assert.equal(ed25519, null);
    for (const at of cosignatures) assert.ok(at !== null && at !== undefined && at > 1_600_000_000, `${at}`);
  }
});

test("the cosignature of the document: Ed25519 over its two lines and the text", () => {
  const key = ed25519Key(sha256("a witness"));
  const cosigner = ed25519Cosigner(WITNESS, key, () => 1_679_315_147.9);
  const message = `cosignature/v1\ntime 1679315147\n${TEXT}`;
  const time = Buffer.from("00000000641850cb", "hex");
  assert.deepEqual(cosigner.sign(TEXT), Buffer.concat([time, sign(null, Buffer.from(message), key)]));
});

test("an ML-DSA-44 signature is over the bytes that the document says, and two of one text differ", () => {
  const { mlDsa } = keysOf("server");
  const signer = mlDsaSigner(ORIGIN, mlDsa, () => NOW);
  const [a, b] = [signer.sign(TEXT), signer.sign(TEXT)];
  assert.equal(a.length, 8 + 2420);
  assert.notDeepEqual(a, b);
  const origin = Buffer.from(ORIGIN);
  const uint64 = (value: number) => Buffer.from(value.toString(16).padStart(16, "0"), "hex");
  const name = Buffer.concat([Buffer.of(origin.length), origin]);
  const message = Buffer.concat([
    Buffer.from("subtree/v1\n\0"),
    name,
    uint64(NOW),
    name,
    uint64(0),
    uint64(257),
    HEAD.root,
  ]);
  const own = Buffer.concat([uint64(NOW), sign(null, message, mlDsa)]);
  for (const signature of [a, b, own]) assert.equal(verifier(signer.key).verify(TEXT, signature), NOW);
});

for (const [name, make] of [
  ["Ed25519", (origin: string, at = NOW) => ed25519Cosigner(origin, keysOf("server").ed25519, () => at)],
  ["ML-DSA-44", (origin: string, at = NOW) => mlDsaSigner(origin, keysOf("server").mlDsa, () => at)],
] as const) {
  test(`${name}: another time, text, key or byte is not the signature`, () => {
    const signer = make(WITNESS);
    const signature = signer.sign(TEXT);
    const { verify } = verifier(signer.key);
    assert.equal(verify(TEXT, signature), NOW);
    for (const other of [
      { ...HEAD, size: 258 },
      { ...HEAD, root: sha256("another") },
      { ...HEAD, origin: ORIGIN.replace(/1$/, "2") },
    ])
      assert.equal(verify(formatTreeHead(other), signature), undefined);
    for (let at = 0; at < signature.length; at += at < 16 ? 1 : 97) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] as number) ^ 1;
      assert.equal(verify(TEXT, changed), undefined, `byte ${at}`);
      assert.equal(verify(TEXT, signature.subarray(0, at)), undefined, `cut at ${at}`);
    }
    assert.equal(verify(TEXT, Buffer.concat([signature, Buffer.of(0)])), undefined);
    assert.equal(verify("no tree head\n", signature), undefined);
    assert.equal(verify(TEXT, make(WITNESS, 0).sign(TEXT)), null, "a time of zero says nothing");
  });

  test(`${name}: what is not a tree head is not cosigned`, () => {
    assert.throws(() => make(WITNESS).sign("text\n"), /this text cannot be cosigned/);
  });
}

test("an ML-DSA-44 key signs only under its own name, and an Ed25519 one under any", () => {
  const [mlDsa, ed25519] = [
    mlDsaSigner("a", keysOf("server").mlDsa, () => NOW),
    ed25519Cosigner("a", keysOf("server").ed25519, () => NOW),
  ];
  assert.equal(verifier(verifierKey("b", mlDsa.key)).verify(TEXT, mlDsa.sign(TEXT)), undefined);
  assert.equal(verifier(verifierKey("b", ed25519.key)).verify(TEXT, ed25519.sign(TEXT)), NOW);
});

test("ML-DSA-44 does not sign extension lines, long names, or an empty tree with another root", () => {
  const signer = mlDsaSigner("a", keysOf("server").mlDsa, () => NOW);
  const extended = `${TEXT}extension\n`;
  assert.throws(() => signer.sign(extended), /cannot be cosigned/);
  assert.equal(verifier(signer.key).verify(extended, signer.sign(TEXT)), undefined);
  assert.throws(() => signer.sign(formatTreeHead({ ...HEAD, origin: "a".repeat(256) })), /cannot be cosigned/);
  assert.throws(() => signer.sign(formatTreeHead({ ...HEAD, size: 0 })), /cannot be cosigned/);
  const empty = formatTreeHead({ ...HEAD, size: 0, root: EMPTY_ROOT });
  assert.equal(verifier(signer.key).verify(empty, signer.sign(empty)), NOW);
  const cosigner = ed25519Cosigner("a", keysOf("server").ed25519, () => NOW);
  assert.equal(verifier(cosigner.key).verify(extended, cosigner.sign(extended)), NOW, "Ed25519 signs them");
});

test("a key of one type does not verify the signature of another", () => {
  const { ed25519 } = keysOf("server");
  const cosigner = ed25519Cosigner(ORIGIN, ed25519, () => NOW);
  const note = signNote(TEXT, [cosigner]);
  assert.throws(() => openNote(note, verifiersOf(ORIGIN, keysOf("server").public)), { fault: "unsigned" });
  assert.equal(openNote(note, verifiersOf(ORIGIN, [publicKeyOf(ED25519_COSIGNATURE, ed25519)])).verified[0]?.at, NOW);
});

test("signers refuse keys of another algorithm", () => {
  const rsa: KeyObject = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  assert.throws(() => mlDsaSigner("a", rsa, () => NOW), /needs an ml-dsa-44 key, not rsa/);
  assert.throws(() => ed25519Cosigner(LOG, rsa, () => NOW), /needs an ed25519 key, not rsa/);
});

test("a key that this runtime cannot read has no verifier, and its signatures count as unknown", () => {
  const [ed25519, mlDsa] = keysOf("server").public;
  assert.ok(ed25519 && mlDsa);
  const unreadable = { type: ML_DSA_44_COSIGNATURE, bytes: mlDsa.bytes.subarray(1) } as const;
  assert.equal(verifierOf(verifierKey(ORIGIN, unreadable)), null);
  assert.equal(verifiersOf(ORIGIN, [ed25519, unreadable]).length, 1);
});
