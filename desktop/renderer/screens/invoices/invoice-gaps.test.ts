/** A new organization is told what is missing before its first invoice, and mends each part by keyboard. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { call, logIn, newConfig, PASSWORD, startApi } from "../../../../api/sessions/people.suite.ts";
import {
  askWorker,
  assertAccessible,
  browserTest,
  goTo,
  openScreensOf,
  untilStored,
} from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";

const EMAIL = "flo.founder@example.org";
const LINE = { description: "Work", quantity6: 1_000_000, unit: "HUR", price6: 100_000_000 };

async function openNewOffice() {
  if (CHROMIUM === null) return null;
  const { base } = await startApi(newConfig());
  const profile = {
    legalName: "Lighthouse GmbH",
    address: { country: "DE" },
    timeZone: "Europe/Berlin",
    language: "de",
    currency: "EUR",
    termsDays: 30,
    series: [],
  };
  const owner = { email: EMAIL, name: "Flo Founder", password: PASSWORD };
  assert.equal((await call(base, "POST", "/api/organizations", { profile, owner })).status, 200);
  const { token } = await logIn(base, EMAIL);
  const screens = await openScreensOf({ server: base, login: { email: EMAIL, password: PASSWORD }, head: 2 });
  assert.ok(screens);
  const post = async (path: string, body: object) => {
    const { status, text, body: reply } = await call(base, "POST", path, body, { token });
    assert.equal(status, 200, text);
    return reply.stream as number;
  };
  return { ...screens, post };
}

const office = await openNewOffice();

const focused = async (page: Page) => await page.evaluate(() => document.activeElement?.getAttribute("name"));
const hash = async (page: Page) => decodeURIComponent(await page.evaluate(() => location.hash));

/** Follows a link of a list by keyboard, and waits for the field that it leads to. */
async function follow(page: Page, link: string, field: string): Promise<void> {
  await page.getByRole("link", { name: link }).first().press("Enter");
  await page.waitForFunction((name) => document.activeElement?.getAttribute("name") === name, field);
}

