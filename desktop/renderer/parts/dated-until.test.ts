/**
 * "Dated until" on every screen that has it. Everything is recorded today, and dated around a past day: what the papers
 * say up to that day counts, whenever it was entered.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { runApi } from "../../../api/running-api.suite.ts";
import { addDays } from "../../../events/values/calendar.ts";
import { askWorker, assertAccessible, browserTest, goTo, openScreens } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";
import { HOUR, issueInvoice } from "../../app-tests/sales.suite.ts";
import { waitForReads } from "../screens/invoices/list.suite.ts";
import { inOneLine, pagesOf, paperTest, savePdf } from "../screens/invoices/papers.suite.ts";
import { day } from "../text/format.ts";

const TODAY = new Date().toLocaleDateString("en-CA", { timeZone: "Europe/London" });
/** As 31 December in the help: the day of the figures. */
const THEN = addDays(TODAY, -40);
const THEN_TEXT = day(THEN, "en-GB");

const api = CHROMIUM === null ? null : await runApi();
const story = api && (await tellStory());
const screens = api && (await openScreens(api));
const setup = () => {
  assert.ok(api && story && screens);
  return { api, ...story, ...screens };
};

/** £240 that was paid before the day, but entered after it; £120 that is dated on the day; and what came later. */
async function tellStory() {
  assert.ok(api);
  const client = (await api.send("POST", "/api/clients", { name: "Ada Ltd", address: { country: "GB" } })).stream;
  const two = { ...HOUR, quantity6: 2_000_000 };
  const paid = await issueInvoice(api, { clientId: client, lines: [two] }, { issuedOn: addDays(THEN, -20) });
  const dated = await issueInvoice(api, { clientId: client, termsDays: 30 }, { issuedOn: THEN });
  await issueInvoice(api, { clientId: client, lines: [two] }, { issuedOn: addDays(THEN, 10) });
  const pay = async (receivedOn: string, amountMinor: number, invoiceId: number) =>
    await api.send("POST", "/api/payments", {
      clientId: client,
      receivedOn,
      currency: "GBP",
      amountMinor,
      method: "bank_transfer",
      allocations: [{ invoiceId, amountMinor }],
    });
  await pay(addDays(THEN, -1), 24_000, paid);
  await pay(addDays(THEN, 5), 12_000, dated);
  return { client };
}

const figure = (page: Page, name: string) => page.locator(".figure", { hasText: name }).locator(".amount").first();
const line = (page: Page) => page.getByRole("status").filter({ hasText: `Dated until ${THEN_TEXT}` });

browserTest(
  "the overview dated until a day counts what was entered later, and leads to the open items of that day",
  async () => {
    const { page, problems } = setup();
    await goTo(page, "/");
    await figure(page, "Outstanding").waitFor();
    assert.equal(await figure(page, "Outstanding").textContent(), "£240.00", "only the last invoice is open today");
    assert.equal(await page.locator(".dated-line").count(), 0);
    const field = page.getByLabel("Dated until");
    await field.focus();
    await field.fill(THEN);
    await line(page).waitFor();
    await waitForReads(page);
    // Paid on the day before and entered today: not open. Dated on the day and issued today: open.
    assert.equal(await figure(page, "Outstanding").textContent(), "£120.00");
    assert.equal(await figure(page, "Overdue").textContent(), "£0.00");
    await page.getByText("Up to now, whatever it is dated.").waitFor();
    await assertAccessible(page);
    for (const name of ["Outstanding", "Not yet due"]) {
      await goTo(page, `/?dated=${THEN}`);
      await waitForReads(page);
      await page.getByRole("link", { name: new RegExp(`^${name}`) }).click();
      await page.getByRole("heading", { name: "Open items in GBP" }).waitFor();
      await line(page).waitFor();
      await waitForReads(page);
      assert.equal(await page.locator(".age-sums .amount").last().textContent(), "£120.00");
    }
    // The day stays, to the documents of a client and to the client.
    await page.getByRole("grid").getByRole("link", { name: "Ada Ltd" }).click();
    await page.locator(".chip").getByRole("link", { name: "Ada Ltd" }).click();
    await page.getByRole("heading", { name: "Ada Ltd", level: 1 }).waitFor();
    await line(page).waitFor();
    await goTo(page, `/?dated=${THEN}`);
    await line(page).waitFor();
    await page.getByRole("button", { name: "Back to today" }).focus();
    await page.keyboard.press("Enter");
    await line(page).waitFor({ state: "detached" });
    await waitForReads(page);
    assert.equal(await figure(page, "Outstanding").textContent(), "£240.00");
    assert.deepEqual(problems, []);
  },
);

