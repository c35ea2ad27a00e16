/** Clients, items and payments, in a real browser: lists, filters in the address, keyboard, one client's account. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { statementOf } from "../../../../projector/queries/reports/statement.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import { assertAccessible, browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { amount, day, money } from "../../text/format.ts";
import { listedOn, waitForReads } from "../invoices/list.suite.ts";
import { inOneLine, pagesOf, paperTest, savePdf } from "../invoices/papers.suite.ts";

// The days of the history follow the clock: with fewer invoices, some days leave no payment partly applied.
const screens = await openDemoScreens({ invoices: 250 });
const LOCALE = "en-GB";
const setup = () => screens ?? assert.fail();
const rowsOf = <R>(sql: string, ...values: (string | number)[]) =>
  setup()
    .db.prepare<unknown[], R>(sql)
    .all(...values);

async function openList(page: Page, path: string, heading: string): Promise<string[][]> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1, exact: true }).waitFor();
  return await listedOn(page);
}

browserTest("the list shows all clients by name, with their balances in each currency", async () => {
  const { page } = setup();
  const cells = await openList(page, "/clients?archived=all", "Clients");
  const clients = rowsOf<Row<"client">>("SELECT * FROM client ORDER BY sort_key, id");
  assert.equal(cells.length, clients.length);
  for (const [n, { name }] of clients.entries()) assert.ok(cells[n]?.[0]?.startsWith(name), `${n}: ${cells[n]?.[0]}`);
  for (const [n, { id }] of clients.entries()) {
    const owed = rowsOf<Row<"clientBalance">>(
      "SELECT * FROM client_balance WHERE client_id = ? AND outstanding_minor <> 0 ORDER BY currency",
      id,
    ).map(({ outstanding_minor, currency }) => `${amount(outstanding_minor, currency, LOCALE)} ${currency}`);
    assert.equal(cells[n]?.[2], owed.join("") || "–");
  }
  assert.ok(
    (await openList(page, "/clients?archived=all&sort=-name", "Clients"))[0]?.[0]?.startsWith(
      clients.at(-1)?.name ?? "?",
    ),
  );
});

browserTest("a search is in the address, and Back and reload restore it", async () => {
  const { page } = setup();
  await openList(page, "/clients", "Clients");
  const all = (await listedOn(page)).length;
  await page.keyboard.press("/");
  await page.keyboard.type("sons");
  await page.waitForFunction(() => location.hash === "#/clients?q=sons");
  await waitForReads(page);
  const names = (await listedOn(page)).map(([name]) => name ?? "");
  assert.ok(names.length > 0 && names.length < all && names.every((name) => /sons/i.test(name)), names.join());
  const first = await page.locator("#main [role=gridcell] a").first().innerText();
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: first, level: 1 }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Clients", level: 1, exact: true }).waitFor();
  assert.equal(await page.getByRole("searchbox").inputValue(), "sons");
  await page.reload();
  await page.getByRole("searchbox").waitFor();
  assert.equal(await page.getByRole("searchbox").inputValue(), "sons");
  await page.getByRole("searchbox").fill("nobody of that name");
  await page.getByText("No clients match.").waitFor();
  await page.getByRole("searchbox").fill("");
  await page.waitForFunction(() => location.hash === "#/clients");
});

browserTest("a letter that is typed while the last one takes effect is not lost", async () => {
  const { page } = setup();
  await openList(page, "/clients", "Clients");
  await page.evaluate(() => {
    const box = document.querySelector<HTMLInputElement>("input[type=search]");
    if (!box) throw new Error("no box");
    const type = (text: string) => {
      box.value = text;
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    const { replaceState } = history;
    history.replaceState = (...given) => {
      history.replaceState = replaceState;
      replaceState.apply(history, given);
      type("sons");
    };
    type("son");
  });
  await page.waitForFunction(() => location.hash === "#/clients?q=sons");
  await waitForReads(page);
  assert.equal(await page.getByRole("searchbox").inputValue(), "sons");
});

browserTest(
  "keys move through a list, of which only the rows in sight exist, and Back finds the place again",
  async () => {
    const { page } = setup();
    const all = (await openList(page, "/payments", "Payments")).length;
    const list = page.getByRole("grid", { name: "Payments" });
    const selectedRow = async () =>
      Number(await list.locator("[aria-selected=true]").getAttribute("aria-rowindex")) - 2;
    await list.focus();
    for (const [key, row] of [
      ["Home", 0],
      ["ArrowDown", 1],
      ["ArrowUp", 0],
      ["ArrowUp", 0],
      ["End", all - 1],
      ["ArrowDown", all - 1],
      ["ArrowUp", all - 2],
    ] as const) {
      await page.keyboard.press(key);
      assert.equal(await selectedRow(), row, key);
    }
    await page.keyboard.press("PageUp");
    const at = await selectedRow();
    assert.ok(at < all - 7, "a page is more than a few rows");
    const drawn = await list.getByRole("row").count();
    assert.ok(drawn < Math.min(60, all), `${drawn} of ${all} rows`);
    assert.equal(await list.getAttribute("aria-rowcount"), String(all + 1));
    const top = await list.evaluate((element) => element.scrollTop);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Payment of/ }).waitFor();
    await page.goBack();
    await list.waitFor();
    assert.equal(await selectedRow(), at);
    assert.equal(await list.evaluate((element) => element.scrollTop), top);
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "grid");
    // The heads, which sort.
    for (const _ of await list.getByRole("columnheader").getByRole("button").all()) await page.keyboard.press("Tab");
    assert.ok(await list.evaluate((element) => element.matches(":focus-within")));
    await page.keyboard.press("Tab");
    assert.ok(!(await list.evaluate((element) => element.matches(":focus-within"))), "Tab leaves the list");
  },
);

browserTest("payments are filtered by state, method, currency, client and days", async () => {
  const { page } = setup();
  const [one] = rowsOf<Row<"payment">>("SELECT * FROM payment WHERE reversed = 0 AND allocation_count > 0 LIMIT 1");
  assert.ok(one);
  for (const [words, condition] of [
    ["state=reversed", "reversed = 1"],
    ["state=credit", "reversed = 0 AND allocated_minor + refunded_minor < amount_minor"],
    ["state=valid", "reversed = 0"],
    ["method=card", "method = 'card'"],
    ["currency=EUR&state=valid", "currency = 'EUR' AND reversed = 0"],
    [`client=${one.client_id}`, `client_id = ${one.client_id}`],
    [`received_from=${one.received_on}&received_to=${one.received_on}`, `received_on = '${one.received_on}'`],
    [`q=${one.reference}`, `reference LIKE '%${one.reference}%'`],
  ] as const) {
    const cells = await openList(page, `/payments?${words}`, "Payments");
    const rows = rowsOf<Row<"payment">>(
      `SELECT * FROM payment WHERE ${condition} ORDER BY ${words.startsWith("q=") ? "" : "received_on DESC,"} id DESC`,
    );
    assert.deepEqual(
      cells.map((row) => [row[0], row[5]]),
      rows.map((row) => [
        day(row.received_on, LOCALE),
        `${amount(row.amount_minor, row.currency, LOCALE)} ${row.currency}`,
      ]),
      words,
    );
  }
  await openList(page, "/payments", "Payments");
  await page.getByLabel("Status").selectOption("Reversed");
  await page.waitForFunction(() => location.hash === "#/payments?state=reversed");
});

browserTest("a payment shows the invoices it is applied to and the remaining credit", async () => {
  const { page } = setup();
  const [partly] = rowsOf<Row<"payment">>(
    "SELECT * FROM payment WHERE reversed = 0 AND allocated_minor > 0 AND refunded_minor = 0 AND allocated_minor < amount_minor LIMIT 1",
  );
  assert.ok(partly);
  const { id, currency, amount_minor, allocated_minor } = partly;
  await goTo(page, `/payments/${id}`);
  const text = (minor: number) => money(minor, currency, LOCALE);
  await page.getByRole("heading", { name: `Payment of ${text(amount_minor)}` }).waitFor();
  const fact = (name: string) => page.locator(".facts div", { hasText: name }).locator("dd").textContent();
  assert.equal(await fact("Applied to invoices"), text(allocated_minor));
  assert.equal(await fact("Remaining credit"), text(amount_minor - allocated_minor));
  const allocations = rowsOf<{ number: string; amount_minor: number }>(
    "SELECT i.number, a.amount_minor FROM payment_allocation AS a JOIN invoice AS i ON i.id = a.invoice_id WHERE a.payment_id = ? ORDER BY a.n",
    id,
  );
  assert.deepEqual(
    await page.locator("main table tbody tr").evaluateAll((rows) => rows.map((row) => row.textContent)),
    allocations.map((one) => `${one.number}${text(one.amount_minor)}`),
  );
  assert.match((await page.locator(".activity").textContent()) ?? "", /Payment received/);
});

browserTest("a client's balances and statement match SQL, for each currency and period", async () => {
  const { page, db } = setup();
  const accounts = rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance ORDER BY credit_notes DESC LIMIT 4");
  for (const { client_id: id, currency, outstanding_minor, credit_minor } of accounts) {
    await goTo(page, `/clients/${id}?currency=${currency}&period=all`);
    await page.getByRole("heading", { name: `Statement of account in ${currency}` }).waitFor();
    await page.locator(".entries tfoot").waitFor();
    await waitForReads(page);
    const figures = await page.locator(".figure .amount").allTextContents();
    assert.deepEqual(
      figures.slice(0, 3),
      [outstanding_minor - credit_minor, outstanding_minor, credit_minor].map((minor) =>
        money(minor, currency, LOCALE),
      ),
    );
    const statement = statementOf(db, { client: id, currency });
    const text = (minor: number) => amount(minor, currency, LOCALE);
    const shown = await page
      .locator(".entries tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)));
    assert.deepEqual(
      shown.map((cells) => [cells[0], cells[3], cells[4]]),
      statement?.entries.map((entry) => [day(entry.on, LOCALE), text(entry.amount_minor), text(entry.balance_minor)]),
    );
    const closing = (await page.locator(".entries tfoot .number").textContent()) ?? "";
    assert.equal(closing, `${text(outstanding_minor - credit_minor)} ${currency}`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n");
    assert.match(download.suggestedFilename(), new RegExp(`^Statement .* ${currency} .*\\.csv$`));
    assert.equal(lines.length, 1 + (statement?.entries.length ?? 0));
  }
  const [{ client_id: id, currency } = assert.fail()] = accounts;
  const first = statementOf(db, { client: id, currency })?.entries[2]?.on ?? assert.fail();
  await goTo(page, `/clients/${id}?currency=${currency}&period=own&from=${first}&to=${first}`);
  await page.getByLabel("From", { exact: true }).waitFor();
  await waitForReads(page);
  const { opening_minor, closing_minor } =
    statementOf(db, { client: id, currency, from: first, to: first }) ?? assert.fail();
  await page.waitForFunction(() => document.querySelector(".entries tbody .sum") !== null);
  assert.equal(
    await page.locator(".entries tbody .sum .number").textContent(),
    amount(opening_minor, currency, LOCALE),
  );
  assert.equal(
    await page.locator(".entries tfoot .number").textContent(),
    `${amount(closing_minor, currency, LOCALE)} ${currency}`,
  );
});

paperTest("a statement is a letter to the client in its language, as the screen has it", async () => {
  const { page, db } = setup();
  const [account] = rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance ORDER BY invoices DESC LIMIT 1");
  assert.ok(account);
  const { client_id: id, currency } = account;
  await goTo(page, `/clients/${id}?currency=${currency}&period=all`);
  await page.locator(".entries tfoot").waitFor();
  const { name, bytes } = await savePdf(page);
  const client =
    db
      .prepare<[number], { name: string; language: string | null }>("SELECT name, language FROM client WHERE id = ?")
      .get(id) ?? assert.fail();
  assert.match(name, new RegExp(`^Statement .+ ${currency} \\d{4}-\\d\\d-\\d\\d\\.pdf$`));
  const text = inOneLine(pagesOf(bytes).join(" "));
  assert.ok(text.includes(client.name.split(" ")[0] ?? ""), text);
  const { entries = [] } = statementOf(db, { client: id, currency }) ?? {};
  for (const { name } of entries) assert.ok(name === null || text.includes(name), `${name}`);
  await page.getByRole("button", { name: "Preview" }).click();
  const dialog = page.getByRole("dialog", { name: `Statement of ${client.name} in ${currency}` });
  await dialog
    .getByRole("region", { name: /^Page 1 of/ })
    .getByText(client.name)
    .first()
    .waitFor();
  await assertAccessible(page);
  await page.keyboard.press("Escape");
});

browserTest("items are found by words of code and description, and an item shows all its data", async () => {
  const { page } = setup();
  const [item] = rowsOf<Row<"item">>("SELECT * FROM item WHERE archived = 0 ORDER BY id DESC LIMIT 1");
  assert.ok(item);
  const part = (item.description.split(" ").at(-1) ?? "").slice(0, 4).toUpperCase();
  const cells = await openList(page, `/items?q=${encodeURIComponent(part)}`, "Items");
  const expected = rowsOf<Row<"item">>(
    "SELECT * FROM item WHERE archived = 0 AND upper(' ' || description || ' ' || code) LIKE '% ' || ? || '%' ORDER BY code",
    part,
  );
  assert.deepEqual(
    cells.map(([code]) => code),
    expected.map(({ code }) => code),
  );
  await goTo(page, `/items/${item.id}`);
  await page.getByRole("heading", { name: item.code, level: 1 }).waitFor();
  await page.getByText(item.description, { exact: true }).waitFor();
  await page.getByText("Item added", { exact: false }).first().waitFor();
});

browserTest("every detail screen reports a record that does not exist", async () => {
  const { page } = setup();
  for (const list of ["clients", "items", "payments"]) {
    await goTo(page, `/${list}/999999`);
    await page.getByRole("heading", { name: new RegExp(`^${list.slice(0, -1)} not found$`, "i") }).waitFor();
    await page.getByRole("link", { name: "Go to the list" }).click();
    await page.locator("#main [role=grid]").waitFor();
  }
});

browserTest("these screens are accessible in light and dark, and fit into a small window", async () => {
  const { open, problems } = setup();
  const [{ client_id } = assert.fail()] = rowsOf<{ client_id: number }>(
    "SELECT client_id FROM client_balance ORDER BY invoices DESC LIMIT 1",
  );
  const [payment] = rowsOf<Row<"payment">>("SELECT * FROM payment WHERE allocation_count > 0 LIMIT 1");
  const [item] = rowsOf<Row<"item">>("SELECT * FROM item LIMIT 1");
  for (const [colorScheme, width] of [
    ["light", 1280],
    ["dark", 420],
  ] as const) {
    const page = await open({ colorScheme, viewport: { width, height: 760 } });
    for (const path of [
      "/clients",
      "/clients?q=nothinglikeit",
      `/clients/${client_id}?period=own`,
      "/items",
      `/items/${item?.id}`,
      "/payments?state=credit",
      `/payments/${payment?.id}`,
    ]) {
      await goTo(page, path);
      await page.locator("#main h1").waitFor();
      await waitForReads(page);
      await assertAccessible(page);
      const [inside, room] = await page.evaluate<[number, number]>(
        `[document.getElementById("main").scrollWidth, document.getElementById("main").clientWidth]`,
      );
      assert.ok(inside <= room, `${path}: ${inside} wide, in a window for ${room}`);
    }
    await page.context().close();
  }
  assert.deepEqual(problems, []);
});
