/** Writing off what an invoice has open, and taking it back; an invoice below zero as credit. */
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

type DocumentJson = { number: string } & Record<"paid_minor" | "written_off_minor" | "tax_minor", number>;

const documentAt = async (id: number) => await setup().api.get<DocumentJson>(`/api/invoices/${id}`);

/** An invoice of 1 March 2026 for a new client, over so many hours of £120.00. */
async function invoiceFor(name: string, hours = 1) {
  const { api, page } = setup();
  const { stream: clientId } = await api.send("POST", "/api/clients", { name, address: { country: "GB" } });
  const lines = [{ ...HOUR, quantity6: hours * 1_000_000 }];
  const id = await issueInvoice(api, { clientId, lines }, { issuedOn: "2026-03-01" });
  const { number } = await documentAt(id);
  await untilSynced(page, api);
  return { clientId, id, number };
}

async function show(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

const badge = (page: Page, word: string) => page.locator(".page-head .badge", { hasText: new RegExp(`^${word}$`) });

browserTest("the rest of an invoice is written off by keyboard, and VAT stays as it was", async () => {
  const { page } = setup();
  const { id, number } = await invoiceFor("Ada Ltd");
  await show(page, `/invoices/${id}`, `Invoice ${number}`);
  await page.getByRole("button", { name: "Write off…" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: `Write off invoice ${number}` });
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "amountMinor");
  assert.equal(await dialog.getByLabel("Amount").inputValue(), "120.00", "all that is owed");
  await dialog.getByText("Nothing is owed any more.").waitFor();
  await assertAccessible(page);
  await page.keyboard.press("Enter");
  await dialog.getByText("Reason is missing.").waitFor();
  await dialog.getByLabel("Amount").fill("120.01");
  await page.keyboard.press("Enter");
  await dialog.getByText("Only £120.00 is owed.").waitFor();
  await dialog.getByLabel("Amount").fill("20");
  await dialog.getByText("£100.00 is still owed.").waitFor();
  await dialog.getByLabel("Reason").fill("a reminder costs more");
  await dialog.getByLabel("Written off on").fill("2026-02-28");
  await page.keyboard.press("Control+Enter");
  await dialog.getByText("28 Feb 2026 is too early. The earliest possible day is 1 Mar 2026.").waitFor();
  await assertAccessible(page);
  await dialog.getByLabel("Written off on").fill("2026-05-04");
  await page.keyboard.press("Control+Enter");
  await page.locator(".figure", { hasText: "Written off" }).getByText("£20.00").waitFor();
  const part = await documentAt(id);
  assert.deepEqual([part.paid_minor, part.written_off_minor, part.tax_minor], [2_000, 2_000, 2_000]);
  // The rest.
  await page.getByRole("button", { name: "Write off…" }).click();
  await dialog.getByLabel("Reason").fill("insolvent");
  await page.keyboard.press("Control+Enter");
  await badge(page, "Written off").waitFor();
  assert.equal((await documentAt(id)).written_off_minor, 12_000);
  assert.equal(await page.getByRole("button", { name: "Write off…" }).count(), 0);
  await goTo(page, `/invoices?q=${number}`);
  await page.locator("[role=row]", { hasText: number }).getByText("Written off", { exact: true }).waitFor();
});

browserTest("a write-off is taken back from a day on", async () => {
  const { page, api } = setup();
  const { id, number, clientId } = await invoiceFor("Bob Ltd");
  await api.send("POST", `/api/invoices/${id}/write-off`, { amountMinor: null, on: "2026-04-01", reason: "lost" });
  await show(page, `/invoices/${id}`, `Invoice ${number}`);
  await page.getByRole("button", { name: "Reverse write-off…" }).click();
  const dialog = page.getByRole("dialog", { name: `Reverse the write-off of invoice ${number}` });
  await dialog.getByText("All of it, £120.00, is owed again from the day below.").waitFor();
  await assertAccessible(page);
  await page.keyboard.type("paid after all");
  await page.keyboard.press("Enter");
  await badge(page, "Overdue").waitFor();
  assert.equal((await documentAt(id)).written_off_minor, 0);
  await goTo(page, `/clients/${clientId}?period=all`);
  const line = (name: string) => page.locator(".entries tr", { has: page.getByRole("link", { name, exact: true }) });
  await line(`Written off: invoice ${number}`).getByText("-120.00").waitFor();
  await line(`Write-off reversed: invoice ${number}`).getByText("120.00").first().waitFor();
  await assertAccessible(page);
});

browserTest("offline, a write-off waits in its dialog, and is listed as unsent", async () => {
  const { page, network } = setup();
  const { id, number } = await invoiceFor("Cee Ltd");
  await show(page, `/invoices/${id}`, `Invoice ${number}`);
  await page.getByRole("button", { name: "Write off…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Amount").fill("19.99");
  await untilStored(page, "19.99");
  network.cut();
  await page.keyboard.press("F5");
  await page.waitForFunction(() => document.querySelector("dialog button[type=submit]:disabled") !== null);
  await dialog.getByText("Your input is saved on this device, so you can send it later.").waitFor();
  await goTo(page, "/unsent");
  await page.getByRole("link", { name: `Write off invoice ${number} for Cee Ltd` }).click();
  assert.equal(await dialog.getByLabel("Amount").inputValue(), "19.99");
  network.join();
  await page.waitForFunction(() => document.querySelector("dialog button[type=submit]:enabled") !== null);
  await dialog.getByLabel("Reason").fill("rounding");
  await dialog.getByRole("button", { name: "Write off" }).click();
  await page.locator(".figure", { hasText: "Written off" }).getByText("£19.99").waitFor();
});

browserTest("an invoice below zero is credit: never overdue, and applied to invoices from a day on", async () => {
  const { page, api } = setup();
  const { clientId, id, number } = await invoiceFor("Dee Ltd", 2);
  const lines = [{ ...HOUR, quantity6: -500_000 }];
  const below = await issueInvoice(api, { clientId, lines }, { issuedOn: "2026-03-02" });
  const name = (await documentAt(below)).number;
  await show(page, `/invoices/${below}`, `Invoice ${name}`);
  await badge(page, "Unapplied").waitFor();
  await page.getByRole("link", { name: "Apply to invoices" }).click();
  await page.getByRole("heading", { name: `Apply invoice ${name} to invoices`, level: 1 }).waitFor();
  await page.getByText("£60.00 remains as the client’s credit.").waitFor();
  await page.keyboard.press("Alt+o");
  await page.getByText("The full amount is applied.").waitFor();
  await page.getByLabel("Changes count from").fill("2026-03-01");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("1 Mar 2026 is too early. The earliest possible day is 2 Mar 2026.").waitFor();
  assert.equal(await page.getByLabel("Changes count from").getAttribute("aria-invalid"), "true");
  await assertAccessible(page);
  await page.getByLabel("Changes count from").fill("2026-03-03");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: `Invoice ${name}`, level: 1, exact: true }).waitFor();
  await badge(page, "Applied").waitFor();
  await page.getByRole("link", { name: `Invoice ${number}` }).waitFor();
  assert.deepEqual([(await documentAt(id)).paid_minor, (await documentAt(below)).paid_minor], [6_000, -6_000]);
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
