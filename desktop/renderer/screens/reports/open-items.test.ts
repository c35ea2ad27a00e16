/** Open items, in a real browser: each figure against SQL of its own over documents and payments. */
import assert from "node:assert/strict";
import { agedBalancesOf } from "../../../../projector/queries/reports/aged-balances.ts";
import { browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { day, money } from "../../text/format.ts";
import { listedOn, waitForReads } from "../invoices/list.suite.ts";
import { LOCALE, rowsOf, SIGNED, setup, text } from "./reports.suite.ts";

const BALANCE = `${SIGNED} * (i.gross_minor - i.prepaid_minor + i.rounding_minor - i.paid_minor)`;

browserTest("open items by client add up to the sums above them, and to the documents behind each client", async () => {
  const { page, problems } = setup();
  await goTo(page, "/reports/open-items?currency=EUR");
  const shown = await listedOn(page);
  const accounts = rowsOf<{ id: number; name: string; open: number; credit: number }>(
    `SELECT c.id, c.name, b.outstanding_minor AS open, b.credit_minor AS credit FROM client_balance AS b
     JOIN client AS c ON c.id = b.client_id WHERE b.currency = 'EUR' AND (b.outstanding_minor <> 0 OR b.credit_minor <> 0)
     ORDER BY c.sort_key, c.id`,
  );
  assert.ok(accounts.length > 3, `${accounts.length} accounts`);
  const orNone = (minor: number) => (minor === 0 ? "" : text(minor, "EUR"));
  assert.deepEqual(
    shown.map((cells) => [cells[0], cells[6], cells[7]]),
    accounts.map(({ name, open, credit }) => [name, orNone(-credit), orNone(open - credit)]),
  );
  const today = new Date().toLocaleDateString("sv", { timeZone: "Europe/Dublin" });
  const late = `julianday('${today}') - julianday(i.due_on)`;
  const classes = [
    `${late} <= 0`,
    ...[1, 31, 61].map((first) => `${late} BETWEEN ${first} AND ${first + 29}`),
    `${late} > 90`,
  ];
  const ages = classes.map(
    (within) =>
      rowsOf<{ sum: number }>(
        `SELECT coalesce(sum(${BALANCE}), 0) AS sum FROM invoice AS i
         WHERE i.status = 'issued' AND i.currency = 'EUR' AND i.kind = 'invoice' AND ${BALANCE} > 0 AND ${within}`,
      )[0]?.sum ?? 0,
  );
  const credit = accounts.reduce((sum, account) => sum + account.credit, 0);
  const open = accounts.reduce((sum, account) => sum + account.open, 0);
  assert.deepEqual(
    await page.locator(".age-sums .amount").allTextContents(),
    [...ages, -credit, open - credit].map((minor) => money(minor, "EUR", LOCALE)),
  );

  // Sorted by what is owed, the most first; then the documents of the first client.
  await page.getByRole("columnheader", { name: "Balance" }).getByRole("button").click();
  const sorted = await listedOn(page);
  const most = accounts.reduce((a, b) => (b.open - b.credit > a.open - a.credit ? b : a));
  assert.equal(sorted[0]?.[0], most.name);
  await page.getByRole("grid", { name: "Open items by client" }).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: most.name }).waitFor();
  const items = await listedOn(page);
  const documents = rowsOf<{ number: string; balance: number }>(
    `SELECT i.number, ${BALANCE} AS balance FROM invoice AS i
     WHERE i.status = 'issued' AND i.currency = 'EUR' AND i.client_id = ? AND ${BALANCE} <> 0 ORDER BY i.issued_on, i.id`,
    most.id,
  );
  const ofDocuments = items.filter((cells) => cells[1] !== "Payment");
  assert.deepEqual(
    ofDocuments.map((cells) => [cells[0], cells.at(-1)]),
    documents.map(({ number, balance }) => [number, text(balance, "EUR")]),
  );
  const sum = items.reduce((all, cells) => all + Number(cells.at(-1)?.replaceAll(",", "")) * 100, 0);
  assert.equal(Math.round(sum), most.open - most.credit);
  assert.deepEqual(problems, []);
});

