/** One press does one thing, in every control: pickers, forms, dialogs, buttons; held keys, double clicks, input methods. */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { runApi } from "../../../api/running-api.suite.ts";
import { browserTest, goTo, openScreens, untilSynced } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";
import { draftInvoice, issueInvoice } from "../../app-tests/sales.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens = api && (await openScreens(api));
const setup = () => {
  assert.ok(api && screens);
  return { api, ...screens };
};

async function show(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

const head = async () => await setup().api.organization.log.head();
/** Everything that was pressed has been answered: a later command of the same connection has. */
const settled = async (page: Page) => await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));

/** Presses a key and holds it down, as a keyboard repeats it. */
async function hold(page: Page, key: string): Promise<void> {
  for (let n = 0; n < 5; n++) await page.keyboard.down(key);
  await page.keyboard.up(key);
}

/** A press of Enter that ends a word of an input method. */
async function pressInIme(input: Locator, key = "Enter"): Promise<void> {
  await input.evaluate((element, key) => {
    const event = new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true });
    element.dispatchEvent(event);
  }, key);
}

browserTest("Enter in a picker picks, and does not send the form, held down or without a match", async () => {
  const { page, api } = setup();
  await api.send("POST", "/api/clients", { name: "Ada Ltd", address: { country: "GB" } });
  await untilSynced(page, api);
  const before = await head();
  // A country, by name, by code, and with the arrow keys.
  await show(page, "/clients/new", "New client");
  await page.getByLabel("Name", { exact: true }).fill("Never Ltd");
  const country = page.getByRole("combobox", { name: "Country" });
  for (const [typed, shown] of [
    ["nether", "Netherlands (NL)"],
    ["at", "Austria (AT)"],
    ["unit", "United Arab Emirates (AE)"],
    ["Kingdom", "United Kingdom (GB)"],
    ["åland", "Åland Islands (AX)"],
  ] as const) {
    await country.fill(typed);
    await page.getByRole("option").first().waitFor();
    await hold(page, "Enter");
    assert.equal(await country.inputValue(), shown);
  }
  await country.fill("ger");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await pressInIme(country);
  await pressInIme(country, "ArrowDown");
  assert.equal(await country.inputValue(), "ger", "the input method has the key");
  await country.press("Enter");
  assert.equal(await country.inputValue(), "Germany (DE)");
  // A client, in a form that Enter can send.
  await show(page, "/payments/new", "New payment");
  await page.getByLabel("Amount", { exact: true }).fill("10");
  const client = page.getByRole("combobox", { name: "Client" });
  await client.fill("nobody has this name");
  await client.press("Enter");
  await client.fill("ada");
  await page.getByRole("option", { name: "Ada Ltd" }).waitFor();
  // The field shows the picked client before its row has been read.
  const read = Promise.withResolvers<void>();
  await page.route("**/call", async (route) => {
    if (/"getClient"/.test(route.request().postData() ?? "")) await read.promise;
    await route.continue();
  });
  await hold(page, "Enter");
  assert.equal(await client.inputValue(), "Ada Ltd");
  read.resolve();
  await page.unrouteAll({ behavior: "wait" });
  await settled(page);
  await page.getByRole("heading", { name: "New payment", level: 1 }).waitFor();
  assert.equal(await head(), before, "nothing was sent");
  // And one more press sends it, once.
  await page.getByLabel("Amount", { exact: true }).focus();
  await hold(page, "Enter");
  await page.getByRole("heading", { name: "Payment of £10.00", level: 1 }).waitFor();
  await settled(page);
  assert.equal(await head(), before + 1);
});

browserTest("two presses, or a double click, on a form's button send it once", async () => {
  const { page } = setup();
  for (const [n, send] of [
    async (button: Locator) => await button.dblclick(),
    async (button: Locator) => {
      await button.focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
    },
    async () => {
      await page.getByLabel("City").focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Control+Enter");
    },
  ].entries()) {
    const before = await head();
    await show(page, "/clients/new", "New client");
    await page.getByLabel("Name", { exact: true }).fill(`Once ${n}`);
    await send(page.getByRole("button", { name: "Add client" }));
    await page.getByRole("heading", { name: `Once ${n}`, level: 1 }).waitFor();
    await settled(page);
    assert.equal(await head(), before + 1, `way ${n}`);
  }
});

browserTest("a button that turns into its opposite is pressed once", async () => {
  const { page, api } = setup();
  const item = { code: "A-1", description: "A", unit: "C62", price6: 1_000_000, vatCategory: "S", vatRate3: 20_000 };
  const { stream } = await api.send("POST", "/api/items", item);
  const { stream: client } = await api.send("POST", "/api/clients", { name: "Off Ltd", address: { country: "GB" } });
  await untilSynced(page, api);
  for (const [path, heading, archived] of [
    [`/items/${stream}`, "A-1", "Archived, not available for new lines"],
    [`/clients/${client}`, "Off Ltd", /Archived/],
  ] as const) {
    const before = await head();
    await show(page, path, heading);
    await page.getByRole("button", { name: "Archive" }).dblclick();
    await page.getByText(archived).first().waitFor();
    await settled(page);
    assert.equal(await head(), before + 1);
    await page.getByRole("button", { name: "Restore" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Archive" }).waitFor();
    await page.keyboard.press("Enter");
    await settled(page);
    assert.equal(await head(), before + 2);
    await hold(page, "Enter");
  }
});

browserTest("a question that is answered with a held key does not press what gets the focus next", async () => {
  const { page, api } = setup();
  const { stream: clientId } = await api.send("POST", "/api/clients", { name: "Bob", address: { country: "GB" } });
  const invoice = await issueInvoice(api, { clientId });
  const draft = await draftInvoice(api, { clientId });
  await untilSynced(page, api);
  const before = await head();
  await show(page, `/invoices/${invoice}`, /^Invoice/);
  await page.getByRole("button", { name: "Void…" }).focus();
  await hold(page, "Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: /nobody can have received it$/ }).check();
  await dialog.getByLabel("Reason").fill("twice");
  await hold(page, "Enter");
  await dialog.waitFor({ state: "detached" });
  await settled(page);
  assert.equal(await head(), before + 1);
  await show(page, `/invoices/${draft}`, /^Draft invoice/);
  await page.getByRole("button", { name: "Issue…" }).focus();
  await hold(page, "Enter");
  await page.getByRole("dialog", { name: "Issue this invoice" }).waitFor();
  await settled(page);
  assert.equal(await head(), before + 1, "the same press does not accept the dialog");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Invoice INV/, level: 1 }).waitFor();
  await settled(page);
  assert.equal(await head(), before + 2);
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
