/** Founding an organization at the very first start, where the server lets anybody. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startCuttingProxy } from "../../../api/faults/cutting-proxy.suite.ts";
import { call, logIn, newConfig, startApi } from "../../../api/sessions/people.suite.ts";
import { assertAccessible, browserTest, startEmptyViewer } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";

const open = CHROMIUM === null ? null : await startApi(newConfig());
const closed = CHROMIUM === null ? null : await startApi(newConfig({ INVOIFY_SIGN_UP: "off" }));
const line = open && (await startCuttingProxy(open.base));
const viewer = await startEmptyViewer();
const setup = () => {
  assert.ok(open && closed && line && viewer);
  return { open, closed, line, ...viewer };
};

const PASSWORD = "a password that Flo chose";
const FLO = "flo.founder@example.org";

async function goToServer(page: Page, address: string): Promise<void> {
  await page.getByLabel("Address").fill(address);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
}

browserTest("if the server does not allow it, the screen offers no way to create an organization", async () => {
  const { page, closed } = setup();
  const signUpResponse = page.waitForResponse((answer) => /getSignUp/.test(answer.request().postData() ?? ""));
  await goToServer(page, closed.base);
  assert.match(await (await signUpResponse).text(), /"value":false/);
  await page.getByRole("button", { name: "I have an invitation" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Create an organization" }).count(), 0);
  await page.getByRole("button", { name: "Change" }).click();
});

browserTest("missing input is shown at its field, and the currency follows the country", async () => {
  const { page, line } = setup();
  await goToServer(page, line.base);
  await page.getByRole("button", { name: "Create an organization" }).click();
  await page.getByRole("heading", { name: "Create an organization" }).waitFor();
  await assertAccessible(page);
  assert.equal(await page.getByLabel("Country").inputValue(), "GB");
  assert.equal(await page.getByLabel("Currency").inputValue(), "GBP");
  await page.getByLabel("Country").selectOption({ label: "Japan" });
  assert.equal(await page.getByLabel("Currency").inputValue(), "JPY");
  await page.getByLabel("Country").selectOption({ label: "Germany" });
  assert.equal(await page.getByLabel("Currency").inputValue(), "EUR");
  const submit = page.getByRole("button", { name: "Create organization" });
  await submit.click();
  // All that is missing is said at once, from the top, and each error stays until its own field changes.
  const errors = () => page.locator(".field-error").allTextContents();
  await page.locator(".field-error", { hasText: "Password is too short: at least 10 characters." }).waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "legalName");
  await page.getByLabel("Organization name").fill("Lighthouse");
  assert.deepEqual(await errors(), [
    "Your name is missing.",
    "Your e-mail is missing.",
    "Password is too short: at least 10 characters.",
  ]);
  assert.ok(await page.evaluate(() => document.activeElement?.getAttribute("name") === "legalName"));
  await page.getByLabel("Organization name").fill("");
  await page.getByLabel("Your name").fill(" ");
  await page.getByLabel("Your e-mail").fill("nobody");
  await page.getByLabel("Password", { exact: true }).fill("abc");
  await submit.click();
  await page.locator(".field-error", { hasText: "Your name is missing." }).waitFor();
  await page.getByLabel("Organization name").fill("Lighthouse");
  await page.getByLabel("Your name").fill("Flo");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Confirm password").fill(PASSWORD);
  await submit.click();
  await page.locator(".field-error", { hasText: "Your e-mail must be an e-mail address" }).waitFor();
  await assertAccessible(page);
});

browserTest("after a lost response, there is one organization, and its owner is logged in", async () => {
  const { page, line, open, problems } = setup();
  await page.getByLabel("Organization name").fill("Lighthouse GmbH");
  await page.getByText("Address, VAT ID, language and time zone", { exact: false }).press("Enter");
  assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/London");
  assert.equal(await page.getByLabel("Language of invoices").inputValue(), "en-GB");
  await assertAccessible(page);
  await page.getByLabel("Street").fill("Weg 1");
  await page.getByLabel("City").fill("Ulm");
  await page.getByLabel("VAT ID").fill("DE123456789");
  await page.getByLabel("Your name").fill("Flo Founder");
  await page.getByLabel("Your e-mail").fill("Flo.Founder@example.org");
  for (const label of ["Password", "Confirm password"])
    await page.getByLabel(label, { exact: true }).fill("Lighthouse2026");
  await page.keyboard.press("Enter");
  await page.locator(".field-error", { hasText: "it is little more than your name" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("type") === "password");
  await assertAccessible(page);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Confirm password").fill(PASSWORD);
  line.lose(1);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByText("Lighthouse GmbH").waitFor();
  assert.equal(line.lost, 1);
  const { token } = await logIn(open.base, FLO, PASSWORD);
  const { body } = await call(open.base, "GET", "/api/organization", undefined, { token });
  const { legal_name, street, city, country, vat_id, currency, time_zone, language, terms_days } = body;
  assert.deepEqual(
    [legal_name, street, city, country, vat_id, currency, time_zone, language, terms_days],
    ["Lighthouse GmbH", "Weg 1", "Ulm", "DE", "DE123456789", "EUR", "Europe/London", "en-GB", 30],
  );
  const series = body.number_series as { name: string; kind: string; prefix: string }[];
  assert.deepEqual(
    series.map(({ kind, prefix }) => [kind, prefix]),
    [
      ["invoice", "INV-"],
      ["credit_note", "CN-"],
    ],
  );
  assert.deepEqual(problems, []);
});

browserTest("an address that already has an account is reported at its field", async () => {
  const { page } = setup();
  await page.keyboard.press("Alt+8");
  await page.getByRole("link", { name: "This device" }).click();
  await page.getByRole("button", { name: "Log out…" }).click();
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await page.getByRole("button", { name: "Create an organization" }).click();
  await page.getByLabel("Organization name").fill("Another one");
  await page.getByLabel("Your name").fill("Flo Founder");
  await page.getByLabel("Your e-mail").fill(FLO);
  await page.getByLabel("Password", { exact: true }).fill("some other password");
  await page.getByLabel("Confirm password").fill("some other password");
  await page.keyboard.press("Enter");
  await page.locator(".field-error", { hasText: "An account with this e-mail address already exists" }).waitFor();
  await page.getByRole("button", { name: "Back to login" }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
});
