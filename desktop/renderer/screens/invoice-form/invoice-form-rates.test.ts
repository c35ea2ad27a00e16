/** VAT rates: saved by an owner, picked by name, and remembered. */
import assert from "node:assert/strict";
import { assertAccessible, browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { fillLine, inLine, openDesk, openForm, save, takeClient } from "./invoice-form.suite.ts";

const desk = await openDesk();
const setup = () => {
  assert.ok(desk);
  return desk;
};

const chosen = async (n: number) => {
  const { page } = setup();
  return await inLine(page, n, "VAT").locator("option:checked").innerText();
};

const offered = async (n: number) => {
  const { page } = setup();
  return await inLine(page, n, "VAT").locator("option").allInnerTexts();
};

browserTest("without saved rates, the form offers those of the items, and a typed one can be saved", async () => {
  const { page, api } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  assert.deepEqual(await offered(1), ["20%", "5%", "Other…"]);
  assert.equal(await chosen(1), "20%");
  await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "10", "VAT rate in %": "12.5" });
  await page.getByRole("button", { name: "Save this rate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Save 12.5%" });
  await dialog.getByLabel("Name").fill("Hospitality");
  await assertAccessible(page);
  await dialog.getByRole("button", { name: "Save rate" }).click();
  await dialog.waitFor({ state: "detached" });
  const { vat_rates: rates } = await api.get<{ vat_rates: object[] }>("/api/organization");
  assert.deepEqual(rates, [
    { n: 1, name: "Hospitality", vat_category: "S", vat_rate3: 12_500, vat_rate_bp: 1250, reason: null },
  ]);
  const saved = await save(setup());
  assert.deepEqual(
    saved.lines.map(({ vat_rate3 }) => vat_rate3),
    [12_500],
  );
});

browserTest("rates are named, ordered and removed in the settings, by keyboard too", async () => {
  const { page, api } = setup();
  await goTo(page, "/settings/vat-rates");
  await page.getByRole("button", { name: "Add those used before: 20%, 5%" }).click();
  const names = page.getByLabel("Name");
  assert.equal(await names.count(), 3);
  await names.nth(1).fill("Standard");
  await names.nth(2).fill("hospitality");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The VAT rate “hospitality” is listed twice.").waitFor();
  await names.nth(2).fill("Reduced");
  await page.getByRole("button", { name: "Add VAT rate" }).click();
  await names.nth(3).fill("Insurance");
  await page.getByLabel("VAT category").nth(3).selectOption("Exempt");
  await page.getByLabel("VAT exemption reason").fill("Article 135 (1) (a)");
  await page.getByRole("button", { name: "Move up: Standard" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove: Hospitality" }).click();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  const { vat_rates: rates } = await api.get<{ vat_rates: object[] }>("/api/organization");
  assert.deepEqual(rates, [
    { n: 1, name: "Standard", vat_category: "S", vat_rate3: 20_000, vat_rate_bp: 2000, reason: null },
    { n: 2, name: "Reduced", vat_category: "S", vat_rate3: 5000, vat_rate_bp: 500, reason: null },
    { n: 3, name: "Insurance", vat_category: "E", vat_rate3: 0, vat_rate_bp: 0, reason: "Article 135 (1) (a)" },
  ]);
});

browserTest("a rate is picked by its name, and the next document begins with the one used last", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  await takeClient(page, "ada", "Ada Ltd");
  // 12.5 % is no longer saved, but was used.
  assert.deepEqual(await offered(1), ["20% Standard", "5% Reduced", "Insurance", "12.5%", "Other…"]);
  await fillLine(page, 1, { Description: "Food", Quantity: "1", Price: "10", VAT: "5% Reduced" });
  await page.getByRole("button", { name: "Add line" }).click();
  assert.equal(await chosen(2), "5% Reduced", "the rate of the line above");
  await fillLine(page, 2, { Description: "Cover", Quantity: "1", Price: "10", VAT: "Insurance" });
  assert.equal(await page.getByLabel("VAT exemption reason: Exempt").inputValue(), "Article 135 (1) (a)");
  const saved = await save(setup());
  assert.deepEqual(
    saved.lines.map(({ vat_category, vat_rate3 }) => [vat_category, vat_rate3]),
    [
      ["S", 5000],
      ["E", 0],
    ],
  );
  assert.equal(saved.taxes.find(({ vat_category }) => vat_category === "E")?.reason, "Article 135 (1) (a)");

  await openForm(page, "/invoices/new", "New invoice");
  assert.equal(await chosen(1), "5% Reduced", "an exemption is not a habit");
  await goTo(page, "/items/new");
  assert.equal(await page.getByLabel("VAT", { exact: true }).locator("option:checked").innerText(), "5% Reduced");
});

browserTest(
  "an item brings its rate and closes the fields for another one; a client's category goes first",
  async () => {
    const { page } = setup();
    await openForm(page, "/invoices/new", "New invoice");
    await inLine(page, 1, "VAT").selectOption("Other…");
    await inLine(page, 1, "VAT rate in %").fill("7");
    await inLine(page, 1, "Item").fill("W-1");
    await page.getByRole("option", { name: /^W-1/ }).click();
    assert.equal(await chosen(1), "20% Standard");
    assert.equal(await inLine(page, 1, "VAT rate in %").count(), 0);
    await takeClient(page, "bol", "Bolesław Sp. z o.o.");
    assert.equal(await chosen(1), "Reverse charge");
    assert.equal((await save(setup())).lines[0]?.vat_category, "AE");
  },
);
