/** Unsent input is always in sight: how much there is, and links to its forms. */
import assert from "node:assert/strict";
import { runApi } from "../../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreens } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens = api && (await openScreens(api));
const fixture = () => screens ?? assert.fail();

/** A form's address, one of its fields, and its label in the list of unsent input. */
const FORMS = [
  ["/items/new", "Code", "A new item"],
  ["/clients/new", "City", "A new client"],
  ["/invoices/new", "Order", "A new invoice"],
  ["/payments/new", "Reference", "A new payment"],
  ["/settings/users/new", "Name", "An invitation"],
  ["/settings", "Phone", "Changes to the organization"],
  ["/settings/users/2", "Name", "Changes to a user"],
] as const;

browserTest("unsent input is counted beside the sync status, listed, and still in its form", async () => {
  const { page } = fixture();
  for (const [n, [path, field, label]] of FORMS.entries()) {
    await goTo(page, path);
    await page.getByLabel(field, { exact: true }).first().fill(`typed ${n}`);
    await page.getByRole("link", { name: `${n + 1} not sent yet` }).click();
    await page.getByRole("heading", { name: "Not sent yet", level: 1 }).waitFor();
    await page.getByRole("link", { name: label, exact: true }).click();
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

browserTest("unsent input can be discarded from the list, one by one", async () => {
  const { page } = fixture();
  for (const [, , label] of FORMS) {
    await page.getByRole("button", { name: `Discard: ${label}` }).click();
    await page.getByRole("button", { name: `Discard: ${label}` }).waitFor({ state: "detached" });
  }
  await page.getByText("Everything you typed here has been sent.").waitFor();
  assert.equal(await page.getByRole("link", { name: /not sent yet/ }).count(), 0);
  assert.deepEqual(fixture().problems, []);
});
