/** A credit note for an invoice: from the invoice's page, issued, and applied to that invoice unless the user says no. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreensOf, untilSynced } from "../../../app-tests/browser.suite.ts";
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

interface DocumentJson {
  number: string;
  status: string;
  version: number;
  paid_minor: number;
  credit_allocations: { invoice_id: number; amount_minor: number }[];
}

const documentAt = async (id: number) => await setup().api.get<DocumentJson>(`/api/invoices/${id}`);

/** An invoice over £240.00 for a new client. */
async function invoiceFor(name: string) {
  const { api } = setup();
  const { stream: clientId } = await api.send("POST", "/api/clients", { name, address: { country: "GB" } });
  const lines = [{ ...HOUR, quantity6: 2_000_000 }];
  const id = await issueInvoice(api, { clientId, lines });
  return { clientId, id, number: (await documentAt(id)).number };
}

async function show(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

/** Drafts a credit note over so many of the invoice's hours. @returns its id */
async function draftCredit(invoice: { id: number; clientId: number }, hours: number): Promise<number> {
  const lines = [{ ...HOUR, quantity6: hours * 1_000_000 }];
  const draft = { clientId: invoice.clientId, currency: "GBP", lines };
  return (await setup().api.send("POST", `/api/invoices/${invoice.id}/credit-note`, { draft })).stream;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

browserTest("the invoice's page begins a credit note, which is applied to the invoice when it is issued", async () => {
  const { page } = setup();
  const invoice = await invoiceFor("Ada Ltd");
  await show(page, `/invoices/${invoice.id}`, `Invoice ${invoice.number}`);
  await page.locator(".page-head").getByRole("link", { name: "Credit note" }).click();
  await page.getByRole("heading", { name: `Credit note for Invoice ${invoice.number}`, level: 1 }).waitFor();
  await button(page, "Save and issue…").click();
  const dialog = page.getByRole("dialog", { name: "Issue this credit note" });
  await dialog.getByRole("checkbox", { name: `Apply £240.00 to Invoice ${invoice.number}` }).waitFor();
  await dialog.getByText("Its balance becomes £0.00.").waitFor();
  await assertAccessible(page);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: /^Credit note INV/, level: 1 }).waitFor();
  await page.locator(".badge", { hasText: /^Applied$/ }).waitFor();
  assert.equal((await documentAt(invoice.id)).paid_minor, 24_000);
  await page
    .getByRole("link", { name: `Invoice ${invoice.number}` })
    .first()
    .click();
  await page.getByText("The whole invoice has been credited.").waitFor();
  // The buttons that do nothing now are in the order of keys, and say why.
  await button(page, "Credit note").focus();
  assert.ok(await button(page, "Credit note").evaluate((one) => one === document.activeElement));
  await page.keyboard.press("Enter");
  await page.getByText("Payments or credit are applied here. Remove them first, then void it.").waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0);
  await assertAccessible(page);
});

browserTest("a part is applied up to the balance, and the user can keep the credit", async () => {
  const { page, api } = setup();
  const invoice = await invoiceFor("Bob Ltd");
  await api.send("POST", "/api/payments", {
    ...{ clientId: invoice.clientId, receivedOn: "2026-01-01", currency: "GBP", method: "card", amountMinor: 20_000 },
    allocations: [{ invoiceId: invoice.id, amountMinor: 20_000 }],
  });
  const note = await draftCredit(invoice, 1);
  await show(page, `/invoices/${note}`, /^Draft credit note/);
  await button(page, "Issue…").click();
  const choice = page.getByRole("checkbox", { name: `Apply £40.00 to Invoice ${invoice.number}` });
  await page.getByText("£80.00 becomes the client’s credit").waitFor();
  await choice.uncheck();
  await page.getByText("£120.00 becomes the client’s credit").waitFor();
  await button(page, "Issue").click();
  await page.getByRole("heading", { name: /^Credit note INV/, level: 1 }).waitFor();
  await page.locator(".badge", { hasText: "Unapplied" }).waitFor();
  assert.deepEqual((await documentAt(note)).credit_allocations, []);

  const other = await draftCredit(invoice, 1);
  await show(page, `/invoices/${other}`, /^Draft credit note/);
  await button(page, "Issue…").click();
  await choice.waitFor();
  await button(page, "Issue").click();
  await page.locator(".badge", { hasText: "Partly applied" }).waitFor();
  const { credit_allocations } = await documentAt(other);
  assert.deepEqual(
    credit_allocations.map((row) => [row.invoice_id, row.amount_minor]),
    [[invoice.id, 4_000]],
  );
});

