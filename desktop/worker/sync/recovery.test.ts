import assert from "node:assert/strict";
import { test } from "node:test";
import { LogError } from "../../../events/errors.ts";
import { CacheError } from "../../../projector/cache/errors.ts";
import { recoveryOf } from "./recovery.ts";

test("recoveryOf() asks the user only if no program may decide", () => {
  const asks = (
    [
      "FORKED",
      "UNKNOWN_EVENT",
      "UNAUTHORIZED",
      "UNREACHABLE",
      "DAMAGED",
      "GAP",
      "ALTERED",
      "KEY_CHANGED",
      "BEHIND",
      "UNPROVEN",
    ] as const
  ).map((code) => [code, recoveryOf(new LogError(code, code)).needs] as const);
  assert.deepEqual(Object.fromEntries(asks), {
    FORKED: "agreement",
    UNKNOWN_EVENT: "update",
    UNAUTHORIZED: "login",
    UNREACHABLE: null,
    DAMAGED: null,
    GAP: null,
    ALTERED: "altered",
    KEY_CHANGED: "key",
    BEHIND: "behind",
    UNPROVEN: null,
  });
});

test("recoveryOf() opens a cache's file again, unless the disk is the problem", () => {
  for (const code of ["NO_CACHE", "STALE_CACHE", "DAMAGED_CACHE", "NOT_A_CACHE"] as const)
    assert.equal(recoveryOf(new CacheError(code, code)).repair, "reopenCache", code);
  assert.equal(recoveryOf(new CacheError("UNAVAILABLE", "disk full")).repair, null);
});

test("recoveryOf() retries errors later that do not come from a log or a cache", () => {
  for (const error of [new TypeError("a bug of ours"), "text", null, { code: "FORKED" }])
    assert.deepEqual(recoveryOf(error), { repair: null, needs: null, online: null });
});
