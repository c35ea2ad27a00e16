/** Overview, in a real browser: each figure on the screen against SQL of its own. */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import type { Page } from "playwright-core";
import { assertAccessible, browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { money, monthAndYear } from "../../text/format.ts";
import { waitForReads } from "../invoices/list.suite.ts";

const screens = await openDemoScreens({ invoices: 150 });
const LOCALE = "en-GB";

browserTest("every figure of the overview matches SQL, in every currency", async () => {
  const { page, db, problems } = screens ?? assert.fail();
  await goTo(page, "/");
  await page.locator(".figure").first().waitFor();
  const today = new Date().toLocaleDateString("sv", { timeZone: timeZoneOf() });
  const sum = (sql: string, ...values: string[]) =>
    db
      .prepare<string[], number>(sql)
      .pluck()
      .get(...values) ?? 0;
  const currencies = db.prepare<[], string>("SELECT DISTINCT currency FROM client_balance").pluck().all();
  const tabs = page.locator(".tabs button");
  assert.deepEqual((await tabs.allTextContents()).sort(), currencies.toSorted());
  assert.ok(currencies.length > 2);
  for (const currency of currencies) {
    await tabs.getByText(currency, { exact: true }).click();
    const text = (minor: number) => money(minor, currency, LOCALE);
    const figure = (name: string) => page.locator(".figure", { hasText: name }).locator("dd");
    const balance = "sum(gross_minor - prepaid_minor + rounding_minor - paid_minor)";
    const of = `FROM invoice WHERE currency = ? AND status = 'issued' AND kind`;
    const open = sum(`SELECT ${balance} ${of} = 'invoice'`, currency);
    const credit =
      sum(`SELECT ${balance} ${of} = 'credit_note'`, currency) +
      sum(
        "SELECT sum(amount_minor - allocated_minor - refunded_minor) FROM payment WHERE currency = ? AND reversed = 0",
        currency,
      );
    const late = sum(`SELECT ${balance} ${of} = 'invoice' AND due_on < ?`, currency, today);
    const lateCount = sum(
      `SELECT count(*) ${of} = 'invoice' AND due_on < ? AND gross_minor - prepaid_minor + rounding_minor <> paid_minor`,
      currency,
      today,
    );
    const received = sum(
      "SELECT sum(amount_minor) FROM payment WHERE currency = ? AND reversed = 0 AND received_on LIKE ? || '%'",
      currency,
      today.slice(0, 7),
    );
    const back = paidBack(db, currency, today.slice(0, 7));
    assert.equal(await figure("Outstanding").first().textContent(), text(open));
    const less = credit === 0 ? "" : `, ${text(open - credit)} after credit`;
    assert.equal(await figure("Outstanding").last().textContent(), `on open invoices${less}`);
    if (credit !== 0) assert.equal(await figure("Client credit").first().textContent(), text(credit));
    assert.equal(await figure("Overdue").first().textContent(), text(late));
    assert.equal(parseInt((await figure("Overdue").last().textContent()) ?? "", 10), lateCount);
    assert.equal(await figure("Received this month").first().textContent(), text(received - back));

    const months = await page
      .locator(".chart a:not(.of-bar)")
      .evaluateAll((bars) => bars.map((bar) => bar.getAttribute("aria-label")?.split(": ")[1] ?? ""));
    assert.equal(months.length, 12);
    const signed = "sum(CASE kind WHEN 'invoice' THEN net_minor ELSE -net_minor END)";
    for (const [n, told] of months.entries()) {
      const month = monthBefore(today, 11 - n);
      const net = sum(
        `SELECT ${signed} ${of} IN ('invoice', 'credit_note') AND issued_on LIKE ? || '%'`,
        currency,
        month,
      );
      assert.equal(told, text(net), `${currency} in ${month}`);
    }

    const ages = await page
      .locator(".ages tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td.number")].map((cell) => cell.textContent)));
    const days = `julianday('${today}') - julianday(due_on)`;
    const classes = [
      `${days} <= 0`,
      ...[1, 31, 61].map((from) => `${days} BETWEEN ${from} AND ${from + 29}`),
      `${days} > 90`,
    ];
    for (const [n, within] of classes.entries()) {
      const where = `${of} = 'invoice' AND gross_minor - prepaid_minor + rounding_minor <> paid_minor AND ${within}`;
      const [count, owed] = [sum(`SELECT count(*) ${where}`, currency), sum(`SELECT ${balance} ${where}`, currency)];
      assert.deepEqual(ages[n], [String(count), text(owed)], `${currency}: ${within}`);
    }
  }
  assert.deepEqual(problems, []);

  function timeZoneOf(): string {
    return db.prepare<[], string>("SELECT time_zone FROM organization").pluck().get() ?? assert.fail();
  }
});

