/** The contents of the app's bundled programs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleProgram } from "./bundle.ts";

/** The folders of a program's own modules, and the packages that it loads. */
async function partsOf(name: Parameters<typeof bundleProgram>[0]): Promise<Set<string>> {
  const { inputs } = await bundleProgram(name, { production: true });
  return new Set(
    inputs.map((path) => {
      const library = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1];
      return library ?? path.replace(/^.*?(?=(?:desktop|projector|events)\/)/, "").replace(/\/[^/]*$/, "");
    }),
  );
}

test("the main process loads nothing that only the worker needs: no schemas, no projector, no SQLite", async () => {
  const parts = await partsOf("main.cjs");
  assert.ok(parts.has("desktop/main") && parts.has("electron-updater"), [...parts].join());
  const foreign = [...parts].filter(
    (part) =>
      /^(?:events|projector|desktop\/worker)/.test(part) || ["zod", "msgpackr"].includes(part) || /sqlite/.test(part),
  );
  assert.deepEqual(foreign, []);
});

test("the preload loads nothing but itself", async () => {
  assert.deepEqual([...(await partsOf("preload.cjs"))], ["desktop/main"]);
});

test("the worker loads the schemas, the projector and SQLite", async () => {
  const parts = await partsOf("worker.cjs");
  for (const part of ["zod", "msgpackr", "projector/queries", "better-sqlite3-multiple-ciphers"])
    assert.ok(parts.has(part), `${part} is not among ${[...parts].join()}`);
});
