/** What a client's format still lacks is said before it is sent: each point leads to its field, and back. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreensOf, untilSynced } from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { HOUR } from "../../../app-tests/sales.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens =
  api && (await openScreensOf({ server: api.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && screens);
  return { api, ...screens };
};

const panelOf = (page: Page) => page.getByRole("region", { name: "Check before sending" });

async function untilFocused(page: Page, name: string): Promise<void> {
  await page.waitForFunction((field) => document.activeElement?.getAttribute("name") === field, name);
}

/** A client in the United Kingdom that wants a format. */
async function clientWanting(name: string, format: string | null): Promise<number> {
  const more = format === null ? null : { format };
  const details = { name, address: { country: "GB", street: "1 High St", city: "Leeds", postcode: "LS1" } };
  return (await setup().api.send("POST", "/api/clients", { ...details, more })).stream;
}

async function draftFor(clientId: number): Promise<number> {
  const { api, page } = setup();
  const { stream } = await api.send("POST", "/api/invoices", { clientId, lines: [HOUR] });
  await untilSynced(page, api);
  return stream;
}

browserTest("each point of the client's format leads to its field and back, until nothing is missing", async () => {
  const { page, api } = setup();
  const own = { street: "2 Low St", city: "York", postcode: "YO1", country: "GB" };
  await api.send("PATCH", "/api/organization", { vatId: "GB123456789", address: own, iban: "GB33BUKB20201555555555" });
  const id = await draftFor(await clientWanting("Pat Peppol Ltd", "peppol-bis-3"));
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("button", { name: "Check before sending" }).click();
  const panel = panelOf(page);
  await panel.getByText("3 points are open for Peppol BIS Billing 3.").waitFor();
  await panel.getByText("can be issued only without open points").waitFor();
  assert.equal(await panel.getByLabel("Format").inputValue(), "peppol-bis-3");
  await assertAccessible(page);

  // The field behind “More” is opened and has the focus; saving leads back to the check.
  await panel.getByRole("link", { name: "Edit client" }).click();
  await untilFocused(page, "more.electronicAddress.id");
  await page.keyboard.type("GB987654321");
  await page.getByLabel("Electronic address: scheme").fill("9932");
  await page.keyboard.press("Control+Enter");
  await panel.getByText("2 points are open for Peppol BIS Billing 3.").waitFor();

  await panel.getByRole("link", { name: "Edit settings" }).click();
  await untilFocused(page, "more.electronicAddress.id");
  await page.keyboard.type("GB123456789");
  await page.getByLabel("Electronic address: scheme").fill("9932");
  await page.keyboard.press("Control+Enter");
  await panel.getByText("One point is open for Peppol BIS Billing 3.").waitFor();

  // The step of issuing says the same, and refuses it.
  await page.getByRole("button", { name: "Issue…" }).click();
  const dialog = page.getByRole("dialog", { name: "Issue this invoice" });
  await dialog.getByText("Required: ").first().waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Issue" }).isDisabled());
  await assertAccessible(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await panel.getByRole("link", { name: "Edit document" }).click();
  await untilFocused(page, "buyerReference");
  await page.keyboard.type("PO-7");
  await page.keyboard.press("Control+Enter");
  await panel.getByText("Nothing is missing for Peppol BIS Billing 3.").waitFor();
  await page.getByRole("button", { name: "Issue…" }).click();
  await dialog.getByRole("button", { name: "Issue" }).click();
  await page.getByRole("heading", { name: /^Invoice INV-/ }).waitFor();
});

browserTest("Save and issue puts what the format refuses at the field of the form, with the focus", async () => {
  const { page } = setup();
  const clientId = await clientWanting("Xaver GmbH", "xrechnung-ubl");
  const id = await draftFor(clientId);
  await goTo(page, `/invoices/${id}/edit`);
  const panel = panelOf(page);
  await panel.getByText(/points are open for XRechnung \(UBL\)\./).waitFor();
  await page.getByRole("button", { name: "Save and issue…" }).click();
  await untilFocused(page, "buyerReference");
  const error = page.locator(".field", { has: page.locator("[name=buyerReference]") }).locator(".field-error");
  await error.waitFor();
  assert.match(await error.innerText(), /Leitweg|reference/);
  await assertAccessible(page);
  await page.keyboard.type("04011000-12345-03");
  assert.equal(await error.count(), 0);
  // What is typed is checked without being saved.
  await panel.getByRole("button", { name: "Edit document" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest("a client who wants paper has a checklist, which refuses nothing", async () => {
  const { page } = setup();
  const id = await draftFor(await clientWanting("Paper Ltd", null));
  await goTo(page, `/invoices/${id}/edit`);
  const toggle = panelOf(page).getByRole("button", { name: "Check before sending" });
  assert.equal(await toggle.getAttribute("aria-expanded"), "false", "it is out of the way");
  await toggle.click();
  await panelOf(page).getByLabel("Format").selectOption("xrechnung-cii");
  // A point of this form is put at its field here.
  await panelOf(page).getByRole("button", { name: "Edit document" }).first().click();
  await untilFocused(page, "buyerReference");
  await page.getByRole("button", { name: "Save and issue…" }).click();
  const dialog = page.getByRole("dialog", { name: "Issue this invoice" });
  await dialog.getByRole("button", { name: "Issue" }).click();
  await page.getByRole("heading", { name: /^Invoice INV-/ }).waitFor();

  // Issued, it can no longer be changed: the client's details can, and two documents replace it.
  await page.getByRole("button", { name: "Check before sending" }).click();
  const panel = panelOf(page);
  await panel.getByLabel("Format").selectOption("peppol-bis-3");
  await panel.getByText("An issued invoice can no longer be changed.").waitFor();
  assert.equal(await panel.getByRole("link", { name: "Edit document" }).count(), 0);
  await assertAccessible(page);
  await panel.getByRole("link", { name: "Edit client" }).first().waitFor();
  await panel.getByRole("link", { name: "Write a credit note" }).click();
  await page.getByRole("heading", { name: /^Credit note for Invoice INV-/ }).waitFor();
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
