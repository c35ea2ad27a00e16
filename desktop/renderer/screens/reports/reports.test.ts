/** What all reports have: exports, paper, errors, the keyboard, every size of window, and no need of a network. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { assertAccessible, browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { layoutFaults } from "../../../app-tests/layout.suite.ts";
import { day } from "../../text/format.ts";
import { listedOn, waitForReads } from "../invoices/list.suite.ts";
import { busyQuarter, LOCALE, rowsOf, setup, tableOn } from "./reports.suite.ts";

browserTest("each report is exported as CSV with all its rows", async () => {
  const { page } = setup();
  const { word } = busyQuarter();
  for (const [path, name, least] of [
    [`/reports?period=${word}`, new RegExp(`^vat-${word}-.*\\.csv$`), 3],
    [`/reports/sales-list?period=${word}`, new RegExp(`^sales-list-${word}-.*\\.csv$`), 3],
    ["/reports/open-items?currency=EUR", /^open-items-EUR-.*\.csv$/, 3],
    ["/reports/open-items?currency=EUR&by=document", /^open-documents-EUR-.*\.csv$/, 3],
  ] as const) {
    await goTo(page, path);
    await waitForReads(page);
    const rows = path.includes("open-items")
      ? (await listedOn(page)).length
      : (await tableOn(page)).filter(
          (cells) => cells.length > 4 && !/^Total|^VAT in| in [A-Z]{3}$/.test(cells[0] ?? ""),
        ).length;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    assert.match(download.suggestedFilename(), name);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n");
    assert.equal(lines.length, 1 + rows, path);
    assert.ok(rows >= least, `${rows} rows`);
  }
});

browserTest("reports are printed whole, with their name, their day or period, and whose they are", async () => {
  const { page } = setup();
  const { word } = busyQuarter();
  const [{ name }] = rowsOf<{ name: string }>("SELECT legal_name AS name FROM organization") as [{ name: string }];
  const dated = "2026-01-31";
  const clients = async () => (await listedOn(page)).map(([client]) => client ?? "");
  for (const [path, wanted] of [
    [`/reports?period=${word}`, ["VAT on sales", "by issue date", "Total in EUR"]],
    [`/reports/sales-list?period=${word}`, ["Sales list", "Goods in EUR"]],
    [`/reports/open-items?currency=EUR`, ["Open items", "in EUR", "Total"]],
    [`/reports/open-items?currency=EUR&dated=${dated}`, ["Open items", `Dated until ${day(dated, LOCALE)}, in EUR`]],
  ] as const) {
    await goTo(page, path);
    await waitForReads(page);
    const all = path.includes("open-items") ? await clients() : [];
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    const paper = await page.evaluate<string>("document.body.innerText");
    await page.emulateMedia({ media: null });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    for (const one of [name, "Printed on", ...wanted, ...all]) assert.ok(paper.includes(one), `${path}: ${one}`);
    for (const one of ["Export CSV", "What is this?", "Sync now"]) assert.ok(!paper.includes(one), `${path}: ${one}`);
  }
});

browserTest("a report that cannot be read says so, shows no other figures, and is read again", async () => {
  const { open } = setup();
  const page = await open();
  await goTo(page, "/reports");
  await page.locator(".report-table, .empty").first().waitFor();
  let fails = true;
  await page.route("**/call", async (route) => {
    const isReport = /"call":"(?:getVatReport|getSalesList|getAgedBalances|listOpenItems)"/.test(
      route.request().postData() ?? "",
    );
    const failure = { code: "UNAVAILABLE", message: "invoify.sqlite: disk I/O error" };
    if (fails && isReport) await route.fulfill({ json: { ok: false, failure } });
    else await route.continue();
  });
  for (const path of [
    "/reports?period=2024",
    "/reports/sales-list?period=2024",
    "/reports/open-items?dated=2026-02-02",
  ]) {
    fails = true;
    await goTo(page, path);
    await page.getByRole("alert").filter({ hasText: "disk I/O error" }).waitFor();
    assert.equal(await page.locator(".report-table, .age-sums, #main [role=grid]").count(), 0, path);
    fails = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".report-table, .age-sums, .empty").first().waitFor();
  }
  await page.context().close();
});

browserTest("the reports are found in the navigation, by keys, and in the palette", async () => {
  const { page } = setup();
  await goTo(page, "/");
  await page.keyboard.press("Alt+6");
  await page.getByRole("heading", { name: "Reports", level: 1 }).waitFor();
  const here = page.getByRole("navigation", { name: "Main" }).locator("[aria-current=page]");
  assert.equal(await here.textContent(), "Reports");
  for (const [typed, heading] of [
    ["tax return", "VAT on sales"],
    ["recapitulative", "Sales list"],
    ["aged rec", "Open items"],
  ] as const) {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find" }).fill(typed);
    await page.getByRole("option", { name: "Reports:" }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: heading, level: 2 }).waitFor();
  }
});

browserTest(
  "the reports are accessible in light and dark, and have the room that they need at every size",
  async () => {
    const { open, problems } = setup();
    const { word, from, to } = busyQuarter();
    const faults: string[] = [];
    for (const [colorScheme, width, height] of [
      ["light", 1280, 800],
      ["dark", 900, 700],
      ["light", 640, 400],
      ["dark", 420, 760],
    ] as const) {
      const page = await open({ colorScheme, viewport: { width, height } });
      for (const path of [
        `/reports?period=${word}`,
        `/reports?period=own&from=${from}&to=${to}`,
        `/reports/sales-list?period=${word}`,
        "/reports/open-items?dated=2026-06-30",
        "/reports/open-items?by=document",
        `/reports/vat-documents?from=${from}&to=${to}&currency=EUR&category=S&rate=2300`,
        "/?dated=2026-06-30",
      ]) {
        await goTo(page, path);
        await page.locator("#main h1").waitFor();
        await waitForReads(page);
        await assertAccessible(page);
        faults.push(...(await layoutFaults(page)).map((fault) => `${width}: ${path}: ${fault}`));
      }
      await page.context().close();
    }
    assert.deepEqual(faults, []);
    assert.deepEqual(problems, []);
  },
);

browserTest("the reports work offline", async () => {
  const { page, stopServer } = setup();
  await goTo(page, "/reports");
  await waitForReads(page);
  const before = await tableOn(page);
  await stopServer();
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.getByText("Offline. You see your data").waitFor();
  await page.reload();
  await page.locator(".report-table").waitFor();
  assert.deepEqual(await tableOn(page), before);
  await goTo(page, "/reports/open-items?dated=2026-02-02");
  await page.locator(".age-sums, .empty").first().waitFor();
  await goTo(page, "/reports/sales-list");
  await page.locator(".report-table, .empty").first().waitFor();
});
