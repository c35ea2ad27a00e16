import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../hash.ts";
import { ed25519Cosigner, mlDsaSigner } from "./cosignature.ts";
import { keysOf, NOW, ORIGIN, VECTORS } from "./keys.suite.ts";
import { ed25519Signer, type Signer, signNote } from "./note.ts";
import { openByPolicy, parsePolicy } from "./policy.ts";
import { formatTreeHead } from "./tree-head.ts";
import { formatVerifierKey } from "./verifier-key.ts";

const TEXT = formatTreeHead({ origin: ORIGIN, size: 257, root: sha256("root") });

/** As in the vectors: two logs of one name, and three witnesses, of which one signs with ML-DSA-44. */
const SIGNERS: Record<string, Signer> = {
  log: ed25519Signer(ORIGIN, keysOf("server").ed25519),
  other: ed25519Signer(ORIGIN, keysOf("a thief").ed25519),
  w1: ed25519Cosigner("witness.example/w1", keysOf("w1").ed25519, () => NOW),
  w2: ed25519Cosigner("witness.example/w2", keysOf("w2").ed25519, () => NOW),
  w3: mlDsaSigner("witness.example/w3", keysOf("w3").mlDsa, () => NOW),
};

const signer = (name: string) => SIGNERS[name] as Signer;
const withKeys = (policy: string) =>
  policy.replace(/\{(\w+)\}/g, (_, name: string) => formatVerifierKey(signer(name).key));
const signedBy = (names: readonly string[]) => signNote(TEXT, names.map(signer));

test("policies are met by the signers that torchwood says", () => {
  let asked = 0;
  for (const { why, policy, satisfiedBy, notSatisfiedBy } of VECTORS.policies) {
    for (const names of satisfiedBy ?? []) {
      const { size, signatures } = openByPolicy(signedBy(names), parsePolicy(withKeys(policy)));
      assert.equal(size, 257, why);
      assert.ok(signatures.length > 0 && signatures.length <= names.length);
      asked++;
    }
    for (const names of notSatisfiedBy ?? []) {
      const open = () => openByPolicy(signedBy(names), parsePolicy(withKeys(policy)));
      assert.throws(open, { code: "UNPROVEN", fault: "unsigned" }, `${why}: ${names.join(" ")}`);
      asked++;
    }
  }
  assert.equal(asked, 80);
});

test("policies that torchwood does not read are refused, with the line", () => {
  const unreadable = VECTORS.policies.filter((vector) => vector.unreadable !== undefined);
  assert.ok(unreadable.length >= 15);
  for (const { why, policy } of unreadable)
    assert.throws(
      () => parsePolicy(withKeys(policy)),
      {
        code: "UNPROVEN",
        fault: "malformed",
        message: why === "no quorum" ? /it has no quorum/ : /^the policy, line \d+: /,
      },
      why,
    );
});

test("what the document forbids beyond that", () => {
  const base = withKeys("log {log}\nwitness w1 {w1}\nwitness w2 {w2}\n");
  const says = (policy: string, message: RegExp) => assert.throws(() => parsePolicy(policy), { message });
  says(
    withKeys("log {log}\nlog {log}\nquorum none\n"),
    /line 2: the public key of invoify\/\S+ is in the policy already/,
  );
  says(withKeys("witness a {w1}\nwitness b {w1}\nquorum a\n"), /line 2: the public key of witness/);
  says(`${base}group a any w1 w2\ngroup b all a w1\nquorum b\n`, /line 5: w1 is in a group already/);
  says(`${base}group a any w1 w1\nquorum a\n`, /line 4: w1 is in a group already/);
  says(`${base}group none any w1\nquorum none\n`, /line 4: the name none is taken/);
  says(`${base}group a any none\nquorum a\n`, /line 4: no line above defines none/);
  says(`${base}group a 01 w1 w2\nquorum a\n`, /line 4: 01 of 2 members is not possible/);
  says(`${base}quorum w1\r\n`, /line 4: it has a control character/);
  says(`${base}quorum w1 w2\n`, /line 4: quorum with 2 words is not a line of a policy/);
  says("quorum\u00a0none\n", /line 1/); // a no-break space is a letter of a name here
  says("\n".repeat(1001), /more than 1000 lines/);
});

test("without logs the caller knows the log, and a witness suffices", () => {
  const policy = parsePolicy(withKeys("witness w1 {w1}\nquorum w1"));
  assert.equal(openByPolicy(signedBy(["w1"]), policy).origin, ORIGIN);
  assert.throws(() => openByPolicy(signedBy(["log"]), policy), { fault: "unsigned" });
});

test("any of several logs suffices, but only for its own origin", () => {
  const elsewhere = ed25519Signer("example.com/log", keysOf("server 2").ed25519);
  const policy = parsePolicy(`${withKeys("log {log}")}\nlog ${formatVerifierKey(elsewhere.key)}\nquorum none\n`);
  assert.equal(openByPolicy(signedBy(["log"]), policy).size, 257);
  assert.throws(() => openByPolicy(signNote(TEXT, [elsewhere]), policy), { fault: "unsigned" });
});

test("a wrong signature of a known witness is refused, even if the others suffice", () => {
  const policy = parsePolicy(withKeys("log {log}\nwitness w1 {w1}\nquorum none\n"));
  const wrong = signNote(TEXT, [signer("log")]) + signNote(`${TEXT}x\n`, [signer("w1")]).split("\n\n")[1];
  assert.throws(() => openByPolicy(wrong, policy), { fault: "forged" });
});
