/** Overview, in a real browser: each figure on the screen against SQL of its own. */
import assert from "node:assert/strict";
import { assertAccessible, browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { money } from "../../text/format.ts";
import { listedOn } from "../invoices/list.suite.ts";

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
    const balance = "sum(gross_minor - prepaid_minor - paid_minor)";
    const of = `FROM invoice WHERE currency = ? AND status = 'issued' AND kind`;
    const open = sum(`SELECT ${balance} ${of} = 'invoice'`, currency);
    const credit =
      sum(`SELECT ${balance} ${of} = 'credit_note'`, currency) +
      sum("SELECT sum(amount_minor - allocated_minor) FROM payment WHERE currency = ? AND reversed = 0", currency);
    const late = sum(`SELECT ${balance} ${of} = 'invoice' AND due_on < ?`, currency, today);
    const lateCount = sum(
      `SELECT count(*) ${of} = 'invoice' AND due_on < ? AND gross_minor - prepaid_minor <> paid_minor`,
      currency,
      today,
    );
    const received = sum(
      "SELECT sum(amount_minor) FROM payment WHERE currency = ? AND reversed = 0 AND received_on LIKE ? || '%'",
      currency,
      today.slice(0, 7),
    );
    assert.equal(await figure("Outstanding").first().textContent(), text(open - credit));
    if (credit !== 0)
      assert.equal(
        await figure("Outstanding").last().textContent(),
        `${text(open)} invoiced, ${text(credit)} client credit`,
      );
    assert.equal(await figure("Overdue").first().textContent(), text(late));
    assert.equal(parseInt((await figure("Overdue").last().textContent()) ?? "", 10), lateCount);
    assert.equal(await figure("Paid this month").first().textContent(), text(received));

    const months = await page.locator(".for-screen-readers tbody td").allTextContents();
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
      .locator(".ages tr")
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td.number")].map((cell) => cell.textContent)));
    const days = `julianday('${today}') - julianday(due_on)`;
    const classes = [
      `${days} <= 0`,
      ...[1, 31, 61].map((from) => `${days} BETWEEN ${from} AND ${from + 29}`),
      `${days} > 90`,
    ];
    for (const [n, within] of classes.entries()) {
      const where = `${of} = 'invoice' AND gross_minor - prepaid_minor <> paid_minor AND ${within}`;
      const [count, owed] = [sum(`SELECT count(*) ${where}`, currency), sum(`SELECT ${balance} ${where}`, currency)];
      assert.deepEqual(ages[n], [String(count), text(owed)], `${currency}: ${within}`);
    }
  }
  assert.deepEqual(problems, []);

  function timeZoneOf(): string {
    return db.prepare<[], string>("SELECT time_zone FROM organization").pluck().get() ?? assert.fail();
  }
});

browserTest("each figure leads to the list that adds up to it", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/");
  await page.locator(".tabs button").getByText("EUR", { exact: true }).click();
  const figure = await page.locator(".figure", { hasText: "Paid this month" }).locator("dd").first().textContent();
  await page.getByRole("link", { name: "Paid this month" }).click();
  await page.getByRole("heading", { name: "Payments", level: 1 }).waitFor();
  const rows = (await listedOn(page)).map((cells) => cells.at(-1) ?? "");
  const minor = rows.map((text) => Number(text.replace(/[^\d-]/g, "")));
  assert.equal(
    money(
      minor.reduce((sum, one) => sum + one, 0),
      "EUR",
      LOCALE,
    ),
    figure,
  );
  assert.ok(rows.every((text) => text.endsWith("EUR")));
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

function monthBefore(today: string, months: number): string {
  const [year = 0, month = 0] = today.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 7);
}
