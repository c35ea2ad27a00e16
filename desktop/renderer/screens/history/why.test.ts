/** Every figure on each screen opens what made it, and the page says the same figure: in a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible, browserTest, goTo, hashOf } from "../../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { listedOn, waitForReads } from "../invoices/list.suite.ts";

const screens = await openDemoScreens({ invoices: 60 });
const setup = () => screens ?? assert.fail();

/** The figures of a screen that are followed, at most. */
const MOST = 45;

interface Link {
  text: string;
  href: string;
}

/** The figures of a screen that say why. A bar's figure is in its name. */
async function figuresOn(page: Page, path: string): Promise<Link[]> {
  await goTo(page, path);
  await page.locator("main a.why").first().waitFor();
  await waitForReads(page);
  return await page.locator("main a.why, main a.of-bar").evaluateAll((links) =>
    links.map((link) => ({
      text: link.textContent?.split(": ").at(-1) ?? "",
      href: link.getAttribute("href") ?? "",
    })),
  );
}

/** The number of a figure with its sign: a screen and its explanation may differ in the currency's sign and in words. */
function digitsOf(text: string): string {
  const digits = text.replaceAll(/[^\d.,]/g, "").replaceAll(/^[.,]|[.,]$/g, "");
  return /^\W*[-−]/.test(text) ? `-${digits}` : digits;
}

/** True for the history of a whole record, which is no figure: that of a badge. */
const ofRecord = (href: string) => href.includes("figure=record") && !href.includes("column=");

/** Opens an explanation: the page's value, and the value of its last line. */
async function explanationAt(page: Page, { href }: Link): Promise<{ value: string; last: string | null }> {
  await goTo(page, href.slice(1));
  const value = page.locator(".why-value");
  await value.waitFor();
  const rows = await listedOn(page);
  // The newest posting comes first, and the last member last: both have the whole figure.
  const whole = (await page.locator(".list.postings").count()) > 0 ? rows.at(0) : rows.at(-1);
  return { value: (await value.textContent()) ?? "", last: whole?.at(-1) ?? null };
}

async function assertExplained(page: Page, path: string, least: number): Promise<void> {
  const links = await figuresOn(page, path);
  assert.ok(links.length >= least, `${path} has ${links.length} figures`);
  // Those outside of lists, and those of the first rows.
  const different = [...new Map(links.map((link) => [link.href, link])).values()].filter(({ href }) => !ofRecord(href));
  for (const link of different.slice(0, MOST)) {
    const { value, last } = await explanationAt(page, link);
    assert.equal(digitsOf(value), digitsOf(link.text), `${path}: ${link.href}`);
    if (last !== null) assert.equal(digitsOf(last), digitsOf(value), `${path}: the last line of ${link.href}`);
  }
}

const idOf = (sql: string) => setup().db.prepare<[], number>(sql).pluck().get() ?? assert.fail(sql);
const settled = () =>
  idOf("SELECT document_id FROM posting WHERE kind = 'allocation' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1");

browserTest("each figure of the overview opens its explanation, and the explanation says the same", async () => {
  const { page, problems } = setup();
  await assertExplained(page, "/", 20);
  const day = new Date(Date.now() - 120 * 86_400_000).toISOString().slice(0, 10);
  await assertExplained(page, `/?dated=${day}`, 20);
  assert.deepEqual(problems, []);
});

browserTest("each figure of a client and of its statement opens its explanation", async () => {
  const { page, problems } = setup();
  const client = idOf("SELECT client_id FROM posting GROUP BY 1 ORDER BY count(*) DESC LIMIT 1");
  await assertExplained(page, `/clients/${client}?period=all`, 8);
  assert.deepEqual(problems, []);
});

browserTest("each figure of an invoice, a payment, open items, VAT and a list opens its explanation", async () => {
  const { page, problems } = setup();
  await assertExplained(page, `/invoices/${settled()}`, 7);
  const payment = idOf("SELECT credit_id FROM posting WHERE kind = 'allocation' ORDER BY seq DESC LIMIT 1");
  await assertExplained(page, `/payments/${payment}`, 1);
  await assertExplained(page, "/reports/open-items", 7);
  await assertExplained(page, "/reports?period=year", 4);
  await assertExplained(page, "/reports/sales-list?period=year", 2);
  await assertExplained(page, "/invoices?open=true&currency=EUR", 3);
  assert.deepEqual(problems, []);
});

