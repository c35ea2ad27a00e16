/** What holds for every screen, in a real browser. */
import assert from "node:assert/strict";
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
