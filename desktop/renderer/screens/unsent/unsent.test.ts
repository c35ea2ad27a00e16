/** Unsent input is always in sight: how much there is, of whom and what, and links to its forms. What was sent is gone. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startCuttingProxy } from "../../../../api/faults/cutting-proxy.suite.ts";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import { until } from "../../../../fixtures/tests/until.ts";
import {
  assertAccessible,
  browserTest,
  goTo,
  openScreensOf,
  untilStored,
  untilSynced,
} from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { draftInvoice, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { startSwitch } from "../../../app-tests/switch.suite.ts";
import { fillLine } from "../invoice-form/invoice-form.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const line = api && (await startCuttingProxy(api.base));
const network = line && (await startSwitch(line.base));
const screens =
  api &&
  network &&
  (await openScreensOf({ server: network.base, login: OWNER, head: await api.organization.log.head() }));
const fixture = () => {
  assert.ok(api && line && network && screens);
  return { api, line, network, ...screens };
};

/** A form's address, one of its fields, what is typed, and its words in the list of unsent input. */
const FORMS = [
  ["/items/new", "Code", "W-9", "New item “W-9”"],
  ["/clients/new", "Name", "Zed Ltd", "New client “Zed Ltd”"],
  ["/invoices/new", "Order", "PO 1", "Invoice, no client yet"],
  ["/payments/new", "Amount", "12.50", "Payment of 12.50 GBP, no client yet"],
  ["/refunds/new", "Amount", "7.50", "Refund of 7.50 GBP, no client yet"],
  ["/settings/users/new", "Name", "Robin", "Invitation “Robin”"],
  ["/settings", "Phone", "+44", "Changes to the organization"],
  ["/settings/users/2", "Name", "Olivia", "Changes to a user"],
] as const;

