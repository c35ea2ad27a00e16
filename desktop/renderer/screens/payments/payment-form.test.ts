/** Recording payments: how an amount is applied to invoices, and the credit that remains. Checked on the server's state. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startCuttingProxy } from "../../../../api/faults/cutting-proxy.suite.ts";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import {
  assertAccessible,
  browserTest,
  goTo,
  hashOf,
  openScreensOf,
  untilSynced,
} from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const line = api && (await startCuttingProxy(api.base));
const screens =
  api && line && (await openScreensOf({ server: line.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && line && screens);
  return { api, line, ...screens };
};

async function newClient(name: string, more: object = {}): Promise<number> {
  return (await setup().api.send("POST", "/api/clients", { name, address: { country: "GB" }, ...more })).stream;
}

/** Its number, and its id. */
async function newInvoice(clientId: number, more: object = {}): Promise<{ id: number; number: string }> {
  const { api } = setup();
  const id = await issueInvoice(api, { clientId, ...more });
  return { id, number: (await api.get<{ number: string }>(`/api/invoices/${id}`)).number };
}

const TODAY = new Date().toLocaleDateString("en-CA", { timeZone: "Europe/London" });

type PaymentJson = Record<"id" | "client_id" | "amount_minor" | "reversed" | "version", number> &
  Record<"currency" | "received_on" | "method", string> & {
    reference: string | null;
    allocations: { invoice_id: number; amount_minor: number }[];
  };

const paymentAt = async (id: number) => await setup().api.get<PaymentJson>(`/api/payments/${id}`);
const allocatedBy = ({ allocations }: PaymentJson) => allocations.map((row) => [row.invoice_id, row.amount_minor]);
const paidOf = async (id: number) => (await setup().api.get<{ paid_minor: number }>(`/api/invoices/${id}`)).paid_minor;

