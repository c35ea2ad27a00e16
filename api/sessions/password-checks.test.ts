/** Where passwords are compared: one place, so that no route can forget the limits. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

test("only password-checks.ts compares a password with an account's", () => {
  const api = join(import.meta.dirname, "..");
  const callers = globSync("**/*.ts", { cwd: api })
    .filter((file) => !/\.(test|suite)\.ts$/.test(file))
    .filter((file) => /\bverify(?:Password|UnknownAccount)\b/.test(readFileSync(join(api, file), "utf8")));
  assert.deepEqual(callers.toSorted(), ["sessions/password-checks.ts", "sessions/passwords.ts"]);
});