async function show(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

const listed = (page: Page, name: string | RegExp) => page.getByRole("row").filter({ hasText: name });
const noneLeft = async (page: Page) => {
  await goTo(page, "/unsent");
  await page.getByText("Everything you typed here has been sent.").waitFor();
};

async function clientNamed(name: string): Promise<number> {
  return (await fixture().api.send("POST", "/api/clients", { name, address: { country: "GB" } })).stream;
}

browserTest("unsent input is counted beside the sync status, listed, and still in its form", async () => {
  const { page } = fixture();
  for (const [n, [path, field, typed, words]] of FORMS.entries()) {
    await goTo(page, path);
    await page.getByLabel(field, { exact: true }).first().fill(typed);
    await page.getByRole("link", { name: `${n + 1} not sent yet` }).click();
    await page.getByRole("heading", { name: "Not sent yet", level: 1 }).waitFor();
    await page.getByRole("link", { name: words, exact: true }).click();
    await page.waitForFunction(
      (value) =>
        [...document.querySelectorAll("input, textarea")].some((one) => (one as HTMLInputElement).value === value),
      typed,
    );
  }
  await goTo(page, "/unsent");
  await page.getByRole("row").nth(FORMS.length).waitFor();
  await assertAccessible(page);
});

browserTest("unsent input can be discarded from the list by keyboard, after a question", async () => {
  const { page } = fixture();
  for (const [, , , words] of FORMS) {
    const discard = page.getByRole("button", { name: `Discard: ${words}` });
    await discard.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Discard what you typed?" });
    await dialog.getByText(words).waitFor();
    await page.keyboard.press("Escape");
    await discard.click();
    await dialog.getByRole("button", { name: "Discard" }).click();
    await discard.waitFor({ state: "detached" });
  }
  await noneLeft(page);
  assert.equal(await page.getByRole("link", { name: /not sent yet/ }).count(), 0);
});

browserTest("an invoice is listed with its client, its lines and its total; and what happened to a draft", async () => {
  const { page, api, open } = fixture();
  const client = await clientNamed("Jäger Marine");
  const draft = await draftInvoice(api, { clientId: client });
  const invoice = await issueInvoice(api, { clientId: client });
  await untilSynced(page, api);
  await show(page, `/invoices/new?client=${client}`, "New invoice");
  await fillLine(page, 1, { Description: "Varnish", Quantity: "2", Price: "500", "VAT rate in %": "24" });
  await untilStored(page, "Varnish");
  await show(page, `/invoices/${draft}/edit`, "Edit draft invoice");
  await page.getByLabel("Order").fill("PO 77");
  await untilStored(page, "PO 77");
  await show(page, `/payments/new?invoice=${invoice}`, /^New payment for/);
  await page.getByLabel("Reference").fill("stmt 4");
  await untilStored(page, "stmt 4");
  await api.send("POST", `/api/invoices/${draft}/discard`);
  await goTo(page, "/unsent");
  await listed(page, "1 line, £1,240.00").getByText("Invoice for Jäger Marine").waitFor();
  await listed(page, `changes to draft invoice ${draft}`)
    .or(listed(page, `changes to invoice ${draft}`))
    .getByText("The draft was discarded in the meantime.")
    .waitFor();
  await listed(page, "Payment of 120.00 GBP from Jäger Marine").getByText("applied to 1 invoice").waitFor();
  await listed(page, "just now").first().waitFor();
  const narrow = await open({ viewport: { width: 400, height: 800 }, colorScheme: "dark" });
  await goTo(narrow, "/unsent");
  await listed(narrow, "1 line, £1,240.00").waitFor();
  assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing overflows");
  await assertAccessible(narrow);
  for (const discard of await page
    .getByRole("button", { name: /^Discard:/ })
    .all()
    .then((all) => all.toReversed())) {
    await discard.click();
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await noneLeft(page);
});

browserTest("what is sent leaves nothing behind, however fast the keys are", async () => {
  const { page, api } = fixture();
  const before = (await api.get<{ rows: object[] }>("/api/clients")).rows.length;
  await show(page, "/clients/new", "New client");
  await page.getByLabel("Name", { exact: true }).fill("Quick Ltd");
  const country = page.getByLabel("Country");
  await country.fill("fr"); // its text is completed when it loses the focus
  await page.keyboard.press("Enter"); // picks France, and does no more
  assert.equal(await country.inputValue(), "France (FR)");
  await page.getByRole("heading", { name: "New client", level: 1 }).waitFor();
  await country.fill("de");
  // In one task: the keys are pressed before any answer.
  await country.evaluate((input) => {
    for (let n = 0; n < 3; n++)
      input.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }),
      );
    (input as HTMLInputElement).value = "dee";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await page.getByRole("heading", { name: "Quick Ltd", level: 1 }).waitFor();
  await noneLeft(page);
  assert.equal((await api.get<{ rows: object[] }>("/api/clients")).rows.length, before + 1);
});

browserTest("a form whose input another window has sent says so, and does not send it again", async () => {
  const { page, open, api } = fixture();
  const count = async () => (await api.get<{ rows: object[] }>("/api/clients?limit=100")).rows.length;
  const before = await count();
  await show(page, "/clients/new", "New client");
  await page.getByLabel("Name", { exact: true }).fill("Twice Ltd");
  await untilStored(page, "Twice Ltd");
  const other = await open();
  await show(other, "/clients/new", "New client");
  await other.getByRole("button", { name: "Add client" }).click();
  await other.getByRole("heading", { name: "Twice Ltd", level: 1 }).waitFor();
  await page.getByText("This was sent or discarded in another window.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Add client" }).isDisabled());
  await assertAccessible(page);
  await page.getByLabel("Name", { exact: true }).press("Control+Enter");
  await page.getByRole("button", { name: "Start over" }).click();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "");
  await noneLeft(page);
  assert.equal(await count(), before + 1);
});

browserTest("after a lost response, the input leaves the list as soon as its event arrives", async () => {
  const { page, line, api, network } = fixture();
  await show(page, "/clients/new", "New client");
  await page.getByLabel("Name", { exact: true }).fill("Lost Ltd");
  line.lose(10);
  await page.getByRole("button", { name: "Add client" }).click();
  const saved = async () => (await api.get<{ rows: { name: string }[] }>("/api/clients?q=lost")).rows.length === 1;
  await until("the client", saved);
  network.cut();
  await page.getByText("Offline").first().waitFor();
  line.lose(0);
  network.join();
  await goTo(page, "/clients");
  await page.getByText("Lost Ltd").first().waitFor();
  await noneLeft(page);
});

browserTest("no page had an error", async () => {
  assert.deepEqual(fixture().problems, []);
});