browserTest(
  "open items dated until a day leave out later documents and payments, say so, and go back to today",
  async () => {
    const { page, problems } = setup();
    const [middle] = rowsOf<{ day: string }>(
      "SELECT issued_on AS day FROM invoice WHERE status = 'issued' AND currency = 'EUR' ORDER BY issued_on LIMIT 1 OFFSET 60",
    );
    const dated = middle?.day ?? assert.fail();
    await goTo(page, "/reports/open-items?currency=EUR");
    await waitForReads(page);
    const now = await page.locator(".age-sums .amount").allTextContents();
    await page.getByLabel("Dated until").fill(dated);
    const line = page.getByRole("status").filter({ hasText: `Dated until ${day(dated, LOCALE)}` });
    await line.waitFor();
    await waitForReads(page);
    assert.match(await page.evaluate(() => location.hash), new RegExp(`dated=${dated}`));
    // The read itself is compared with a model elsewhere.
    const past = agedBalancesOf(setup().db, { dated_until: dated }, { today: "2999-01-01" });
    const {
      owed_minor: owed,
      ages,
      credit_minor,
    } = past.currencies.find(({ currency }) => currency === "EUR") ?? assert.fail();
    const then = await page.locator(".age-sums .amount").allTextContents();
    assert.notDeepEqual(then, now);
    assert.deepEqual(
      then,
      [...ages.map(({ balance_minor }) => balance_minor), -credit_minor, owed].map((minor) =>
        money(minor, "EUR", LOCALE),
      ),
    );

    const byClient = await listedOn(page);
    await page.getByRole("button", { name: "By document" }).click();
    await line.waitFor();
    const byDocument = await listedOn(page);
    const total = (rows: string[][]) =>
      Math.round(rows.reduce((sum, cells) => sum + Number((cells[7] || "0").replaceAll(",", "")) * 100, 0));
    assert.equal(total(byDocument), owed);
    assert.equal(total(byClient), owed);
    await page.reload();
    await line.waitFor();
    await page.getByRole("button", { name: "Back to today" }).press("Enter");
    await line.waitFor({ state: "detached" });
    await waitForReads(page);
    assert.deepEqual(await page.locator(".age-sums .amount").allTextContents(), now);
    assert.deepEqual(problems, []);
  },
);

browserTest("a day from today on changes nothing and is refused in words; the help explains both dates", async () => {
  const { page } = setup();
  await goTo(page, "/reports/open-items?dated=2999-01-01");
  await page.getByText("Choose an earlier day.").waitFor();
  assert.equal(await page.locator(".dated-line").count(), 0);
  const help = page.getByRole("button", { name: "What is this?" });
  await help.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Recorded or dated?" });
  await dialog.getByText("A client paid you on 30 December, and you entered the payment on 5 January.").waitFor();
  await dialog.getByText("counts: it is dated 30 December. The invoice is paid.").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.ok(await help.evaluate((button) => button === document.activeElement));
});

browserTest(
  "of too many clients, a list of one currency says that it is a part, and its order cannot be changed",
  async () => {
    const { open } = setup();
    const page = await open();
    const asked: unknown[] = [];
    await page.route("**/call", async (route) => {
      const { call, argument } = JSON.parse(route.request().postData() ?? "{}");
      if (call !== "getAgedBalances") return await route.continue();
      asked.push(argument);
      const reply = (await (await route.fetch()).json()) as { value: { clients: unknown[] } };
      const value = { ...reply.value, clients: reply.value.clients.slice(0, 3), shortened: true };
      await route.fulfill({ json: { ...reply, value } });
    });
    await goTo(page, "/reports/open-items?currency=EUR&sort=-owed");
    await page.getByText("There are too many clients for one list").waitFor();
    assert.deepEqual(asked, [{}, { currency: "EUR" }]);
    const names = rowsOf<{ name: string }>(
      `SELECT c.name FROM client_balance AS b JOIN client AS c ON c.id = b.client_id
     WHERE b.currency = 'EUR' AND (b.outstanding_minor <> 0 OR b.credit_minor <> 0) ORDER BY c.sort_key, c.id LIMIT 3`,
    ).map(({ name }) => name);
    assert.deepEqual(
      (await listedOn(page)).map(([name]) => name),
      names,
    );
    assert.equal(await page.getByRole("columnheader").getByRole("button").count(), 0);
    await page.context().close();
  },
);

browserTest("a currency without open items stays chosen, and says that nothing is open", async () => {
  const { page } = setup();
  for (const [path, says] of [
    ["/reports/open-items?currency=XAF", "Nothing is open in XAF."],
    ["/reports/open-items?currency=EUR&dated=2001-01-01", "Nothing was open in EUR on this day."],
    ["/reports/open-items?by=document&currency=XAF", "Nothing is open in XAF."],
    ["/reports/open-items?by=document&currency=EUR&dated=2001-01-01", "Nothing was open in EUR on this day."],
  ] as const) {
    await goTo(page, path);
    await page.getByText(says).waitFor();
    assert.equal(await page.locator(".age-sums, #main [role=grid]").count(), 0, path);
  }
  await goTo(page, "/reports/open-items?currency=XAF");
  await page.getByLabel("Currency").selectOption("EUR");
  await page.getByRole("grid", { name: "Open items by client" }).waitFor();
});
