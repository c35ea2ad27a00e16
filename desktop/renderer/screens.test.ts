/** What holds for every screen, in a real browser. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { browserTest, goTo, openScreens } from "../app-tests/browser.suite.ts";
import { runApi } from "../worker/sync/desktop.suite.ts";

const api = await runApi();
const screens = await openScreens(api);

browserTest("an unknown address shows a message and a way back", async () => {
  const { page, problems } = screens ?? assert.fail();
  await goTo(page, "/nowhere");
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  await page.getByRole("link", { name: "Go to the overview" }).click();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  assert.deepEqual(problems, []);
});

test("a class begins in one style sheet only: the sheets of two screens do not lay out each other's parts", () => {
  const folder = new URL("styles/", import.meta.url);
  const sheets = Map.groupBy(
    readdirSync(folder).flatMap((sheet) => {
      const names = readFileSync(new URL(sheet, folder), "utf8").matchAll(/^\.([\w-]+) \{$/gm);
      return [...new Set(Array.from(names, ([, name = ""]) => name))].map((name) => ({ name, sheet }));
    }),
    ({ name }) => name,
  );
  assert.ok(sheets.size > 100);
  const twice = [...sheets.values()].filter((found) => found.length > 1);
  assert.deepEqual(twice.flat(), []);
});