browserTest("a figure of the past opens what made it then, and links keep the moment", async () => {
  const { page, problems } = setup();
  const at = idOf("SELECT max(seq) * 2 / 3 FROM activity");
  const invoice = idOf(
    `SELECT document_id FROM posting WHERE kind = 'allocation' AND seq <= ${at} ORDER BY seq DESC LIMIT 1`,
  );
  await page.evaluate(`location.hash = "/invoices/${invoice}?at=${at}"`);
  const balance = page.locator(".figure", { hasText: "Balance" }).locator("a.why");
  await page.waitForFunction((path) => document.getElementById("main")?.dataset.path === path, `/invoices/${invoice}`);
  const text = await balance.textContent();
  await balance.click();
  await page.locator(".list.postings").waitFor();
  assert.equal(digitsOf((await page.locator(".why-value").textContent()) ?? ""), digitsOf(text ?? ""));
  assert.equal(await hashOf(page), `#/why?figure=document_balance&id=${invoice}&at=${at}`);
  assert.deepEqual(problems, []);
});

browserTest("a figure is reached by keyboard, and a line leads to its event with its proof", async () => {
  const { page, problems } = setup();
  await goTo(page, `/invoices/${settled()}`);
  const balance = page.locator(".figure", { hasText: "Balance" }).locator("a.why");
  await balance.focus();
  await page.keyboard.press("Enter");
  await page.locator(".why-value").waitFor();
  assert.match(await hashOf(page), /^#\/why\?figure=document_balance&id=\d+$/);
  await page.locator(".list.postings").waitFor();
  await assertAccessible(page);
  await page.locator(".list.postings [role=row] a").first().click();
  await page.getByRole("heading", { name: "Evidence" }).waitFor();
  assert.match(await hashOf(page), /^#\/events\/\d+$/);
  await page.getByText("Proven", { exact: true }).waitFor();
  await page.getByText("As it was recorded").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the proof" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^event-\d+\.tlog-proof$/);
  await assertAccessible(page);
  assert.deepEqual(problems, []);
});

browserTest("a row's figure is explained with W, and a record shows what it was before each change", async () => {
  const { page, problems } = setup();
  await goTo(page, "/invoices?status=issued");
  const list = page.locator("#main [role=grid]");
  await list.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("w");
  await page.locator("ol.versions").waitFor();
  assert.match(await hashOf(page), /^#\/why\?figure=record&table=invoice&id=\d+&column=gross_minor$/);
  await assertAccessible(page);
  await goTo(page, `/invoices/${settled()}`);
  await page.getByRole("link", { name: "Every change of this document" }).click();
  await page.locator("ol.versions li").first().waitFor();
  const settling = idOf(
    `SELECT count(DISTINCT seq) FROM posting WHERE kind = 'allocation' AND document_id = ${settled()}`,
  );
  assert.equal(await page.getByText("settled", { exact: true }).count(), settling);
  await assertAccessible(page);
  assert.deepEqual(problems, []);
});

browserTest("an address that names no figure, or no event, says so", async () => {
  const { page } = setup();
  await goTo(page, "/why?figure=nonsense");
  await page.locator("main [role=alert]").waitFor();
  await goTo(page, "/why");
  await page.getByText("The address names no figure.").waitFor();
  await goTo(page, "/events/999999");
  await page.getByRole("heading", { name: "Event not found" }).waitFor();
  await goTo(page, "/events/40?at=30");
  await page.getByRole("heading", { name: "This event came later" }).waitFor();
  await page.getByRole("link", { name: "Open the books at event 40" }).click();
  await page.getByRole("heading", { name: "Recorded", exact: true }).waitFor();
  assert.equal(await hashOf(page), "#/events/40?at=40");
});
