/** VAT and the sales list, in a real browser: each figure against SQL of its own over the documents. */
import assert from "node:assert/strict";
import { browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { count, day, money } from "../../text/format.ts";
import { listedOn, waitForReads } from "../invoices/list.suite.ts";
import { busyQuarter, LOCALE, rowsOf, SIGNED, setup, tableOn, text } from "./reports.suite.ts";

interface Sums {
  currency: string;
  documents: number;
  taxable: number;
  tax: number;
  own: number;
}

browserTest("the VAT report has a row for each currency, category and rate, and adds up to the documents", async () => {
  const { page, problems } = setup();
  const { word, from, to } = busyQuarter();
  await goTo(page, `/reports?period=${word}`);
  const shown = await tableOn(page);
  const of = `FROM invoice AS i JOIN invoice_tax AS t ON t.invoice_id = i.id
    WHERE i.status = 'issued' AND i.issued_on BETWEEN ? AND ?`;
  const sums = `count(DISTINCT i.id) AS documents, sum(${SIGNED} * t.taxable_minor) AS taxable, sum(${SIGNED} * t.tax_minor) AS tax`;
  const rows = rowsOf<Sums & { category: string; rate: number | null }>(
    `SELECT i.currency, t.vat_category AS category, t.vat_rate3 AS rate, ${sums} ${of} GROUP BY 1, 2, 3`,
    from,
    to,
  );
  const totals = rowsOf<Sums>(
    `SELECT currency, count(*) AS documents, sum(taxable) AS taxable, sum(tax) AS tax, sum(own) AS own FROM
       (SELECT i.currency, sum(${SIGNED} * t.taxable_minor) AS taxable, sum(${SIGNED} * t.tax_minor) AS tax,
          ${SIGNED} * coalesce(i.accounting_tax_minor, i.tax_minor) AS own ${of} GROUP BY i.id) GROUP BY 1`,
    from,
    to,
  );
  assert.ok(rows.length > 8 && totals.length > 2, `${rows.length} rows in ${totals.length} currencies`);
  const rateText = (rate: number | null) => (rate === null ? "No rate" : `${rate / 1000}%`);
  for (const { currency, category, rate, documents, taxable, tax } of rows) {
    const start = shown.findIndex(([name]) => name === currency);
    const end = shown.findIndex(([name]) => name === `Total in ${currency}`);
    const row = shown
      .slice(start, end)
      .find(([one, name]) => one === rateText(rate) && name?.endsWith(`(${category})`));
    assert.deepEqual(row?.slice(2, 5), [count(documents, LOCALE), text(taxable, currency), text(tax, currency)]);
    if (currency === "EUR") assert.deepEqual(row?.slice(5), [text(taxable, currency), text(tax, currency)]);
  }
  for (const { currency, documents, taxable, tax, own } of totals) {
    const total = shown.find(([name]) => name === `Total in ${currency}`);
    const figures = [count(documents, LOCALE), text(taxable, currency), text(tax, currency), text(own, "EUR")];
    assert.deepEqual([...(total?.slice(2, 5) ?? []), total?.at(-1)], figures, currency);
  }
  const own = totals.reduce((sum, total) => sum + total.own, 0);
  assert.equal(shown.at(-1)?.at(-1), money(own, "EUR", LOCALE));
  assert.equal(shown.filter(([name]) => !name?.startsWith("Total") && /%|rate/.test(name ?? "")).length, rows.length);
  assert.deepEqual(problems, []);
});

browserTest("each row of the VAT report opens its documents, which add up to it and open as documents", async () => {
  const { page, problems } = setup();
  const { word, from, to } = busyQuarter();
  await goTo(page, `/reports?period=${word}`);
  await waitForReads(page);
  const links = await page
    .locator(".report-table a.whole")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")?.slice(1) ?? ""));
  for (const href of links) {
    const words = new URLSearchParams(href.split("?")[1]);
    const currency = words.get("currency") ?? assert.fail();
    const rate = words.get("rate3");
    await goTo(page, href);
    const shown = await listedOn(page);
    const expected = rowsOf<{ number: string; issued_on: string; taxable: number; tax: number }>(
      `SELECT i.number, i.issued_on, ${SIGNED} * t.taxable_minor AS taxable, ${SIGNED} * t.tax_minor AS tax
       FROM invoice AS i JOIN invoice_tax AS t ON t.invoice_id = i.id
       WHERE i.status = 'issued' AND i.issued_on BETWEEN ? AND ? AND i.currency = ? AND t.vat_category = ?
         AND t.vat_rate3 IS ? ORDER BY i.issued_on, i.id`,
      from,
      to,
      currency,
      words.get("category"),
      rate === null ? null : Number(rate),
    );
    assert.deepEqual(
      shown.map((cells) => [cells[0], cells[3], cells[4], cells[5]]),
      expected.map((row) => [
        row.number,
        day(row.issued_on, LOCALE),
        text(row.taxable, currency),
        text(row.tax, currency),
      ]),
      href,
    );
    const total = (of: (row: (typeof expected)[number]) => number) =>
      money(
        expected.reduce((sum, row) => sum + of(row), 0),
        currency,
        LOCALE,
      );
    const head = (await page.locator(".page-head .totals").textContent()) ?? "";
    assert.ok(head.includes(`taxable ${total(({ taxable }) => taxable)} · VAT ${total(({ tax }) => tax)}`), head);
  }
  await page.getByRole("grid", { name: "Documents" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /^#\/invoices\/\d+$/.test(location.hash));
  await page.goBack();
  await page.getByRole("link", { name: "VAT report" }).click();
  await page.getByRole("heading", { name: "VAT on sales" }).waitFor();
  assert.equal((await tableOn(page)).length > 0, true);
  assert.deepEqual(problems, []);
});

browserTest("a period is chosen with the keyboard, and free days begin with those of the period before", async () => {
  const { page } = setup();
  await goTo(page, "/reports");
  await waitForReads(page);
  const period = page.getByLabel("Period");
  const initial = await period.inputValue();
  assert.match(initial, /^\d{4}-Q[1-4]$/);
  await period.focus();
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction((word) => location.hash !== "" && !location.hash.includes(word), initial);
  await waitForReads(page);
  await period.selectOption("own");
  const [from, to] = [page.getByLabel("From", { exact: true }), page.getByLabel("To", { exact: true })];
  const days = [await from.inputValue(), await to.inputValue()];
  assert.ok(
    days.every((one) => /^\d{4}-\d\d-\d\d$/.test(one)),
    days.join(),
  );
  await from.fill("2026-02-01");
  await to.fill("2026-01-31");
  await page.getByRole("alert").filter({ hasText: "Choose the first and the last day" }).waitFor();
  assert.equal(await page.locator(".report-table").count(), 0, "no figures of another period");
  assert.ok(await page.getByRole("button", { name: "Export CSV" }).isDisabled());
  await goTo(page, "/reports?period=1999");
  await page.getByText("Nothing was issued in this period.").waitFor();
  assert.equal(await period.inputValue(), "1999");
});

browserTest("the sales list adds up by VAT ID and currency, and domestic reverse charge apart from it", async () => {
  const { page, problems } = setup();
  const [{ from, to } = assert.fail()] = rowsOf<{ from: string; to: string }>(
    `SELECT min(issued_on) AS "from", max(issued_on) AS "to" FROM invoice WHERE status = 'issued'`,
  );
  await goTo(page, `/reports/sales-list?period=own&from=${from}&to=${to}`);
  const shown = await tableOn(page);
  const rows = rowsOf<Sums & { id: string | null; supply: string }>(
    `SELECT p.vat_id AS id, i.currency, count(DISTINCT i.id) AS documents, sum(${SIGNED} * t.taxable_minor) AS taxable,
       CASE WHEN t.vat_category = 'K' THEN 'Goods' WHEN p.country = s.country THEN 'Reverse charge' ELSE 'Services' END AS supply
     FROM invoice AS i JOIN invoice_tax AS t ON t.invoice_id = i.id
     JOIN invoice_party AS p ON p.invoice_id = i.id AND p.n = 2 JOIN invoice_party AS s ON s.invoice_id = i.id AND s.n = 1
     WHERE i.status = 'issued' AND i.issued_on BETWEEN ? AND ? AND t.vat_category IN ('K', 'AE')
     GROUP BY p.vat_id, i.currency, supply`,
    from,
    to,
  );
  const supplies = new Set(rows.map(({ supply }) => supply));
  assert.ok(rows.length > 4 && supplies.size === 3, `${rows.length} rows of ${[...supplies].join()}`);
  const told = shown.filter((cells) => cells.length === 6 && !/ in [A-Z]{3}$/.test(cells[0] ?? ""));
  assert.deepEqual(
    told.map((cells) => [cells[0], ...cells.slice(3)].join(" | ")).sort(),
    rows
      .map(({ id, supply, documents, taxable, currency }) =>
        [id ?? "Missing", supply, count(documents, LOCALE), text(taxable, currency)].join(" | "),
      )
      .sort(),
  );
  for (const [currency, own] of Map.groupBy(rows, (row) => row.currency))
    for (const [supply, group] of Map.groupBy(own, (row) => row.supply)) {
      const total = shown.find(([name]) => name === `${supply} in ${currency}`);
      const taxable = group.reduce((sum, row) => sum + row.taxable, 0);
      assert.equal(total?.at(-1), text(taxable, currency), `${supply} ${currency}`);
    }
  const names = shown.map(([name]) => name ?? "");
  const domestic = names.findIndex((name) => name.startsWith("Not in the EC sales list"));
  assert.ok(domestic > names.findLastIndex((name) => /^(?:Goods|Services) in/.test(name)), "after the sales list");
  assert.deepEqual(problems, []);
});
