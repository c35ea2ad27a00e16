/** The list of invoices and its invoices, in a real browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { Page, Request } from "playwright-core";
import { assertAccessible, browserTest, goTo, hashOf, openScreens } from "../../../app-tests/browser.suite.ts";
import { draftInvoice, HOUR, issueInvoice, issueInvoices } from "../../../app-tests/sales.suite.ts";
import { registerClients, runApi } from "../../../worker/sync/desktop.suite.ts";

const MANY = 3_000;
const FORMULA = '=HYPERLINK("http://x")';
const MARKUP = "<img src=x onerror=alert(1)> Ltd";

const api = await runApi();
const [many = 0, formula = 0, markup = 0] = await registerClients(api, "Many Orders Ltd", FORMULA, MARKUP);
await issueInvoices(api, many, MANY);
const euros = await issueInvoice(
  api,
  { clientId: formula, currency: "EUR", orderReference: "PO-77", lines: [{ ...HOUR, description: "Zeppelin" }] },
  { exchangeRate6: 850_000 },
);
const paid = await issueInvoice(api, { clientId: markup });
const payment = await api.send("POST", "/api/payments", {
  clientId: markup,
  receivedOn: "2026-01-05",
  currency: "GBP",
  amountMinor: 12_000,
  method: "card",
  allocations: [{ invoiceId: paid, amountMinor: 12_000 }],
});
const creditNote = (await api.send("POST", `/api/invoices/${euros}/credit-note`)).stream;
await api.send("POST", `/api/invoices/${creditNote}/issue`, { exchangeRate6: 850_000 });
await api.send("POST", `/api/invoices/${creditNote}/apply`, {
  allocations: [{ invoiceId: euros, amountMinor: 5_000 }],
});
const draft = await draftInvoice(api, { clientId: markup });
/** Issued: MANY + euros + paid + creditNote; and one draft. */
const ALL = MANY + 4;

const screens = await openScreens(api);
const list = (page: Page) => page.getByRole("grid", { name: "Invoices" });
const rowOf = (page: Page, text: string) => list(page).getByRole("row").filter({ hasText: text });
const waitForCount = (page: Page, count: string) => page.getByRole("status").filter({ hasText: count }).waitFor();

browserTest("the list counts all documents, newest first, and draws only visible rows", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  await waitForCount(page, "3,004 documents");
  await rowOf(page, "Draft").first().waitFor();
  assert.equal(await list(page).getAttribute("aria-rowcount"), String(ALL + 1));
  const drawn = await list(page).getByRole("row").count();
  assert.ok(drawn < 80, `${drawn} rows`);
  const texts = await list(page).getByRole("row").nth(1).innerText();
  assert.match(texts, /Draft[\s\S]*<img src=x onerror=alert\(1\)> Ltd[\s\S]*£120\.00/);
});

browserTest("statuses and signs are words: credit notes are below zero", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  await rowOf(page, "INV-03003").waitFor();
  assert.match(await rowOf(page, "INV-03003").innerText(), /Credit note\s*Partly applied[\s\S]*-€120\.00\s*-€70\.00/);
  assert.match(await rowOf(page, "INV-03002").innerText(), /Paid/);
  assert.match(await rowOf(page, "INV-03001").innerText(), /Partly paid[\s\S]*€120\.00\s*€70\.00/);
});

browserTest("search as you type shows the result of the last text, which is in the address", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  await page.keyboard.press("/");
  await page.keyboard.type("zeppelin", { delay: 20 });
  await waitForCount(page, "2 documents"); // the invoice, and the credit note that corrects it
  await page.waitForURL(/#\/invoices\?q=zeppelin$/);
  await page.keyboard.press("ArrowDown");
  assert.match(await list(page).locator('[aria-selected="true"]').innerText(), /INV-03003/);
  await page.keyboard.press("/");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("nothing like that", { delay: 5 });
  await page.getByText("No invoices match.").waitFor();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await waitForCount(page, "3,004 documents");
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
});

browserTest("the focus stays in the list when the result of the last letter arrives", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  const delayed = Promise.withResolvers<void>();
  await page.route("**/call", async (route) => {
    if (/"listInvoices".*"q":"zeppelin"/.test(route.request().postData() ?? "")) await delayed.promise;
    await route.continue();
  });
  const box = page.getByRole("searchbox");
  await box.fill("zeppeli");
  await waitForCount(page, "2 documents");
  await box.fill("zeppelin");
  await page.waitForURL(/q=zeppelin$/);
  await box.press("ArrowDown");
  const chosen = list(page).locator('[aria-selected="true"]');
  assert.match(await chosen.innerText(), /INV-03003/);
  delayed.resolve();
  await page.locator('[role=grid][aria-busy="false"]').waitFor();
  assert.match(await chosen.innerText(), /INV-03003/);
  await page.unrouteAll({ behavior: "wait" });
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /INV-03003/ }).waitFor();
});