browserTest(
  "the overview of a new organization lists its first steps, and each leads to its field and back",
  async () => {
    assert.ok(office);
    const { page } = office;
    await page.getByRole("heading", { name: "Before your first invoice" }).waitFor();
    await assertAccessible(page);
    await follow(page, "Add VAT ID", "vatId");
    await page.keyboard.type("DE123456789");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("heading", { name: "Before your first invoice" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Add VAT ID" }).count(), 0);
    await follow(page, "Add bank account", "iban");
    await page.getByRole("link", { name: "Cancel" }).press("Enter");
    await page.getByRole("heading", { name: "Before your first invoice" }).waitFor();
    await page.getByText("There is no number series for credit notes", { exact: false }).waitFor();
  },
);

browserTest(
  "the issue step says what is required, leads to it, and returns; recommendations do not stop it",
  async () => {
    assert.ok(office);
    const { page, post } = office;
    const clientId = await post("/api/clients", { name: "Ada Ltd", address: { country: "FR" } });
    const line = { ...LINE, vatCategory: "AE", vatRate3: 0 };
    const id = await post("/api/invoices", { clientId, lines: [line] });
    await goTo(page, `/invoices/${id}`);
    await page.getByRole("button", { name: "Issue…" }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This cannot be issued yet", { exact: false }).waitFor();
    await dialog.getByText("A reverse charge must state the buyer's", { exact: false }).waitFor();
    assert.equal(await dialog.getByRole("button", { name: "Issue", exact: true }).isDisabled(), true);
    await assertAccessible(page);

    await follow(page, "Add VAT ID", "vatId");
    assert.match(await hash(page), new RegExp(`^#/clients/${clientId}/edit`));
    await page.keyboard.type("FR12345678901");
    await page.keyboard.press("Control+Enter");
    await dialog.getByText("This cannot be issued yet", { exact: false }).waitFor();
    await follow(page, "Add series", "add");
    await page.keyboard.press("Enter");
    await page.getByLabel("Name").fill("Everything");
    await page.getByLabel("Pattern").fill("RE-{0000}");
    await page.keyboard.press("Control+Enter");

    await dialog.getByText("You can issue this, but it may be incomplete.").waitFor();
    await dialog.getByText("The address of Ada Ltd is incomplete", { exact: false }).waitFor();
    await assertAccessible(page);
    await dialog.getByRole("button", { name: "Issue", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "RE-0001" }).waitFor();
  },
);

browserTest("Escape closes a dialog, and the focus returns to its button", async () => {
  assert.ok(office);
  const { page, post } = office;
  const id = await post("/api/invoices", { clientId: null, lines: [{ ...LINE, vatCategory: "Z", vatRate3: 0 }] });
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("button", { name: "Discard" }).press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.match(await page.evaluate(() => (document.activeElement as HTMLElement).innerText), /^Discard/);
});

browserTest("the VAT that an exchange rate results in is shown before the invoice is issued", async () => {
  assert.ok(office);
  const { open, post } = office;
  const clientId = await post("/api/clients", { name: "Dan Inc", address: { country: "US" } });
  const line = { ...LINE, vatCategory: "S", vatRate3: 19_000 };
  const id = await post("/api/invoices", { clientId, currency: "USD", lines: [line] });
  const page = await open({ locale: "de-DE" });
  await goTo(page, `/invoices/${id}?issue=now`);
  const rate = page.getByLabel("EUR for 1 USD");
  const shown = (text: string) => page.getByRole("dialog").getByText(text).waitFor();
  await shown("VAT is also stated in EUR.");
  await rate.fill("1,085");
  await shown("VAT is also stated in EUR: 19,00\u00a0$ is 20,62\u00a0€.");
  await rate.fill("1.085");
  await shown("VAT is also stated in EUR: 19,00\u00a0$ is 20.615,00\u00a0€.");
  for (const text of ["0", "-1", "1.0857", "9007199254740991"]) {
    await rate.fill(text);
    await shown("VAT is also stated in EUR.");
  }
  await page.context().close();
});

browserTest("stored input begins with the date of today, unless the user chose another", async () => {
  assert.ok(office);
  const { open, post } = office;
  const clientId = await post("/api/clients", { name: "Eve Ltd", address: { country: "DE" } });
  const id = await post("/api/invoices", { clientId, lines: [{ ...LINE, vatCategory: "Z", vatRate3: 0 }] });
  const page = await open();
  const [issued, due] = [page.getByLabel("Issued on"), page.getByLabel("Due on")];
  const form = `issue/${id}`;
  const read = async () => {
    const { value } = await askWorker(page, "getInput", { form });
    return JSON.parse((value as { text: string }).text) as { value: Dates; base: Dates };
  };
  interface Dates {
    issuedOn: string;
    dueOn: string;
  }
  await goTo(page, `/invoices/${id}?issue=now`);
  const today = await issued.inputValue();
  await due.fill("2099-03-01");
  await untilStored(page, "2099-03-01");

  // As if it had been typed on an earlier day.
  const store = async (dates: { value: string; base: string }) => {
    const { value, base, ...rest } = await read();
    const state = { ...rest, value: { ...value, issuedOn: dates.value }, base: { ...base, issuedOn: dates.base } };
    await goTo(page, "/");
    await askWorker(page, "keepInput", { form, text: JSON.stringify(state) });
    await goTo(page, `/invoices/${id}?issue=now`);
    await due.waitFor();
    assert.equal(await due.inputValue(), "2099-03-01");
    return await issued.inputValue();
  };
  assert.equal(await store({ value: "2020-01-31", base: "2020-01-31" }), today);
  assert.equal(await store({ value: "2020-01-30", base: "2020-01-31" }), "2020-01-30", "chosen by the user");
  await page.context().close();
});

browserTest("a client's page says what is missing; a complete client's says nothing", async () => {
  assert.ok(office);
  const { page, post, problems } = office;
  const bare = await post("/api/clients", { name: "Bob Ltd", address: { country: "DE" }, vatCategory: "AE" });
  const address = { country: "DE", street: "Weg 1", city: "Ulm" };
  const whole = await post("/api/clients", { name: "Cy Ltd", address, vatId: "DE1", vatCategory: "AE" });
  await goTo(page, `/clients/${bare}`);
  await page.getByText("Bob Ltd has no VAT ID", { exact: false }).waitFor();
  await assertAccessible(page);
  await follow(page, "Add address", "address.street");
  assert.equal(await focused(page), "address.street");
  await goTo(page, `/clients/${whole}`);
  await page.getByRole("heading", { name: "Cy Ltd" }).waitFor();
  assert.equal(await page.getByText(/cannot be issued|may be incomplete/).count(), 0);
  assert.deepEqual(problems, []);
});
