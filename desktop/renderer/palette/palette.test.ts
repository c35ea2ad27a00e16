/** The command palette and the list of shortcuts, in a real browser with a company of several hundred events. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { intercept } from "../../../fixtures/demo/screenshots-states.ts";
import { assertAccessible, browserTest, goTo, hashOf } from "../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../app-tests/demo-screens.suite.ts";
import { waitForReads } from "../screens/invoices/list.suite.ts";

const screens = await openDemoScreens({ invoices: 120 });
const setup = () => screens ?? assert.fail();

const paletteOn = (page: Page) => page.locator("dialog.palette");
const optionsOn = (page: Page) => page.locator("dialog.palette [role=option]");

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await paletteOn(page).waitFor();
}

/** Types, and waits for the answers. */
async function find(page: Page, text: string): Promise<string[]> {
  await page.keyboard.type(text);
  await page.locator("dialog.palette [role=listbox][aria-busy=false]").waitFor({ state: "attached" });
  return await optionsOn(page).locator(".palette-name").allTextContents();
}

browserTest("Ctrl+K opens the palette, Escape closes it, and the focus returns", async () => {
  const { page } = setup();
  await goTo(page, "/invoices");
  await waitForReads(page);
  await page.locator("input[type=search]").focus();
  await openPalette(page);
  assert.ok(await page.evaluate(() => document.activeElement?.getAttribute("role") === "combobox"));
  await page.keyboard.press("Escape");
  assert.equal(await paletteOn(page).count(), 0);
  assert.ok(await page.evaluate(() => document.activeElement?.matches("input[type=search]")));
  await openPalette(page);
  await page.keyboard.press("Control+k");
  assert.equal(await paletteOn(page).count(), 0);
});

browserTest("an invoice is found by its number and a client by name; Enter opens it", async () => {
  const { page, db, problems } = setup();
  const invoice = db
    .prepare<[], { id: number; number: string; client_id: number }>(
      "SELECT id, number, client_id FROM invoice WHERE number IS NOT NULL ORDER BY id DESC LIMIT 1",
    )
    .get();
  assert.ok(invoice);
  await goTo(page, "/");
  await openPalette(page);
  const [first = ""] = await find(page, invoice.number);
  assert.ok(first.endsWith(invoice.number), first);
  await page.keyboard.press("Enter");
  await page.waitForFunction((hash) => location.hash === hash, `#/invoices/${invoice.id}`);
  const name =
    db.prepare<[number], string>("SELECT name FROM client WHERE id = ?").pluck().get(invoice.client_id) ?? "";
  await openPalette(page);
  const names = await find(page, name);
  assert.ok(names.includes(name), names.join());
  await optionsOn(page).getByText(name, { exact: true }).click();
  await page.waitForFunction((hash) => location.hash === hash, `#/clients/${invoice.client_id}`);
  assert.deepEqual(problems, []);
});

browserTest("the palette returns to a field with its selection, and takes all keys from the first on", async () => {
  const { page, db } = setup();
  const id = db.prepare<[], number>("SELECT id FROM invoice WHERE status = 'draft' LIMIT 1").pluck().get();
  await goTo(page, `/invoices/${id}/edit`);
  const field = page.locator("[data-line] input").nth(1);
  await field.fill("Rope for masts");
  await field.evaluate((input: HTMLInputElement) => input.setSelectionRange(5, 8));
  for (let n = 0; n < 5; n++) {
    await page.keyboard.press("Control+k");
    // At once, in the turn of the event loop that follows the key.
    await page.keyboard.type("fitz");
    assert.equal(await page.locator("dialog.palette input").inputValue(), "fitz");
    await page.keyboard.press("Escape");
    assert.equal(await paletteOn(page).count(), 0);
  }
  await page.keyboard.type("with");
  assert.equal(await field.inputValue(), "Rope with masts");
});

browserTest("a record that is exactly what is typed comes first, with a digit or without", async () => {
  const { page, db } = setup();
  const list = (sql: string) => db.prepare<[], string>(sql).pluck().all();
  const clients = list(
    "SELECT name FROM client WHERE name GLOB '*[0-9]' AND id IN (SELECT client_id FROM invoice) LIMIT 3",
  );
  const items = list("SELECT code FROM item LIMIT 2");
  assert.equal(clients.length + items.length, 5);
  await goTo(page, "/");
  for (const text of [...clients, ...clients.map((name) => name.toUpperCase()), ...items]) {
    await openPalette(page);
    const [first = ""] = await find(page, text);
    assert.ok(first.toLowerCase().startsWith(text.toLowerCase()), `${text}: ${first}`);
    await page.keyboard.press("Escape");
  }
});

