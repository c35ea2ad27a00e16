/** What the past says of itself: in exports, on paper, and where it has nothing to show. In a real browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { browserTest, goTo } from "../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../app-tests/demo-screens.suite.ts";
import { waitForReads } from "../screens/invoices/list.suite.ts";
import { savePdf } from "../screens/invoices/papers.suite.ts";

const screens = await openDemoScreens({ invoices: 40 });
const setup = () => screens ?? assert.fail();

const slider = (page: Page) => page.getByRole("slider", { name: "Moment of the books" });
const banner = (page: Page) => page.getByRole("complementary", { name: "Moment of the books" });

/** Of the whole log. */
function head(): number {
  return (setup().db.prepare("SELECT max(seq) AS seq FROM activity").get() as { seq: number }).seq;
}

/** Invoices that exist at an event. */
function invoicesAt(seq: number): number {
  return (setup().db.prepare("SELECT count(*) AS n FROM invoice WHERE id <= ?").get(seq) as { n: number }).n;
}

/** Waits until the list of invoices is that of an event. */
async function untilListIs(page: Page, seq: number): Promise<void> {
  await page.getByText(`${invoicesAt(seq)} documents`).waitFor();
}

browserTest("an export of the past says which moment it is, in its name and above its table", async () => {
  const page = await setup().open();
  await goTo(page, "/invoices?at=150");
  await untilListIs(page, 150);
  const { at } = setup().db.prepare("SELECT at FROM activity WHERE seq = 150").get() as { at: number };
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  assert.match(file.suggestedFilename(), /^invoices-as-of-\d{4}-\d\d-\d\d-event-150\.csv$/);
  const lines = readFileSync(await file.path(), "utf8").split("\r\n");
  assert.match(lines[0] ?? "", /^\ufeffBooks as of,/);
  assert.ok(lines[0]?.includes(new Date(at).toISOString()) && lines[0].endsWith(",event 150"), lines[0]);
  assert.match(lines[1] ?? "", /^Number,/);
  assert.equal(lines.length - 3, invoicesAt(150));
  await page.context().close();
});

browserTest("what is printed of the past says which moment it is", async () => {
  const { id } = setup().db.prepare("SELECT id FROM invoice WHERE status <> 'draft' AND id < 300 LIMIT 1").get() as {
    id: number;
  };
  const page = await setup().open();
  const printed = async (path: string, moment: number | null) => {
    await goTo(
      page,
      moment === null
        ? `${path}${path.includes("?") ? "&" : "?"}at=`
        : `${path}${path.includes("?") ? "&" : "?"}at=${moment}`,
    );
    await waitForReads(page);
    if (moment !== null) await banner(page).getByText(`event ${moment}`).waitFor();
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    const text = await page.locator("body").innerText();
    const controls = page.locator(".for-screen:visible");
    assert.deepEqual(await controls.evaluateAll((all) => all.map(({ className }) => className)), [], path);
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen" });
    return text;
  };
  await page.keyboard.press("t"); // the bar is for the screen
  for (const path of [`/invoices/${id}`, "/reports/open-items", "/clients", "/activity", "/"]) {
    assert.match(await printed(path, 320), /The books as of \d+ \w+ \d{4}, \d\d:\d\d.*event 320/, path);
    assert.doesNotMatch(await printed(path, null), /The books as of/, path);
  }
  await goTo(page, `/invoices/${id}?at=320`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await waitForReads(page);
  const { name } = await savePdf(page);
  assert.match(name, / as-of-\d{4}-\d\d-\d\d-event-320\.pdf$/);
  await page.context().close();
});

browserTest("the banner leads to what changed since", async () => {
  const page = await setup().open();
  await goTo(page, "/invoices?at=150");
  await banner(page).getByText("event 150").waitFor();
  await page.getByRole("link", { name: "What changed since" }).click();
  await page.waitForFunction(() => location.hash.startsWith("#/changes?from=150"));
  await page.getByRole("heading", { level: 1, name: "Changes" }).waitFor();
  await page.context().close();
});

browserTest("what did not exist yet says when it was created, and leads there", async () => {
  const { id } = setup().db.prepare("SELECT max(id) AS id FROM client").get() as { id: number };
  const page = await setup().open();
  await goTo(page, `/clients/${id}?at=${id - 1}`);
  await page.getByRole("heading", { name: "This client did not exist yet" }).waitFor();
  await page
    .getByText(`event ${id.toLocaleString("en-GB")}`, { exact: false })
    .last()
    .waitFor();
  await page.getByRole("link", { name: "Open the books at that moment" }).click();
  await page.waitForFunction((expected) => location.hash === expected, `#/clients/${id}?at=${id}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.ok(!(await page.locator("main").innerText()).includes("did not exist"));
  await goTo(page, "/clients/99999999?at=100");
  await page.getByRole("heading", { name: "Client not found" }).waitFor();
  await page.context().close();
});

browserTest("a moment that is none is explained, and now is one press away", async () => {
  const page = await setup().open();
  await goTo(page, "/clients");
  await page.locator("#main [role=grid] [role=row]").nth(1).waitFor();
  await goTo(page, "/clients?at=banana");
  await banner(page).getByText("There are no books “banana”").waitFor();
  // Not the books that were on display before.
  await page.getByRole("heading", { name: "No such moment" }).waitFor();
  assert.equal(await page.locator("#main [role=grid]").count(), 0);
  await page.locator("#main").getByRole("link", { name: "Return to now" }).click();
  await page.locator("#main [role=grid]").waitFor();
  await goTo(page, "/invoices?at=banana");
  await banner(page).getByText("There are no books “banana”").waitFor();
  await page.keyboard.press("t"); // the bar is a way out
  await slider(page).press("PageDown");
  await page.waitForFunction(() => /at=\d{4}-\d\d-\d\d$/.test(location.hash));
  await page.keyboard.press("Escape");
  await untilListIs(page, head());
  await page.context().close();
});

browserTest("a moment that could not be read is read again on request", async () => {
  const page = await setup().open();
  await goTo(page, "/?at=100&dated=2025-06-01");
  await banner(page).getByText("event 100").waitFor();
  await page.context().setOffline(true);
  await goTo(page, "/clients?at=150");
  await banner(page).getByText("The moment could not be read").waitFor();
  await page.context().setOffline(false);
  await banner(page).getByRole("button", { name: "Try again" }).click();
  await banner(page).getByText("event 150").waitFor();
  await page.context().close();
});

browserTest("no page had a problem, but for the one without a network", async () => {
  assert.deepEqual(
    setup().problems.filter((problem) => !problem.includes("ERR_INTERNET_DISCONNECTED")),
    [],
  );
});
