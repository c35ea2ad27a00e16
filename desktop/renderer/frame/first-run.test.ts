/** The first start in a real browser, by keyboard alone: server, login, everything there; and what banners say. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after } from "node:test";
import type { Page } from "playwright-core";
import { startReplacingProxy } from "../../../api/faults/replacing-proxy.suite.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { intercept, type State } from "../../../fixtures/demo/screenshots-states.ts";
import { admit, startViewer } from "../../../fixtures/demo/viewer-process.ts";
import { PATIENCE_MS } from "../../../fixtures/tests/until.ts";
import { assertAccessible } from "../../app-tests/browser.suite.ts";
import { browserTest, CHROMIUM, launchChromium } from "../../app-tests/chromium.suite.ts";
import { OWNER, registerClients, runApi } from "../../worker/sync/desktop.suite.ts";

const api = await runApi();
await registerClients(api, "Ada Ltd");
const line = await startReplacingProxy(api.base);
const elsewhere = await startReplacingProxy(api.base);
elsewhere.toAll = { headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" };
const viewer = CHROMIUM === null ? null : await startViewer({ folder: join(temporaryFolder(), "first-run") });
after(() => viewer?.stop());
const browser = CHROMIUM === null ? null : await launchChromium();
after(() => browser?.close());

async function open(state: State = {}): Promise<Page> {
  assert.ok(viewer && browser);
  const context = await browser.newContext({ locale: "en-GB" });
  await admit(context, viewer);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await intercept(page, state);
  await page.goto(viewer.address);
  return page;
}

/** Types over what is in the field that has the focus. */
async function type(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

browserTest("the first start asks for server and login, names what is wrong, and then has everything", async () => {
  const page = await open();
  await page.getByRole("heading", { name: "Connect to your server" }).waitFor();
  await assertAccessible(page);
  for (const [wrong, told] of [
    ["http://invoices.example", "plain http"],
    ["ftp://invoices.example", "https://"],
    ["https://", "not an address. It looks like"],
    ["https://invoices.invalid", "No computer has this name"],
    ["http://127.0.0.1:59998", "no server answers there"],
    [elsewhere.base, "it is not Invoify"],
    [api.base.replace("http:", "https:"), "not over https"],
  ] as const) {
    await type(page, wrong);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: told }).waitFor();
    assert.equal(await page.getByLabel("Address").getAttribute("aria-invalid"), "true");
  }
  await assertAccessible(page);
  await type(page, new URL(line.base).host.toUpperCase());
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await assertAccessible(page);
  line.toAll = { status: 502, headers: { "content-type": "text/html" }, body: "<h1>Bad gateway</h1>" };
  await type(page, OWNER.email);
  await page.keyboard.press("Tab");
  await type(page, OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "It may be restarting" }).waitFor();

  await page.getByRole("button", { name: "Change" }).press("Enter");
  await page.getByLabel("Address").waitFor();
  await type(page, `${api.base}/`);
  await page.keyboard.press("Enter");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "is wrong" }).waitFor();
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  await page.keyboard.press("Alt+3");
  await page.getByRole("link", { name: "Ada Ltd" }).waitFor();
});

browserTest("an expired session is reported, and the user logs in without leaving the screen", async () => {
  const page = await open({ status: { needs: "login" } });
  await page.getByText("Your session has ended", { exact: false }).waitFor();
  await page.getByRole("link", { name: "Clients" }).click();
  await page.getByRole("link", { name: "Ada Ltd" }).waitFor();
  await page.getByRole("button", { name: "Log in" }).press("Enter");
  await assertAccessible(page);
  assert.equal(await page.getByLabel("E-mail").inputValue(), OWNER.email);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "password");
  await page.getByRole("link", { name: "Ada Ltd" }).waitFor();
});

browserTest("another history is shown prominently; fetching it takes two steps and can be cancelled", async () => {
  const error = { code: "FORKED", message: "event 2 is another one there" };
  const page = await open({ status: { needs: "agreement", error } });
  await page.getByRole("alert").filter({ hasText: "Nothing was overwritten" }).waitFor();
  await page.getByRole("button", { name: "Download the server's history…" }).click();
  await page.getByText("stay on this computer", { exact: false }).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Not now" }).click();
  assert.equal(await page.getByRole("button", { name: "Download", exact: true }).count(), 0);
});

browserTest("an app that is older than the server asks for an update", async () => {
  const page = await open({ status: { needs: "update", checkpoint: 1_234 } });
  await page.getByText("Update needed. The server runs a newer version", { exact: false }).waitFor();
  await assertAccessible(page);
});

browserTest(
  "a server that has moved is changed in the settings, by keyboard; wrong addresses change nothing",
  async () => {
    const page = await open();
    await page.goto(new URL("#/settings/device", viewer?.address).href);
    await page.getByRole("button", { name: "Change server address…" }).press("Enter");
    await type(page, elsewhere.base);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "it is not Invoify" }).waitFor();
    await assertAccessible(page);
    line.toAll = null;
    await type(page, line.base);
    await page.keyboard.press("Enter");
    await page.getByText("Connected. Log in to sync with this server.").waitFor();
    await page.getByRole("link", { name: "Clients" }).click();
    await page.getByRole("link", { name: "Ada Ltd" }).waitFor();
    await page.getByRole("button", { name: "Log in" }).press("Enter");
    await type(page, OWNER.password);
    await page.keyboard.press("Enter");
    await page.getByText("Your session has ended", { exact: false }).waitFor({ state: "detached" });
  },
);

browserTest("a wrong clock is told in the first run, and afterwards", async () => {
  for (const [status, words] of [
    [{ initialized: false, needs: "login", clockAheadMs: -3 * 3_600_000 }, "3 hours behind the server's"],
    [{ clockAheadMs: 9 * 60_000 }, "9 minutes ahead of the server's"],
    [{ clockAheadMs: 366 * 86_400_000 }, "366 days ahead of the server's"],
  ] as const) {
    const page = await open({ status });
    await page.getByText(words, { exact: false }).waitFor();
    await assertAccessible(page);
  }
});

browserTest("a first sync shows its progress and its errors", async () => {
  const progress = { seq: 48_211, head: 182_400, rate: 21_350, secondsLeft: 90 };
  const pulling = { initialized: false, phase: "pulling", progress };
  const page = await open({ status: pulling });
  await page.getByRole("heading", { name: "Downloading your invoices" }).waitFor();
  await page.getByText("48,211 of 182,400 records, 21,350/s, 2 min left", { exact: false }).waitFor();
  assert.equal(await page.getByRole("progressbar").getAttribute("value"), "48211");
  await assertAccessible(page);
  const error = { code: "UNREACHABLE", message: "connection refused" };
  const stopped = await open({ status: { ...pulling, phase: "idle", progress: null, error } });
  await stopped.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
  await stopped.getByRole("button", { name: "Try now" }).waitFor();
  await assertAccessible(stopped);
});
