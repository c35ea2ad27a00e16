import assert from "node:assert/strict";
import { test } from "node:test";
import { VerifiedTokens } from "./verified-tokens.ts";

test("VerifiedTokens returns a token's claims until it expires, and none for other tokens", () => {
  let nowMs = 1_000;
  const tokens = new VerifiedTokens<string>({ clock: () => nowMs });
  tokens.add("a.b.c", "claims", 2_000);
  assert.equal(tokens.get("a.b.c"), "claims");
  for (const other of ["a.b.d", "a.b.", "a.b", "a.b.cc", "a.c.c", "ab.c", "", "."])
    assert.equal(tokens.get(other), undefined);
  nowMs = 1_999;
  assert.equal(tokens.get("a.b.c"), "claims");
  nowMs = 2_000;
  assert.equal(tokens.get("a.b.c"), undefined);
});

test("VerifiedTokens holds no more tokens than its limit", () => {
  const tokens = new VerifiedTokens<number>({ clock: () => 0, maxTokens: 3 });
  for (const n of [1, 2, 3, 4]) tokens.add(`a.${n}.c`, n, 1);
  const known = [1, 2, 3, 4].filter((n) => tokens.get(`a.${n}.c`) === n);
  assert.deepEqual(known, [4]);
});
