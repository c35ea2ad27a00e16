import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { isRandom } from "./secrets.ts";

test("isRandom() refuses secrets that can be guessed", () => {
  for (const secret of [
    "changeme-changeme-changeme-changeme",
    "Change-Me-Change-Me-Change-Me-Change-Me",
    "replace-this-with-a-long-random-secret-string",
    "please-change-this-before-going-live-1234",
    "supersecretsupersecretsupersecret1",
    "this is my very secret signing key for jwt",
    "your-256-bit-key-your-256-bit-key-here",
    "0123456789abcdef0123456789abcdef",
    "1234567890123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "zyxwvutsrqponmlkjihgfedcba9876543210",
    "qwertyuiopasdfghjklzxcvbnm1234567890",
    "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggghhhhhhhh",
    "correct horse battery staple correct horse battery staple",
    "dGVzdGVkdGVzdGVkdGVzdGVkdGVzdGVkdGVzdGVk",
    "short-but-random-9f8a7d",
    " ".repeat(64),
  ])
    assert.equal(isRandom(secret), false, secret);
});

test("isRandom() accepts random digits of which many are neighbours by chance", () => {
  assert.equal(isRandom("3210efde9a34788906657c21ffe2d8b4"), true);
  assert.equal(isRandom("0011223344556677889900aabbccddee"), false);
});

test("isRandom() accepts what generators make", () => {
  // Always the same secrets: of a thousand runs with new ones, one would find a secret with a word in it by chance.
  let block = Buffer.from("secrets");
  const bytes = (length: number) => {
    block = createHash("sha512").update(block).digest();
    return block.subarray(0, length);
  };
  const uuid = () =>
    bytes(16)
      .toString("hex")
      .replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-a$4-");
  for (let n = 0; n < 5_000; n++)
    for (const secret of [
      bytes(48).toString("base64"),
      bytes(24).toString("base64url"),
      bytes(16).toString("hex"),
      uuid(),
    ])
      assert.equal(isRandom(secret), true, secret);
  assert.equal(isRandom(`example-ltd-secret-${bytes(32).toString("hex")}`), true);
  assert.equal(isRandom("tractor lemon orbit quiver moss fable zinc crater"), true);
});
