/** Long documents: buttons and total stay in sight, errors have room, and limits are said where they are met. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible, browserTest } from "../../../app-tests/browser.suite.ts";
import { fillLine, inLine, openDesk, openForm, paste, sumsOn } from "./invoice-form.suite.ts";

const desk = await openDesk();
const setup = () => {
  assert.ok(desk);
  return desk;
};

const row = (n: number, text = "Work") => `${text} ${n}\t1\tHUR\t10`;
const rows = (length: number, text?: string) => Array.from({ length }, (_, n) => row(n + 1, text));

/** True if nothing covers the middle of the element that has the focus. */
const isFocusInSight = (page: Page) =>
  page.evaluate(() => {
    const field = document.activeElement;
    const { left, top, width, height } = field?.getBoundingClientRect() ?? new DOMRect();
    const seen = document.elementFromPoint(left + width / 2, top + height / 2);
    return field !== null && seen !== null && (field === seen || field.contains(seen));
  });

for (const [width, height] of [
  [1280, 800],
  [480, 800],
  [640, 400],
] as const)
  browserTest(`on 20 lines at ${width} × ${height}, buttons and total are in sight and cover no field`, async () => {
    const { page } = setup();
    await page.setViewportSize({ width, height });
    await openForm(page, "/invoices/new", "New invoice");
    await paste(page, rows(20));
    await inLine(page, 20, "Price").waitFor();
    const buttons = ["Save draft", "Save and issue…"].map((name) => page.getByRole("button", { name }));
    for (const n of [1, 10, 20])
      for (const label of ["Item", "Description", "Quantity", "Unit", "Price", "VAT"]) {
        await inLine(page, n, label).focus();
        assert.ok(await isFocusInSight(page), `${label} of line ${n}`);
        for (const button of buttons) {
          const box = await button.boundingBox();
          assert.ok(box && box.y >= 0 && box.y + box.height <= height, `line ${n}`);
        }
        const total = await page.locator(".total-in-sight strong").boundingBox();
        assert.ok(total && total.y + total.height <= height && total.x + total.width <= width);
      }
    assert.equal(await page.locator(".total-in-sight strong").innerText(), "240.00 GBP");
    assert.equal((await sumsOn(page))["Total with VAT"], "240.00 GBP");
    // Nothing scrolls sideways.
    assert.ok(await page.locator("main").evaluate((main) => main.scrollWidth <= main.clientWidth));
    await assertAccessible(page);
    await page.getByRole("link", { name: "Cancel" }).click();
  });

browserTest("the errors of a line stand below it, and its columns stay in place", async () => {
  const { page } = setup();
  await page.setViewportSize({ width: 1280, height: 800 });
  await openForm(page, "/invoices/new", "New invoice");
  await paste(page, rows(3));
  const placeOf = async (label: string) => {
    const box = await inLine(page, 2, label).boundingBox();
    assert.ok(box);
    return [box.x, box.y, box.width];
  };
  const before = await Promise.all(["Quantity", "Price", "VAT"].map(placeOf));
  await fillLine(page, 2, { Description: "", Quantity: "many", Price: "-1" });
  await page.getByRole("button", { name: "Save draft" }).click();
  const errors = page.locator(".row-errors");
  await errors.waitFor();
  assert.deepEqual(await errors.locator("p").count(), 3);
  const after = await Promise.all(["Quantity", "Price", "VAT"].map(placeOf));
  assert.deepEqual(
    after.map(([x, , width]) => [x, width]),
    before.map(([x, , width]) => [x, width]),
  );
  const id = await inLine(page, 2, "Quantity").getAttribute("aria-describedby");
  assert.match(await page.locator(`[id="${id}"]`).innerText(), /^Quantity /);
  await assertAccessible(page);
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("more lines than a document can have are not pasted, and the form says so", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  await paste(page, rows(2001));
  await page.getByText("Nothing was pasted. A document has at most 2,000 lines.").waitFor();
  assert.equal(await inLine(page, 1, "Description").inputValue(), "");
  assert.equal(await page.locator("[data-line]").count(), 1);
});

browserTest("a document that is too long is refused while typing, and a long text counts its characters", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  // Four bytes for each letter.
  await paste(page, rows(270, "😀".repeat(970)));
  const bar = page.locator(".total-in-sight");
  await bar.getByText(/^This is too long: it takes 1,05\d kB, and at most 1,048 kB can be saved\. Shorten/).waitFor();
  await page.getByText("28 characters left").first().waitFor();
  await inLine(page, 270, "Description").fill("y".repeat(1010));
  await page.getByText("10 characters too many").waitFor();
  for (let n = 268; n <= 270; n++) await inLine(page, n, "Description").fill("Short");
  await bar.getByText("3,240.00 GBP").waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("more already paid than the total is said while typing", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new?kind=credit_note", "New credit note");
  await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "10" });
  const paid = page.getByLabel(/^Already paid/);
  const hint = page.getByText("more than the total");
  await paid.fill("12");
  await page.getByText("Amount due").waitFor();
  assert.equal(await hint.count(), 0);
  await paid.fill("12.50");
  await page.getByText("This is £0.50 more than the total.").waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("a line has at most 20 allowances and charges", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "10" });
  const add = page.getByRole("button", { name: "Allowance or charge: line 1", exact: true });
  for (let n = 1; n <= 20; n++) {
    await add.click();
    await page.locator(`[name="lines.0.adjustments.${n - 1}.reason"]`).waitFor();
  }
  await add.click();
  await page.getByText("A line has at most 20 allowances and charges.").waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();
});
