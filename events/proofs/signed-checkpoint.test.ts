import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../hash.ts";
import { ed25519Cosigner, verifierOf } from "./cosignature.ts";
import { keysOf, LOG, NOW, ORIGIN, OTHER_LOG, signersOf, VECTORS } from "./keys.suite.ts";
import { signatureLines, signNote, type Verifier } from "./note.ts";
import { openSignedCheckpoint, readSignedCheckpoint, signTreeHead } from "./signed-checkpoint.ts";
import { formatTreeHead, originOf } from "./tree-head.ts";
import { parseVerifierKey } from "./verifier-key.ts";

const HEAD = { origin: ORIGIN, size: 184_203, root: sha256("root") };
const server = keysOf("server");
const note = signTreeHead(HEAD, signersOf(server));
const trust = { keys: server.public, log: LOG };

test("a checkpoint with both signatures is opened, and says when it was signed", () => {
  const opened = openSignedCheckpoint(note, trust);
  assert.deepEqual({ origin: opened.origin, size: opened.size, root: opened.root }, HEAD);
  assert.equal(opened.note, note);
  assert.equal(opened.signatures.length, 2);
  assert.equal(opened.signedAt, NOW);
  assert.deepEqual(openSignedCheckpoint(Buffer.from(note), trust), opened);
});

test("one key suffices; a checkpoint without a time does not say when it was signed", () => {
  const [ed25519, mlDsa] = signersOf(server);
  assert.ok(ed25519 && mlDsa);
  assert.equal(openSignedCheckpoint(signTreeHead(HEAD, [ed25519]), trust).signedAt, null);
  assert.equal(openSignedCheckpoint(signTreeHead(HEAD, [mlDsa]), trust).signedAt, NOW);
  for (const key of server.public)
    assert.equal(openSignedCheckpoint(note, { ...trust, keys: [key] }).signatures.length, 1);
});

test("another log's checkpoint, another key's, and one of a witness alone are refused", () => {
  const refuses = (changed: string, expected: object) =>
    assert.throws(() => openSignedCheckpoint(changed, trust), expected);
  const foreign = originOf({ log: OTHER_LOG, generation: 1 });
  refuses(signTreeHead({ ...HEAD, origin: foreign }, signersOf(server, foreign)), {
    code: "NOT_A_LOG",
    fault: "origin",
    message: `the signed checkpoint: it is about ${foreign}, not about ${ORIGIN}`,
  });
  refuses(signTreeHead({ ...HEAD, origin: "example.com/log" }, signersOf(server, "example.com/log")), {
    fault: "origin",
  });
  refuses(signTreeHead(HEAD, signersOf(keysOf("a thief"))), { code: "UNPROVEN", fault: "unsigned" });
  const witness = ed25519Cosigner("witness.example/w1", keysOf("witness").ed25519, () => NOW);
  const cosigned = signNote(formatTreeHead(HEAD), [witness]);
  refuses(cosigned, { fault: "unsigned" });
  const witnesses = [verifierOf(witness.key) as Verifier];
  assert.throws(() => openSignedCheckpoint(cosigned, { ...trust, witnesses }), {
    fault: "unsigned",
    message: "the signed checkpoint: no key of the log signed it, and none of the known keys of the log",
  });
  const both = note + signatureLines(formatTreeHead(HEAD), [witness]);
  assert.equal(openSignedCheckpoint(both, { ...trust, witnesses }).cosignatures[0]?.at, NOW);
  assert.equal(openSignedCheckpoint(both, trust).cosignatures.length, 0);
});

test("an origin that no key can have as its name is malformed, also where any log is accepted", () => {
  for (const origin of [`${ORIGIN} `, "two words", "a+b"])
    assert.throws(() => openSignedCheckpoint(note.replace(ORIGIN, origin), { keys: server.public }), {
      code: "UNPROVEN",
      fault: "malformed",
    });
});

test("a signature of the key under another log's name does not sign this log's checkpoint", () => {
  const elsewhere = signersOf(server, originOf({ log: OTHER_LOG, generation: 1 }));
  assert.throws(() => openSignedCheckpoint(signTreeHead(HEAD, elsewhere), trust), { fault: "unsigned" });
});

test("the next generation has the same keys under another name", () => {
  const origin = originOf({ log: LOG, generation: 2 });
  assert.equal(
    openSignedCheckpoint(signTreeHead({ ...HEAD, origin }, signersOf(server, origin)), trust).origin,
    origin,
  );
});

test("a forged or cut checkpoint is refused", () => {
  assert.throws(() => openSignedCheckpoint(note.replace("184203", "184204"), trust), {
    code: "UNPROVEN",
    fault: "forged",
  });
  for (let end = 0; end < note.length; end += 13)
    assert.throws(() => openSignedCheckpoint(note.slice(0, end), trust), { code: "UNPROVEN" });
});

test("readSignedCheckpoint() reads without believing", () => {
  assert.deepEqual(readSignedCheckpoint(note), HEAD);
  assert.throws(() => readSignedCheckpoint("nothing"), { fault: "malformed" });
});

test("the checkpoints that Go and torchwood signed are opened, with their witness", () => {
  const { log, witness } = VECTORS.keys;
  const keys = [log.ed25519, log.mlDsa44].map(parseVerifierKey);
  const witnesses = [witness.ed25519Cosigner, witness.mlDsa44].map(
    (key) => verifierOf(parseVerifierKey(key)) as Verifier,
  );
  for (const vector of VECTORS.notes.signedCheckpoints) {
    const opened = openSignedCheckpoint(vector.note, { keys, log: LOG, witnesses });
    assert.equal(opened.size, vector.size);
    assert.deepEqual([opened.signatures.length, opened.cosignatures.length], [2, 2]);
  }
});
