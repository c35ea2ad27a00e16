/** The number of a document at issue: the next one, one from elsewhere, and what was passed over. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreensOf } from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { draftInvoice } from "../../../app-tests/sales.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const own = (name: string, pattern: string) => ({ name, kind: "both", pattern, foreign: false });
const foreign = { name: "old", kind: "both", pattern: "{0}", foreign: true };
await api?.send("PATCH", "/api/organization", { series: [own("new", "RE-{0000}"), foreign] });
const client = await api?.send("POST", "/api/clients", { name: "Ada", address: { country: "GB" } });
const screens =
  api && (await openScreensOf({ server: api.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && client && screens);
  return { api, clientId: client.stream, ...screens };
};

/** Drafts an invoice, and opens the form that issues it. */
async function openIssue(page: Page): Promise<number> {
  const { api, clientId } = setup();
  const id = await draftInvoice(api, { clientId });
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("button", { name: "Issue…", exact: true }).click();
  await page.getByRole("dialog", { name: "Issue this invoice" }).waitFor();
  return id;
}

const numberAt = async (id: number) => (await setup().api.get<{ number: string | null }>(`/api/invoices/${id}`)).number;

browserTest("a number that a series would make later is asked about, at its field and by keyboard", async () => {
  const { page } = setup();
  const id = await openIssue(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The next number is RE-0001.").waitFor();
  await dialog.getByLabel("Number series").selectOption({ value: "old" });
  assert.equal(await dialog.getByText("The next number is").count(), 0);
  const number = dialog.getByLabel("Number", { exact: true });
  await number.fill("re-0001");
  const confirm = dialog.getByRole("checkbox", { name: /the series “new” would make it later/ });
  await confirm.waitFor();
  await assertAccessible(page);
  // Not confirmed: refused at the field, which has the focus.
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
  assert.ok(await number.evaluate((one) => one === document.activeElement));
  const error = await number.evaluate((one) =>
    (one.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" "),
  );
  assert.match(error, /new/);
  assert.equal(await numberAt(id), null);
  await assertAccessible(page);
  // What was confirmed holds for that number alone.
  await confirm.focus();
  await page.keyboard.press("Space");
  assert.equal(await confirm.isChecked(), true);
  await number.fill("re-0002");
  await confirm.waitFor();
  assert.equal(await confirm.isChecked(), false);
  await number.fill("RE-X");
  await confirm.waitFor({ state: "detached" });
  await number.fill("re-0001");
  await number.focus();
  await page.keyboard.press("Tab");
  assert.ok(await confirm.evaluate((one) => one === document.activeElement), "it is next in the order of keys");
  if (!(await confirm.isChecked())) await page.keyboard.press("Space");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "Invoice re-0001", level: 1 }).waitFor();
  assert.equal(await page.getByText("passed over").count(), 0);
});

browserTest("after the issue, the page says which number was passed over, until the user leaves it", async () => {
  const { page } = setup();
  const id = await openIssue(page);
  await page.getByText("The next number is RE-0002.").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "Invoice RE-0002", level: 1 }).waitFor();
  const notice = page.getByRole("status").filter({ hasText: "RE-0001 was passed over" });
  await notice.getByText("The number is RE-0002").waitFor();
  await assertAccessible(page);
  await notice.getByRole("link", { name: "re-0001" }).click();
  await page.getByRole("heading", { name: "Invoice re-0001", level: 1 }).waitFor();
  await goTo(page, `/invoices/${id}`);
  await page.getByText("Numbers passed over").waitFor();
  assert.equal(await notice.count(), 0);
});

browserTest("several numbers are counted", async () => {
  const { page, api, clientId } = setup();
  for (const number of ["re-0003", "re-0004"]) {
    const taken = await draftInvoice(api, { clientId });
    await api.send("POST", `/api/invoices/${taken}/issue`, { series: "old", number, confirmNumber: true });
  }
  await openIssue(page);
  await page.getByText("The next number is RE-0005.").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("status").filter({ hasText: "RE-0005: 2 numbers before it were passed over" }).waitFor();
  await page.getByText("Numbers passed over").waitFor();
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
