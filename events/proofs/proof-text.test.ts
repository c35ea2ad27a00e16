import assert from "node:assert/strict";
import { test } from "node:test";
import { tilesOf } from "./growing-tree.ts";
import { keysOf, LOG, ORIGIN, signersOf, VECTORS, vectorEntries } from "./keys.suite.ts";
import { madeEntries } from "./naive-tree.suite.ts";
import { formatProof, openProof, parseProof } from "./proof-text.ts";
import { signTreeHead } from "./signed-checkpoint.ts";
import { inclusionProof } from "./tile-proofs.ts";
import { parseVerifierKey } from "./verifier-key.ts";

const server = keysOf("server");
const trust = { keys: server.public, log: LOG };

async function proofOf(index: number, size: number): Promise<string> {
  const { tiles, root } = await tilesOf(madeEntries(size));
  const checkpoint = signTreeHead({ origin: ORIGIN, size, root }, signersOf(server));
  return formatProof({ index, hashes: await inclusionProof(tiles, index, size), checkpoint });
}

test("the proofs that torchwood wrote are read, verified and written", () => {
  const goTrust = { keys: [parseVerifierKey(VECTORS.keys.log.ed25519)], log: LOG };
  for (const { index, text } of VECTORS.proofTexts.written) {
    const parsed = parseProof(text);
    assert.equal(formatProof(parsed), text);
    const entry = vectorEntries(index + 1)[index] as Buffer;
    assert.equal(openProof(text, entry, goTrust).index, index);
  }
});

test("the proofs that torchwood refuses are refused", () => {
  const goTrust = { keys: [parseVerifierKey(VECTORS.keys.log.ed25519)], log: LOG };
  for (const { why, seq, text } of VECTORS.proofTexts.refused)
    assert.throws(() => openProof(text, vectorEntries(seq)[seq - 1] as Buffer, goTrust), { code: "UNPROVEN" }, why);
});

test("a proof verifies its own event, at its own place, only", async () => {
  const text = await proofOf(41, 100);
  const entries = madeEntries(100);
  const { index, checkpoint } = openProof(text, entries[41] as Buffer, trust);
  assert.deepEqual([index, checkpoint.size], [41, 100]);
  const mismatch = { fault: "mismatch" };
  assert.throws(() => openProof(text, entries[42] as Buffer, trust), mismatch);
  assert.throws(() => openProof(text.replace("index 41", "index 42"), entries[41] as Buffer, trust), mismatch);
  assert.throws(() => openProof(text.replace("index 41", "index 100"), entries[41] as Buffer, trust), mismatch);
});

test("extra data is kept, and proves nothing", async () => {
  const proof = parseProof(await proofOf(0, 1));
  assert.deepEqual([proof.extra, proof.hashes], [null, []]);
  const text = formatProof({ ...proof, extra: Buffer.from("event 1") });
  assert.equal(parseProof(text).extra?.toString(), "event 1");
  assert.equal(openProof(text, madeEntries(1)[0] as Buffer, trust).index, 0);
  assert.deepEqual(parseProof(formatProof({ ...proof, extra: Buffer.alloc(0) })).extra, Buffer.alloc(0));
});

test("a proof that is cut anywhere is refused, with what is wrong with it", async () => {
  const text = await proofOf(5, 9);
  const entry = madeEntries(9)[5] as Buffer;
  for (let end = 0; end < text.length; end += 7)
    assert.throws(() => openProof(text.slice(0, end), entry, trust), { code: "UNPROVEN" }, `cut at ${end}`);
  const says = (changed: string, message: RegExp) =>
    assert.throws(() => parseProof(changed, "5.tlog-proof"), { message, fault: "malformed" });
  says("", /^5\.tlog-proof: it has no empty line before its signed checkpoint$/);
  says(text.replace("@v1", "@v2"), /its first line is not c2sp\.org\/tlog-proof@v1/);
  says(text.replace("index 5", "index 05"), /it does not have a line “index N”/);
  says(text.replace("index 5\n", ""), /it does not have a line “index N”/);
  says(text.replace("index 5\n", "extra *\nindex 5\n"), /its extra data is not base64/);
  says(text.replace("index 5\n", "index 5\nAAAA\n"), /its hash 1 is not 32 bytes in base64/);
  says(
    text.replace("index 5\n", `index 5\n${`${"A".repeat(43)}=\n`.repeat(54)}`),
    /58 hashes, and no tree needs more than 53/,
  );
});
