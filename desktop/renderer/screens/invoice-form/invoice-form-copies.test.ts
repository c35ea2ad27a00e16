/** Invoices that are made of others, clients and items made on the way, and other languages and currencies. */
import assert from "node:assert/strict";
import { askWorker, assertAccessible, browserTest, goTo, untilSynced } from "../../../app-tests/browser.suite.ts";
import { HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";
import {
  fillLine,
  idIn,
  inLine,
  openDesk,
  openForm,
  save,
  storedAt,
  storedWhen,
  sumsOn,
  takeClient,
} from "./invoice-form.suite.ts";

const desk = await openDesk();
const setup = () => {
  assert.ok(desk);
  return desk;
};

const LINES = [
  {
    ...HOUR,
    description: "One",
    quantity6: 3_000_000,
    adjustments: [{ kind: "allowance", reason: "loyal", amountMinor: 500 }],
  },
  { ...HOUR, description: "Two", quantity6: 2_000_000 },
];
const FREIGHT = { kind: "charge", reason: "freight", amountMinor: 1_000, vatCategory: "S", vatRate3: 20_000 };

browserTest("a duplicate has the content of the original, without its payments and delivery dates", async () => {
  const desk = setup();
  const { page, api, clients } = desk;
  const id = await issueInvoice(api, {
    ...{ clientId: clients.gb, lines: LINES, adjustments: [FREIGHT], note: "thanks" },
    ...{ prepaidMinor: 100, deliveredOn: "2026-01-02", termsDays: 10 },
  });
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("link", { name: "Duplicate" }).click();
  await page.getByRole("heading", { name: "New invoice based on Invoice INV-00001" }).waitFor();
  await assertAccessible(page);
  assert.equal(await page.getByLabel("Delivered on").inputValue(), "");
  const [stored, old] = [await save(desk), await storedAt(api, id)];
  assert.notEqual(stored.id, old.id);
  assert.deepEqual([stored.lines, stored.adjustments], [old.lines, old.adjustments]);
  assert.deepEqual([stored.gross_minor, stored.note, stored.terms_days], [old.gross_minor, "thanks", 10]);
  assert.deepEqual([stored.prepaid_minor, stored.kind, stored.status], [0, "invoice", "draft"]);
});

browserTest("a draft is discarded after a confirmation, and an issued invoice is voided with a reason", async () => {
  const { page, api, clients } = setup();
  await page.getByRole("button", { name: "Discard" }).click();
  const discard = page.getByRole("dialog", { name: "Discard this draft?" });
  await discard.getByRole("button", { name: "Discard" }).click();
  await storedWhen(api, idIn(page), ({ status }) => status === "discarded");
  await page.getByRole("button", { name: "Issue…" }).waitFor({ state: "detached" });

  const id = await issueInvoice(api, { clientId: clients.gb });
  await untilSynced(page, api);
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("button", { name: "Void…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Void invoice INV-/ });
  assert.ok(await dialog.getByRole("button", { name: "Void" }).isDisabled(), "without a reason");
  await dialog.getByLabel("Reason").fill("written twice");
  assert.ok(await dialog.getByRole("button", { name: "Void" }).isDisabled(), "without a confirmation");
  await dialog.getByRole("checkbox", { name: /nobody can have received it$/ }).check();
  await dialog.getByRole("button", { name: "Void" }).click();
  await storedWhen(api, id, ({ status }) => status === "void");
  await page.getByRole("button", { name: "Void…" }).waitFor({ state: "detached" });
});

browserTest("a credit note for a whole invoice, and one for a line and one hour of it", async () => {
  const desk = setup();
  const { page, api, clients } = desk;
  const id = await issueInvoice(api, { clientId: clients.gb, lines: LINES, adjustments: [FREIGHT], note: "thanks" });
  const old = await storedAt(api, id);
  await untilSynced(page, api);
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("link", { name: "Credit note" }).click();
  await page.getByRole("heading", { name: `Credit note for Invoice ${old.number}` }).waitFor();
  assert.ok(await page.getByRole("combobox", { name: "Client" }).isDisabled());
  const whole = await save(desk);
  assert.deepEqual([whole.kind, whole.corrects_id, whole.gross_minor], ["credit_note", id, old.gross_minor]);
  assert.deepEqual([whole.lines, whole.note], [old.lines, null]);

  await openForm(page, `/invoices/new?credit=${id}`, /^Credit note for/);
  await page.getByRole("button", { name: "Delete: line 1" }).click();
  await fillLine(page, 1, { Quantity: "1" });
  await page.getByRole("button", { name: "Remove" }).click();
  assert.equal((await sumsOn(page))["Total with VAT"], "120.00 GBP");
  const part = await save(desk, "Save and issue…");
  await page.getByRole("dialog", { name: "Issue this credit note" }).getByRole("button", { name: "Issue" }).click();
  const issued = await storedWhen(api, part.id, ({ status }) => status === "issued");
  assert.deepEqual([issued.kind, issued.corrects_id, issued.gross_minor], ["credit_note", id, 12_000]);

  // The whole of it is too much now.
  await page.getByRole("heading", { name: `Credit note ${issued.number}` }).waitFor();
  await untilSynced(page, api);
  await goTo(page, `/invoices/${whole.id}`);
  await page.getByText("£120.00 has already been credited").first().waitFor();
  assert.equal(await page.getByRole("button", { name: "Issue…" }).getAttribute("aria-disabled"), "true");
  await openForm(page, `/invoices/new?credit=${id}`, /^Credit note for/);
  await page.getByText("£120.00 has already been credited").first().waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("a credit note without an invoice", async () => {
  const desk = setup();
  const { page } = desk;
  await openForm(page, "/invoices/new?kind=credit_note", "New credit note");
  await takeClient(page, "ada", "Ada Ltd");
  await fillLine(page, 1, { Description: "Bonus", Quantity: "1", Price: "50", "VAT rate in %": "20" });
  const { kind, corrects_id, gross_minor } = await save(desk);
  assert.deepEqual([kind, corrects_id, gross_minor], ["credit_note", null, 6_000]);
});

browserTest("a client and an item are created within the form, and a document allowance lowers the VAT", async () => {
  const desk = setup();
  const { page } = desk;
  await openForm(page, "/invoices/new", "New invoice");
  const client = page.getByRole("combobox", { name: "Client" });
  await client.fill("Zebra & Co");
  await page.getByRole("option", { name: "New client “Zebra & Co”…" }).waitFor();
  await client.press("Enter");
  const dialog = page.getByRole("dialog", { name: "New client" });
  await assertAccessible(page);
  assert.equal(await dialog.getByLabel("Name").inputValue(), "Zebra & Co");
  await dialog.getByLabel("Country").fill("Atlantis");
  await dialog.getByRole("button", { name: "Add client" }).click();
  await dialog.getByText("“Atlantis” is not a known country.").waitFor();
  await dialog.getByLabel("Country").fill("fr");
  await page.keyboard.press("Enter"); // picks France
  await dialog.getByRole("button", { name: "Add client" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('input[name="clientId"]')?.value === "Zebra & Co",
  );

  const item = inLine(page, 1, "Item");
  await item.fill("Z-9");
  await page.getByRole("option", { name: "New item “Z-9”…" }).waitFor();
  await item.press("ArrowDown");
  await item.press("Enter");
  const items = page.getByRole("dialog", { name: "New item" });
  await items.getByLabel("Description").fill("Stripes");
  await items.getByLabel("Price in GBP").fill("10");
  await items.getByLabel("VAT", { exact: true }).selectOption("20%");
  await items.getByRole("button", { name: "Add item" }).click();
  await items.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "lines.0.quantity6");
  assert.equal(await inLine(page, 1, "Description").inputValue(), "Stripes");
  await fillLine(page, 1, { Quantity: "10" });
  await page.getByRole("button", { name: "Add allowance or charge" }).click();
  const whole = page.getByRole("region", { name: "Allowances and charges on the document" });
  await whole.getByLabel("Reason").fill("first order");
  await whole.getByLabel("Amount, GBP").fill("5");
  assert.deepEqual(await sumsOn(page), {
    ...{ Subtotal: "100.00 GBP", Allowances: "-5.00 GBP", "Total without VAT": "95.00 GBP" },
    ...{ "VAT 20%": "19.00 GBP", "Total with VAT": "114.00 GBP" },
  });
  const stored = await save(desk);
  assert.deepEqual([stored.gross_minor, stored.lines[0]?.code, stored.adjustments.length], [11_400, "Z-9", 1]);
  assert.notEqual(stored.lines[0]?.item_id, null);
  await page.getByText("Zebra & Co").first().waitFor();
});

browserTest(
  "a client's currency, days and VAT are taken over; their reason is printed, and can be another",
  async () => {
    const desk = setup();
    const { page, clients } = desk;
    await openForm(page, `/invoices/new?client=${clients.pl}`, "New invoice");
    await page.getByPlaceholder("Euro (EUR)").waitFor();
    await page.getByPlaceholder("14", { exact: true }).waitFor();
    await takeClient(page, "ada", "Ada Ltd");
    await page.getByPlaceholder("British Pound (GBP)").waitFor();
    await takeClient(page, "bole", "Bolesław Sp. z o.o.");
    await page.getByPlaceholder("Euro (EUR)").waitFor();
    await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "99.99" });
    assert.equal(await inLine(page, 1, "VAT").locator("option:checked").innerText(), "Reverse charge");
    await page.getByPlaceholder("Reverse charge").waitFor();
    const stored = await save(desk);
    const [tax] = stored.taxes;
    assert.deepEqual(
      [stored.currency, stored.terms_days, stored.gross_minor, tax?.vat_category, tax?.reason],
      ["EUR", null, 9_999, "AE", "Reverse charge"],
    );
  },
);

browserTest("input in German, yen without decimals, dinars with three", async () => {
  const { page, open, ...rest } = setup();
  await askWorker(page, "setSettings", { locale: "de-DE" });
  const german = await open({ locale: "de-DE" });
  const desk = { ...rest, open, page: german };
  await openForm(german, "/invoices/new", "New invoice");
  await takeClient(german, "ada", "Ada Ltd");
  await fillLine(german, 1, { Description: "Arbeit", Quantity: "1,5", Price: "1.234,50", "VAT rate in %": "19,5" });
  const text = (await sumsOn(german))["Total with VAT"];
  assert.equal(text, "2.212,84 GBP", "1,851.75 and 361.09");
  const { net_minor, tax_minor, lines } = await save(desk);
  assert.deepEqual([net_minor, tax_minor, lines[0]?.price6], [185_175, 36_109, 1_234_500_000]);

  await openForm(german, `/invoices/new?client=${desk.clients.jp}`, "New invoice");
  await fillLine(german, 1, { Description: "仕事", Quantity: "3", Price: "333,5", "VAT rate in %": "10" });
  await german.getByLabel("Already paid, JPY").fill("1,5");
  await german.getByRole("button", { name: "Save draft" }).click();
  await german.getByText("Already paid, JPY must be a whole number.").waitFor();
  await german.getByLabel("Already paid, JPY").fill("1.000");
  assert.equal((await sumsOn(german))["Amount due"], "101 JPY");
  const yen = await save(desk);
  assert.deepEqual([yen.currency, yen.net_minor, yen.tax_minor, yen.prepaid_minor], ["JPY", 1_001, 100, 1_000]);

  await openForm(german, `/invoices/new?client=${desk.clients.kw}`, "New invoice");
  await fillLine(german, 1, { Description: "Work", Quantity: "3", Price: "0,3335", "VAT rate in %": "5" });
  assert.equal((await sumsOn(german))["Total without VAT"], "1,001 KWD");
  const dinars = await save(desk);
  assert.deepEqual([dinars.currency, dinars.net_minor, dinars.tax_minor], ["KWD", 1_001, 50]);
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