browserTest("if it cannot be applied at once, the amount is among the unsent input, and its form opens", async () => {
  const { page } = setup();
  const invoice = await invoiceFor("Cee Ltd");
  const note = await draftCredit(invoice, 1);
  await show(page, `/invoices/${note}`, /^Draft credit note/);
  await button(page, "Issue…").click();
  await page.getByRole("checkbox", { name: /^Apply £120.00/ }).waitFor();
  // As if the connection broke after the answer to the issue.
  await page.route("**/call", async (route) => {
    if (/"ApplyCredit"/.test(route.request().postData() ?? "")) await route.abort();
    else await route.fallback();
  });
  await button(page, "Issue").click();
  await page.getByRole("heading", { name: /^Apply credit note/, level: 1 }).waitFor();
  await page.unroute("**/call");
  assert.equal(await page.getByLabel(`Amount for ${invoice.number}`).inputValue(), "120.00");
  await page.getByRole("link", { name: "1 not sent yet" }).waitFor();
  await button(page, "Save").click();
  await page.locator(".badge", { hasText: /^Applied$/ }).waitFor();
  assert.equal((await documentAt(invoice.id)).paid_minor, 12_000);
  assert.equal(await page.getByRole("link", { name: /not sent yet/ }).count(), 0);
});

browserTest("a draft that credits more than is left cannot be issued, and says why", async () => {
  const { page, open } = setup();
  const invoice = await invoiceFor("Dee Ltd");
  const [first, second] = [await draftCredit(invoice, 1), await draftCredit(invoice, 2)];
  await setup().api.send("POST", `/api/invoices/${first}/issue`, {});
  await show(page, `/invoices/${second}`, /^Draft credit note/);
  await page.getByText("£120.00 has already been credited. A further £240.00 is too much.").waitFor();
  assert.equal(await button(page, "Issue…").getAttribute("aria-disabled"), "true");
  await show(page, `/invoices/${invoice.id}`, `Invoice ${invoice.number}`);
  await page.getByText("Left to credit").waitFor();
  const narrow = await open({ viewport: { width: 400, height: 800 }, colorScheme: "dark" });
  await show(narrow, `/invoices/${second}`, /^Draft credit note/);
  await narrow.getByText("A further £240.00 is too much.").waitFor();
  assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing overflows");
  await assertAccessible(narrow);
});

browserTest("the form says while the user types that more is credited than is left, in all and by line", async () => {
  const { page } = setup();
  const invoice = await invoiceFor("Eve Ltd");
  await setup().api.send("POST", `/api/invoices/${await draftCredit(invoice, 1)}/issue`, {});
  await untilSynced(page, setup().api);
  await show(page, `/invoices/new?credit=${invoice.id}`, /^Credit note for/);
  await page.getByText("£120.00 has already been credited, so £120.00 is left to credit.").waitFor();
  const excess = page.getByRole("status").filter({ hasText: "is too much" });
  await excess.getByText("A further £240.00 is too much.").waitFor();
  const quantity = page.locator("[data-line]").first().getByLabel("Quantity", { exact: true });
  await quantity.fill("3");
  await excess.getByText("“Consulting”: £300.00 without VAT is credited, but the invoice has only £200.00.").waitFor();
  await assertAccessible(page);
  await quantity.fill("1");
  await excess.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("no page had an error", async () => {
  assert.deepEqual(
    setup().problems.filter((one) => !one.includes("ERR_FAILED")),
    [],
  );
});
