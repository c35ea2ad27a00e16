/** Using credit notes, against the server's own state; two people at once; and what the server says of a row. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import {
  assertAccessible,
  browserTest,
  goTo,
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

interface CreditNoteJson {
  number: string;
  version: number;
  paid_minor: number;
  credit_allocations: { invoice_id: number; amount_minor: number }[];
}

const documentAt = async (id: number) => await setup().api.get<CreditNoteJson>(`/api/invoices/${id}`);
const usedFor = async (id: number) =>
  (await documentAt(id)).credit_allocations.map((row) => [row.invoice_id, row.amount_minor]);

/** Two open invoices over £120.00, the second due first, and a credit note over £180.00. */
async function clientWithCredit(name: string) {
  const { api, page } = setup();
  const { stream: clientId } = await api.send("POST", "/api/clients", { name, address: { country: "GB" } });
  const later = await issueInvoice(api, { clientId, termsDays: 60 });
  const sooner = await issueInvoice(api, { clientId, termsDays: 10 });
  const lines = [{ ...HOUR, quantity6: 1_500_000 }];
  const creditNote = await issueInvoice(api, { clientId, kind: "credit_note", lines });
  const [laterNumber, soonerNumber, creditNoteNumber] = await Promise.all(
    [later, sooner, creditNote].map(async (id) => (await documentAt(id)).number),
  );
  await untilSynced(page, api);
  return { clientId, later, sooner, creditNote, laterNumber, soonerNumber, creditNoteNumber };
}

async function openForm(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

browserTest("a credit note is applied to open invoices, oldest first by a key, and shows the rest", async () => {
  const { page } = setup();
  const { later, sooner, creditNote, laterNumber, soonerNumber, creditNoteNumber } = await clientWithCredit("Ada Ltd");
  await openForm(page, `/invoices/${creditNote}`, `Credit note ${creditNoteNumber}`);
  await page.getByRole("link", { name: "Apply to invoices" }).click();
  await page.getByRole("heading", { name: `Apply credit note ${creditNoteNumber} to invoices`, level: 1 }).waitFor();
  await page.getByText("£180.00 remains as the client’s credit.").waitFor();
  await page.keyboard.press("Alt+o");
  await page.getByText("The full amount is applied.").waitFor();
  assert.equal(await page.getByLabel(`Amount for ${soonerNumber}`).inputValue(), "120.00");
  assert.equal(await page.getByLabel(`Amount for ${laterNumber}`).inputValue(), "60.00");
  await page.getByLabel(`Amount for ${laterNumber}`).fill("50.5");
  await page.getByText("£9.50 remains as the client’s credit.").waitFor();
  await assertAccessible(page);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: `Credit note ${creditNoteNumber}`, level: 1, exact: true }).waitFor();
  await page.getByText("£9.50").first().waitFor();
  assert.deepEqual(await usedFor(creditNote), [
    [sooner, 12_000],
    [later, 5_050],
  ]);
  assert.deepEqual([(await documentAt(sooner)).paid_minor, (await documentAt(later)).paid_minor], [12_000, 5_050]);

  const { version } = await documentAt(creditNote);
  await page.getByRole("link", { name: "Apply to invoices" }).click();
  await page.getByText("£9.50 remains as the client’s credit.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: `Credit note ${creditNoteNumber}`, level: 1, exact: true }).waitFor();
  assert.equal((await documentAt(creditNote)).version, version, "the same again is no event");

  await page.getByRole("link", { name: "Apply to invoices" }).click();
  await page.getByLabel(`Amount for ${soonerNumber}`).fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: `Credit note ${creditNoteNumber}`, level: 1, exact: true }).waitFor();
  assert.deepEqual(await usedFor(creditNote), [[later, 5_050]]);
  await openForm(page, `/invoices/${later}`, `Invoice ${laterNumber}`);
  await page.locator(".figure", { hasText: "Credit applied" }).getByText("£50.50").waitFor();
  assert.equal(await page.locator(".figure", { hasText: "Paid" }).count(), 0, "nobody paid");
});

