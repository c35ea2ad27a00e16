/** "More" of clients, of the organization and of items: typed, sent, shown, and copied to documents. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import type { FurtherOfItem } from "../../../../events/document/further.ts";
import type { FurtherOfClient, FurtherOfOrganization } from "../../../../events/document/party.ts";
import {
  assertAccessible,
  browserTest,
  goTo,
  hashOf,
  openScreensOf,
  untilSynced,
} from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens =
  api && (await openScreensOf({ server: api.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && screens);
  return { api, ...screens };
};

async function openForm(page: Page, path: string, heading: string): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

const more = (page: Page) => page.getByRole("button", { name: "More", exact: true });
const inMore = (page: Page, label: string) =>
  page.getByRole("region", { name: "More", exact: true }).getByLabel(label, { exact: true });

async function idOf(page: Page, name: string): Promise<number> {
  await page.getByRole("heading", { name, level: 1, exact: true }).waitFor();
  return Number(/\/(\d+)$/.exec(await hashOf(page))?.[1]);
}

browserTest("a client's format, electronic address and reference are typed by words, and shown", async () => {
  const { page, api } = setup();
  await openForm(page, "/clients/new", "New client");
  await page.getByLabel("Name", { exact: true }).fill("Stad Gent");
  await page.getByLabel("Country").fill("belg");
  await page.keyboard.press("Enter");
  await more(page).press("Enter");
  await inMore(page, "Format of invoices").selectOption({ label: "Peppol BIS Billing 3" });
  await inMore(page, "Electronic address").fill("0207451227");
  assert.equal(
    await inMore(page, "Electronic address: scheme").getAttribute("placeholder"),
    "Belgium: enterprise number (0208)",
  );
  await inMore(page, "Buyer’s reference").fill("DOS-17");
  await assertAccessible(page);
  await page.keyboard.press("Control+Enter");
  const id = await idOf(page, "Stad Gent");
  const { more: stored } = await api.get<{ more: FurtherOfClient | null }>(`/api/clients/${id}`);
  assert.deepEqual(stored?.electronicAddress, { id: "0207451227", scheme: "0208" });
  assert.deepEqual([stored?.format, stored?.buyerReference, stored?.tradingName], ["peppol-bis-3", "DOS-17", null]);
  for (const text of ["Peppol BIS Billing 3", "0207451227", "Belgium: enterprise number (0208)"])
    await page.getByText(text, { exact: true }).waitFor();
  // A new invoice for it begins with its reference.
  await openForm(page, `/invoices/new?client=${id}`, "New invoice");
  assert.equal(await page.getByLabel("Buyer’s reference").inputValue(), "DOS-17");
  // Nothing is left of what is emptied, and the rest stays.
  await openForm(page, `/clients/${id}/edit`, "Edit Stad Gent");
  await inMore(page, "Buyer’s reference").fill("");
  await page.keyboard.press("Control+Enter");
  await idOf(page, "Stad Gent");
  const after = await api.get<{ more: FurtherOfClient | null }>(`/api/clients/${id}`);
  assert.deepEqual(after.more, { ...stored, buyerReference: null });
});

browserTest("a client without anything more sends nothing more", async () => {
  const { page, api } = setup();
  await openForm(page, "/clients/new", "New client");
  assert.equal(await more(page).getAttribute("aria-expanded"), "false");
  await page.getByLabel("Name", { exact: true }).fill("Ada Ltd");
  await page.keyboard.press("Control+Enter");
  const id = await idOf(page, "Ada Ltd");
  assert.equal((await api.get<{ more: unknown }>(`/api/clients/${id}`)).more, null);
});

browserTest(
  "the organization states a tax number, accounts and a representative; errors are at their fields",
  async () => {
    const { page, api } = setup();
    await goTo(page, "/settings?field=more.taxId");
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "more.taxId");
    await page.keyboard.type("12/345/67890");
    await inMore(page, "Legal information").fill("Registered in England\nCapital £100");
    await page.getByRole("button", { name: "Add account" }).press("Enter");
    await page.keyboard.type("BE68539007547035");
    await inMore(page, "Name").fill("Tax & Co");
    await inMore(page, "Colour").fill("blue");
    await page.keyboard.press("Control+Enter");
    await page.getByText("IBAN or account number has check digits that do not match", { exact: false }).waitFor();
    await page.getByText("VAT ID is missing.").waitFor();
    await page.getByText("Colour is not a colour, such as #1a73e8.").waitFor();
    await assertAccessible(page);
    await inMore(page, "IBAN or account number").fill("BE68 5390 0754 7034");
    await inMore(page, "VAT ID").fill("GB999");
    await inMore(page, "Country").fill("united king");
    await page.keyboard.press("Enter");
    // The swatch shows the colour that is typed, and types the one that is picked.
    const swatch = page.getByLabel("Colour: pick");
    await swatch.fill("#00aa44");
    assert.equal(await inMore(page, "Colour").inputValue(), "#00aa44");
    await inMore(page, "Colour").fill("#1A73E8");
    assert.equal(await swatch.inputValue(), "#1a73e8");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Saved.").waitFor();
    const { more: stored } = await api.get<{ more: FurtherOfOrganization | null }>("/api/organization");
    assert.deepEqual([stored?.taxId, stored?.colour], ["12/345/67890", "#1a73e8"]);
    assert.deepEqual(stored?.accounts, [{ account: "BE68539007547034", name: null, bic: null }]);
    assert.deepEqual([stored?.taxRepresentative?.vatId, stored?.taxRepresentative?.address.country], ["GB999", "GB"]);
  },
);

browserTest("an item's description, number, class and attributes go to its lines", async () => {
  const { page, api } = setup();
  await openForm(page, "/items/new", "New item");
  await page.getByLabel("Code", { exact: true }).fill("MUG");
  await page.getByLabel("Description", { exact: true }).fill("Mug");
  await page.getByLabel(/^Price in/).fill("8.50");
  await page.getByLabel("VAT rate in %").fill("9.975");
  await more(page).press("Enter");
  await inMore(page, "Description beside the name").fill("Stoneware");
  await inMore(page, "Standard item number").fill("04012345123456");
  await page.getByRole("button", { name: "Add classification" }).press("Enter");
  await page.keyboard.type("48101800");
  await inMore(page, "Classification").fill("unspsc");
  await page.keyboard.press("Enter");
  await inMore(page, "Country of origin").fill("portug");
  await page.keyboard.press("Enter");
  await assertAccessible(page);
  await page.keyboard.press("Control+Enter");
  const id = await idOf(page, "MUG");
  const item = await api.get<{ more: FurtherOfItem | null; vat_rate3: number }>(`/api/items/${id}`);
  assert.equal(item.vat_rate3, 9_975);
  assert.deepEqual(item.more?.standardItemId, { id: "04012345123456", scheme: "0160" });
  assert.deepEqual(item.more?.classifications, [{ code: "48101800", scheme: "TST", version: null }]);
  await page.getByText("48101800, UNSPSC (TST)").waitFor();
  await untilSynced(page, api);
  await openForm(page, "/invoices/new", "New invoice");
  await page.locator('[name="lines.0.code"]').fill("mug");
  await page.getByRole("option", { name: /MUG/ }).waitFor();
  await page.keyboard.press("Enter");
  await page
    .getByRole("button", { name: /^Description beside the name: Stoneware · Standard item number: 0401/ })
    .waitFor();
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
