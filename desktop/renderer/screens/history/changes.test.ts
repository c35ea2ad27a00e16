/** What changed between two moments, on screen: as the cache says, by keyboard, small, and for a screen reader. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible, browserTest, goTo, hashOf } from "../../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { money } from "../../text/format.ts";
import { waitForReads } from "../invoices/list.suite.ts";

const screens = await openDemoScreens({ invoices: 60 });
const setup = () => screens ?? assert.fail();
const value = <T>(sql: string) => setup().db.prepare<[], T>(sql).pluck().get() as T;

async function open(page: Page, path: string): Promise<void> {
  await goTo(page, path);
  await waitForReads(page);
}

async function cells(page: Page, selector: string): Promise<string[][]> {
  return await page
    .locator(`${selector} tr`)
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())));
}

/** The event in the middle of the history. */
const middle = () => Math.floor(value<number>("SELECT checkpoint FROM meta") / 2);

browserTest("changes since a moment are counted by kind, and add up to what the cache has", async () => {
  const { page, problems } = setup();
  await open(page, `/changes?from=event:${middle()}`);
  const kinds = new Map((await cells(page, ".change-kinds tbody")).map(([name = "", ...counts]) => [name, counts]));
  const born = value<number>(
    `SELECT count(*) FROM invoice WHERE kind = 'invoice' AND status <> 'discarded' AND id > ${middle()}`,
  );
  assert.equal(kinds.get("Invoices")?.[0], String(born));
  const payments = value<number>(`SELECT count(*) FROM payment WHERE id > ${middle()}`);
  assert.equal(kinds.get("Payments")?.[0], String(payments));
  const balances = setup()
    .db.prepare<[], { currency: string; after: number; before: number }>(
      `SELECT currency, open_minor AS after, (SELECT coalesce(sum(p.open_minor), 0) FROM posting AS p
         WHERE p.currency = b.currency AND p.seq <= ${middle()}) AS before FROM currency_balance AS b ORDER BY currency`,
    )
    .all()
    .filter(({ before, after }) => before !== after);
  assert.ok(balances.length > 0);
  const sums = (await cells(page, ".change-sums tbody")).filter(([name]) => name?.startsWith("Outstanding"));
  assert.deepEqual(
    sums,
    balances.map(({ currency, before, after }) => [
      `Outstanding ${currency}`,
      ...[before, after].map((minor) => money(minor, currency, "en-GB")),
      `${after > before ? "+" : ""}${money(after - before, currency, "en-GB")}`,
    ]),
  );
  assert.deepEqual(problems, []);
});

browserTest("a thing that changed opens both of its states, and the events in between", async () => {
  const { page, problems } = setup();
  const id = value<number>(
    `SELECT i.id FROM invoice AS i JOIN posting AS p ON p.document_id = i.id AND p.kind = 'allocation'
     WHERE i.status = 'issued' AND i.id < ${middle()} AND p.seq > ${middle()} ORDER BY i.id LIMIT 1`,
  );
  const number = value<string>(`SELECT number FROM invoice WHERE id = ${id}`);
  const from = value<number>(
    `SELECT min(p.seq) - 1 FROM posting AS p WHERE document_id = ${id} AND kind = 'allocation'`,
  );
  await open(page, `/changes?from=event:${from}&to=event:${from + 1}&kind=invoice`);
  const row = page.locator(".changed-row", { hasText: number });
  assert.match(await row.innerText(), /Changed[\s\S]*Settled .+→ /);
  // By keyboard alone.
  await row.locator("button").focus();
  await page.keyboard.press("Enter");
  const states = await cells(page, ".changed-row .states tbody");
  const settled = states.find(([name]) => name === "Settled");
  assert.equal(settled?.length, 3);
  assert.notEqual(settled?.[1], settled?.[2]);
  assert.equal(await row.locator(".row-events a").getAttribute("href"), `#/events/${from + 1}`);
  await assertAccessible(page);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".changed-row .states").count(), 0);
  assert.deepEqual(problems, []);
});

browserTest("the moments are in the address, and no change, a wrong moment and no moment are told", async () => {
  const { page } = setup();
  await open(page, "/changes");
  await page.getByRole("button", { name: "last month" }).click();
  assert.match(await hashOf(page), /^#\/changes\?from=\d{4}-\d\d-\d\d$/);
  await open(page, "/changes?from=event:5&to=event:5");
  assert.match(await page.locator("main").innerText(), /Nothing changed between these moments\./);
  await page.getByLabel("To").fill("event:4");
  await page.keyboard.press("Enter");
  await page.getByText("must not be later than the second").waitFor();
  await open(page, "/changes?from=banana");
  await page.locator("main [role=alert]").first().waitFor();
  await assertAccessible(page);
});

browserTest("at a moment, changes end there; its banner opens what changed since", async () => {
  const { page, problems } = setup();
  await open(page, "/changes?from=event:10&at=20");
  assert.match(
    await page.locator(".changes [role=status]").innerText(),
    /\(event 10\) to .+ \(event 20\): 10 events\.$/,
  );
  await open(page, "/clients?at=20");
  await page.getByRole("link", { name: "What changed since" }).click();
  await page.locator(".change-kinds").waitFor();
  assert.match(await page.locator(".changes [role=status]").innerText(), /\(event 20\) to /);
  assert.doesNotMatch(await hashOf(page), /at=20/);
  assert.deepEqual(problems, []);
});

browserTest("the kinds are tabs, rows come in pages, and the CSV has every value", async () => {
  const { page, problems } = setup();
  await open(page, "/changes?from=event:1");
  await page.getByRole("button", { name: "Client balances" }).click();
  assert.match(await hashOf(page), /kind=balance/);
  await waitForReads(page);
  assert.match(await page.locator(".changed-rows h2").innerText(), /Client balances/);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^changes-balances-1-\d+-/);
  assert.deepEqual(problems, []);
});

browserTest("changes fit a small window, in dark and with large text", async () => {
  const { open: openPage, problems } = setup();
  const page = await openPage({ viewport: { width: 420, height: 800 }, colorScheme: "dark" });
  await open(page, `/changes?from=event:${middle()}&kind=invoice`);
  await page.locator(".changed-row button").first().click();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0);
  await assertAccessible(page);
  await page.close();
  assert.deepEqual(problems, []);
});