browserTest("an invoice that is opened before the last letter takes effect stays open", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices?q=zeppeli");
  await waitForCount(page, "2 documents");
  const delayed = Promise.withResolvers<void>();
  await page.route("**/call", async (route) => {
    if (/"getInvoice"/.test(route.request().postData() ?? "")) await delayed.promise;
    await route.continue();
  });
  // The letter counts after 60 ms: the click comes before, and the list stays up to 100 ms until the invoice is there.
  await page.evaluate(async (id) => {
    const box = document.querySelector<HTMLInputElement>("input[type=search]");
    if (!box) throw new Error("no box");
    box.value += "n";
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await new Promise((clicked) => setTimeout(clicked, 20));
    document.querySelector<HTMLElement>(`#row-${id} a`)?.click();
    await new Promise((counted) => setTimeout(counted, 200));
  }, euros);
  delayed.resolve();
  await page.getByRole("heading", { name: /INV-03001/ }).waitFor();
  assert.equal(await hashOf(page), `#/invoices/${euros}`);
  await page.unrouteAll({ behavior: "wait" });
});

browserTest("a status that is chosen before the last letter takes effect stays chosen", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices?q=zeppeli");
  await waitForCount(page, "2 documents");
  await page.evaluate(() => {
    const box = document.querySelector<HTMLInputElement>("input[type=search]");
    const drafts = [...document.querySelectorAll("button")].find(({ innerText }) => innerText === "Drafts");
    if (!box || !drafts) throw new Error("no box, or no button");
    box.value += "n";
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    drafts.click();
  });
  await page.getByText("No invoices match.").waitFor();
  await page.waitForURL(/q=zeppelin/);
  assert.equal(await hashOf(page), "#/invoices?q=zeppelin&status=draft");
});

browserTest("an answer that arrives after the answer to a later query is dropped", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  await waitForCount(page, "3,004 documents");
  const delayed = Promise.withResolvers<void>();
  const isEarly = (request: Request) => /"listInvoices".*"q":"zep"/.test(request.postData() ?? "");
  await page.route("**/call", async (route) => {
    if (isEarly(route.request())) await delayed.promise;
    await route.continue();
  });
  // The list asks a moment after the address has the query, and no longer if the query has changed by then.
  const asked = page.waitForRequest(isEarly);
  await page.getByRole("searchbox").fill("zep");
  const early = await asked;
  await page.getByRole("searchbox").fill("INV-00007");
  await waitForCount(page, "1 document");
  delayed.resolve();
  await (await early.response())?.finished();
  await page.unroute("**/call");
  // It has come; whatever it was to do is done after two more frames.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  assert.match(await list(page).innerText(), /INV-00007/);
  assert.doesNotMatch(await list(page).innerText(), /INV-03001/);
});

browserTest("filters are in the address: links, Back and reload restore them", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  await page.getByRole("button", { name: "Paid", exact: true }).click();
  await waitForCount(page, "1 document");
  assert.equal(await hashOf(page), "#/invoices?status=issued&open=false");
  await page.getByRole("button", { name: "Drafts", exact: true }).click();
  await waitForCount(page, "1 document");
  await page.goBack();
  assert.equal(await hashOf(page), "#/invoices?status=issued&open=false");
  await rowOf(page, "INV-03002").waitFor();
  await page.reload();
  await rowOf(page, "INV-03002").waitFor();
  assert.equal(await page.getByRole("button", { name: "Paid", exact: true }).getAttribute("aria-pressed"), "true");
});

