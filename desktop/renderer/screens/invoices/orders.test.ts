/** The orders of lists, as a user sees them: by names, amounts of several currencies, and in windows of any size. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible, browserTest, goTo, hashOf, openScreens } from "../../../app-tests/browser.suite.ts";
import { draftInvoice, HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { registerClients, runApi } from "../../../worker/sync/desktop.suite.ts";
import { listedOn, waitForReads } from "./list.suite.ts";

const NAMES = ["Zebra Ltd", "Äpfel & Birnen GmbH", "item 10", "Item 2", "Apfel AG"];
const IN_ORDER = ["Apfel AG", "Äpfel & Birnen GmbH", "Item 2", "item 10", "Zebra Ltd"];
/** 12 digits. */
const LARGE = "£1,234,567,890.12";

const api = await runApi();
const clients = await registerClients(api, ...NAMES);
const [first = 0, second = 0] = clients;
for (const clientId of clients) await issueInvoice(api, { clientId });
await issueInvoice(api, { clientId: first, currency: "JPY", lines: [HOUR] }, { exchangeRate6: 5_000 });
await issueInvoice(api, { clientId: second, currency: "EUR", lines: [HOUR] }, { exchangeRate6: 850_000 });
const large = { ...HOUR, quantity6: 1_000_000, price6: 1_234_567_890_120_000, vatCategory: "Z" as const, vatRate3: 0 };
await issueInvoice(api, { clientId: second, lines: [large] });
await api.send("POST", "/api/payments", {
  clientId: second,
  receivedOn: "2026-01-05",
  currency: "GBP",
  amountMinor: 123_456_789_012,
  method: "card",
  allocations: [],
});
await draftInvoice(api, { clientId: first });
const screens = await openScreens(api);
const setup = () => screens ?? assert.fail();

const head = (page: Page, name: string) => page.getByRole("columnheader", { name, exact: false }).first();

async function listed(page: Page, path: string): Promise<string[][]> {
  await goTo(page, path);
  await page.getByRole("grid").waitFor();
  await waitForReads(page);
  return await listedOn(page);
}

/** The column heads that say how the list is sorted. */
async function sortedBy(page: Page): Promise<(string | null)[][]> {
  return await page
    .getByRole("columnheader")
    .evaluateAll((heads) =>
      heads
        .filter((element) => element.hasAttribute("aria-sort") && element.getBoundingClientRect().width > 0)
        .map((element) => [element.textContent, element.getAttribute("aria-sort")]),
    );
}

browserTest("names are sorted as people sort them, in lists of clients and of invoices", async () => {
  const { page } = setup();
  const names = (cells: string[][], column: number) => [...new Set(cells.map((row) => row[column]?.trim() ?? ""))];
  const clientCells = await listed(page, "/clients");
  assert.deepEqual(
    clientCells.map(([name]) => IN_ORDER.find((one) => name?.startsWith(one))),
    IN_ORDER,
  );
  assert.deepEqual(names(await listed(page, "/invoices"), 1).length, NAMES.length);
  await head(page, "Client").getByRole("button").click();
  await page.waitForFunction(() => location.hash === "#/invoices?sort=client");
  await waitForReads(page);
  assert.deepEqual(names(await listedOn(page), 1), IN_ORDER);
  await head(page, "Client").getByRole("button").click();
  await page.waitForFunction(() => location.hash === "#/invoices?sort=-client");
  await waitForReads(page);
  assert.deepEqual(names(await listedOn(page), 1), IN_ORDER.toReversed());
});

browserTest("the head always shows the order, also the one that a filter brings along", async () => {
  const { page, open } = setup();
  const small = await open({ viewport: { width: 420, height: 760 } });
  for (const [path, expected] of [
    ["/invoices?open=true", ["Due↑", "ascending"]],
    ["/invoices?issued_from=2020-01-01", ["Issued↓", "descending"]],
    ["/invoices?gross_min=1", ["Amount↓", "descending"]],
    ["/invoices?sort=-balance_minor", ["Balance↓", "descending"]],
    ["/invoices?sort=status", ["Status↑", "ascending"]],
    ["/clients", ["Name↑", "ascending"]],
    ["/clients?sort=-credit_minor", ["Credit↓", "descending"]],
    ["/payments", ["Received↓", "descending"]],
    ["/payments?sort=client", ["Client↑", "ascending"]],
  ] as const)
    for (const window of [page, small]) {
      await listed(window, path);
      assert.deepEqual(await sortedBy(window), [expected], path);
    }
  await listed(page, "/invoices");
  await page.getByRole("status").filter({ hasText: "documents, newest first" }).waitFor();
  await listed(small, "/invoices");
  await small.getByRole("columnheader", { name: "Newest first" }).waitFor();
  await small.getByLabel("Sort by").selectOption("Balance ↓");
  await small.waitForFunction(() => location.hash === "#/invoices?sort=-balance_minor");
  await waitForReads(small);
  assert.equal(await small.getByLabel("Sort by").inputValue(), "-balance_minor");
  await small.locator(".c-balance").getByText(LARGE).waitFor();
  await assertAccessible(small);
  await small.context().close();
});

browserTest("amounts of several currencies are sorted one currency after the other", async () => {
  const { page } = setup();
  const cells = await listed(page, "/invoices?sort=gross_minor");
  const signs = cells.map((row) => row[5]?.[0]).filter((sign, n, all) => sign !== all[n - 1]);
  assert.deepEqual(signs, ["£", "€", "¥"]);
  await page.getByText("Amounts are sorted within each currency.").waitFor();
  await page.getByLabel("Currency").selectOption("JPY");
  await page.waitForFunction(() => location.hash.includes("currency=JPY"));
  await waitForReads(page);
  assert.equal((await listedOn(page)).length, 1);
  await listed(page, "/clients");
  await head(page, "Outstanding").getByRole("button").click();
  await page.getByText("Clients with an outstanding amount in GBP.").waitFor();
  assert.equal(await page.getByLabel("Currency").inputValue(), "GBP");
  await waitForReads(page);
  assert.match((await listedOn(page))[0]?.[2] ?? "", /^1,234,568,/);
  await page.getByLabel("Currency").selectOption("EUR");
  await page.getByText("Clients with an outstanding amount in EUR.").waitFor();
  await waitForReads(page);
  assert.equal((await listedOn(page)).length, 1);
  assert.equal(await hashOf(page), "#/clients?sort=-outstanding_minor&currency=EUR");
});

browserTest("no amount is cut off, in windows of any size", async () => {
  const { open } = setup();
  for (const [width, locale] of [
    [1280, "en-GB"],
    [1280, "de-CH"],
    [1024, "en-GB"],
    [800, "fr-FR"],
    [420, "en-GB"],
  ] as const) {
    const page = await open({ viewport: { width, height: 760 }, locale });
    for (const path of ["/invoices", "/invoices?sort=-balance_minor", "/clients", "/payments"]) {
      const cells = await listed(page, path);
      assert.ok(
        cells.some((row) => row.some((text) => /1\D234\D56[78]\D/.test(text))),
        path,
      );
      const cut = await page
        .getByRole("grid")
        .evaluate((grid) =>
          [...grid.querySelectorAll(".number, .number > *")]
            .filter((cell) => cell.clientWidth > 0 && cell.scrollWidth > cell.clientWidth)
            .map((cell) => cell.textContent),
        );
      assert.deepEqual(cut, [], `${path} at ${width}`);
    }
    await page.context().close();
  }
});