browserTest("an amount above the credit or the open balance is reported immediately, and not sent", async () => {
  const { page } = setup();
  const { creditNote, laterNumber, soonerNumber } = await clientWithCredit("Bob Ltd");
  await openForm(page, `/invoices/${creditNote}/apply`, /^Apply credit note/);
  await page.getByLabel(`Amount for ${soonerNumber}`).fill("120");
  await page.getByLabel(`Amount for ${laterNumber}`).fill("60.01");
  await page.getByText("You applied £0.01 too much. Only £180.00 is available.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel(`Amount for ${laterNumber}`).fill("120.01");
  await page.getByText("The balance is only £120.00.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  assert.deepEqual(await usedFor(creditNote), []);
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("a refusal of one row is shown at that row", async () => {
  const { page, api } = setup();
  const { clientId, later, creditNote, laterNumber, soonerNumber } = await clientWithCredit("Cee Ltd");
  await openForm(page, `/invoices/${creditNote}/apply`, /^Apply credit note/);
  await page.getByLabel(`Amount for ${soonerNumber}`).fill("10");
  await page.getByLabel(`Amount for ${laterNumber}`).fill("120");
  // As if the other user's change had not arrived yet.
  await page.route("**/call", async (route) => {
    if (/getOpenInvoices/.test(route.request().postData() ?? "")) return;
    await route.fallback();
  });
  await api.send("POST", "/api/payments", {
    ...{ clientId, receivedOn: "2026-01-01", currency: "GBP", method: "card", amountMinor: 10_000 },
    allocations: [{ invoiceId: later, amountMinor: 10_000 }],
  });
  await page.getByRole("button", { name: "Save" }).click();
  const row = page.locator("tr", { hasText: laterNumber ?? "" });
  await row
    .locator(".field-error", { hasText: `Invoice ${laterNumber} has a balance of £20.00, which is less than £120.00.` })
    .waitFor();
  assert.equal(await row.locator("input").getAttribute("aria-invalid"), "true");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), `allocation-${later}`);
  assert.deepEqual(await usedFor(creditNote), []);
  await page.unroute("**/call");
  await page.getByLabel(`Amount for ${laterNumber}`).fill("20");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: /^Credit note/, level: 1 }).waitFor();
  assert.equal((await documentAt(later)).paid_minor, 12_000);
});

browserTest("if another user was faster, both lists are shown and the user chooses one", async () => {
  const { page, api } = setup();
  const { later, sooner, creditNote, soonerNumber, laterNumber } = await clientWithCredit("Dee Ltd");
  await openForm(page, `/invoices/${creditNote}/apply`, /^Apply credit note/);
  await page.getByLabel(`Amount for ${soonerNumber}`).fill("33");
  await api.send("POST", `/api/invoices/${creditNote}/apply`, {
    allocations: [{ invoiceId: later, amountMinor: 4_400 }],
  });
  const conflict = page.getByRole("alert", { name: "Two versions" });
  await conflict.waitFor();
  const conflictText = (await conflict.innerText()).replaceAll(/\s+/g, " ");
  assert.ok(conflictText.includes(`Applied to ${soonerNumber}: 33 ${laterNumber}: 44.00`), conflictText);
  await assertAccessible(page);
  await conflict.getByRole("radio").first().check();
  await conflict.getByRole("button", { name: "Use these values" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: /^Credit note/, level: 1 }).waitFor();
  assert.deepEqual(await usedFor(creditNote), [[sooner, 3_300]]);
});

browserTest("offline, the form can be filled and is restored; nothing is sent", async () => {
  const { page, network, open } = setup();
  const { sooner, creditNote, soonerNumber } = await clientWithCredit("Eve Ltd");
  network.cut();
  await page.getByText("Offline").first().waitFor();
  await openForm(page, `/invoices/${creditNote}/apply`, /^Apply credit note/);
  await page.getByLabel(`Amount for ${soonerNumber}`).fill("77");
  const button = page.getByRole("button", { name: "Save" });
  assert.ok(await button.isDisabled());
  assert.equal(await button.getAttribute("title"), "Internet required");
  await untilStored(page, '"77"');
  const again = await open();
  await openForm(again, `/invoices/${creditNote}/apply`, /^Apply credit note/);
  assert.equal(await again.getByLabel(`Amount for ${soonerNumber}`).inputValue(), "77");
  network.join();
  await again.waitForFunction(() => document.querySelector("button[type=submit]:enabled") !== null);
  await again.getByRole("button", { name: "Save" }).click();
  await again.getByRole("heading", { name: /^Credit note/, level: 1 }).waitFor();
  assert.deepEqual(await usedFor(creditNote), [[sooner, 7_700]]);
});

browserTest("only an issued credit note, or invoice below zero, has this form", async () => {
  const { page } = setup();
  const { sooner } = await clientWithCredit("Fay Ltd");
  await goTo(page, `/invoices/${sooner}/apply`);
  await page.getByText("Only an issued credit note, or an issued invoice below zero, can be applied").waitFor();
});

browserTest("no page had an error", async () => {
  const { problems } = setup();
  assert.deepEqual(problems, []);
});
