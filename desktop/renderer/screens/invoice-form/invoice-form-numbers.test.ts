/** What a clerk sees who types numbers in German: percentages, unclear separators, another currency. */
import assert from "node:assert/strict";
import { askWorker, assertAccessible, browserTest, goTo, untilStored } from "../../../app-tests/browser.suite.ts";
import { fillLine, openDesk, openForm, save, sumsOn } from "./invoice-form.suite.ts";

const desk = await openDesk({ locale: "de-DE" });
const setup = () => {
  assert.ok(desk);
  return desk;
};

browserTest("a percentage shows its amount while it is typed, and is saved as that amount", async () => {
  const desk = setup();
  const { page } = desk;
  await openForm(page, "/invoices/new", "New invoice");
  await fillLine(page, 1, { Description: "Work", Quantity: "1,5", Price: "1.234,50", "VAT rate in %": "20 %" });
  await page.getByRole("button", { name: "Allowance or charge: line 1" }).click();
  const onLine = page.getByRole("listitem", { name: "Line 1", exact: true });
  await onLine.getByLabel("Reason").fill("Rabatt");
  await onLine.getByLabel("Amount, GBP").fill("2,5 %");
  await onLine.getByText("46,29 (2,5\u00a0% of 1.851,75)").waitFor();
  await page.getByRole("button", { name: "Add allowance or charge" }).click();
  const onDocument = page.getByRole("region", { name: "Allowances and charges on the document" });
  await onDocument.getByLabel("Reason").fill("Treue");
  await onDocument.getByLabel("Amount, GBP").fill("10%");
  await onDocument.getByText("180,55 (10\u00a0% of 1.805,46)").waitFor();
  assert.equal((await sumsOn(page))["Total without VAT"], "1.624,91 GBP");
  await assertAccessible(page);
  const saved = await save(desk);
  assert.deepEqual(
    saved.adjustments.map(({ line_n, amount_minor }) => [line_n, amount_minor]),
    [
      [1, 4_629],
      [null, 18_055],
    ],
  );
});

browserTest("an unclear number names its meanings at the field, and another currency its name", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  await fillLine(page, 1, { Description: "Work", Quantity: "0.500", Price: "12 €", "VAT rate in %": "20" });
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("Did you mean 0,5 or 500? Write one of these.").waitFor();
  await page.getByText("Price must be in GBP, not EUR.").waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "Cancel" }).click();

  await goTo(page, "/invoices");
  await page.getByRole("button", { name: "Filters" }).click();
  const from = page.getByLabel("Amount from");
  await from.fill("1.5");
  await from.press("Tab");
  await page.getByText("Did you mean 1,5 or 15? Write one of these.").waitFor();
  assert.equal(await from.getAttribute("aria-invalid"), "true");
  await assertAccessible(page);
  await from.fill("1.234,50 £");
  await from.press("Tab");
  await page.waitForURL(/gross_min=123450/);
});

browserTest("input that was typed in German says so, once numbers are written in another way", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  await fillLine(page, 1, { Description: "Work", Quantity: "1.234" });
  await untilStored(page, "1.234");
  await askWorker(page, "setSettings", { locale: "en-GB" });
  await page.reload();
  await page.getByText("Numbers were written like 1.234.567,5 then, and are written like 1,234,567.5 now.").waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Start over" }).click();
  await page.getByText("Numbers were written like").waitFor({ state: "detached" });
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
