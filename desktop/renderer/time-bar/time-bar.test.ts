/** The time bar, in a real browser, over eighteen months of a company's history. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../../../fixtures/tests/until.ts";
import { assertAccessible, browserTest, goTo, hashOf } from "../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../app-tests/demo-screens.suite.ts";
import { waitForReads } from "../screens/invoices/list.suite.ts";

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

/** Opens a page on a screen, with the bar. */
async function openBar(path: string): Promise<Page> {
  const page = await setup().open();
  await goTo(page, path);
  await page.keyboard.press("t");
  await slider(page).waitFor();
  await page.locator(".time-months path").first().waitFor({ state: "attached" });
  return page;
}

async function eventOn(page: Page): Promise<number> {
  const text = await banner(page).innerText();
  return Number((/event ([\d,]+)/.exec(text)?.[1] ?? "").replaceAll(",", ""));
}

/** Waits until the list of invoices is that of an event. */
async function untilListIs(page: Page, seq: number): Promise<void> {
  await page.getByText(`${invoicesAt(seq)} documents`).waitFor();
}

browserTest(
  "an address holds the moment: every link keeps it, back and forward work, and a colleague sees the same",
  async () => {
    const n = Math.floor(head() / 2);
    const page = await setup().open();
    await goTo(page, `/invoices?at=${n}`);
    await banner(page).getByText(`event ${n}`).waitFor();
    await untilListIs(page, n);
    const links = await page
      .locator("a[href^='#/']")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    assert.ok(links.length > 8);
    assert.deepEqual(
      links.filter((href) => !/[?&]at=/.test(href)),
      [],
    );
    await page.getByRole("link", { name: "Clients" }).click();
    await page.getByRole("heading", { level: 1, name: "Clients" }).waitFor();
    assert.equal(await hashOf(page), `#/clients?at=${n}`);
    await page.goBack();
    await untilListIs(page, n);
    await page.getByRole("button", { name: "Return to now" }).click();
    await untilListIs(page, head());
    assert.equal(await hashOf(page), "#/invoices");
    assert.equal(await banner(page).count(), 0);
    await page.goBack();
    await untilListIs(page, n);
    await page.goForward();
    await untilListIs(page, head());
    await page.goBack();
    await untilListIs(page, n);
    await waitForReads(page);
    const colleague = await setup().open();
    await goTo(colleague, (await hashOf(page)).slice(1));
    await untilListIs(colleague, n);
    await waitForReads(colleague);
    assert.equal(await colleague.locator("main").innerText(), await page.locator("main").innerText());
    await Promise.all([page.context().close(), colleague.context().close()]);
  },
);

browserTest("while the bar is dragged, the screen follows and never becomes empty", async () => {
  const page = await openBar("/invoices");
  const box = (await slider(page).boundingBox()) ?? assert.fail();
  await page.evaluate(() => {
    const main = document.getElementById("main") ?? document.body;
    const seen = { empty: 0, texts: new Set<string>() };
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      if (main.querySelector(".waiting, .empty") || !main.querySelector("[role=row] [role=gridcell]")) seen.empty++;
      seen.texts.add(main.querySelector(".page-head .detail")?.textContent ?? "");
    }).observe(main, { subtree: true, childList: true, characterData: true });
  });
  const y = box.y + box.height / 2;
  const before = await hashOf(page);
  await page.mouse.move(box.x + box.width * 0.9, y);
  await page.mouse.down();
  for (let step = 0; step <= 20; step++) await page.mouse.move(box.x + box.width * (0.9 - step * 0.02), y);
  await page.mouse.up();
  await page.waitForFunction(() => /at=/.test(location.hash));
  const hash = await hashOf(page);
  assert.match(hash, /^#\/invoices\?at=\d{4}-\d\d-\d\d$/);
  await waitForReads(page);
  await page.waitForFunction(
    (expected) => document.getElementById("main")?.dataset.at === expected,
    hash.split("at=")[1],
  );
  await until("the moment's event", async () => (await eventOn(page)) > 0);
  await untilListIs(page, await eventOn(page));
  const seen = await page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: { empty: number; texts: Set<string> } };
    return { empty: seen.empty, texts: seen.texts.size };
  });
  assert.equal(seen.empty, 0);
  assert.ok(seen.texts > 2, `only ${seen.texts} states were seen while dragging`);
  await page.goBack(); // the whole drag is one step
  await page.waitForFunction((expected) => location.hash === expected, before);
  await untilListIs(page, head());
  await page.context().close();
});

