import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { verifierOf } from "./cosignature.ts";
import { base64, ed25519Key, keysOf, NOW, ORIGIN, signersOf, VECTORS } from "./keys.suite.ts";
import {
  ed25519Signer,
  ed25519Verifier,
  formatSignature,
  MAX_NOTE_BYTES,
  openNote,
  parseNote,
  signatureLines,
  signNote,
  type Verifier,
} from "./note.ts";
import { parseVerifierKey, type VerifierKey } from "./verifier-key.ts";

const verifier = (key: string | VerifierKey) =>
  ed25519Verifier(typeof key === "string" ? parseVerifierKey(key) : key) as Verifier;

const PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SEED = base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").subarray(1);
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

test("the well-known note of Go's sumdb is read, verified and written", () => {
  const opened = openNote(NOTE, [verifier(PETER)]);
  assert.equal(opened.text, TEXT);
  assert.deepEqual(opened.verified, [{ key: parseVerifierKey(PETER), at: null }]);
  assert.deepEqual(openNote(Buffer.from(NOTE), [verifier(PETER)]), opened);
  // Ed25519 always signs alike.
  assert.equal(signNote(TEXT, [ed25519Signer("PeterNeumann", ed25519Key(PETER_SEED))]), NOTE);
});

/**
 * Where we are stricter than Go: signed-note says that one bad signature of a known key SHOULD make a reader refuse.
 */
const STRICTER = ["a known key's first signature is right, its second is wrong"];

test("notes are opened and refused as Go's note does", () => {
  const known = [verifier(VECTORS.keys.log.ed25519)];
  for (const { why, noteBase64, text, error } of VECTORS.notes.opened) {
    const note = base64(noteBase64);
    if (error !== "" || STRICTER.includes(why)) {
      const fault = /no verifiable/.test(error)
        ? /unsigned/
        : /malformed/.test(error)
          ? /malformed/
          : /forged|malformed/; // a cut in base64 is malformed for us, and forged for Go
      assert.throws(
        () => openNote(note, known),
        (thrown: { code: string; fault: string }) => thrown.code === "UNPROVEN" && fault.test(thrown.fault),
        why,
      );
    } else assert.equal(openNote(note, known).text, text, why);
  }
  assert.ok(VECTORS.notes.opened.length > 25);
});

test("a note is what it was after it is written and read, with any number of signatures", () => {
  const name = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((text) => /^[^\p{White_Space}\p{Cc}+]+$/u.test(text));
  const line = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !/\p{Cc}/u.test(text));
  const signature = fc.record(
    {
      name,
      id: fc.nat({ max: 2 ** 32 - 1 }),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1 }),
      fc.array(signature, { minLength: 1, maxLength: 16 }),
      (lines, signatures) => {
        const text = `${lines.join("\n")}\n`;
        const note = `${text}\n${signatures.map(formatSignature).join("")}`;
        assert.deepEqual(parseNote(note), { text, signatures });
      },
    ),
  );
});

test("a signed text with any one byte changed is refused", () => {
  const { public: keys, ...keyPair } = keysOf("server");
  const note = Buffer.from(signNote("invoify\n1\nroot\n", [ed25519Signer(ORIGIN, keyPair.ed25519)]));
  const known = [verifier({ ...(ed25519Signer(ORIGIN, keyPair.ed25519).key as VerifierKey) })];
  openNote(note, known);
  for (let at = 0; at < note.length; at++) {
    const changed = Buffer.from(note);
    changed[at] = (changed[at] as number) ^ 1;
    assert.throws(() => openNote(changed, known), { code: "UNPROVEN" }, `byte ${at}`);
    assert.throws(() => openNote(note.subarray(0, at), known), { code: "UNPROVEN" }, `cut at ${at}`);
  }
  assert.equal(keys.length, 2);
});

test("refusals say what is wrong, and name the note", () => {
  const says = (note: string | Uint8Array, message: RegExp, fault: string) =>
    assert.throws(() => openNote(note, [verifier(PETER)], "checkpoint.txt"), { message, fault });
  says(NOTE.slice(0, -1), /^checkpoint\.txt: it does not end with a newline: its end is missing$/, "malformed");
  says(TEXT, /no empty line before its signatures/, "malformed");
  says(NOTE.replace("— ", "- "), /signature 1: its line does not have the form “— NAME BASE64”/, "malformed");
  says(NOTE.replace("wJnAM=", "wJnAN="), /signature 1: it is not base64/, "malformed");
  says(NOTE.replace("you think", "you\tthink"), /it has the control character "\\t"/, "malformed");
  says(Buffer.concat([Buffer.of(0xff), Buffer.from(NOTE)]), /it is not UTF-8/, "malformed");
  says(`${"a".repeat(MAX_NOTE_BYTES)}${NOTE}`, /more than 524288 bytes/, "malformed");
  says(`${TEXT}\n${NOTE.slice(TEXT.length + 1).repeat(101)}`, /101 signatures, 100 are allowed/, "malformed");
  says(NOTE.replace("If", "it"), /the signature of PeterNeumann, key c74f20a3, is not that key's/, "forged");
  says(
    signNote(TEXT, [ed25519Signer("PeterNeumann", keysOf("a thief").ed25519)]),
    /none of the known keys signed it, only PeterNeumann \(key [0-9a-f]{8}\)/,
    "unsigned",
  );
});

test("two keys with one name and id do not hide each other", () => {
  const own = ed25519Signer("a", keysOf("server").ed25519);
  const forged = { ...verifier(ed25519Signer("a", keysOf("a thief").ed25519).key) };
  const same: Verifier = { key: { ...forged.key, id: own.key.id }, verify: forged.verify };
  const note = signNote(TEXT, [own]);
  assert.equal(openNote(note, [same, verifier(own.key)]).verified[0]?.key, own.key);
  assert.throws(() => openNote(note, [same]), { fault: "forged" });
});

test("signNote() refuses a text that no note can have, and a note without a signature", () => {
  const signers = [ed25519Signer("a", keysOf("server").ed25519)];
  assert.throws(() => signNote("no newline", signers), /does not end with a newline/);
  assert.throws(() => signNote("a\rb\n", signers), /control character/);
  assert.throws(() => signNote("\ud800\n", signers), /not valid Unicode/);
  assert.throws(() => signNote(TEXT, []), /at least one signature/);
  assert.throws(() => ed25519Signer("two words", keysOf("server").ed25519), /cannot be the name of a key/);
});

test("signatures can be added to a note that exists", () => {
  const text = `${ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`;
  const [log, mlDsa] = signersOf(keysOf("server"));
  assert.ok(log && mlDsa);
  const note = signNote(text, [log]) + signatureLines(text, [mlDsa]);
  const verifiers = [log.key, mlDsa.key].map((key) => verifierOf(key) as Verifier);
  assert.deepEqual(
    openNote(note, verifiers).verified.map(({ at }) => at),
    [null, NOW],
  );
});
