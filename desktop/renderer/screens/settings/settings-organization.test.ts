/** The organization's settings: what is typed reaches the server as it was meant, once, and over nobody's. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startCuttingProxy } from "../../../../api/faults/cutting-proxy.suite.ts";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreensOf, untilStored } from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { startSwitch } from "../../../app-tests/switch.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const line = api && (await startCuttingProxy(api.base));
const network = line && (await startSwitch(line.base));
const screens =
  api &&
  network &&
  (await openScreensOf({ server: network.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && line && network && screens);
  return { api, line, network, ...screens };
};

interface OrganizationJson {
  version: number;
  number_series: { name: string; kind: string; pattern: string; first: number; reset: string; is_foreign: number }[];
  [column: string]: unknown;
}

const organizationNow = async () => await setup().api.get<OrganizationJson>("/api/organization");
const change = async (body: object) => await setup().api.send("PATCH", "/api/organization", body);
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });

async function open(page: Page, path = "/settings"): Promise<void> {
  await goTo(page, path);
  await page.getByRole("button", { name: "Save" }).waitFor();
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
}

browserTest("all typed input arrives on the server, and in the navigation immediately", async () => {
  const { page } = setup();
  await page.keyboard.press("Alt+8");
  await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  await assertAccessible(page);
  for (const [label, text] of Object.entries({
    "Legal name": "Lighthouse Bookkeeping GmbH",
    "Trading name": "Lighthouse",
    Street: "Am Hafen 1",
    "Address line 2": "Hof",
    Postcode: "20457",
    City: "Hamburg",
    Region: "HH",
    "VAT ID": "DE123456789",
    "Company number": "HRB 1234",
    "E-mail": "Office@Lighthouse.example",
    Phone: "+49 40 1234",
    IBAN: "de89 3704 0044 0532 0130 00",
    BIC: "cobadeffxxx",
    "Days to pay": "14",
  }))
    await field(page, label).fill(text);
  await field(page, "Country").selectOption({ label: "Germany" });
  await field(page, "Time zone").selectOption("Europe/Berlin");
  await field(page, "Language").selectOption("de");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Saved.").waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByText("Lighthouse").waitFor();
  const { number_series: _, id: __, version: ___, registered_at: ____, ...row } = await organizationNow();
  const typed = {
    legal_name: "Lighthouse Bookkeeping GmbH",
    trading_name: "Lighthouse",
    street: "Am Hafen 1",
    street2: "Hof",
    city: "Hamburg",
    postcode: "20457",
    region: "HH",
    country: "DE",
    vat_id: "DE123456789",
    company_id: "HRB 1234",
    email: "office@lighthouse.example",
    phone: "+49 40 1234",
    iban: "DE89370400440532013000",
    bic: "COBADEFFXXX",
    time_zone: "Europe/Berlin",
    language: "de",
    currency: "GBP",
    terms_days: 14,
    series_count: 1,
    vat_rates: [],
  };
  // Everything else is empty: also what stands behind “More”, and the counts of its lists.
  const others = Object.entries(row).filter(([name]) => !Object.hasOwn(typed, name));
  assert.deepEqual(
    others.filter(([, value]) => value !== null && value !== 0),
    [],
  );
  assert.deepEqual({ ...row }, { ...typed, ...Object.fromEntries(others) });
  assert.equal(await field(page, "IBAN").inputValue(), "DE89 3704 0044 0532 0130 00");
});

browserTest("each error is shown at its field: check digits, days, and the server's refusals", async () => {
  const { page } = setup();
  await open(page);
  const { version } = await organizationNow();
  await field(page, "IBAN").fill("DE89 3704 0044 0532 0130 01");
  await field(page, "BIC").fill("COBA");
  await field(page, "Days to pay").fill("a month");
  await page.getByRole("button", { name: "Save" }).click();
  for (const words of ["IBAN has check digits that do not match", "BIC is not a BIC", "must be a number of days"])
    await page.locator(".field-error", { hasText: words }).waitFor();
  await assertAccessible(page);
  await field(page, "IBAN").fill("");
  assert.equal(await page.getByText("check digits that do not match").count(), 0, "the user is typing it again");
  await field(page, "BIC").fill("");
  await field(page, "Days to pay").fill("30");
  await field(page, "Legal name").fill("");
  await field(page, "E-mail").fill("nobody");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".field-error", { hasText: "Legal name is missing." }).waitFor();
  await page.locator(".field-error", { hasText: "E-mail must be an e-mail address." }).waitFor();
  assert.equal((await organizationNow()).version, version);
  await page.getByRole("link", { name: "Cancel" }).click();
  assert.equal(await field(page, "Legal name").inputValue(), "Lighthouse Bookkeeping GmbH");
});

browserTest("offline, nothing can be sent; typed input survives the page, and can be sent later", async () => {
  const { page, network, open: openPage } = setup();
  await open(page);
  await field(page, "Phone").fill("+49 40 999");
  network.cut();
  await page.waitForFunction(() => document.querySelector("button[type=submit]:disabled") !== null);
  assert.equal(await page.getByRole("button", { name: "Save" }).getAttribute("title"), "Internet required");
  await untilStored(page, "+49 40 999");
  const address = page.url();
  await page.goto("about:blank");
  const again = await openPage();
  await open(again);
  assert.equal(await field(again, "Phone").inputValue(), "+49 40 999");
  network.join();
  await again.waitForFunction(() => document.querySelector("button[type=submit]:enabled") !== null);
  await save(again);
  assert.equal((await organizationNow()).phone, "+49 40 999");
  await again.context().close();
  await page.goto(address);
});

browserTest("after a lost response, the command is repeated and takes effect once", async () => {
  const { page, line } = setup();
  await open(page);
  const { version } = await organizationNow();
  await field(page, "Phone").fill("+49 40 111");
  line.lose(1);
  await save(page);
  const now = await organizationNow();
  assert.deepEqual([now.phone, now.version], ["+49 40 111", version + 1]);
});

browserTest("if another user was faster, their changes are merged, and conflicts are shown", async () => {
  const { page } = setup();
  await open(page);
  await field(page, "City").fill("Bremen");
  await change({ vatId: "DE999999999" });
  await page.getByText("Their changes are included: VAT ID").waitFor();
  await change({
    address: { street: "Am Hafen 1", street2: "Hof", city: "Kiel", postcode: "20457", region: "HH", country: "DE" },
  });
  const conflict = page.getByRole("alert", { name: "Two versions" });
  await conflict.waitFor();
  assert.match((await conflict.innerText()).replaceAll(/\s+/g, " "), /City Bremen Kiel/);
  await assertAccessible(page);
  await conflict.getByRole("radio", { name: "Bremen" }).check();
  await conflict.getByRole("button", { name: "Use these values" }).click();
  await save(page);
  const { city, vat_id } = await organizationNow();
  assert.deepEqual([city, vat_id], ["Bremen", "DE999999999"]);
});

browserTest("number series are added, changed and removed; those with numbers stay, and show why", async () => {
  const { page, api } = setup();
  await open(page, "/settings/series");
  await page.getByRole("button", { name: "Add series" }).click();
  const added = page.getByRole("group", { name: "New series" });
  await added.getByLabel("Name").fill("notes");
  const row = page.getByRole("group", { name: "Series notes" });
  await row.getByLabel("For", { exact: true }).selectOption({ label: "Credit notes" });
  await row.getByLabel("Pattern").fill("GT{YYYY}");
  await row.getByLabel("First number").fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".field-error", { hasText: "First number must be a number from 1." }).waitFor();
  await page.locator(".field-error", { hasText: "Pattern must contain a counter" }).waitFor();
  await assertAccessible(page);
  await row.getByLabel("Pattern").fill("GT/{000}");
  await row.getByLabel("First number").fill("12");
  await row.getByText("Next: GT/012").waitFor();
  // Numbers would repeat: the server says what the pattern needs.
  await row.getByLabel("Begins again").selectOption({ label: "Each year" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".field-error", { hasText: "would repeat its numbers" }).waitFor();
  const year = new Date().getUTCFullYear();
  await row.getByLabel("Pattern").fill("GT{YY}/{000}");
  await row.getByText(`From ${year + 1}: GT${String(year + 1).slice(2)}/012`).waitFor();
  await save(page);
  const [main, notes] = (await organizationNow()).number_series;
  assert.deepEqual(
    [notes?.name, notes?.kind, notes?.pattern, notes?.first, notes?.reset],
    ["notes", "credit_note", "GT{YY}/{000}", 12, "yearly"],
  );
  assert.equal(main?.name, "main");

  // Two of one name: the server says which.
  await page.getByRole("button", { name: "Add series" }).click();
  await added.getByLabel("Name").fill("main");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".field-error", { hasText: "“main” is listed twice" }).waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();

  // The first number is given while its series is being taken away.
  await page.getByRole("button", { name: "Remove series main" }).click();
  const { stream: clientId } = await api.send("POST", "/api/clients", { name: "Ada", address: { country: "DE" } });
  const line = {
    description: "Work",
    quantity6: 1_000_000,
    unit: "C62",
    price6: 1_000_000,
    vatCategory: "Z",
    vatRate3: 0,
  };
  const { stream } = await api.send("POST", "/api/invoices", { clientId, currency: "GBP", lines: [line] });
  await api.send("POST", `/api/invoices/${stream}/issue`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".field-error", { hasText: "“main” is in use" }).waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "Cancel" }).click();
  const used = page.getByRole("group", { name: "Series main" });
  await used.getByText("1 number used").waitFor();
  assert.equal(await used.getByRole("button").count(), 0);
  await used.getByText("Next: INV-00002").waitFor();
  await used.getByText("its pattern and first number are fixed").waitFor();
  assert.equal(await used.getByLabel("Pattern").getAttribute("readonly"), "");
  assert.equal(await used.getByLabel("Begins again").isDisabled(), true);
  // The way to other numbers: a new series above it.
  await page.getByRole("button", { name: "Add series" }).click();
  await added.getByLabel("Name").fill("new");
  const fresh = page.getByRole("group", { name: "Series new" });
  await fresh.getByLabel("Pattern").fill("INV-{0000}");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".field-error", { hasText: "would make the same numbers as “main”" }).waitFor();
  await fresh.getByLabel("Pattern").fill("RE-{0000}");
  for (let n = 0; n < 2; n++) await page.getByRole("button", { name: "Move up series new" }).click();
  await page.getByRole("button", { name: "Remove series notes" }).click();
  await save(page);
  assert.deepEqual(
    (await organizationNow()).number_series.map(({ name, pattern }) => [name, pattern]),
    [
      ["new", "RE-{0000}"],
      ["main", "INV-{00000}"],
    ],
  );
});

browserTest("number series show how far they are, and each gap with the documents that explain it", async () => {
  const { page, api } = setup();
  const foreign = { name: "old", kind: "both", pattern: "{0}", foreign: true };
  const own = (name: string, pattern: string) => ({ name, kind: "both", pattern, foreign: false });
  await api.send("PATCH", "/api/organization", {
    series: [own("new", "RE-{0000}"), own("main", "INV-{00000}"), foreign],
  });
  const { stream: clientId } = await api.send("POST", "/api/clients", { name: "Bo", address: { country: "DE" } });
  const line = { description: "Work", quantity6: 1_000_000, unit: "C62", price6: 1_000_000 };
  const lines = [{ ...line, vatCategory: "Z", vatRate3: 0 }];
  const issue = async (input: object) => {
    const { stream } = await api.send("POST", "/api/invoices", { clientId, currency: "GBP", lines });
    await api.send("POST", `/api/invoices/${stream}/issue`, input);
    return stream;
  };
  const taken = await issue({ series: "old", number: "re-0001", confirmNumber: true });
  await open(page, "/settings/series");
  await page.getByText("Next: RE-0002, 1 number before it is taken").waitFor();
  const next = await issue({ series: "new" });
  const section = page.locator(".series-numbers");
  await section.getByRole("row", { name: /new.*1 passed over/ }).waitFor();
  await section.getByRole("row", { name: /old.*External.*Not checked/ }).waitFor();
  await section.getByRole("button", { name: /Show.*of new/ }).click();
  const gap = section.getByRole("listitem").filter({ hasText: "RE-0001 was passed over" });
  assert.equal(await gap.getByRole("link", { name: "re-0001" }).getAttribute("href"), `#/invoices/${taken}`);
  assert.equal(await gap.getByRole("link", { name: "RE-0002" }).getAttribute("href"), `#/invoices/${next}`);
  await assertAccessible(page);
  await gap.getByRole("link", { name: "RE-0002" }).click();
  await page.getByText("Numbers passed over").waitFor();
  await page.getByRole("link", { name: "re-0001" }).waitFor();
});

browserTest("no page had an error", async () => {
  const { problems } = setup();
  assert.deepEqual(problems, []);
});
