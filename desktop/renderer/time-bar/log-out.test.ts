/** Who logs out in the past leaves no trace of it on the login screen. In a file of its own: the session ends. */
import assert from "node:assert/strict";
import { browserTest, goTo } from "../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../app-tests/demo-screens.suite.ts";

const screens = await openDemoScreens({ invoices: 10 });

browserTest("the login screen after a log-out at a moment has the colors of now", async () => {
  const page = await (screens ?? assert.fail()).open();
  const isPast = () => page.locator("html[data-past]").count();
  await goTo(page, "/settings/device?at=20");
  await page.getByRole("complementary", { name: "Moment of the books" }).waitFor();
  assert.equal(await isPast(), 1);
  await page.getByRole("button", { name: "Log out…" }).click();
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  assert.equal(await isPast(), 0);
});