browserTest("client, currency, amount and period filter the list", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  const filters = page.getByRole("button", { name: /^Filters/ });
  if ((await filters.getAttribute("aria-expanded")) === "false") await filters.click();
  await page.getByRole("combobox", { name: "Client" }).fill("hyper");
  await page.getByRole("option", { name: FORMULA }).waitFor();
  await page.keyboard.press("Enter");
  await waitForCount(page, "2 documents");
  assert.equal(await hashOf(page), `#/invoices?client=${formula}`);
  assert.equal(await page.getByRole("combobox", { name: "Client" }).inputValue(), FORMULA);

  await goTo(page, "/invoices");
  await page.getByLabel("Amount from").fill("359,880");
  await page.keyboard.press("Tab");
  // From £359,880.00: those of 2,999 and of 3,000 hours at £120.00.
  await waitForCount(page, "2 documents");
  assert.equal(await hashOf(page), "#/invoices?currency=GBP&gross_min=35988000");
  await page.getByLabel("Currency").selectOption("EUR");
  await waitForCount(page, "2 documents");
  assert.equal(await hashOf(page), "#/invoices?currency=EUR");

  await goTo(page, "/invoices?issued_to=2020-01-01");
  await page.getByText("No invoices match.").waitFor();
  await goTo(page, "/invoices?gross_min=abc");
  await page.getByRole("alert").filter({ hasText: "gross_min" }).waitFor();
});

browserTest("a column head sorts up, down and by default; search results cannot be sorted", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  const head = list(page).getByRole("columnheader", { name: "Amount" });
  await head.getByRole("button").click();
  const first = (text: string) => list(page).locator('[aria-rowindex="2"]').filter({ hasText: text });
  await first("£360,000.00").waitFor();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  await head.getByRole("button").click();
  await first("£120.00").waitFor();
  assert.equal(await hashOf(page), "#/invoices?sort=gross_minor");
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  await head.getByRole("button").click();
  await first("Draft").waitFor();
  assert.equal(await hashOf(page), "#/invoices");
  await goTo(page, "/invoices?q=zeppelin&sort=number");
  await waitForCount(page, "2 documents");
  assert.equal(await list(page).getByRole("columnheader").getByRole("button").count(), 0);
});

browserTest("keys move through the list to its end, open an invoice, and return to its row", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices?sort=number");
  await waitForCount(page, "3,003 documents");
  await list(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await rowOf(page, "INV-03003").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("PageUp");
  await page.keyboard.press("PageDown");
  const chosen = list(page).locator('[aria-selected="true"]');
  assert.match(await chosen.innerText(), /INV-03002/);
  assert.equal(await list(page).getAttribute("aria-activedescendant"), await chosen.getAttribute("id"));
  assert.equal(await chosen.getAttribute("aria-rowindex"), String(ALL - 1));
  const top = await list(page).evaluate((element) => element.scrollTop);
  assert.ok(top > 50_000, `${top} px`);

  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Invoice INV-03002", level: 1 }).waitFor();
  assert.equal(await hashOf(page), `#/invoices/${paid}`);
  await page.keyboard.press("k");
  await page.getByRole("heading", { name: "Invoice INV-03001", level: 1 }).waitFor();
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByRole("heading", { name: "Invoice INV-03002", level: 1 }).waitFor();
  await page.keyboard.press("Escape");
  await rowOf(page, "INV-03002").waitFor();
  assert.equal(await hashOf(page), "#/invoices?sort=number");
  assert.equal(await list(page).evaluate((element) => element.scrollTop), top);
  assert.match(await chosen.innerText(), /INV-03002/);
  assert.ok(await list(page).evaluate((element) => element === element.ownerDocument.activeElement));
});

browserTest("visible rows do not move when a new invoice arrives", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  await waitForCount(page, "3,004 documents");
  await list(page).evaluate((element) => {
    element.scrollTop = 1_000 * 38 + 7;
  });
  const row = rowOf(page, "INV-02000");
  await row.waitFor();
  const place = async () => (await row.boundingBox())?.y;
  const before = await place();
  await draftInvoice(api, { clientId: many });
  await waitForCount(page, "3,005 documents");
  assert.equal(await place(), before);
});

browserTest("the whole filtered list is exported, without formulas", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices?status=issued");
  await waitForCount(page, "3,003 documents");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^invoices-\d{4}-\d\d-\d\d\.csv$/);
  const rows: Record<string, string>[] = parse(readFileSync(await download.path()), { bom: true, columns: true });
  assert.equal(rows.length, MANY + 3);
  const byNumber = new Map(rows.map((row) => [row.Number, row]));
  assert.equal(byNumber.get("INV-03001")?.Client, `'${FORMULA}`);
  assert.equal(byNumber.get("INV-03002")?.Client, MARKUP);
  assert.deepEqual(
    ["Kind", "Currency", "Gross", "Paid", "Balance", "Remaining credit"].map(
      (name) => byNumber.get("INV-03003")?.[name],
    ),
    ["credit note", "EUR", "-120.00", "-50.00", "", "-70.00"],
  );
  await page.getByRole("button", { name: "Export CSV" }).waitFor();
});

