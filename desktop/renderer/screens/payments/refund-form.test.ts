/** Paying credit back: from a client, a payment or a credit note, by keyboard. Checked on the server's state. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import {
  assertAccessible,
  browserTest,
  goTo,
  hashOf,
  openScreensOf,
  untilStored,
  untilSynced,
} from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { startSwitch } from "../../../app-tests/switch.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const network = api && (await startSwitch(api.base));
const screens =
  api &&
  network &&
  (await openScreensOf({ server: network.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && network && screens);
  return { api, network, ...screens };
};

const TODAY = new Date().toLocaleDateString("en-CA", { timeZone: "Europe/London" });
const SEPTEMBER = { issuedOn: "2026-01-10" };

interface RefundJson {
  id: number;
  client_id: number;
  amount_minor: number;
  currency: string;
  paid_on: string;
  method: string;
  reference: string | null;
  reversed: number;
  reversed_on: string | null;
  sources: { source_id: number; amount_minor: number }[];
}

const refundAt = async (id: number) => await setup().api.get<RefundJson>(`/api/refunds/${id}`);
const sourcesOf = ({ sources }: RefundJson) => sources.map((row) => [row.source_id, row.amount_minor]);

/** A client with credit: a credit note over £180.00, an invoice of −£60.00, and £50.00 of a payment, in this order. */
async function clientWithCredit(name: string) {
  const { api, page } = setup();
  const send = async (path: string, body: object) => (await api.send("POST", path, body)).stream;
  const clientId = await send("/api/clients", { name, address: { country: "GB" } });
  const hours = (quantity: number) => ({ clientId, lines: [{ ...HOUR, quantity6: quantity * 1_000_000 }] });
  const note = await issueInvoice(api, { ...hours(1.5), kind: "credit_note" }, SEPTEMBER);
  const below = await issueInvoice(api, hours(-0.5), SEPTEMBER);
  const money = { clientId, currency: "GBP", method: "bank_transfer", receivedOn: "2026-02-01", amountMinor: 5_000 };
  const payment = await send("/api/payments", { ...money, reference: `for ${name}`, allocations: [] });
  const number = async (id: number) => (await api.get<{ number: string }>(`/api/invoices/${id}`)).number;
  await untilSynced(page, api);
  return { clientId, note, below, payment, noteNumber: await number(note), belowNumber: await number(below) };
}

async function openForm(page: Page, path: string, heading: string | RegExp = "New refund"): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

/** Where the page is now, once the refund is shown. */
async function waitForRefund(page: Page): Promise<RefundJson> {
  await page.getByRole("heading", { name: /^Refund of/, level: 1 }).waitFor();
  return await refundAt(Number(/\/refunds\/(\d+)$/.exec(await hashOf(page))?.[1]));
}

const amountOf = (page: Page) => page.getByLabel("Amount", { exact: true });

browserTest("all of a client's credit is paid back by keyboard alone, with what it is taken from", async () => {
  const { page } = setup();
  const { clientId, note, below, payment } = await clientWithCredit("Ada Ltd");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("new refund");
  await page.getByRole("option", { name: /^New refund/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "New refund", level: 1 }).waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "clientId");
  await page.keyboard.type("ada l");
  await page.keyboard.press("Enter");
  await page.getByText("The whole credit is refunded.").waitFor();
  assert.equal(await amountOf(page).inputValue(), "290.00");
  await assertAccessible(page);
  await page.getByLabel("Reference").focus();
  await page.keyboard.type("RF-1");
  await page.keyboard.press("Control+Enter");
  const refund = await waitForRefund(page);
  const { client_id, amount_minor, currency, paid_on, method, reference } = refund;
  assert.deepEqual([client_id, amount_minor, currency], [clientId, 29_000, "GBP"]);
  assert.deepEqual([paid_on, method, reference], [TODAY, "bank_transfer", "RF-1"]);
  assert.deepEqual(sourcesOf(refund), [
    [note, 18_000],
    [below, 6_000],
    [payment, 5_000],
  ]);
  await page.getByRole("link", { name: "Payment for Ada Ltd" }).waitFor();
  await assertAccessible(page);
  await openForm(page, "/refunds/new");
  assert.equal(await amountOf(page).inputValue(), "", "what was sent is not kept");
  await goTo(page, `/clients/${clientId}`);
  assert.equal(await page.getByRole("link", { name: "Refund…" }).count(), 0, "there is no credit any more");
});

