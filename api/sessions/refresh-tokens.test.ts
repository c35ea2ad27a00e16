import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { expiryOf, IDLE_MS, judge, LIFE_MS, newFamilyId, RefreshTokens, type TokenFields } from "./refresh-tokens.ts";

const tokens = new RefreshTokens("the server's secret");
const FAMILY = newFamilyId();

function read(token: string): TokenFields {
  const fields = tokens.read(token);
  assert.ok(fields);
  return fields;
}

test("read() returns the fields that make() got, and no two tokens are the same", () => {
  const [one, other] = [tokens.make(FAMILY, 7), tokens.make(FAMILY, 7)];
  assert.deepEqual({ ...read(one), hash: "" }, { family: FAMILY, generation: 7, hash: "" });
  assert.notEqual(one, other);
  assert.notEqual(read(one).hash, read(other).hash);
  assert.match(read(one).hash, /^[0-9a-f]{64}$/);
});

test("read() refuses a token with any bit changed", () => {
  const bytes = Buffer.from(tokens.make(FAMILY, 1), "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(tokens.read(changed.toString("base64url")), null, `bit ${bit}`);
  }
});

test("read() refuses a token of another server, and any other text", () => {
  const token = tokens.make(FAMILY, 1);
  assert.equal(new RefreshTokens("another secret").read(token), null);
  for (const text of ["", "x", token.slice(1), `${token}A`, token.slice(0, -4), "é".repeat(86), "\0".repeat(86)])
    assert.equal(tokens.read(text), null);
  fc.assert(fc.property(fc.string({ minLength: 80, maxLength: 90 }), (text) => tokens.read(text) === null));
});

test("judge() accepts the newest token, and repeats the exchange of the one before it", () => {
  const first = read(tokens.make(FAMILY, 1));
  const second = read(tokens.make(FAMILY, 2));
  const before = { generation: 1, used: null, expiresAtMs: 10 };
  const after = { generation: 2, used: first.hash, expiresAtMs: 10 };
  assert.equal(judge(before, first, 0), "next");
  assert.equal(judge(after, first, 0), "again");
  assert.equal(judge(after, second, 0), "next");
});

test("judge() detects a token that is too old, and an unused successor", () => {
  const [first, used, unused] = [tokens.make(FAMILY, 1), tokens.make(FAMILY, 2), tokens.make(FAMILY, 2)].map(read);
  assert.ok(first && used && unused);
  const now = { generation: 3, used: used.hash, expiresAtMs: 10 };
  assert.equal(judge(now, first, 0), "misused");
  assert.equal(judge(now, unused, 0), "misused");
  assert.equal(judge(now, used, 0), "again");
  // The store was restored to a point before this token was issued.
  assert.equal(judge({ ...now, generation: 1, used: null }, used, 0), "misused");
});

test("judge() ends a family when it expires, and not before", () => {
  const first = read(tokens.make(FAMILY, 1));
  const family = { generation: 1, used: null, expiresAtMs: 10 };
  assert.equal(judge(family, first, 9), "next");
  assert.equal(judge(family, first, 10), "over");
});

test("expiryOf() moves with each use, up to the maximum age", () => {
  assert.equal(expiryOf(0, 0), IDLE_MS);
  assert.equal(expiryOf(0, 5), IDLE_MS + 5);
  assert.equal(expiryOf(0, LIFE_MS - 1), LIFE_MS);
});
