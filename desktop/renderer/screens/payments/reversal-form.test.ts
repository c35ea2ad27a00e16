/** Reversing a payment: as a mistake or as returned money, with what each does to the months; and bank fees. */
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
import { issueInvoice } from "../../../app-tests/sales.suite.ts";
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

type PaymentJson = Record<"id" | "amount_minor" | "fees_minor" | "reversed", number> & { reversed_on: string | null };

const paymentAt = async (id: number) => await setup().api.get<PaymentJson>(`/api/payments/${id}`);

/** A payment of 10 March 2026 over £120.00 that settles an invoice. */
async function paidInvoice(name: string) {
  const { api, page } = setup();
  const { stream: clientId } = await api.send("POST", "/api/clients", { name, address: { country: "GB" } });
  const invoice = await issueInvoice(api, { clientId }, { issuedOn: "2026-03-01" });
  const { number } = await api.get<{ number: string }>(`/api/invoices/${invoice}`);
  const { stream: payment } = await api.send("POST", "/api/payments", {
    ...{ clientId, receivedOn: "2026-03-10", currency: "GBP", amountMinor: 12_000, method: "direct_debit" },
    allocations: [{ invoiceId: invoice, amountMinor: 12_000 }],
  });
  await untilSynced(page, api);
  return { clientId, invoice, number, payment };
}

async function show(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "Reverse the payment of £120.00" });

browserTest("a returned payment stays in its month; it is reversed on its own day, by keyboard alone", async () => {
  const { page } = setup();
  const { payment, number, invoice } = await paidInvoice("Ada Ltd");
  await show(page, `/payments/${payment}`, "Payment of £120.00");
  await page.getByRole("button", { name: "Reverse…" }).focus();
  await page.keyboard.press("Enter");
  const dialog = dialogOf(page);
  await dialog.getByText(`${number} becomes open again.`).waitFor();
  await dialog.getByText("The figures of Mar 2026, when it was received, change.").waitFor();
  await dialog.getByText("It still counts in Mar 2026, when it was received.").waitFor();
  assert.equal(await dialog.getByLabel("Returned on").count(), 0, "a mistake has no day of its own");
  await assertAccessible(page);
  await page.keyboard.press("Control+Enter");
  await dialog.getByText("Choose what happened.").waitFor();
  await dialog.getByText("Reason is missing.").waitFor();
  assert.equal((await paymentAt(payment)).reversed, 0);
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "kind");
  await page.keyboard.press("ArrowDown");
  await dialog.getByLabel("Returned on").fill("2026-03-09");
  await dialog.getByLabel("Reason").fill("no funds");
  await page.keyboard.press("Enter");
  await dialog.getByText("9 Mar 2026 is too early. The earliest possible day is 10 Mar 2026.").waitFor();
  await assertAccessible(page);
  await dialog.getByLabel("Returned on").fill("2026-04-02");
  await dialog.getByText("counts on its own day, in Apr 2026.").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByText("Returned on 2 Apr 2026", { exact: true }).waitFor();
  await page.locator(".badge", { hasText: /^Returned$/ }).waitFor();
  const { reversed, reversed_on } = await paymentAt(payment);
  assert.deepEqual([reversed, reversed_on], [1, "2026-04-02"]);
  const { paid_minor } = await setup().api.get<{ paid_minor: number }>(`/api/invoices/${invoice}`);
  assert.equal(paid_minor, 0);
  await show(page, `/invoices/${invoice}`, `Invoice ${number}`);
  await page.getByText(/^Payment received: £120\.00 /).waitFor();
  await page.getByText("Payment reversed: returned on 2 Apr 2026, no funds").waitFor();
});

