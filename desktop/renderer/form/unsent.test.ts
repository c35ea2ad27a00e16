/** What is typed and not sent is never out of sight: how much there is, where, and the way back to it. */
import assert from "node:assert/strict";
import { runApi } from "../../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreens } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens = api && (await openScreens(api));
const given = () => screens ?? assert.fail();

/** A form's address, a field of it, and how the list of what is not sent calls it. */
const FORMS = [
  ["/items/new", "Code", "A new item"],
  ["/clients/new", "City", "A new client"],
  ["/invoices/new", "Order", "A new invoice"],
  ["/payments/new", "Reference", "A new payment"],
  ["/settings/users/new", "Name", "An invitation"],
  ["/settings", "Phone", "Changes of the organization"],
  ["/settings/users/2", "Name", "Changes of a user"],
] as const;

browserTest("what is typed is counted beside the sync, listed, and found again where it was typed", async () => {
  const { page } = given();
  for (const [n, [path, field, says]] of FORMS.entries()) {
    await goTo(page, path);
    await page.getByLabel(field, { exact: true }).first().fill(`typed ${n}`);
    await page.getByRole("link", { name: `${n + 1} not sent yet` }).click();
    await page.getByRole("heading", { name: "Not sent yet", level: 1 }).waitFor();
    await page.getByRole("link", { name: says, exact: true }).click();
    await page.waitForFunction(
      (value) =>
        [...document.querySelectorAll("input, textarea")].some((one) => (one as HTMLInputElement).value === value),
      `typed ${n}`,
    );
  }
  await goTo(page, "/unsent");
  await page.getByRole("row").nth(FORMS.length).waitFor();
  await assertAccessible(page);
});

browserTest("it is discarded from the list, one by one, and nothing is left in sight", async () => {
  const { page } = given();
  for (const [, , says] of FORMS) {
    await page.getByRole("button", { name: `Discard: ${says}` }).click();
    await page.getByRole("button", { name: `Discard: ${says}` }).waitFor({ state: "detached" });
  }
  await page.getByText("Everything that was typed here is sent.").waitFor();
  assert.equal(await page.getByRole("link", { name: /not sent yet/ }).count(), 0);
  assert.deepEqual(given().problems, []);
});
