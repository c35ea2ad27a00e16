/** An invoice of twenty lines, from the overview to paper, without the mouse; its sums are the server's all the way. */
import assert from "node:assert/strict";
import { assertAccessible, browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { draftInvoice } from "../../../app-tests/sales.suite.ts";
import { idIn, inLine, openDesk, storedWhen, sumsOn } from "./invoice-form.suite.ts";

const desk = await openDesk();
const setup = () => {
  assert.ok(desk);
  return desk;
};

browserTest(
  "twenty lines by keyboard alone, from the overview to the issued invoice, ready to be printed",
  async () => {
    const { page, api, clients } = setup();
    const { keyboard } = page;
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await keyboard.press("Alt+n");
    await page.getByRole("heading", { name: "New invoice" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "clientId");
    await keyboard.type("ada");
    await keyboard.press("Enter"); // also before the answer is there
    const isAt = (field: string) =>
      page.waitForFunction((name) => document.activeElement?.getAttribute("name") === name, field);
    for (let n = 0; n < 20; n++) {
      await isAt(`lines.${n}.code`);
      if (n % 2 === 0) {
        // An item: code, quantity, and on to the next line.
        await keyboard.type(`w-${(n % 4) + 1}`);
        await keyboard.press("Enter");
        await isAt(`lines.${n}.quantity6`);
        await keyboard.type(`${n + 1}.25`);
        await keyboard.press("Shift+Enter");
      } else {
        // Typed out, Enter from field to field; the VAT is that of the line before.
        for (const text of ["", `Work of day ${n}`, `${n}`, "", `19.9${n % 10}`]) {
          if (text !== "") await keyboard.type(text);
          await keyboard.press("Enter");
        }
        await isAt(`lines.${n}.vatCategory`);
        await keyboard.press("Enter");
      }
    }
    await isAt("lines.20.code");
    await assertAccessible(page);
    const shown = await sumsOn(page);
    await keyboard.press("Control+Shift+Enter");
    await page.getByRole("dialog", { name: "Issue this invoice" }).waitFor();
    await isAt("issuedOn");
    await assertAccessible(page);
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Invoice INV-00001" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "print-document");

    const stored = await storedWhen(api, idIn(page), ({ status }) => status === "issued");
    assert.equal(stored.client_id, clients.gb);
    assert.equal(stored.lines.length, 20, "the empty one at the end is none");
    assert.deepEqual(
      stored.lines.slice(0, 2).map(({ code, description, quantity6, unit, price6, vat_rate3 }) => {
        return [code, description, quantity6, unit, price6, vat_rate3];
      }),
      [
        ["W-1", "Widget number 1", 1_250_000, "C62", 1_234_500, 20_000],
        [null, "Work of day 1", 1_000_000, "C62", 19_910_000, 20_000],
      ],
    );
    const text = (minor: number) =>
      `${new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2 }).format(minor / 100)} GBP`;
    assert.equal(shown["Total without VAT"], text(stored.net_minor));
    assert.equal(shown["Total with VAT"], text(stored.gross_minor));
    const taxes = stored.taxes.map((tax) => [`VAT ${(tax.vat_rate3 ?? 0) / 1000}%`, text(tax.tax_minor)]);
    assert.deepEqual(
      Object.entries(shown).filter(([name]) => /^VAT /.test(name)),
      taxes,
    );
    assert.equal(taxes.length, 2);
  },
);

browserTest("keys move, duplicate and delete lines, and the last line stays", async () => {
  const { page } = setup();
  const { keyboard } = page;
  await goTo(page, "/invoices/new");
  await inLine(page, 1, "Description").fill("One");
  await inLine(page, 1, "Price").fill("1");
  await keyboard.press("Shift+Enter");
  await inLine(page, 2, "Description").fill("Two");
  await inLine(page, 2, "Description").press("Alt+ArrowUp");
  const all = () =>
    page
      .locator('input[name$=".description"]')
      .evaluateAll((found) => found.map((one) => (one as HTMLInputElement).value));
  assert.deepEqual(await all(), ["Two", "One"]);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "lines.0.description");
  await keyboard.press("Alt+ArrowUp");
  assert.deepEqual(await all(), ["Two", "One"], "the first one stays there");
  await inLine(page, 2, "Description").press("Control+d");
  assert.deepEqual(await all(), ["Two", "One", "One"]);
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "lines.2.quantity6");
  await keyboard.press("Control+Delete");
  await keyboard.press("Control+Delete");
  await keyboard.press("Control+Delete");
  assert.deepEqual(await all(), [""]);
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "New invoice" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "New invoice" }).getAttribute("title"), "New invoice (Alt+N)");
});

browserTest("with three hundred lines, a typed key and its sum are drawn within two frames", async () => {
  const { page } = setup();
  await goTo(page, "/invoices/new");
  const rows = Array.from({ length: 300 }, (_, n) => `Row ${n}\t2\tpiece\t${n}.50\t20%`).join("\n");
  await inLine(page, 1, "Description").focus();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, rows);
  await inLine(page, 300, "Price").waitFor();
  // Elements of other lines are not touched by a key.
  const touched = await page.evaluate(async () => {
    const seen = new Set<number>();
    const lines = [...document.querySelectorAll(".lines > .line")];
    const observer = new MutationObserver((records) => {
      for (const { target } of records)
        seen.add(lines.findIndex((line) => line.contains(target instanceof Element ? target : target.parentElement)));
    });
    observer.observe(document.querySelector(".lines") as Element, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    const field = document.querySelector('input[name="lines.7.quantity6"]') as HTMLInputElement;
    field.value = "4";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    observer.disconnect();
    return [...seen];
  });
  assert.deepEqual(touched, [7]);
  assert.equal((await sumsOn(page))["Total without VAT"], "90,015.00 GBP");
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("Print gets the focus if the issued invoice arrives before the response to the command", async () => {
  const { page, api, clients } = setup();
  const id = await draftInvoice(api, { clientId: clients.gb });
  await goTo(page, `/invoices/${id}?issue=now`);
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "issuedOn");
  await page.route("**/call", async (route) => {
    const isWrite = (route.request().postDataJSON() as { call: string }).call === "write";
    const response = await route.fetch();
    if (isWrite) await page.locator(".page-head .badge", { hasText: "Open" }).waitFor();
    await route.fulfill({ response });
  });
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.activeElement?.id === "print-document");
  await page.unrouteAll({ behavior: "wait" }); // other calls are still being fetched
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
