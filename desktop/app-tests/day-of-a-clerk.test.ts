/**
 * A clerk's day, from the login to the printed invoice and its payment, with the keyboard alone. The desktops of an owner
 * and a viewer show every change as it is written.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OWNER } from "../../api/running-api.suite.ts";
import { call, PASSWORD } from "../../api/sessions/people.suite.ts";
import { until } from "../../fixtures/tests/until.ts";
import { idIn, storedWhen } from "../renderer/screens/invoice-form/invoice-form.suite.ts";
import { watchPrinting } from "../renderer/screens/invoices/papers.suite.ts";
import { runApi } from "../worker/sync/desktop.suite.ts";
import { assertAccessible, browserTest, goTo, openScreensOf, startEmptyViewer } from "./browser.suite.ts";
import { CHROMIUM } from "./chromium.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const CLERK = { email: "carla@example.com", name: "Carla Clerk", role: "clerk" };
const VIEWER = { email: "vic@example.com", name: "Vic Viewer", role: "viewer" };

/** Adds a user with a password. */
async function employ(user: typeof CLERK): Promise<{ email: string; password: string }> {
  assert.ok(api);
  const { body } = await call(api.base, "POST", "/api/users", user, { token: api.token });
  const accepted = { invitation: body.invitation, password: PASSWORD };
  assert.equal((await call(api.base, "POST", "/api/auth/accept", accepted)).status, 200);
  return { email: user.email, password: PASSWORD };
}

async function openOffice() {
  assert.ok(api);
  await api.send("POST", "/api/clients", { name: "Ada Ltd", address: { country: "GB" } });
  const item = { code: "MUG", description: "A mug", unit: "C62", price6: 4_500_000 };
  await api.send("POST", "/api/items", { ...item, vatCategory: "S", vatRate3: 20_000 });
  const [clerk, viewer] = [await employ(CLERK), await employ(VIEWER)];
  const head = await api.organization.log.head();
  const desk = await startEmptyViewer();
  const owners = await openScreensOf({ server: api.base, login: OWNER, head });
  const viewers = await openScreensOf({ server: api.base, login: viewer, head });
  assert.ok(desk && owners && viewers);
  return { api, clerk, page: desk.page, owners: owners.page, viewers: viewers.page, all: [desk, owners, viewers] };
}

const opened = api && (await openOffice());
const office = () => opened ?? assert.fail();

/** Waits until the focus is on an element, named by its field name or its text. */
async function focusIs(page: Page, expected: string): Promise<void> {
  await page.waitForFunction((name) => {
    const at = document.activeElement;
    return at?.getAttribute("name") === name || at?.textContent?.trim() === name;
  }, expected);
}

/** Presses Tab until the focus is on the element. */
async function tabTo(page: Page, expected: string): Promise<void> {
  for (let tabs = 0; tabs < 60; tabs++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const { activeElement: one } = document;
      return [one?.getAttribute("name"), one?.textContent?.trim()];
    });
    if (at.includes(expected)) return;
  }
  assert.fail(`Tab does not reach ${expected}`);
}

browserTest("in the morning, the clerk enters the server's address and logs in, and sees everything", async () => {
  const { page, api, clerk } = office();
  await focusIs(page, "server");
  await page.keyboard.type(api.base);
  await page.keyboard.press("Enter");
  await focusIs(page, "email");
  await page.keyboard.type(clerk.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(clerk.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  await page.getByText("Up to date").waitFor();
});

browserTest("the clerk drafts, issues and prints an invoice; the owner and the viewer see it at once", async () => {
  const { page, api, owners, viewers } = office();
  const { keyboard } = page;
  for (const other of [owners, viewers]) await goTo(other, "/invoices");
  await keyboard.press("Alt+n");
  await focusIs(page, "clientId");
  await keyboard.type("ada");
  await keyboard.press("Enter");
  await focusIs(page, "lines.0.code");
  await keyboard.type("mug");
  await keyboard.press("Enter");
  await focusIs(page, "lines.0.quantity6");
  await keyboard.type("100");
  await keyboard.press("Control+Shift+Enter");
  await focusIs(page, "issuedOn");
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "Invoice INV-00001", level: 1 }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "print-document");
  const printed = await watchPrinting(page);
  await keyboard.press("Enter");
  await until("it is printed", async () => (await printed()).length === 1);
  const [paper] = await printed();
  assert.ok(paper?.includes("INV-00001"), "the PDF is its invoice");

  const stored = await storedWhen(api, idIn(page), ({ status }) => status === "issued");
  assert.deepEqual([stored.net_minor, stored.tax_minor, stored.gross_minor], [45_000, 9_000, 54_000]);
  for (const other of [owners, viewers]) await other.getByText("INV-00001").waitFor();
  assert.equal(await viewers.locator("main [data-writes]").count(), 0);
  await assertAccessible(page);
});

browserTest("the clerk records its payment with the key for oldest first, and everyone sees it paid", async () => {
  const { page, owners, viewers } = office();
  const { keyboard } = page;
  await keyboard.press("Alt+5");
  await page.getByRole("heading", { name: "Payments", level: 1 }).waitFor();
  await tabTo(page, "New payment");
  await keyboard.press("Enter");
  await focusIs(page, "clientId");
  await keyboard.type("ada");
  await keyboard.press("Enter");
  await page.getByLabel("Amount for INV-00001").waitFor();
  await tabTo(page, "amountMinor");
  await keyboard.type("600");
  await keyboard.press("Alt+o");
  await page.getByText("60.00").first().waitFor();
  await assertAccessible(page);
  await keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: /^Payment of/, level: 1 }).waitFor();
  for (const other of [owners, viewers])
    await other.locator(".list-row", { hasText: "INV-00001" }).getByText("Paid", { exact: true }).waitFor();
});

browserTest("the owner cannot void what the clerk has printed: the screen does not offer it", async () => {
  const { owners } = office();
  await owners.locator(".list-row", { hasText: "INV-00001" }).click();
  await owners.getByRole("heading", { name: "Invoice INV-00001", level: 1 }).waitFor();
  await owners.getByRole("link", { name: "Credit note", exact: true }).waitFor();
  await owners.getByRole("button", { name: /^Void/ }).waitFor({ state: "detached" });
});

browserTest("no page has reported a problem", async () => {
  assert.deepEqual(
    office().all.flatMap(({ problems }) => problems),
    [],
  );
});