browserTest("a finger drags it, too, to now at the right end", async () => {
  const page = await setup().open({ hasTouch: true, viewport: { width: 420, height: 760 } });
  await goTo(page, "/invoices?at=200");
  await page.getByRole("button", { name: "Move in time" }).tap();
  await slider(page).waitFor();
  const box = (await slider(page).boundingBox()) ?? assert.fail();
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: x === undefined ? [] : [{ x: box.x + box.width * x, y: box.y + box.height / 2 }],
    });
  await touch("touchStart", 0.4);
  for (const x of [0.5, 0.6, 0.7]) await touch("touchMove", x);
  await page.waitForFunction(() => /^\d{4}-/.test(document.getElementById("main")?.dataset.at ?? ""));
  await touch("touchMove", 1);
  await touch("touchEnd");
  await page.waitForFunction(() => document.getElementById("main")?.dataset.at === "");
  await page.context().close();
});

browserTest("a typed day, time or event opens the books there, and what cannot be is said", async () => {
  const page = await openBar("/invoices");
  const field = page.getByLabel("Go to a date, time or event");
  const reading = page.locator("#time-reading");
  const { at: beginsMs } = setup().db.prepare("SELECT at FROM activity WHERE seq = 1").get() as { at: number };
  const later = new Date(beginsMs + 200 * 86_400_000);
  const day = later.toISOString().slice(0, 10);
  await field.fill(day);
  assert.match(await reading.innerText(), /^The end of \d+ \w+ \d{4}\. Enter opens it\.$/);
  await field.press("Enter");
  await page.waitForFunction((expected) => location.hash === `#/invoices?at=${expected}`, day);
  await banner(page).getByText("23:59").waitFor();
  await field.fill("event:120");
  assert.equal(await reading.innerText(), "Event 120. Enter opens it.");
  await field.press("Enter");
  await banner(page).getByText("event 120").waitFor();
  await untilListIs(page, 120);
  for (const [typed, words] of [
    ["banana", /^Type a day/],
    [String(head() + 1), /^The last event is/],
    ["0", /^The first event is 1/],
    ["1999-01-01", /^The books begin on/],
    ["31 December 2099", /^That has not come yet/],
  ] as const) {
    await field.fill(typed);
    assert.match(await reading.innerText(), words);
    await field.press("Enter");
  }
  assert.equal(await hashOf(page), "#/invoices?at=120");
  await field.press("Escape"); // empties the field, and stays in the past
  assert.equal(await field.inputValue(), "");
  assert.equal(await hashOf(page), "#/invoices?at=120");
  await page.context().close();
});

