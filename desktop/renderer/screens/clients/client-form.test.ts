/** The form of clients, against the server's own state: every field, both ways, and only what changed. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
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
import { issueInvoice } from "../../../app-tests/sales.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens =
  api && (await openScreensOf({ server: api.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && screens);
  return { api, ...screens };
};

interface ClientJson {
  version: number;
  [field: string]: unknown;
}

const clientAt = async (id: number) => await setup().api.get<ClientJson>(`/api/clients/${id}`);

async function openForm(page: Page, path: string, heading: string): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

/** By their labels, from their beginnings. */
async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(fields))
    await page
      .getByLabel(new RegExp(`^${label}`))
      .first()
      .fill(text);
}

async function idOf(page: Page, name: string): Promise<number> {
  await page.getByRole("heading", { name, level: 1, exact: true }).waitFor();
  return Number(/\/clients\/(\d+)$/.exec(await hashOf(page))?.[1]);
}

const WHOLE = {
  Name: "Łódź & Söhne 株式会社",
  Contact: "Ada Lovelace",
  "E-mail": "Ada@Example.COM",
  Phone: "+48 42 123",
  Street: "ul. Piotrkowska 1",
  "Address line 2": "Hinterhaus",
  Postcode: "90-001",
  City: "Łódź",
  Region: "łódzkie",
  Country: "poland",
  "VAT ID": "PL1234567890",
  "Company number": "KRS 1",
  "Days to pay": "14",
  Currency: "pln",
  Language: "Polish",
  "Internal note": "pays late\nbut pays",
};

browserTest("a new client has every typed field, countries and currencies by name", async () => {
  const { page } = setup();
  await openForm(page, "/clients/new", "New client");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "name");
  assert.equal(await page.getByLabel("Country").inputValue(), "United Kingdom (GB)", "the organization's own");
  await assertAccessible(page);
  await fill(page, WHOLE);
  await page.getByLabel("VAT", { exact: true }).selectOption("Reverse charge");
  await page.getByLabel("Country").blur();
  assert.equal(await page.getByLabel("Country").inputValue(), "Poland (PL)");
  await page.keyboard.press("Control+Enter");
  const id = await idOf(page, WHOLE.Name);
  const { version, name, contact, email, phone, street, street2, postcode, city, region, country, ...rest } =
    await clientAt(id);
  assert.deepEqual(
    [version, name, contact, email, phone],
    [1, WHOLE.Name, "Ada Lovelace", "ada@example.com", "+48 42 123"],
  );
  assert.deepEqual(
    [street, street2, postcode, city, region, country],
    ["ul. Piotrkowska 1", "Hinterhaus", "90-001", "Łódź", "łódzkie", "PL"],
  );
  const { vat_id, company_id, terms_days, currency, vat_category, language, note } = rest;
  assert.deepEqual([vat_id, company_id, terms_days], ["PL1234567890", "KRS 1", 14]);
  assert.deepEqual([currency, vat_category, language, note], ["PLN", "AE", "pl", "pays late\nbut pays"]);
});

browserTest("each error is shown at its field, and nothing is sent", async () => {
  const { page, api } = setup();
  const before = await api.organization.log.head();
  await openForm(page, "/clients/new", "New client");
  await fill(page, { Country: "Atlantis", Currency: "Taler", Language: "!", "Days to pay": "400", "E-mail": "nobody" });
  await page.getByRole("button", { name: "Add client" }).click();
  for (const words of [
    "Name is missing.",
    "“Atlantis” is not a known country.",
    "“Taler” is not a known currency.",
    "“!” is not a known language.",
    "Days to pay must be a number of days from 0 to 365.",
  ])
    await page.locator(".field-error", { hasText: words }).waitFor();
  await assertAccessible(page);
  await fill(page, { Name: "Bob Ltd", Country: "", Currency: "", Language: "", "Days to pay": "" });
  await page.getByRole("button", { name: "Add client" }).click();
  await page.getByText("Country is missing.").waitFor();
  await fill(page, { Country: "fr" });
  await page.getByRole("button", { name: "Add client" }).click();
  await page
    .locator(".field", { has: page.getByLabel("E-mail") })
    .locator(".field-error")
    .waitFor();
  assert.equal(await page.getByLabel("E-mail").getAttribute("aria-invalid"), "true");
  assert.equal(await api.organization.log.head(), before);
  await fill(page, { "E-mail": "" });
  await page.getByRole("button", { name: "Add client" }).click();
  const { country, currency, terms_days, email } = await clientAt(await idOf(page, "Bob Ltd"));
  assert.deepEqual([country, currency, terms_days, email], ["FR", null, null, null], "what is empty is nobody's");
});