browserTest("a cancelled export leaves no file", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/invoices");
  await waitForCount(page, "documents");
  let downloads = 0;
  page.on("download", () => downloads++);
  // The first part is held back until it is cancelled.
  const delayed = Promise.withResolvers<void>();
  await page.route("**/call", async (route) => {
    if (route.request().postData()?.includes("exportInvoices")) await delayed.promise;
    await route.continue();
  });
  await page.getByRole("button", { name: "Export CSV" }).click();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  delayed.resolve();
  await page.getByRole("button", { name: "Export CSV" }).waitFor();
  await page.unroute("**/call");
  assert.equal(downloads, 0);
});

browserTest("a failed read shows a message and a way to continue", async () => {
  const { page } = screens ?? assert.fail();
  await page.route("**/call", async (route) => {
    if (!route.request().postData()?.includes('"listInvoices"')) return await route.continue();
    await route.fulfill({ json: { ok: false, failure: { code: "DAMAGED", message: "page 7 of the cache" } } });
  });
  await goTo(page, "/invoices?status=void");
  await page.getByRole("alert").filter({ hasText: "A file was damaged" }).waitFor();
  await page.unroute("**/call");
  await page.getByRole("button", { name: "Show all invoices" }).click();
  await waitForCount(page, "documents");
});

browserTest("an invoice shows its lines, sums, payments and history, with links", async () => {
  const { page, problems } = screens ?? assert.fail();
  await goTo(page, `/invoices/${paid}`);
  await page.getByRole("heading", { name: "Invoice INV-03002", level: 1 }).waitFor();
  const main = page.getByRole("main");
  assert.match(await main.innerText(), /Total\s*£120\.00\s*Paid\s*£120\.00\s*Balance\s*£0\.00/);
  await main.getByText(MARKUP).first().waitFor();
  await main.getByText("Payment received: £120.00 by card on 5 Jan 2026").waitFor();
  await main.getByText(/^Drafted: invoice, 1 line, £120\.00/).waitFor();
  await main.getByRole("link", { name: "Payment", exact: true }).click();
  assert.equal(await hashOf(page), `#/payments/${payment.stream}`);

  await goTo(page, `/invoices/${creditNote}`);
  await page.getByRole("heading", { name: "Credit note INV-03003", level: 1 }).waitFor();
  assert.match(await main.innerText(), /Credited\s*€120\.00\s*Applied\s*€50\.00\s*Remaining credit\s*€70\.00/);
  await main.getByRole("link", { name: "Invoice INV-03001" }).first().click();
  await page.getByRole("heading", { name: "Invoice INV-03001", level: 1 }).waitFor();
  await main.getByText("VAT in GBP: 17.00").waitFor();
  await main.getByRole("link", { name: "Credit note INV-03003" }).first().waitFor();

  await goTo(page, `/invoices/${draft}`);
  await page.getByRole("heading", { name: `Draft invoice ${draft}`, level: 1 }).waitFor();
  await goTo(page, "/invoices/999999999");
  await page.getByRole("heading", { name: "Invoice not found" }).waitFor();
  assert.deepEqual(
    problems.filter((problem) => !problem.includes("blob:")),
    [],
  );
});

for (const colorScheme of ["light", "dark"] as const)
  browserTest(`axe finds nothing serious on either screen, in ${colorScheme}`, async () => {
    const { open } = screens ?? assert.fail();
    const page = await open({ colorScheme });
    await goTo(page, "/invoices?kind=credit_note");
    await rowOf(page, "INV-03003").waitFor();
    await assertAccessible(page);
    await page.getByRole("combobox", { name: "Client" }).fill("ord");
    await page.getByRole("option", { name: "Many Orders Ltd" }).waitFor();
    await assertAccessible(page);
    await goTo(page, `/invoices/${euros}`);
    await page.getByRole("heading", { name: "Invoice INV-03001", level: 1 }).waitFor();
    await page.getByText("VAT in GBP").waitFor();
    await assertAccessible(page);
    await page.close();
  });

browserTest("on a small window a row has two lines, and nothing is wider than the window", async () => {
  const { open } = screens ?? assert.fail();
  const page = await open({ viewport: { width: 420, height: 760 } });
  for (const path of ["/invoices", `/invoices/${euros}`]) {
    await goTo(page, path);
    await page
      .getByText(path === "/invoices" ? "INV-03003" : "VAT in GBP")
      .first()
      .waitFor();
    const wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assert.equal(wider, 0, path);
    await assertAccessible(page);
  }
  await page.close();
});