browserTest("keys step by event, day and month, to both ends, and back to now", async () => {
  const page = await openBar("/invoices?at=150");
  await slider(page).focus();
  await page.keyboard.press("ArrowLeft");
  await banner(page).getByText("event 149").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await banner(page).getByText("event 151").waitFor();
  assert.equal(await hashOf(page), "#/invoices?at=151");
  assert.match((await slider(page).getAttribute("aria-valuetext")) ?? "", /, event 151$/);
  const { at } = setup().db.prepare("SELECT at FROM activity WHERE seq = 151").get() as { at: number };
  await page.keyboard.press("PageDown");
  const before = new Date(at);
  const monthEnd = new Date(Date.UTC(before.getUTCFullYear(), before.getUTCMonth(), 0)).toISOString().slice(0, 10);
  await page.waitForFunction((expected) => location.hash.endsWith(`at=${expected}`), monthEnd);
  await page.keyboard.press("Shift+ArrowLeft");
  const dayBefore = new Date(Date.parse(monthEnd) - 86_400_000).toISOString().slice(0, 10);
  await page.waitForFunction((expected) => location.hash.endsWith(`at=${expected}`), dayBefore);
  await page.keyboard.press("PageUp");
  await page.waitForFunction((expected) => location.hash.endsWith(`at=${expected}`), monthEnd);
  await page.keyboard.press("Home");
  await page.locator("[aria-label='One event back']:disabled").waitFor();
  assert.equal(await hashOf(page), "#/invoices?at=1");
  await page.keyboard.press("End");
  await page.waitForFunction((last) => location.hash === `#/invoices?at=${last}`, head());
  await page.keyboard.press("ArrowRight"); // after the last event is now
  await page.waitForFunction(() => location.hash === "#/invoices");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((last) => location.hash === `#/invoices?at=${last - 1}`, head());
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => location.hash === "#/invoices");
  assert.equal(await slider(page).count(), 1);
  await page.keyboard.press("Escape");
  await slider(page).waitFor({ state: "detached" });
  await page.context().close();
});

browserTest("Esc in a field is the field's own key: it empties a search, and stays in the past", async () => {
  const page = await openBar("/invoices?at=150");
  const search = page.locator("#main input[type=search]");
  await search.fill("INV");
  await page.waitForFunction(() => location.hash === "#/invoices?q=INV&at=150");
  await search.press("Escape");
  await page.waitForFunction(() => location.hash === "#/invoices?at=150");
  assert.equal(await search.inputValue(), "");
  const speed = page.getByLabel("Speed");
  await speed.press("Escape"); // closes its list, if it is open
  assert.equal(await hashOf(page), "#/invoices?at=150");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => location.hash === "#/invoices");
  await page.context().close();
});

browserTest("a day until which figures are dated is asked for once, beside the bar while it is open", async () => {
  const page = await setup().open();
  await goTo(page, "/?at=150");
  const dated = page.getByLabel("Dated until");
  await dated.waitFor();
  assert.equal(await page.locator("#main").getByLabel("Dated until").count(), 1);
  await page.keyboard.press("t");
  await page.locator(".time-bar").getByLabel("Dated until").waitFor();
  assert.equal(await dated.count(), 1);
  await page.context().close();
});

browserTest("it plays until now, and stops where something else moves", async () => {
  const page = await openBar("/invoices?at=100");
  await page.getByLabel("Speed").selectOption("1 year/s");
  await page.getByRole("button", { name: "Play" }).click();
  await page.getByRole("button", { name: "Play" }).waitFor(); // it said "Stop" until now was reached
  await page.waitForFunction(() => location.hash === "#/invoices");
  await untilListIs(page, head());
  await page.getByLabel("Speed").selectOption("1 day/s");
  await page.getByRole("button", { name: "Play" }).click();
  // The address follows once it pauses, so what plays is seen on the screen.
  await page.waitForFunction(() => /^\d{4}-/.test(document.getElementById("main")?.dataset.at ?? ""));
  await page.getByRole("button", { name: "One event on" }).click();
  await page.getByRole("button", { name: "Play" }).waitFor();
  assert.match(await hashOf(page), /at=\d+$/);
  await page.context().close();
});

for (const colorScheme of ["light", "dark"] as const)
  browserTest(`the past is accessible (${colorScheme}), and the help explains both times`, async () => {
    const page = await setup().open({ colorScheme });
    await goTo(page, "/?at=150");
    await page.keyboard.press("t");
    await slider(page).waitFor();
    await waitForReads(page);
    await assertAccessible(page);
    await page.getByRole("button", { name: "Recorded or dated?" }).click();
    await page.getByRole("dialog", { name: "Recorded or dated?" }).getByText("30 December").first().waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Escape"); // closes the dialog alone
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await hashOf(page), "#/?at=150");
    await page.context().close();
  });

browserTest("no page had a problem", async () => {
  assert.deepEqual(setup().problems, []);
});