browserTest("what was received in a past month is less its refunds and returned payments", async () => {
  const { page, db } = screens ?? assert.fail();
  const refunds = db
    .prepare<[], { currency: string; month: string }>(
      "SELECT DISTINCT currency, substr(paid_on, 1, 7) AS month FROM refund WHERE reversed = 0 ORDER BY 2, 1 LIMIT 3",
    )
    .all();
  assert.ok(refunds.length > 0, "the sample data has refunds");
  for (const { currency, month } of refunds) {
    const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).toISOString().slice(0, 10);
    const received = db
      .prepare<string[], number>(
        "SELECT sum(amount_minor) FROM payment WHERE currency = ? AND reversed = 0 AND received_on LIKE ? || '%'",
      )
      .pluck()
      .get(currency, month);
    await goTo(page, `/?currency=${currency}&dated=${last}`);
    const figure = page.locator(".figure", { hasText: `Received in ${monthAndYear(month)}` }).locator(".amount");
    await figure.waitFor();
    await waitForReads(page);
    assert.equal(await figure.textContent(), money((received ?? 0) - paidBack(db, currency, month), currency, LOCALE));
  }
});

browserTest("each figure, bar and row leads to the list that adds up to it, in every currency", async () => {
  const { page, db, problems } = screens ?? assert.fail();
  await goTo(page, "/");
  const tabs = page.locator(".tabs button");
  let links = 0;
  for (const currency of await tabs.allTextContents()) {
    await goTo(page, "/");
    await tabs.getByText(currency, { exact: true }).click();
    const figures = await page
      .locator(".figures a:not(.why), .chart a:not(.of-bar), .ages a:not(.why)")
      .evaluateAll((all) =>
        all.map((link) => [link.getAttribute("href") ?? "", link.getAttribute("aria-label") ?? link.textContent ?? ""]),
      );
    assert.ok(figures.length >= 3 + 12 + 5, currency);
    for (const [href = "", name = ""] of figures) {
      const isMonth = href.includes("status=issued");
      await goTo(page, href.slice(1));
      const rows = await idsOn(page, href.startsWith("#/payments") ? "payments" : "invoices");
      const sum = db
        .prepare<[string], { currencies: number; minor: number }>(
          `SELECT count(DISTINCT currency) AS currencies, coalesce(sum(${
            href.startsWith("#/payments")
              ? href.includes("state=credit")
                ? "amount_minor - allocated_minor - refunded_minor"
                : "amount_minor"
              : isMonth
                ? "CASE kind WHEN 'invoice' THEN net_minor ELSE -net_minor END"
                : "gross_minor - prepaid_minor + rounding_minor - paid_minor"
          }), 0) AS minor
           FROM ${href.startsWith("#/payments") ? "payment" : "invoice"} WHERE id IN (SELECT value FROM json_each(?))`,
        )
        .get(JSON.stringify(rows));
      assert.ok(sum && sum.currencies <= 1);
      const [, month] = /received_from=(\d{4}-\d\d)/.exec(href) ?? [];
      const figure = money(sum.minor - (month ? paidBack(db, currency, month) : 0), currency, LOCALE);
      const shown = money(sum.minor, currency, LOCALE);
      assert.ok(name.split(/: |, | from /).includes(figure), `${name} leads to ${rows.length} rows of ${figure}`);
      if (rows.length === 0) continue;
      links++;
      const total = await page.locator(".page-head .totals").textContent();
      const listed = total?.split(/ · |(?:Net|VAT|balance|Received|credit) /) ?? [];
      // In a list, credit is negative.
      assert.ok(listed.includes(shown) || listed.includes(`-${shown}`), `${name} leads to ${total}`);
    }
  }
  assert.ok(links > 40, `${links} links with rows`);
  assert.deepEqual(problems, []);
});

/**
 * What a month's cash is less than its payments that are not reversed: refunds, and payments that were returned, on the
 * day of each.
 */
function paidBack(db: Database.Database, currency: string, month: string): number {
  const sum = (table: string, where: string) =>
    db
      .prepare<string[], number>(`SELECT coalesce(sum(amount_minor), 0) FROM ${table} WHERE currency = ? AND ${where}`)
      .pluck()
      .get(currency, month) ?? 0;
  const isReturned = "reversed_on LIKE ? || '%'";
  const refunds = sum("refund", "paid_on LIKE ? || '%' AND (reversed = 0 OR reversed_on IS NOT NULL)");
  const receivedAndReturned = sum("payment", "received_on LIKE ? || '%' AND reversed_on IS NOT NULL");
  return refunds - sum("refund", isReturned) + sum("payment", isReturned) - receivedAndReturned;
}