browserTest("a typed amount is taken from the oldest credit; typed parts make the amount", async () => {
  const { page } = setup();
  const { note, below, payment, clientId, belowNumber } = await clientWithCredit("Bob Ltd");
  await openForm(page, `/refunds/new?client=${clientId}`);
  const part = (name: string) => page.getByLabel(`Refund from ${name}`);
  await amountOf(page).fill("200");
  await page.getByText("£90.00 remains as the client’s credit.").waitFor();
  assert.equal(await part(`Invoice ${belowNumber}`).inputValue(), "20.00");
  assert.equal(await part("Payment for Bob Ltd").inputValue(), "");
  await amountOf(page).fill("290.01");
  await page.locator("p.left", { hasText: "The client’s credit is only £290.00." }).waitFor();
  await page.getByRole("button", { name: "Record refund" }).click();
  await page.locator(".field .field-error", { hasText: "The client’s credit is only £290.00." }).waitFor();
  await amountOf(page).fill("0");
  await page.getByRole("button", { name: "Record refund" }).click();
  await page.getByText("Enter an amount above zero.").waitFor();
  await page.keyboard.press("Alt+o");
  await amountOf(page).fill("10");
  await part("Payment for Bob Ltd").press("Alt+a");
  assert.equal(await amountOf(page).inputValue(), "60.00", "the amount follows the parts");
  await part(`Invoice ${belowNumber}`).fill("60.01");
  await page.getByText("Only £60.00 is left.").waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Record refund" }).click();
  await page.waitForFunction((name) => document.activeElement?.getAttribute("name") === name, `source-${below}`);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("1.5");
  await page.keyboard.press("Control+Enter");
  assert.deepEqual(sourcesOf(await waitForRefund(page)), [
    [note, 1_000],
    [below, 150],
    [payment, 5_000],
  ]);
});

browserTest("a payment, a credit note and an invoice below zero begin a refund of their own rest", async () => {
  const { page } = setup();
  const { payment, note, below, noteNumber, belowNumber } = await clientWithCredit("Cee Ltd");
  await openForm(page, `/payments/${payment}`, /^Payment of/);
  await page.getByRole("link", { name: "Refund…" }).click();
  await page.getByText("£240.00 remains as the client’s credit.").waitFor();
  assert.equal(await amountOf(page).inputValue(), "50.00");
  // More than it has comes from the oldest of the others.
  await amountOf(page).fill("51");
  assert.equal(await page.getByLabel(`Refund from Credit note ${noteNumber}`).inputValue(), "1.00");
  await amountOf(page).fill("20");
  await page.keyboard.press("Control+Enter");
  assert.deepEqual(sourcesOf(await waitForRefund(page)), [[payment, 2_000]]);
  await page.getByRole("link", { name: "Payment for Cee Ltd" }).click();
  await page.getByText("£20.00 of this payment was refunded. Reverse the refunds first.").waitFor();
  await page.getByRole("link", { name: "Refund", exact: true }).waitFor();
  await openForm(page, `/invoices/${note}`, `Credit note ${noteNumber}`);
  await page.getByRole("link", { name: "Refund…" }).click();
  await page.getByText("£90.00 remains as the client’s credit.").waitFor();
  await page.keyboard.press("Control+Enter");
  assert.deepEqual(sourcesOf(await waitForRefund(page)), [[note, 18_000]]);
  await openForm(page, `/invoices/${note}`, `Credit note ${noteNumber}`);
  await page.locator(".badge", { hasText: /^Refunded$/ }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Refund…" }).count(), 0);
  await openForm(page, `/invoices/${below}`, `Invoice ${belowNumber}`);
  await page.getByRole("link", { name: "Refund…" }).click();
  await page.getByText("£30.00 remains as the client’s credit.").waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: `Invoice ${belowNumber}`, level: 1 }).waitFor();
});

browserTest(
  "what the server refuses is at its field: a taken reference, an early day, credit that is gone",
  async () => {
    const { page, api } = setup();
    const { clientId, payment, note, noteNumber } = await clientWithCredit("Dee Ltd");
    const money = { clientId, currency: "GBP", method: "card", paidOn: "2026-02-02", amountMinor: 100 };
    await api.send("POST", "/api/refunds", {
      ...money,
      reference: "RF-9",
      sources: [{ sourceId: payment, amountMinor: 100 }],
    });
    await openForm(page, `/refunds/new?client=${clientId}`);
    await page.getByText("The whole credit is refunded.").waitFor();
    await page.getByLabel("Reference").fill("rf-9");
    await page.getByText(/^Another refund to this client has the reference/).waitFor();
    await page.getByLabel("Reference").fill("");
    await page.getByLabel("Paid on").fill("2026-01-09");
    await page.getByRole("button", { name: "Record refund" }).click();
    await page.getByText("9 Jan 2026 is too early. The earliest possible day is 1 Feb 2026.").waitFor();
    assert.equal(await page.getByLabel("Paid on").getAttribute("aria-invalid"), "true");
    await page.getByLabel("Paid on").fill("2026-02-03");
    // As if the other user's change had not arrived yet.
    await page.route("**/call", async (route) => {
      if (/getCreditSources/.test(route.request().postData() ?? "")) return;
      await route.fallback();
    });
    await api.send("POST", "/api/refunds", {
      ...money,
      reference: null,
      sources: [{ sourceId: note, amountMinor: 100 }],
    });
    await page.getByRole("button", { name: "Record refund" }).click();
    const row = page.locator("tr", { hasText: noteNumber });
    await row.locator(".field-error", { hasText: "has £179.00 left, which is less than £180.00." }).waitFor();
    await page.unroute("**/call");
  },
);