browserTest("the bar of the month of the day leads to what was issued up to that day", async () => {
  const { page } = setup();
  await goTo(page, `/?dated=${THEN}`);
  await waitForReads(page);
  const bar = page.locator(".chart a:not(.of-bar)").last();
  assert.match((await bar.getAttribute("href")) ?? "", new RegExp(`issued_to=${THEN}`));
  const [, told] = ((await bar.getAttribute("aria-label")) ?? "").split(": ");
  await bar.locator("text").click();
  await page.locator(".page-head .totals").waitFor();
  assert.ok((await page.locator(".page-head .totals").textContent())?.includes(`Net ${told}`), told);
});

browserTest(
  "a client dated until a day has the balances and the statement of that day, and says what has not",
  async () => {
    const { page, client, problems } = setup();
    await goTo(page, `/clients/${client}?dated=${THEN}&period=all`);
    await line(page).waitFor();
    await page.locator(".entries tfoot").waitFor();
    await waitForReads(page);
    assert.equal(await figure(page, "Balance").textContent(), "£120.00");
    assert.equal(await figure(page, "Invoiced").textContent(), "£360.00");
    await page.getByText("Details and history are those of now.").waitFor();
    const entries = await page.locator(".entries tbody tr").evaluateAll((rows) => rows.map((row) => row.textContent));
    assert.equal(entries.length, 3, entries.join("\n"));
    assert.equal(await page.locator(".entries tfoot .number").textContent(), "120.00 GBP");
    await page.getByRole("heading", { name: `Open items on ${THEN_TEXT}` }).waitFor();
    assert.equal(await page.locator(".open-items tbody tr").count(), 1);
    await assertAccessible(page);
    // This year is the year of the day.
    await goTo(page, `/clients/${client}?dated=${THEN}`);
    await page.locator(".entries tfoot", { hasText: "120.00 GBP" }).waitFor();
    await goTo(page, `/clients/${client}?period=all`);
    await page.getByRole("heading", { name: "Open items today" }).waitFor();
    assert.equal(await figure(page, "Balance").textContent(), "£240.00");
    assert.equal(await page.locator(".entries tbody tr").count(), 5);
    assert.deepEqual(problems, []);
  },
);

paperTest("a statement dated until a day is saved and exported up to that day", async () => {
  const { page, client } = setup();
  await goTo(page, `/clients/${client}?dated=${THEN}&period=all`);
  await page.locator(".entries tfoot", { hasText: "120.00 GBP" }).waitFor();
  const { name, bytes } = await savePdf(page);
  assert.equal(name, `Statement Ada Ltd GBP ${THEN}.pdf`);
  const paper = inOneLine(pagesOf(bytes).join(" "));
  assert.ok(paper.includes(THEN_TEXT), paper);
  assert.ok(paper.includes("120.00"));
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `Statement Ada Ltd GBP ${THEN}.csv`);
});

browserTest("figures of another day than the one in the address are not shown if that day cannot be read", async () => {
  const { open, client } = setup();
  const page = await open();
  for (const path of ["/", `/clients/${client}`]) {
    await goTo(page, path);
    await figure(page, path === "/" ? "Outstanding" : "Balance").waitFor();
    await page.route("**/call", async (route) => {
      const failure = { code: "UNAVAILABLE", message: "invoify.sqlite: disk I/O error" };
      const isDated = route.request().postData()?.includes("dated_until") ?? false;
      if (isDated) await route.fulfill({ json: { ok: false, failure } });
      else await route.continue();
    });
    await page.getByLabel("Dated until").fill(THEN);
    await page.getByRole("alert").filter({ hasText: "disk I/O error" }).waitFor();
    assert.equal(await page.locator(".figure").count(), 0, path);
    await page.unroute("**/call");
  }
  await page.context().close();
});

browserTest("a day that does not exist, or is being typed, changes nothing", async () => {
  const { page } = setup();
  for (const dated of ["0002-06-30", "2026-02-31", "yesterday", TODAY]) {
    await goTo(page, `/?dated=${dated}`);
    await waitForReads(page);
    assert.equal(await figure(page, "Outstanding").textContent(), "£240.00", dated);
    assert.equal(await page.locator(".dated-line").count(), 0, dated);
  }
  const { ok } = await askWorker(page, "getOverview", { dated_until: "2026-02-31" });
  assert.equal(ok, false, "the read itself refuses it");
});
