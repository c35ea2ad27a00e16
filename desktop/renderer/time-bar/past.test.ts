/** The past is read-only on every screen, and stays as it is while the present goes on. In a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  askWorker,
  browserTest,
  goTo,
  hashOf,
  openScreens,
  untilStored,
  untilSynced,
} from "../../app-tests/browser.suite.ts";
import { draftInvoice, HOUR, issueInvoice, issueInvoices } from "../../app-tests/sales.suite.ts";
import { registerClients, runApi } from "../../worker/sync/desktop.suite.ts";
import { waitForReads } from "../screens/invoices/list.suite.ts";

const api = await runApi();
const [client = 0] = await registerClients(api, "Patient Ltd");
const [issued = 0] = await issueInvoices(api, client, 3);
const draft = await draftInvoice(api, { clientId: client });
const credit = await draftInvoice(api, { clientId: client, kind: "credit_note" });
await api.send("POST", `/api/invoices/${credit}/issue`, {});
const { stream: payment } = await api.send("POST", "/api/payments", {
  clientId: client,
  amountMinor: 30_000,
  currency: "GBP",
  receivedOn: new Date().toISOString().slice(0, 10),
  method: "bank_transfer",
});
const { stream: item } = await api.send("POST", "/api/items", {
  code: "ROPE",
  description: "Rope",
  unit: "MTR",
  price6: 1_000_000,
  vatCategory: "S",
  vatRate3: 20_000,
});
const moment = await api.organization.log.head();
const screens = await openScreens(api);
const setup = () => screens ?? assert.fail();

/** Every screen of the app. */
const SCREENS = [
  "/",
  "/invoices",
  `/invoices/${issued}`,
  `/invoices/${draft}`,
  `/invoices/${draft}?issue=now`,
  `/invoices/${credit}`,
  "/clients",
  `/clients/${client}`,
  "/items",
  `/items/${item}`,
  "/payments",
  `/payments/${payment}`,
  `/payments/${payment}?reverse=now`,
  "/refunds",
  "/activity",
  "/reports",
  "/reports/sales-list",
  "/reports/open-items",
  "/settings",
  "/settings/series",
  "/settings/vat-rates",
  "/settings/periods",
  "/settings/users",
  "/settings/users/2",
  "/settings/users/new",
  "/settings/password",
  "/unsent",
  "/diagnostics",
];

/** The screens that are forms. */
const FORMS = [
  "/invoices/new",
  "/invoices/new?kind=credit_note",
  `/invoices/new?copy=${issued}`,
  `/invoices/new?credit=${issued}`,
  `/invoices/${draft}/edit`,
  `/invoices/${credit}/apply`,
  "/clients/new",
  `/clients/${client}/edit`,
  "/items/new",
  `/items/${item}/edit`,
  "/payments/new",
  `/payments/${payment}/reallocate`,
  "/refunds/new",
];

/** What can still write on the page: enabled buttons that write or submit, and links to forms. */
async function writingOn(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const root = document.body;
    const controls = [...root.querySelectorAll<HTMLElement>("[data-writes], [type=submit], #main a[href]")];
    return controls
      .filter((control) => control.checkVisibility())
      .filter((control) => {
        if (control.localName === "a")
          return /^#\/(\w+)\/(new|\d+\/(edit|apply|reallocate))/.test(control.getAttribute("href") ?? "");
        return !(control as HTMLButtonElement).disabled && control.ariaDisabled !== "true";
      })
      .map((control) => `${control.localName} “${control.textContent}”`);
  });
}