/** The ids of all rows of the list on this screen, in its own count. */
async function idsOn(page: Page, list: "invoices" | "payments"): Promise<number[]> {
  const ids = new Set<number>();
  await waitForReads(page);
  const grid = page.locator("#main [role=grid]");
  if ((await grid.count()) === 0) return [];
  for (let steps = 0; steps < 200; steps++) {
    const { count, hrefs } = await grid.evaluate((element) => {
      const hrefs = [...element.querySelectorAll("[role=row] a[href]")].map((link) => link.getAttribute("href") ?? "");
      element.scrollBy(0, element.clientHeight);
      return { count: Number(element.getAttribute("aria-rowcount")), hrefs };
    });
    for (const href of hrefs) {
      const [, id] = new RegExp(`^#/${list}/(\\d+)$`).exec(href) ?? [];
      if (id !== undefined) ids.add(Number(id));
    }
    if (ids.size === count - 1) return [...ids];
    await page.waitForTimeout(10);
  }
  assert.fail("the list has no end");
}

browserTest("Back from a list returns to the currency that was chosen", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/");
  const tab = page.locator(".tabs button").last();
  const currency = await tab.textContent();
  await tab.click();
  await page.locator(".chart a:not(.of-bar) text").last().click();
  await page.getByRole("heading", { name: "Invoices", level: 1 }).waitFor();
  await page.goBack();
  await page.locator(".tabs [aria-pressed=true]", { hasText: currency ?? "" }).waitFor();
});

browserTest("with a German locale, every word on the screens is English, and figures are German", async () => {
  const { open, db } = screens ?? assert.fail();
  const page = await open({ locale: "de-DE" });
  const names = (style: "long" | "short") =>
    Array.from({ length: 12 }, (_, n) => new Date(2026, n, 1).toLocaleDateString("de-DE", { month: style }));
  const english = new Set("April August September November Apr Aug Sept Nov".split(" "));
  const german = [...names("long"), ...names("short"), "vor", "gestern", "Mio", "Mrd", "Minute", "Minuten", "Tagen"]
    .map((word) => word.replace(".", ""))
    .filter((word) => !english.has(word) && !["Jan", "Feb", "Jun", "Jul", "Sep"].includes(word));
  const has = new RegExp(`(?<!\\p{L})(${german.join("|")})(?!\\p{L})`, "u");
  const one = (table: string) => db.prepare<[], number>(`SELECT max(id) FROM ${table}`).pluck().get();
  for (const path of [
    "/",
    "/invoices",
    `/invoices/${one("invoice")}`,
    `/clients/${one("client")}`,
    `/payments/${one("payment")}`,
    "/payments",
    "/reports",
    "/reports/sales-list",
    "/reports/open-items?dated=2026-06-30",
    "/reports/open-items?by=document",
    "/diagnostics",
    "/settings/device",
  ]) {
    await goTo(page, path);
    await waitForReads(page);
    const text = await page.locator("body").innerText();
    assert.doesNotMatch(text, has, path);
    assert.doesNotMatch(text, /\d\. [A-Z][a-z]+\.? \d{4}/, path);
    if (path !== "/diagnostics") assert.doesNotMatch(text, /\d{4}-\d\d-\d\d|\d\.\d\d [A-Z]{3}(?![A-Za-z])/, path);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  }
  await goTo(page, "/");
  assert.match(await page.locator(".figure .amount").first().innerText(), /\d,\d\d/);
  await page.context().close();
});

browserTest("the overview is accessible in light and dark, and cuts nothing off in a small window", async () => {
  const { open, problems } = screens ?? assert.fail();
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await open({ colorScheme, viewport: { width: 420, height: 760 } });
    await page.locator(".figure").first().waitFor();
    await page.locator(".activity li").first().waitFor();
    await assertAccessible(page);
    assert.ok(
      await page.evaluate("document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth"),
    );
    await page.context().close();
  }
  assert.deepEqual(problems, []);
});

browserTest("an amount of any length fits into its card, in each width of the window", async () => {
  const { open } = screens ?? assert.fail();
  for (const width of [1280, 1000, 800, 420]) {
    const page = await open({ viewport: { width, height: 800 } });
    await page.locator(".figure").first().waitFor();
    for (const amount of ["€100,039,342.64", "IDR 123,456,789,012.34"]) {
      const cut = await page.locator(".figure").evaluateAll((cards, text) => {
        for (const card of cards) for (const dd of card.querySelectorAll(".amount")) dd.textContent = text;
        return cards.filter((card) => card.scrollWidth > card.clientWidth).length;
      }, amount);
      assert.equal(cut, 0, `${amount} at ${width}`);
    }
    await page.context().close();
  }
});

function monthBefore(today: string, months: number): string {
  const [year = 0, month = 0] = today.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 7);
}
