/** What every form guarantees, tested with the form of items: it stores input, sends once, shows errors, never overwrites. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startCuttingProxy } from "../../../api/faults/cutting-proxy.suite.ts";
import { OWNER, runApi } from "../../../api/running-api.suite.ts";
import {
  assertAccessible,
  browserTest,
  goTo,
  hashOf,
  openScreensOf,
  untilStored,
  untilSynced,
} from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";
import { startSwitch } from "../../app-tests/switch.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const line = api && (await startCuttingProxy(api.base));
const network = line && (await startSwitch(line.base));
const screens =
  api &&
  network &&
  (await openScreensOf({ server: network.base, login: OWNER, head: await api.organization.log.head() }));

const fixture = () => {
  assert.ok(api && line && network && screens);
  return { api, line, network, ...screens };
};

async function openForm(page: Page, path: string, heading: string): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    const field = page.getByLabel(label, { exact: false }).first();
    // Once a rate was used, it is offered. The field for another one opens with the last choice.
    if (label === "VAT rate" && (await field.count()) === 0)
      await page.getByLabel("VAT", { exact: true }).selectOption("other");
    await field.fill(text);
  }
}

const WIDGET = { Code: "W-1", Description: "Widget", "Price in": "12.50", "VAT rate": "20" };
const items = async () => (await fixture().api.get<{ rows: { code: string; price6: number }[] }>("/api/items")).rows;

browserTest("a form works by keyboard alone, and its result is on the screen at once", async () => {
  const { page } = fixture();
  await openForm(page, "/items/new", "New item");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "code");
  await page.keyboard.type("W-1");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Widget");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("12.50");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("20");
  await assertAccessible(page);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "W-1", level: 1 }).waitFor();
  await page.getByText("£12.50").or(page.getByText("12.50 ")).first().waitFor();
  assert.deepEqual(
    (await items()).map(({ code, price6 }) => [code, price6]),
    [["W-1", 12_500_000]],
  );
});

browserTest("errors and refusals are shown at their field, and the input stays", async () => {
  const { page } = fixture();
  await openForm(page, "/items/new", "New item");
  await page.getByRole("button", { name: "Add item" }).click();
  await page.getByText("Price in GBP, without VAT is missing.").waitFor();
  await fill(page, { ...WIDGET, "Price in": "a lot" });
  await page.getByRole("button", { name: "Add item" }).click();
  await page.getByText("Price in GBP, without VAT is not a number.").waitFor();
  await fill(page, { "Price in": "1" });
  await page.getByRole("button", { name: "Add item" }).click();
  // The same words are shown while the user types; after the refusal, the field is invalid.
  const code = page.getByLabel("Code").and(page.locator('[aria-invalid="true"]'));
  await code.waitFor();
  await page.locator(".field-error", { hasText: "W-1" }).waitFor();
  assert.equal(await code.inputValue(), "W-1");
  await assertAccessible(page);
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Items" }).waitFor();
});

browserTest("offline, the button is disabled and says why, and the input survives the page", async () => {
  const { page, network, open } = fixture();
  await openForm(page, "/items/new", "New item");
  await fill(page, { ...WIDGET, Code: "W-2" });
  network.cut();
  const button = page.getByRole("button", { name: "Add item" });
  await page.waitForFunction(() => document.querySelector("button[type=submit]:disabled") !== null);
  assert.equal(await button.getAttribute("title"), "Internet required");
  const described = await button.getAttribute("aria-describedby");
  assert.equal(await page.locator(`[id="${described}"]`).textContent(), "Internet required");
  await page.getByText("Your input is saved on this device").waitFor();
  assert.equal(await page.getByLabel("Code").inputValue(), "W-2");
  await untilStored(page, "W-2");
  await page.goto("about:blank"); // like a crash, without a chance to clean up

  const again = await open();
  await openForm(again, "/items/new", "New item");
  assert.equal(await again.getByLabel("Code").inputValue(), "W-2");
  await again.getByText(/^You typed this on .* It has not been sent yet\.$/).waitFor();
  network.join();
  await again.waitForFunction(() => document.querySelector("button[type=submit]:enabled") !== null);
  await again.getByRole("button", { name: "Add item" }).click();
  await again.getByRole("heading", { name: "W-2", level: 1 }).waitFor();
  await openForm(again, "/items/new", "New item");
  assert.equal(await again.getByLabel("Code").inputValue(), "", "sent input is no longer stored");
  await page.goto(again.url());
});

browserTest("after a lost response, the command is sent again with the same key and takes effect once", async () => {
  const { page, line } = fixture();
  await openForm(page, "/items/new", "New item");
  await fill(page, { ...WIDGET, Code: "W-3" });
  const before = line.lost;
  line.lose(1);
  await page.getByRole("button", { name: "Add item" }).click();
  await page.getByRole("heading", { name: "W-3", level: 1 }).waitFor();
  assert.ok(line.lost > before);
  assert.equal((await items()).filter(({ code }) => code === "W-3").length, 1);
});

browserTest("a command takes effect even if the user navigates away before its response", async () => {
  const { page } = fixture();
  const release = Promise.withResolvers<void>();
  await page.route("**/call", async (route) => {
    if (/"call":"write"/.test(route.request().postData() ?? "")) await release.promise;
    await route.continue();
  });
  await openForm(page, "/items/new", "New item");
  await fill(page, { ...WIDGET, Code: "W-gone" });
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Sending…" }).waitFor();
  await goTo(page, "/clients");
  const response = page.waitForResponse((response) => /"call":"write"/.test(response.request().postData() ?? ""));
  release.resolve();
  await (await response).finished();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  assert.equal(await hashOf(page), "#/clients");
  assert.ok((await items()).some(({ code }) => code === "W-gone"));
  await page.unroute("**/call");
});

browserTest("when another user writes first, both versions are shown and nothing is overwritten", async () => {
  const { page, api } = fixture();
  const { stream: id } = await api.send("POST", "/api/items", {
    code: "W-4",
    description: "Widget",
    unit: "C62",
    price6: 1_000_000,
    vatCategory: "S",
    vatRate3: 20_000,
  });
  await untilSynced(page, api);
  await openForm(page, `/items/${id}/edit`, "Edit W-4");
  await fill(page, { Description: "My widget" });
  await api.send("PATCH", `/api/items/${id}`, { price6: 2_000_000 });
  await page.getByText("Their changes are included: Price").waitFor();
  assert.equal(await page.getByLabel("Price in").inputValue(), "2.00");
  await api.send("PATCH", `/api/items/${id}`, { description: "Their widget" });
  const conflict = page.getByRole("alert", { name: "Two versions" });
  await conflict.waitFor();
  assert.match((await conflict.innerText()).replaceAll(/\s+/g, " "), /Description My widget Their widget/);
  assert.ok(await page.getByRole("button", { name: "Save" }).isDisabled());
  await assertAccessible(page);
  await conflict.getByRole("radio", { name: "My widget" }).check();
  await conflict.getByRole("button", { name: "Use these values" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("My widget").first().waitFor();
  const { description, price6 } = await api.get<{ description: string; price6: number }>(`/api/items/${id}`);
  assert.deepEqual([description, price6], ["My widget", 2_000_000]);
});

browserTest("archiving takes one click, and restoring another", async () => {
  const { page } = fixture();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByText("Archived, not available for new lines").waitFor();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("button", { name: "Archive" }).waitFor();
});

browserTest("no page reported a problem", async () => {
  const { problems } = fixture();
  assert.deepEqual(problems, []);
});