browserTest("no screen of the past has an enabled control that writes, and now most of them have", async () => {
  const page = await setup().open();
  const found: string[] = [];
  for (const path of SCREENS) {
    await goTo(page, `${path}${path.includes("?") ? "&" : "?"}at=${moment}`);
    await page.locator("#main h1, dialog h2").first().waitFor();
    await waitForReads(page);
    found.push(...(await writingOn(page)).map((control) => `${path}: ${control}`));
    for (const title of await page
      .locator("#main button[data-writes]:disabled")
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).title)))
      assert.match(title, /the past/, path);
    if ((await page.locator("dialog[open]").count()) > 0) await page.keyboard.press("Escape");
  }
  assert.deepEqual(found, []);
  await goTo(page, "/?at=");
  let writing = 0;
  for (const path of SCREENS.filter((path) => !path.includes("?"))) {
    await goTo(page, path);
    await page.locator("#main h1").first().waitFor();
    await waitForReads(page);
    if ((await writingOn(page)).length > 0) writing++;
  }
  assert.ok(writing >= 12, `only ${writing} screens write now`);
  await page.context().close();
});

browserTest("forms, their keys and the palette's creations are not there in the past", async () => {
  const page = await setup().open();
  for (const path of FORMS) {
    await goTo(page, `${path}${path.includes("?") ? "&" : "?"}at=${moment}`);
    await page.getByText("where nothing can be changed").waitFor();
    assert.equal(await page.locator("#main form").count(), 0, path);
  }
  await goTo(page, `/clients?at=${moment}`);
  await page.keyboard.press("Alt+n");
  assert.equal(await hashOf(page), `#/clients?at=${moment}`);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find, create or go to anything" }).fill("return");
  const now = page.getByRole("option", { name: "Return to now" });
  await now.waitFor();
  assert.equal(await page.getByRole("option", { name: /^New / }).count(), 0);
  await now.click();
  await page.waitForFunction(() => location.hash === "#/clients");
  await page.context().close();
});

browserTest("the worker refuses to write for a window that shows the past", async () => {
  const { page } = setup();
  const before = await api.organization.log.head();
  const key = "0198c0de-0000-7000-8000-0000000000aa";
  const input = { name: "Too late Ltd" };
  const write = { command: "RegisterClient", input, key, at: String(moment) };
  assert.equal((await askWorker(page, "write", write)).failure?.code, "IN_THE_PAST");
  assert.equal((await askWorker(page, "writeAgain", { form: "client/new", at: "1" })).failure?.code, "IN_THE_PAST");
  assert.equal(await api.organization.log.head(), before);
});

browserTest("what is being typed is kept while the user looks at the past", async () => {
  const page = await setup().open();
  await goTo(page, "/clients/new");
  await page.getByLabel("Name", { exact: true }).fill("Interrupted Ltd");
  await page.locator("#main h1").click();
  await page.keyboard.press("t");
  await page.getByRole("slider", { name: "Moment of the books" }).press("ArrowLeft");
  await page.getByText("where nothing can be changed").waitFor();
  await untilStored(page, "Interrupted Ltd");
  await page.keyboard.press("Escape");
  await page.getByLabel("Name", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Interrupted Ltd");
  await page.getByRole("button", { name: "Start over" }).click();
  await page.context().close();
});

browserTest("the past stays as it is while new events arrive, also through a rebuild of the cache", async () => {
  const page = await setup().open();
  await goTo(page, `/invoices?at=${moment}`);
  await waitForReads(page);
  const past = await page.locator("main").innerText();
  assert.match(past, /5 documents/);
  await issueInvoice(api, { clientId: client, lines: [{ ...HOUR, description: "Later" }] });
  await api.send("POST", `/api/invoices/${draft}/issue`, {});
  await untilSynced(page, api);
  await waitForReads(page);
  assert.equal(await page.locator("main").innerText(), past);
  const rebuilt = await askWorker(page, "rebuildCache", {});
  assert.ok(rebuilt.ok);
  await waitForReads(page);
  await page.reload();
  await page.getByText("5 documents").waitFor();
  await waitForReads(page);
  assert.equal(await page.locator("main").innerText(), past);
  await page.keyboard.press("Escape");
  await page.getByText("6 documents").waitFor();
  await page.context().close();
});

browserTest("no page had a problem", async () => {
  assert.deepEqual(setup().problems, []);
});
