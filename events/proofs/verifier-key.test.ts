import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { ed25519Key, keysOf, VECTORS } from "./keys.suite.ts";
import {
  ED25519,
  ED25519_COSIGNATURE,
  fingerprintOf,
  formatVerifierKey,
  isKeyName,
  keyObjectOf,
  ML_DSA_44_COSIGNATURE,
  parseVerifierKey,
  publicKeyOf,
  samePublicKey,
  verifierKey,
} from "./verifier-key.ts";

test("keys are written and read as Go writes them", () => {
  for (const { name, seedHex, ed25519, ed25519Cosigner, mlDsa44 } of [
    VECTORS.keys.log,
    VECTORS.keys.other,
    VECTORS.keys.witness,
  ]) {
    const key = ed25519Key(Buffer.from(seedHex, "hex"));
    assert.equal(formatVerifierKey(verifierKey(name, publicKeyOf(ED25519, key))), ed25519);
    assert.equal(formatVerifierKey(verifierKey(name, publicKeyOf(ED25519_COSIGNATURE, key))), ed25519Cosigner);
    for (const text of [ed25519, ed25519Cosigner, mlDsa44]) {
      const parsed = parseVerifierKey(text);
      assert.equal(parsed.name, name);
      assert.equal(formatVerifierKey(parsed), text);
      assert.ok(keyObjectOf(parsed));
    }
    assert.equal(parseVerifierKey(mlDsa44).type, ML_DSA_44_COSIGNATURE);
  }
});

test("keys that Go refuses are refused, with what is wrong", () => {
  const { noLogKeys } = VECTORS.keys;
  for (const text of noLogKeys) {
    // Types 4 and 6 are keys, but not such that note.NewVerifier knows.
    const type = Buffer.from(text.split("+").slice(2).join("+"), "base64")[0];
    if (type === ED25519_COSIGNATURE) assert.equal(parseVerifierKey(text).type, ED25519_COSIGNATURE);
    else assert.throws(() => parseVerifierKey(text), { code: "UNPROVEN", fault: "malformed" }, text);
  }
  const good = VECTORS.keys.log.ed25519;
  const says = (text: string, message: RegExp) => assert.throws(() => parseVerifierKey(text), { message });
  says("", /^the key "": it does not have the form NAME\+ID\+KEY$/);
  says(good.replace("+5ae4a335+", "+00000000+"), /its id should be 5ae4a335: a part of it is changed or cut/);
  says(good.replace("+5ae4a335+AR", "+5ae4a335+BR"), /its signature type is 5, and this release knows 1, 4 and 6/);
  says(good.slice(0, -4), /it has 29 bytes, and type 1 has 32/);
  says(`${good}=`, /what follows its id is not base64/);
  says(`two words${good.slice(good.indexOf("+"))}`, /its name is empty, or has a space/);
});

test("a fingerprint and samePublicKey() do not depend on the name, and a type is part of a key", () => {
  const [a, b] = [keysOf("a").public[0], keysOf("b").public[0]];
  assert.ok(a && b);
  assert.match(fingerprintOf(a), /^[0-9a-f]{64}$/);
  assert.equal(fingerprintOf(verifierKey("one", a)), fingerprintOf(verifierKey("two", a)));
  assert.notEqual(fingerprintOf(a), fingerprintOf(b));
  assert.equal(samePublicKey(verifierKey("one", a), verifierKey("two", a)), true);
  assert.equal(samePublicKey(a, { ...a, type: ED25519_COSIGNATURE }), false);
  assert.notEqual(verifierKey("one", a).id, verifierKey("one", { ...a, type: ED25519_COSIGNATURE }).id);
});

test("publicKeyOf() takes private and public keys, and only those of the type's algorithm", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  assert.deepEqual(publicKeyOf(ED25519, publicKey), publicKeyOf(ED25519, privateKey));
  assert.throws(() => publicKeyOf(ML_DSA_44_COSIGNATURE, privateKey), /type 6 needs an ml-dsa-44 key, not ed25519/);
});

test("names of keys have no space, no plus and no control character", () => {
  for (const name of ["a", "invoify/x/1", "bücher.example/log", "日本"]) assert.equal(isKeyName(name), true, name);
  for (const name of ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b", "a\u0085b", "a\u0000", "\ud800"])
    assert.equal(isKeyName(name), false, JSON.stringify(name));
});