async function openForm(page: Page, path: string, heading: string | RegExp = "New payment"): Promise<void> {
  await untilSynced(page, setup().api);
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

/** Where the page is now, once the payment is shown. */
async function waitForPayment(page: Page): Promise<PaymentJson> {
  await page.getByRole("heading", { name: /^Payment of/, level: 1 }).waitFor();
  return await paymentAt(Number(/\/payments\/(\d+)$/.exec(await hashOf(page))?.[1]));
}

const remainingText = (page: Page) => page.locator("p.left").innerText();

browserTest(
  "a receipt over several invoices by keyboard alone: oldest first by a key, what stays is credit",
  async () => {
    const { page } = setup();
    const client = await newClient("Ada Ltd");
    const later = await newInvoice(client, { termsDays: 60 });
    const sooner = await newInvoice(client, { termsDays: 10, lines: [{ ...HOUR, quantity6: 2_000_000 }] });
    await openForm(page, "/payments/new");
    await page.keyboard.type("ada l");
    await page.keyboard.press("Enter"); // at once: before the answer
    await page.getByLabel(`Amount for ${later.number}`).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("400");
    assert.equal(await remainingText(page), "£400.00 remains as the client’s credit.");
    await page.keyboard.press("Alt+o");
    await page.getByText("£40.00 remains as the client’s credit.").waitFor();
    assert.equal(await page.getByLabel(`Amount for ${sooner.number}`).inputValue(), "240.00");
    assert.equal(await page.getByLabel(`Amount for ${later.number}`).inputValue(), "120.00");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("250");
    await page.getByText("The full amount is applied.").waitFor();
    assert.equal(await page.getByLabel(`Amount for ${sooner.number}`).inputValue(), "240.00", "due first");
    assert.equal(await page.getByLabel(`Amount for ${later.number}`).inputValue(), "10.00", "it follows the amount");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("365.5");
    await page.getByText("£5.50 remains as the client’s credit.").waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Control+Enter");
    const payment = await waitForPayment(page);
    const { client_id, amount_minor, currency, received_on, method, reference } = payment;
    assert.deepEqual([client_id, amount_minor, currency], [client, 36_550, "GBP"]);
    assert.deepEqual([received_on, method, reference], [TODAY, "bank_transfer", null]);
    assert.deepEqual(allocatedBy(payment), [
      [sooner.id, 24_000],
      [later.id, 12_000],
    ]);
    assert.deepEqual([await paidOf(sooner.id), await paidOf(later.id)], [24_000, 12_000]);
    await page.getByText("£5.50", { exact: true }).waitFor();
    await openForm(page, "/payments/new");
    assert.equal(await page.getByLabel("Amount", { exact: true }).inputValue(), "", "what was sent is not kept");
  },
);

browserTest("amounts typed at the invoices add up to the total; a typed total stays", async () => {
  const { page } = setup();
  const client = await newClient("Bob Ltd");
  const first = await newInvoice(client);
  const second = await newInvoice(client);
  await openForm(page, `/payments/new?client=${client}`);
  const total = page.getByLabel("Amount", { exact: true });
  await page.getByLabel(`Amount for ${first.number}`).fill("100");
  assert.equal(await total.inputValue(), "100.00");
  await page.getByLabel(`Amount for ${second.number}`).press("Alt+a");
  assert.equal(await page.getByLabel(`Amount for ${second.number}`).inputValue(), "120.00");
  assert.equal(await total.inputValue(), "220.00");
  assert.equal(await remainingText(page), "The full amount is applied.");
  await total.fill("200");
  assert.equal(await remainingText(page), "You applied £20.00 too much. Only £200.00 is available.");
  await page.getByRole("button", { name: "Record payment" }).click();
  await page
    .locator(".field-error", { hasText: "You applied £220.00 to invoices, which is more than is available." })
    .waitFor();
  await page.getByLabel(`Amount for ${second.number}`).fill("120.01");
  await page.getByText("The balance is only £120.00.").waitFor();
  assert.equal(await page.getByLabel(`Amount for ${second.number}`).getAttribute("aria-invalid"), "true");
  await assertAccessible(page);
  await page.getByLabel(`Amount for ${second.number}`).fill("70,x");
  await page.getByText("Enter an amount above zero.").waitFor();
  await page.getByLabel(`Amount for ${second.number}`).fill("70");
  await page.getByText("£30.00 remains as the client’s credit.").waitFor();
  await page.getByLabel(`Amount for ${first.number}`).press("ArrowDown");
  assert.equal(
    await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
    `Amount for ${second.number}`,
  );
  await page.getByLabel("Method").selectOption("Cheque");
  await page.getByLabel("Reference").fill(" R-77 ");
  await page.getByRole("button", { name: "Record payment" }).click();
  const payment = await waitForPayment(page);
  assert.deepEqual([payment.amount_minor, payment.method, payment.reference], [20_000, "cheque", "R-77"]);
  assert.deepEqual(allocatedBy(payment), [
    [first.id, 10_000],
    [second.id, 7_000],
  ]);
});

browserTest("a payment for an invoice starts with all fields filled", async () => {
  const { page } = setup();
  const client = await newClient("Cee Ltd", { currency: "JPY" });
  const yen = await newInvoice(client, { currency: "JPY", lines: [{ ...HOUR, vatCategory: "Z", vatRate3: 0 }] });
  await untilSynced(page, setup().api);
  await goTo(page, `/invoices/${yen.id}`);
  await page.getByRole("link", { name: "Record payment" }).click();
  await page.getByRole("heading", { name: `New payment for invoice ${yen.number}`, level: 1 }).waitFor();
  await page.getByText("The full amount is applied.").waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Client" }).inputValue(), "Cee Ltd");
  assert.equal(await page.getByLabel("Currency").inputValue(), "JPY");
  assert.equal(await page.getByLabel("Amount", { exact: true }).inputValue(), "100");
  await page.keyboard.press("Control+Enter");
  const payment = await waitForPayment(page);
  assert.deepEqual([payment.amount_minor, payment.currency], [100, "JPY"]);
  assert.deepEqual(allocatedBy(payment), [[yen.id, 100]]);
  await goTo(page, `/invoices/${yen.id}`);
  await page.getByRole("heading", { name: `Invoice ${yen.number}`, level: 1 }).waitFor();
  await page.getByText("Paid").first().waitFor();
  assert.equal(await page.getByRole("link", { name: "Record payment" }).count(), 0);
});

browserTest("a shortcut applies the amount that was just typed, before the screen is drawn", async () => {
  const { page } = setup();
  const client = await newClient("Quick Ltd");
  const invoice = await newInvoice(client);
  await openForm(page, `/payments/new?client=${client}`);
  await page.getByLabel(`Amount for ${invoice.number}`).waitFor();
  await page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>("input[name=amountMinor]");
    if (!input) throw new Error("there is no amount");
    input.value = "33";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    for (let n = 0; n < 5; n++) await Promise.resolve();
    window.dispatchEvent(new KeyboardEvent("keydown", { altKey: true, code: "KeyO" }));
  });
  await page.getByText("The full amount is applied.").waitFor();
  assert.equal(await page.getByLabel("Amount", { exact: true }).inputValue(), "33");
  assert.equal(await page.getByLabel(`Amount for ${invoice.number}`).inputValue(), "33.00");
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("a payment submitted before the open invoices arrive is sent then, unless its input changed", async () => {
  const { page } = setup();
  const client = await newClient("Fast Ltd");
  let gate = Promise.withResolvers<void>();
  await page.route("**/call", async (route) => {
    if (route.request().postData()?.includes(`"getOpenInvoices","argument":{"client":${client},`)) await gate.promise;
    await route.continue();
  });
  const amount = page.getByLabel("Amount", { exact: true });
  await openForm(page, `/payments/new?client=${client}`);
  await amount.fill("5");
  await page.getByRole("button", { name: "Record payment" }).click();
  await amount.fill("7");
  gate.resolve();
  await page.getByText("No open invoices in GBP.").waitFor();
  gate = Promise.withResolvers();
  await goTo(page, "/payments");
  await openForm(page, `/payments/new?client=${client}`);
  assert.equal(await amount.inputValue(), "7", "nothing was sent");
  await amount.fill("8");
  await page.getByRole("button", { name: "Record payment" }).click();
  gate.resolve();
  assert.equal((await waitForPayment(page)).amount_minor, 800);
  await page.unroute("**/call");
});

browserTest("a refusal is shown at its field, in words", async () => {
  const { page, api } = setup();
  const client = await newClient("Dee Ltd");
  const invoice = await newInvoice(client);
  const pay = (more: object) =>
    api.send("POST", "/api/payments", {
      ...{ clientId: client, receivedOn: TODAY, currency: "GBP", method: "card" },
      ...more,
    });
  await pay({ amountMinor: 1, reference: "R-1" });
  await openForm(page, `/payments/new?client=${client}`);
  await page.getByRole("button", { name: "Record payment" }).click();
  await page.getByText("Amount is missing.").waitFor();
  await page.getByLabel("Amount", { exact: true }).fill("1.234");
  await page.getByRole("button", { name: "Record payment" }).click();
  await page.getByText("If you mean 1,234, write it like that.").waitFor();
  await page.getByLabel("Amount", { exact: true }).fill("120");
  await page.getByLabel("Reference").fill("R-1");
  await page.getByLabel("Received on").fill("2999-01-01");
  await page.getByRole("button", { name: "Record payment" }).click();
  const at = (label: string) => page.locator(".field", { has: page.getByLabel(label, { exact: true }) });
  await at("Received on").locator(".field-error", { hasText: "1 Jan 2999 is in the future. Today is" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "receivedOn");
  await page.getByLabel("Received on").fill(TODAY);
  await page.getByRole("button", { name: "Record payment" }).click();
  await at("Reference").locator(".field-error", { hasText: "has the reference R-1" }).waitFor();
  await assertAccessible(page);
  await page.getByLabel("Reference").fill("R-2");

  // Another user pays most of the invoice at the same time. The row shows the refusal.
  await page.getByLabel(`Amount for ${invoice.number}`).fill("120");
  await pay({ amountMinor: 10_000, allocations: [{ invoiceId: invoice.id, amountMinor: 10_000 }] });
  await page.getByText("The balance is only £20.00.").waitFor();
  await page.getByRole("button", { name: "Record payment" }).click();
  await page.locator("tr", { hasText: invoice.number }).locator(".field-error", { hasText: "Only £20.00" }).waitFor();
  await pay({ amountMinor: 2_000, allocations: [{ invoiceId: invoice.id, amountMinor: 2_000 }] });
  const row = page.locator("tr", { hasText: invoice.number });
  await row.getByText("This invoice is fully settled.").waitFor();
  await row.getByRole("button", { name: "Clear" }).click();
  await page.getByText("No open invoices in GBP.").waitFor();
  await page.getByRole("button", { name: "Record payment" }).click();
  const payment = await waitForPayment(page);
  assert.deepEqual([payment.amount_minor, payment.reference, payment.allocations], [12_000, "R-2", []]);
});

browserTest("after a lost response, the same key is sent again, and there is one payment", async () => {
  const { page, api, line } = setup();
  const client = await newClient("Eve Ltd");
  const invoice = await newInvoice(client);
  await openForm(page, `/payments/new?invoice=${invoice.id}`, /^New payment for/);
  await page.getByText("The full amount is applied.").waitFor();
  const before = line.lost;
  line.lose(1);
  await page.getByRole("button", { name: "Record payment" }).click();
  assert.deepEqual(allocatedBy(await waitForPayment(page)), [[invoice.id, 12_000]]);
  assert.ok(line.lost > before);
  const { rows } = await api.get<{ rows: PaymentJson[] }>(`/api/payments?client=${client}`);
  assert.equal(rows.length, 1);
});

browserTest("a payment is applied to other invoices, and reversed with a reason", async () => {
  const { page } = setup();
  const client = await newClient("Fay Ltd");
  const first = await newInvoice(client);
  const second = await newInvoice(client);
  await openForm(page, `/payments/new?client=${client}`);
  await page.getByLabel("Amount", { exact: true }).fill("150");
  await page.getByLabel(`Amount for ${first.number}`).fill("120");
  await page.getByRole("button", { name: "Record payment" }).click();
  const { id } = await waitForPayment(page);

  await goTo(page, `/clients/${client}`);
  const credit = page.locator("section", { has: page.getByRole("heading", { name: "Remaining credit" }) });
  await credit.getByText("£30.00").waitFor();
  await credit.getByRole("link", { name: "Apply to invoices" }).click();
  await page.getByRole("heading", { name: "Apply £150.00 to invoices", level: 1 }).waitFor();
  await page.getByText("£30.00 remains as the client’s credit.").waitFor();
  assert.equal(await page.getByLabel(`Amount for ${first.number}`).inputValue(), "120.00", "it counts as open");
  await page.getByLabel(`Amount for ${second.number}`).press("Alt+a");
  assert.equal(await page.getByLabel(`Amount for ${second.number}`).inputValue(), "30.00", "as much as there is");
  await page.getByLabel(`Amount for ${first.number}`).fill("50.01");
  await page.getByLabel(`Amount for ${second.number}`).fill("100");
  await page.getByText("You applied £0.01 too much. Only £150.00 is available.").waitFor();
  await page.getByLabel(`Amount for ${first.number}`).fill("50");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  const after = await waitForPayment(page);
  assert.deepEqual([after.id, after.version], [id, 2]);
  assert.deepEqual(allocatedBy(after), [
    [first.id, 5_000],
    [second.id, 10_000],
  ]);
  assert.deepEqual([await paidOf(first.id), await paidOf(second.id)], [5_000, 10_000]);

  await page.getByRole("button", { name: "Reverse…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(`${first.number}, ${second.number} become open again.`).waitFor();
  await dialog.getByRole("radio", { name: /^The money was returned/ }).check();
  await dialog.getByLabel("Reason").fill("returned by the bank");
  await assertAccessible(page);
  await page.keyboard.press("Enter");
  await page.getByText("None, because it was reversed.").waitFor();
  assert.equal((await paymentAt(id)).reversed, 1);
  assert.deepEqual([await paidOf(first.id), await paidOf(second.id)], [0, 0]);
  assert.equal(await page.getByRole("button", { name: "Reverse…" }).count(), 0);
  await goTo(page, `/payments/${id}/reallocate`);
  await page.getByText("This payment was reversed, so it cannot be applied to invoices.").waitFor();
});

browserTest("no page had an error", async () => {
  const { problems } = setup();
  assert.deepEqual(problems, []);
});
