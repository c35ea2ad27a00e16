/** A bundle is built once. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { cachedBundle } from "./bundle-cache.ts";

test("cachedBundle() builds a bundle once, also for two calls at once, and another one for a debugger", async () => {
  const folder = temporaryFolder();
  const options = { production: true };
  const [first, second] = await Promise.all([cachedBundle(folder, options), cachedBundle(folder, options)]);
  assert.equal(first.worker, second.worker);
  assert.equal(readdirSync(folder).length, 1, "no partial bundle stays");
  assert.match(Buffer.from(first.page["index.html"]).toString(), /app\.js/);
  for (const program of [Buffer.from(first.page["app.js"]), readFileSync(first.worker)])
    assert.doesNotMatch(program.toString(), /Ongeldige invoer/, "zod's messages in other languages");
  // The next call reads the same files, and does not rebuild them.
  writeFileSync(join(dirname(first.worker), "app.js"), "the same");
  const { page } = await cachedBundle(folder, options);
  assert.equal(Buffer.from(page["app.js"]).toString(), "the same");
  const debug = await cachedBundle(folder, { production: false });
  assert.match(Buffer.from(debug.page["app.js"]).toString(), /sourceMappingURL/);
});

test("cachedBundle() deletes bundles that were not used for a week when it builds another one", async () => {
  const folder = temporaryFolder();
  const old = await cachedBundle(folder, { production: true });
  const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000);
  utimesSync(dirname(old.worker), eightDaysAgo, eightDaysAgo);
  await cachedBundle(folder, { production: false });
  assert.equal(statSync(old.worker, { throwIfNoEntry: false }), undefined);
  await cachedBundle(folder, { production: true });
  assert.equal(readdirSync(folder).length, 2);
});
