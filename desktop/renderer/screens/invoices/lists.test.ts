/**
 * Lists that are read page by page, in a real browser: as far as one scrolls, again when data comes or a read failed.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible, browserTest, goTo, openScreens } from "../../../app-tests/browser.suite.ts";
import { issueInvoice } from "../../../app-tests/sales.suite.ts";
import { registerClients, runApi } from "../../../worker/sync/desktop.suite.ts";
import { listedOn, waitForReads } from "./list.suite.ts";

/** More than one page, and more than one call reads on by. */
const CLIENTS = 450;
const nameOf = (n: number) => `Client ${String(n).padStart(4, "0")} with a name that is longer than its column is wide`;

const api = await runApi();
const [owing = 0, another = 0] = await registerClients(api, ...Array.from({ length: CLIENTS }, (_, n) => nameOf(n)));
await issueInvoice(api, { clientId: owing });
for (const currency of ["EUR", "USD", "JPY"])
  await issueInvoice(api, { clientId: owing, currency }, { exchangeRate6: 850_000 });
const screens = await openScreens(api);
const setup = () => screens ?? assert.fail();
const list = (page: Page) => page.getByRole("grid", { name: "Clients" });

browserTest("scrolling reads more of a list, which shows when it is complete and draws only visible rows", async () => {
  const { page } = setup();
  await goTo(page, "/clients");
  await list(page).waitFor();
  assert.equal(await list(page).getAttribute("aria-rowcount"), "-1");
  const cells = await listedOn(page);
  assert.deepEqual(
    cells.map(([name]) => name?.slice(0, 11)),
    Array.from({ length: CLIENTS }, (_, n) => nameOf(n).slice(0, 11)),
  );
  assert.equal(await list(page).getAttribute("aria-rowcount"), String(CLIENTS + 1));
  const drawn = await list(page).getByRole("row").count();
  assert.ok(drawn < 60, `${drawn} rows`);
});

browserTest("a row shows balances in two currencies, and the number of others", async () => {
  const { open } = setup();
  for (const width of [1280, 420]) {
    const page = await open({ viewport: { width, height: 760 } });
    await goTo(page, "/clients");
    const row = list(page).getByRole("row").nth(1);
    await row.getByText("and 3 other currencies").waitFor();
    const [inside, outside] = await row.evaluate((element) => {
      const lines = [...element.querySelectorAll("div > div")]
        .map((line) => line.getBoundingClientRect())
        .filter(({ width }) => width > 0);
      const { top, bottom, right } = element.getBoundingClientRect();
      const fits = lines.filter((line) => line.top >= top && line.bottom <= bottom && line.right <= right);
      return [fits.length, lines.length - fits.length];
    });
    assert.ok(inside > 0);
    assert.equal(outside, 0, `${outside} lines are cut off, of ${inside + outside}`);
    await page.context().close();
  }
});

browserTest("End goes to the last row of a list that is not yet read, and Home to the first", async () => {
  const { page } = setup();
  await goTo(page, "/nowhere");
  // Another order than before: nothing of it is read.
  await goTo(page, "/clients?sort=-name");
  await list(page).waitFor();
  await waitForReads(page);
  assert.equal(await list(page).getAttribute("aria-rowcount"), "-1");
  await list(page).focus();
  await page.keyboard.press("End");
  const chosen = list(page).locator("[aria-selected=true]");
  await chosen.filter({ hasText: nameOf(0).slice(0, 11) }).waitFor();
  assert.equal(await chosen.getAttribute("aria-rowindex"), String(CLIENTS + 1));
  const { y = 0, height = 0 } = (await chosen.boundingBox()) ?? {};
  const bottom = await list(page).evaluate((element) => element.getBoundingClientRect().bottom);
  assert.ok(y + height <= bottom, `it ends at ${y + height}, the list at ${bottom}`);
  await page.keyboard.press("Home");
  assert.equal(await chosen.getAttribute("aria-rowindex"), "2");
});

browserTest("a new row appears in order, and the visible rows do not move", async () => {
  const { page } = setup();
  await goTo(page, "/clients");
  await listedOn(page);
  await list(page).evaluate((element) => element.scrollTo(0, 56 * 200 + 9));
  const row = list(page).getByRole("row").filter({ hasText: "Client 0203" });
  await row.waitFor();
  const before = await row.boundingBox();
  await registerClients(api, "Client 0000 and a half");
  await page.waitForFunction(
    (rows) => document.querySelector("#main [role=grid]")?.getAttribute("aria-rowcount") === rows,
    String(CLIENTS + 2),
  );
  assert.deepEqual(await row.boundingBox(), before);
  assert.match((await listedOn(page))[0]?.[0] ?? "", /and a half/);
});

browserTest("a failed read shows a message and a button to retry", async () => {
  const { page } = setup();
  for (const [read, path, then] of [
    ["listClients", "/clients?q=client", "Client 0449"],
    ["getClient", `/clients/${owing}`, "Statement of account in"],
    ["getStatement", `/clients/${owing}?currency=USD`, "Closing balance"],
    ["listActivity", `/clients/${another}`, "Client registered"],
    ["getOverview", "/", "Aged receivables"],
    ["getDiagnostics", "/diagnostics", "Versions"],
    ["listInvoices", "/invoices?kind=invoice&currency=USD", "1 document"],
  ] as const) {
    let failing = true;
    await page.route("**/call", async (route) => {
      const isIt = failing && route.request().postData()?.includes(`"${read}"`);
      if (isIt) await route.fulfill({ json: { ok: false, failure: { code: "UNAVAILABLE", message: "disk error" } } });
      else await route.continue();
    });
    await goTo(page, "/nowhere");
    await goTo(page, path);
    const problem = page.getByRole("alert").filter({ hasText: "disk error" });
    await problem.getByRole("button", { name: "Try again" }).click();
    await problem.waitFor();
    failing = false;
    await problem.getByRole("button", { name: "Try again" }).click();
    await page.getByText(then).first().waitFor();
    await problem.waitFor({ state: "detached" });
    await page.unroute("**/call");
  }
});

browserTest(
  "in high contrast, at 125 % and at 200 %, nothing is cut off, and what is chosen is told apart",
  async () => {
    const { open, problems } = setup();
    for (const [colorScheme, zoom] of [
      ["light", 1.25],
      ["dark", 2],
    ] as const) {
      const viewport = { width: 1280 / zoom, height: 800 / zoom };
      const page = await open({ colorScheme, forcedColors: "active", viewport });
      for (const path of ["/", "/invoices", "/clients", `/clients/${owing}`, "/items", "/payments", "/diagnostics"]) {
        await goTo(page, path);
        await page.locator("#main h1").first().waitFor();
        await waitForReads(page);
        const wider = await page.evaluate<number>(
          `Math.max(...[document.documentElement, document.getElementById("main")].map((e) => e.scrollWidth - e.clientWidth))`,
        );
        assert.equal(wider, 0, `${path}: ${wider} px wider than the window`);
        await assertAccessible(page);
        const [here, others] = await page.evaluate(() => {
          const ground = (which: string) =>
            [...document.querySelectorAll(which)].map((e) => getComputedStyle(e).background);
          return [ground(".navigation [aria-current]"), ground(".navigation li a:not([aria-current])")];
        });
        assert.equal(here?.length, 1, path);
        assert.ok(!others?.includes(here?.[0] ?? ""), path);
      }
      await page.context().close();
    }
    assert.deepEqual(
      problems.filter((problem) => !problem.includes("/call")),
      [],
    );
  },
);
