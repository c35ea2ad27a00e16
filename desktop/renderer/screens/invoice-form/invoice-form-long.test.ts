/** An invoice of 2,000 lines with 400 letters each: the longest that the app promises, from paste to paper. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest, goTo, untilStored } from "../../../app-tests/browser.suite.ts";
import { inOneLine, pagesOf, paperTest, savePdf } from "../invoices/papers.suite.ts";
import { idIn, openDesk, openForm, paste, storedAt, storedWhen } from "./invoice-form.suite.ts";

const LINES = 2_000;
/** More at once would block the page for seconds. */
const MOST_AT_ONCE = 60;

const desk = await openDesk();
const setup = () => {
  assert.ok(desk);
  return desk;
};
const textOf = (n: number, word: string) => `${word} ${n} `.padEnd(399, `${word} and more `).concat(".");
const rows = (word: string) => Array.from({ length: LINES }, (_, n) => `${textOf(n + 1, word)}\t1\tHUR\t10`);

/** Plain selectors: those of roles read the whole page, which has 130,000 elements. */
const isDrawn = (page: Page, selector = "[data-line]") =>
  page.waitForFunction(([one, count]) => document.querySelectorAll(one).length === count, [selector, LINES] as const);
const press = (page: Page, button: string) => page.locator("form button", { hasText: button }).click();

/** Notes how many lines of a list appear at once. */
async function watchChunks(page: Page, selector: string): Promise<() => Promise<number>> {
  await page.evaluate((line) => {
    const seen = { most: 0 };
    Object.assign(globalThis, { chunks: seen });
    new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
      const lines = added.reduce((sum, one) => sum + (one.matches(line) ? 1 : one.querySelectorAll(line).length), 0);
      seen.most = Math.max(seen.most, lines);
    }).observe(document.body, { childList: true, subtree: true });
  }, selector);
  return () => page.evaluate(() => (globalThis as unknown as { chunks: { most: number } }).chunks.most);
}

browserTest("2,000 lines are pasted, stored on this device, drafted and edited; they appear in chunks", async () => {
  const { page, api } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  const chunks = await watchChunks(page, "[data-line]");
  await paste(page, rows("Work"));
  await isDrawn(page);
  assert.ok((await chunks()) <= MOST_AT_ONCE, `${await chunks()} lines at once`);
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "lines.1999.quantity6");
  await untilStored(page, textOf(LINES, "Work"));
  await page.reload();
  await isDrawn(page);
  assert.equal(await page.locator(".total-in-sight strong").innerText(), "24,000.00 GBP");
  await page.locator('[name="lines.1999.quantity6"]').fill("2");
  await press(page, "Save draft");
  await page.waitForURL(/#\/invoices\/\d+$/);
  await isDrawn(page, "table.lines tbody tr");
  const id = idIn(page);
  const { lines } = await storedAt(api, id);
  assert.deepEqual([lines.length, lines.at(-1)?.description], [LINES, textOf(LINES, "Work")]);
  assert.equal(lines.at(-1)?.quantity6, 2_000_000);

  await goTo(page, `/invoices/${id}/edit`);
  await isDrawn(page);
  // A line number of four digits is one row.
  await page.locator('[name="lines.1999.description"]').focus();
  const number = await page.locator("[data-line] .line-number").last().boundingBox();
  assert.ok(number && number.height < 30, `${number?.height} px`);
  await page.locator('[name="lines.999.description"]').fill(textOf(1000, "Changed"));
  await press(page, "Save draft");
  const changed = await storedWhen(api, id, ({ version }) => version === 2);
  assert.equal(changed.lines[999]?.description, textOf(1000, "Changed"));
  await page.waitForURL(new RegExp(`#/invoices/${id}$`));
});

paperTest("the issued invoice is found, saved line by line, duplicated and credited", async () => {
  const { page, api, clients } = setup();
  const [stored] = (await api.get<{ rows: { id: number }[] }>("/api/invoices?q=changed")).rows;
  const id = stored?.id ?? assert.fail("the search of the API finds no line");
  await api.send("PATCH", `/api/invoices/${id}`, { clientId: clients.gb });
  await api.send("POST", `/api/invoices/${id}/issue`, {});
  await goTo(page, "/invoices?q=changed");
  await page.getByText("INV-00001").first().waitFor();

  await goTo(page, `/invoices/${id}`);
  await page.getByRole("heading", { name: "Invoice INV-00001", level: 1 }).waitFor();
  const pages = pagesOf((await savePdf(page)).bytes);
  const text = inOneLine(pages.join(" "));
  assert.ok(pages.length > 100, `${pages.length} pages`);
  for (const n of [1, 2, 500, 999, 1001, 1999, 2000])
    assert.equal(text.split(` ${n} Work ${n} Work and more `).length, 2, `line ${n}`);
  assert.ok(text.includes("Changed 1000 Changed and more"));

  for (const [address, heading] of [
    [`/invoices/new?copy=${id}`, "New invoice based on"],
    [`/invoices/new?credit=${id}`, /credit note/i],
  ] as const) {
    await goTo(page, address);
    await page.locator("h1", { hasText: heading }).waitFor();
    await isDrawn(page);
    await press(page, "Save draft");
    await page.waitForURL(/#\/invoices\/\d+$/);
    await isDrawn(page, "table.lines tbody tr");
    const made = await storedAt(api, idIn(page));
    assert.notEqual(made.id, id);
    assert.equal(made.lines.length, LINES);
    await api.send("POST", `/api/invoices/${made.id}/issue`, {});
  }
});

browserTest("2,000 Japanese lines are refused while they are typed, with how long they are", async () => {
  const { page, api } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  const japanese = Array.from({ length: LINES }, (_, n) => `${"請求書".repeat(133)}${n % 10}\t1\tHUR\t10`);
  await paste(page, japanese);
  await isDrawn(page);
  const words =
    /^This is too long: it takes 2,4\d\d kB, and at most 1,048 kB can be saved\. Shorten its texts, or split it/;
  await page.locator(".total-in-sight").getByText(words).waitFor();
  await untilStored(page, japanese[LINES - 1]?.split("\t")[0] ?? assert.fail());
  const head = await api.organization.log.head();
  await press(page, "Save draft");
  await page.locator('[name="lines.1999.description"]').focus(); // a form that is being sent has no field to focus
  assert.equal(await page.locator("h1").innerText(), "New invoice");
  assert.equal(await api.organization.log.head(), head, "nothing was sent");
  await page.locator("form a", { hasText: "Cancel" }).click();
});

// Last: what it leaves typed would be in the next new invoice.
browserTest("a long form that was wide fits into a window that becomes narrow", async () => {
  const { open } = setup();
  const page = await open({ viewport: { width: 1280, height: 800 } });
  await openForm(page, "/invoices/new", "New invoice");
  const before = await page.locator("[data-line]").count();
  await paste(page, rows("Wide").slice(0, 300));
  await page.waitForFunction((before) => document.querySelectorAll("[data-line]").length >= before + 299, before);
  const many = page.locator(".lines.many");
  assert.ok(((await many.boundingBox())?.width ?? 0) > 900, "the lines are laid out in a wide window");
  for (const width of [1000, 700, 480]) {
    await page.setViewportSize({ width, height: 800 });
    const [content, room] = await page.locator("main").evaluate((main) => [main.scrollWidth, main.clientWidth]);
    assert.equal(content, room, `${width} px`);
  }
  await page.context().close();
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