browserTest("offline, the form can be filled, is listed as unsent, and is sent later", async () => {
  const { page, network, open } = setup();
  const { clientId } = await clientWithCredit("Eve Ltd");
  network.cut();
  await page.getByText("Offline").first().waitFor();
  await openForm(page, `/refunds/new?client=${clientId}`);
  await amountOf(page).fill("77");
  const button = page.getByRole("button", { name: "Record refund" });
  assert.ok(await button.isDisabled());
  assert.equal(await button.getAttribute("title"), "Internet required");
  await untilStored(page, '"77"');
  const again = await open();
  await goTo(again, "/unsent");
  await again.getByRole("link", { name: "Refund of 77 GBP to Eve Ltd" }).click();
  await again.getByText("£213.00 remains as the client’s credit.").waitFor();
  network.join();
  await again.waitForFunction(() => document.querySelector("button[type=submit]:enabled") !== null);
  await again.getByRole("button", { name: "Record refund" }).click();
  assert.equal((await waitForRefund(again)).amount_minor, 7_700);
});

browserTest("refunds are a list beside the payments: found, filtered, totalled and exported", async () => {
  const { page } = setup();
  await openForm(page, "/payments", "Payments");
  await page.getByRole("navigation", { name: "Payments and refunds" }).getByRole("link", { name: "Refunded" }).click();
  await page.getByRole("heading", { name: "Refunds", level: 1 }).waitFor();
  const rows = page.locator("#main [role=row]:has([role=gridcell])");
  await rows.filter({ hasText: "RF-1" }).waitFor();
  assert.equal(await page.getByRole("navigation", { name: "Main" }).locator("[aria-current]").innerText(), "Payments");
  await assertAccessible(page);
  await page.getByLabel("Method").selectOption("Card");
  await page.getByText("Refunded £2.00").waitFor();
  assert.equal(await rows.count(), 2);
  await openForm(page, "/refunds?q=ada", "Refunds");
  await rows.filter({ hasText: "Dee Ltd" }).first().waitFor({ state: "detached" });
  assert.deepEqual(await rows.allInnerTexts().then((texts) => texts.map((text) => /Ada Ltd/.test(text))), [true]);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  assert.match((await download).suggestedFilename(), /^refunds.*\.csv$/);
  await rows.first().click();
  await page.getByRole("heading", { name: "Refund of £290.00", level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("rf-1");
  await page.getByRole("option", { name: /^Refund RF-1/ }).waitFor();
  await page.keyboard.press("Escape");
});

browserTest("a refund that came back is reversed on its day, and its credit is there again", async () => {
  const { page } = setup();
  const { clientId, payment } = await clientWithCredit("Fay Ltd");
  await openForm(page, `/refunds/new?payment=${payment}`);
  await page.getByText("£240.00 remains as the client’s credit.").waitFor();
  await page.getByLabel("Paid on").fill("2026-03-05");
  await page.keyboard.press("Control+Enter");
  const { id } = await waitForRefund(page);
  await page.getByRole("button", { name: "Reverse…" }).click();
  const dialog = page.getByRole("dialog", { name: "Reverse the refund of £50.00" });
  await dialog.getByText("It still counts in Mar 2026, when it was paid.").waitFor();
  await assertAccessible(page);
  await dialog.getByRole("radio", { name: /^The money came back/ }).check();
  await dialog.getByLabel("Came back on").fill("2026-03-09");
  await dialog.getByLabel("Reason").fill("account closed");
  await page.keyboard.press("Enter");
  await page.getByText("Money came back on 9 Mar 2026").waitFor();
  const { reversed, reversed_on } = await refundAt(id);
  assert.deepEqual([reversed, reversed_on], [1, "2026-03-09"]);
  assert.equal(await page.getByRole("button", { name: "Reverse…" }).count(), 0);
  await goTo(page, `/clients/${clientId}`);
  await page.locator("tr", { hasText: "Payment for Fay Ltd" }).getByText("£50.00").first().waitFor();
  await page.getByLabel("Period").selectOption("Everything");
  const line = (name: string) => page.locator(".entries tr", { has: page.getByRole("link", { name, exact: true }) });
  await line("Refund").getByText("50.00").first().waitFor();
  await line("Returned: refund").getByText("-50.00").first().waitFor();
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