browserTest("a mistake counts as if it had never been recorded", async () => {
  const { page } = setup();
  const { payment } = await paidInvoice("Bob Ltd");
  await show(page, `/payments/${payment}`, "Payment of £120.00");
  await page.getByRole("button", { name: "Reverse…" }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole("radio", { name: /^It was recorded by mistake/ }).check();
  await dialog.getByLabel("Reason").fill("of another client");
  await dialog.getByRole("button", { name: "Reverse", exact: true }).click();
  await page.getByText("As a mistake: it does not count in any month").waitFor();
  const { reversed, reversed_on } = await paymentAt(payment);
  assert.deepEqual([reversed, reversed_on], [1, null]);
});

browserTest("what is typed in the dialog is kept: offline it is listed as unsent, and leads back", async () => {
  const { page, network } = setup();
  const { payment } = await paidInvoice("Cee Ltd");
  await show(page, `/payments/${payment}`, "Payment of £120.00");
  await page.getByRole("button", { name: "Reverse…" }).click();
  await dialogOf(page).getByLabel("Reason").fill("charged back");
  await untilStored(page, "charged back");
  await page.keyboard.press("Escape");
  network.cut();
  await page.keyboard.press("F5");
  await page.getByText("Offline").first().waitFor();
  const button = page.getByRole("button", { name: "Reverse…" });
  assert.ok(await button.isDisabled());
  assert.equal(await button.getAttribute("title"), "Internet required");
  await goTo(page, "/unsent");
  await page.getByRole("link", { name: "Reverse payment of £120.00 from Cee Ltd" }).click();
  const dialog = dialogOf(page);
  assert.equal(await dialog.getByLabel("Reason").inputValue(), "charged back");
  assert.ok(await dialog.getByRole("button", { name: "Reverse", exact: true }).isDisabled());
  network.join();
  await page.waitForFunction(() => document.querySelector("dialog button[type=submit]:enabled") !== null);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await hashOf(page), `#/payments/${payment}`);
});

browserTest("bank fees are less than the amount, and are on the payment's page", async () => {
  const { page } = setup();
  const { clientId } = await paidInvoice("Dee Ltd");
  await show(page, `/payments/new?client=${clientId}`, "New payment");
  const fees = page.getByLabel("Bank fees");
  await page.getByLabel("Amount", { exact: true }).fill("400");
  await fees.fill("400");
  await page.getByRole("button", { name: "Record payment" }).click();
  await page.getByText("Bank fees must be less than the amount.").waitFor();
  assert.equal(await fees.getAttribute("aria-invalid"), "true");
  await assertAccessible(page);
  await fees.fill("-1");
  await page.getByRole("button", { name: "Record payment" }).click();
  await page.getByText("Bank fees cannot be below zero.").waitFor();
  await fees.fill("4.5");
  await page.getByText("£395.50 arrived in your account.").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByText("£4.50, so £395.50 arrived").waitFor();
  const { amount_minor, fees_minor } = await paymentAt(Number(/\d+$/.exec(await hashOf(page))?.[0]));
  assert.deepEqual([amount_minor, fees_minor], [40_000, 450]);
});

browserTest("in a locked month, nothing can be a mistake: the dialog says why, and offers a later day", async () => {
  const { page, api } = setup();
  const { payment } = await paidInvoice("Eve Ltd");
  await api.send("POST", "/api/organization/lock", { lockedUpTo: "2026-03-31", reason: "reported" });
  await untilSynced(page, api);
  await show(page, `/payments/${payment}`, "Payment of £120.00");
  await page.getByRole("button", { name: "Reverse…" }).click();
  const dialog = dialogOf(page);
  await dialog.getByText("The books are locked up to 31 Mar 2026").waitFor();
  assert.ok(await dialog.getByRole("radio", { name: /^It was recorded by mistake/ }).isDisabled());
  await dialog.getByRole("radio", { name: /^The money was returned/ }).check();
  await dialog.getByLabel("Returned on").fill("2026-03-31");
  await dialog.getByLabel("Reason").fill("charged back");
  await page.keyboard.press("Control+Enter");
  await dialog.getByText("31 Mar 2026 is in a locked period").waitFor();
  assert.equal(await dialog.getByLabel("Returned on").getAttribute("aria-invalid"), "true");
  await assertAccessible(page);
  await dialog.getByLabel("Returned on").fill("2026-04-01");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Returned on 1 Apr 2026", { exact: true }).waitFor();
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