browserTest("Enter before the answers arrive waits for them", async () => {
  const { page, db } = setup();
  const number = db.prepare<[], string>("SELECT max(number) FROM invoice").pluck().get() ?? assert.fail();
  const id = db.prepare<[string], number>("SELECT id FROM invoice WHERE number = ?").pluck().get(number);
  await goTo(page, "/");
  await openPalette(page);
  await page.evaluate((text) => {
    const field = document.querySelector<HTMLInputElement>("dialog.palette input");
    if (!field) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, number);
  await page.keyboard.press("Enter");
  await page.waitForFunction((hash) => location.hash === hash, `#/invoices/${id}`);
});

browserTest("recent records come first, newest first, and arrow keys go around", async () => {
  const { page, db } = setup();
  const [a, b] = db.prepare<[], number>("SELECT id FROM client ORDER BY id LIMIT 2").pluck().all();
  for (const id of [a, b]) {
    await goTo(page, `/clients/${id}`);
    await page.locator("#main h1").waitFor();
  }
  await goTo(page, "/items");
  await openPalette(page);
  await page.locator("dialog.palette .palette-group", { hasText: "Recent" }).waitFor();
  const nameOf = (id: number | undefined) =>
    db
      .prepare<[number], string>("SELECT name FROM client WHERE id = ?")
      .pluck()
      .get(id ?? 0);
  const names = await optionsOn(page).locator(".palette-name").allTextContents();
  assert.deepEqual(names.slice(0, 2), [nameOf(b), nameOf(a)]);
  const chosen = async () =>
    await page.evaluate(() => {
      const id = document.querySelector("dialog.palette input")?.getAttribute("aria-activedescendant") ?? "";
      const option = document.getElementById(id);
      return option?.ariaSelected === "true" ? option.querySelector(".palette-name")?.textContent : null;
    });
  assert.equal(await chosen(), names[0]);
  await page.keyboard.press("ArrowDown");
  assert.equal(await chosen(), names[1]);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await chosen(), names.at(-1));
  await page.keyboard.press("Escape");
});

browserTest("the palette offers the actions of the page, and does them", async () => {
  const { page, db } = setup();
  const credit = "SELECT client_id FROM client_balance WHERE credit_minor > 0";
  const first = `SELECT id FROM client WHERE archived = 0 AND id NOT IN (${credit}) LIMIT 1`;
  const id = db.prepare<[], number>(first).pluck().get();
  await goTo(page, `/clients/${id}`);
  await page.getByRole("link", { name: "Record payment" }).waitFor();
  await openPalette(page);
  const actions = await page
    .locator("dialog.palette [role=group][aria-label='On this page'] .palette-name")
    .allTextContents();
  assert.deepEqual(actions, ["New invoice", "Record payment", "Edit", "Archive"]);
  await find(page, "record pay");
  await page.keyboard.press("Enter");
  await page.waitForFunction((hash) => location.hash === hash, `#/payments/new?client=${id}`);
});

browserTest("a screen is found by its name, and takes the focus", async () => {
  const { page } = setup();
  await goTo(page, "/");
  await openPalette(page);
  const [first] = await find(page, "diagn");
  assert.equal(first, "Diagnostics");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Diagnostics", level: 1 }).waitFor();
  assert.ok(await page.evaluate(() => document.activeElement?.id === "main"));
});

browserTest("? lists the shortcuts, but not while the user types", async () => {
  const { page, problems } = setup();
  await goTo(page, "/clients");
  await page.locator("input[type=search]").focus();
  await page.keyboard.type("?/");
  assert.equal(await page.locator("input[type=search]").inputValue(), "?/");
  assert.equal(await page.locator("dialog").count(), 0);
  await goTo(page, "/");
  await page.locator("#main").focus();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.waitFor();
  for (const name of ["New invoice", "Go to Payments", "Save and issue an invoice", "Next document"])
    await dialog.getByText(name, { exact: true }).waitFor();
  // Behind a dialog, the window has no shortcuts.
  await page.keyboard.press("Alt+2");
  await page.keyboard.press("Control+k");
  assert.equal(await hashOf(page), "#/");
  assert.equal(await paletteOn(page).count(), 0);
  await page.keyboard.press("Escape");
  assert.equal(await dialog.count(), 0);
  assert.deepEqual(problems, []);
});

browserTest("both dialogs are accessible, in light and dark, large and small", async () => {
  const { open, problems } = setup();
  for (const [colorScheme, width] of [
    ["light", 1280],
    ["dark", 420],
  ] as const) {
    const page = await open({ colorScheme, viewport: { width, height: 700 } });
    await page.locator(".figure").first().waitFor();
    await page.getByRole("button", { name: /^Find/ }).click();
    await paletteOn(page).waitFor();
    await find(page, "mar");
    await assertAccessible(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await assertAccessible(page);
    await page.context().close();
  }
  assert.deepEqual(problems, []);
});

// After those that compare problems: the page that is given another role reports its refused status.
browserTest("a viewer is offered nothing that writes", async () => {
  const { open, db } = setup();
  const id = db.prepare<[], number>("SELECT id FROM client WHERE archived = 0 LIMIT 1").pluck().get();
  const page = await open();
  await intercept(page, { status: { user: { id: 9, name: "Vera", email: "vera@example.com", role: "viewer" } } });
  await page.reload();
  await goTo(page, `/clients/${id}`);
  await page.getByRole("heading", { name: "Details" }).waitFor();
  await openPalette(page);
  const names = await optionsOn(page).locator(".palette-name").allTextContents();
  for (const name of ["Invoices", "Overdue invoices", "Settings: Password", "Diagnostics"])
    assert.ok(names.includes(name), name);
  for (const name of names) assert.doesNotMatch(name, /^(New|Record|Edit|Archive|Invite|Settings: Users)/);
  assert.deepEqual(await find(page, "new inv"), []);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Alt+n");
  assert.equal(await hashOf(page), `#/clients/${id}`);
  await page.context().close();
});

browserTest("offline, the palette finds records and still offers what can be typed", async () => {
  const { page, db, stopServer } = setup();
  await stopServer();
  await page.locator(".sync[data-state=offline]").waitFor();
  const number = db.prepare<[], string>("SELECT max(number) FROM invoice").pluck().get() ?? assert.fail();
  await goTo(page, "/");
  await openPalette(page);
  assert.ok((await find(page, number)).some((name) => name.endsWith(number)));
  await page.keyboard.press("Escape");
  await openPalette(page);
  assert.ok((await find(page, "new inv")).includes("New invoice"));
  await page.keyboard.press("Escape");
});