browserTest("a change sends only the changed fields, and another user's changes stay", async () => {
  const { page, api } = setup();
  const id = await idOf(page, "Bob Ltd");
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("heading", { name: "Edit Bob Ltd", level: 1 }).waitFor();
  await fill(page, { City: "Paris" });
  await api.send("PATCH", `/api/clients/${id}`, { phone: "01 23", note: "theirs" });
  await page.getByText("Their changes are included: Phone, Note").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await idOf(page, "Bob Ltd");
  const { version, city, phone, note, name } = await clientAt(id);
  assert.deepEqual([version, city, phone, note, name], [3, "Paris", "01 23", "theirs", "Bob Ltd"]);

  await openForm(page, `/clients/${id}/edit`, "Edit Bob Ltd");
  await page.getByRole("button", { name: "Save" }).click();
  await idOf(page, "Bob Ltd");
  assert.equal((await clientAt(id)).version, 3, "nothing changed: no event");

  await openForm(page, `/clients/${id}/edit`, "Edit Bob Ltd");
  await fill(page, { Name: "Robert Ltd", Country: "de" });
  await page.getByLabel("Country").blur();
  await api.send("PATCH", `/api/clients/${id}`, { name: "Bobby Ltd" });
  const conflict = page.getByRole("alert", { name: "Two versions" });
  await conflict.waitFor();
  assert.match((await conflict.innerText()).replaceAll(/\s+/g, " "), /Name Robert Ltd Bobby Ltd/);
  await conflict.getByRole("radio", { name: "Bobby Ltd" }).check();
  await conflict.getByRole("button", { name: "Use these values" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await idOf(page, "Bobby Ltd");
  const after = await clientAt(id);
  assert.deepEqual([after.name, after.country, after.city], ["Bobby Ltd", "DE", "Paris"]);
});

browserTest("archiving asks for confirmation if invoices are open, and can be undone", async () => {
  const { page, api } = setup();
  const id = await idOf(page, "Bobby Ltd");
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Restore" }).waitFor();
  assert.equal((await clientAt(id)).archived, 1);
  assert.equal(await page.getByRole("link", { name: "Edit" }).count(), 0);
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("link", { name: "Edit" }).waitFor();

  await issueInvoice(api, { clientId: id });
  await page.getByText("£120.00").first().waitFor();
  await page.getByRole("button", { name: "Archive" }).click();
  const dialog = page.getByRole("dialog", { name: "Archive Bobby Ltd?" });
  await dialog.getByText("£120.00 is outstanding").waitFor();
  await assertAccessible(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await clientAt(id)).archived, 0);
  await page.getByRole("button", { name: "Archive" }).click();
  await dialog.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Restore" }).waitFor();
  assert.equal((await clientAt(id)).archived, 1);
});

browserTest("the form shows that the client was archived meanwhile", async () => {
  const { page, api } = setup();
  const { stream: id } = await api.send("POST", "/api/clients", { name: "Cee Ltd", address: { country: "GB" } });
  await untilSynced(page, api);
  await openForm(page, `/clients/${id}/edit`, "Edit Cee Ltd");
  await fill(page, { City: "York" });
  await api.send("POST", `/api/clients/${id}/archive`);
  // If the form does not know it yet, the first attempt is refused for its version, until the sync brings the newer one.
  const save = page.getByRole("button", { name: "Save" });
  const alert = page.getByRole("alert").filter({ hasText: "This client is archived" });
  await alert.waitFor();
  assert.ok(await save.isDisabled());
  await page.keyboard.press("Control+Enter");
  assert.equal(await page.getByLabel("City").inputValue(), "York");
  await assertAccessible(page);
  // It stays until the client is restored, and what was typed can be saved then.
  await alert.getByRole("button", { name: "Restore" }).focus();
  await page.keyboard.press("Enter");
  await alert.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.querySelector("button[type=submit]:enabled") !== null);
  await save.click();
  const saved = await idOf(page, "Cee Ltd");
  assert.equal((await clientAt(saved)).city, "York");
});

browserTest("no page had an error", async () => {
  const { problems } = setup();
  assert.deepEqual(problems, []);
});
