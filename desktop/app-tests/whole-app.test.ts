/** The app from end to end in a browser: a real API, a real worker, and a network that fails and recovers. */
import assert from "node:assert/strict";
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startApi } from "../../api/sessions/people.suite.ts";
import { headOf, OWNER, registerClients, runApi } from "../worker/sync/desktop.suite.ts";
import { assertAccessible, browserTest, goTo, openScreensOf, startEmptyViewer } from "./browser.suite.ts";
import { issueInvoice } from "./sales.suite.ts";
import { startSwitch } from "./switch.suite.ts";

const NUMBER = /INV-0*1\b/;

browserTest("a first run asks for the server and a login, fetches everything, and shows it", async () => {
  const api = await runApi();
  const [clientId = 0] = await registerClients(api, "First Run Ltd");
  await issueInvoice(api, { clientId });
  const { page, problems } = (await startEmptyViewer()) ?? assert.fail();
  await page.getByRole("heading", { name: "Connect to your server" }).waitFor();
  await assertAccessible(page);
  await page.getByLabel("Address").fill("http://invoices.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("is plain http").waitFor();
  await page.getByLabel("Address").fill(api.base);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await assertAccessible(page);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill("a wrong password");
  await page.keyboard.press("Enter");
  await page.getByText("is wrong").waitFor();
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.getByText("£120.00").first().waitFor();
  await page.getByText("Up to date").waitFor();
  assert.deepEqual(problems, []);
});

browserTest(
  "everything can be read and searched without a network, and new data arrives when the network is back",
  async () => {
    const api = await runApi();
    const [clientId = 0] = await registerClients(api, "Train Ltd");
    await issueInvoice(api, { clientId });
    const network = await startSwitch(api.base);
    const source = { server: network.base, login: OWNER, head: await headOf(api) };
    const { page } = (await openScreensOf(source)) ?? assert.fail();
    network.cut();
    await page.keyboard.press("F5");
    await page.getByText("Offline. You see your data").waitFor();
    await assertAccessible(page);
    await goTo(page, "/invoices");
    await page.getByRole("searchbox").fill("train");
    // The found rows stand lower than those of the list before: a click while they move would press nothing.
    await page.getByText("Exact matches first, then the newest.").waitFor();
    await page.getByText(NUMBER).first().click();
    await page.getByRole("heading", { name: NUMBER }).first().waitFor();
    await registerClients(api, "Written meanwhile");
    network.join();
    await page.keyboard.press("F5");
    await page.getByText("Offline. You see your data").waitFor({ state: "detached" });
    await goTo(page, "/clients");
    await page.getByText("Written meanwhile").first().waitFor();
  },
);

browserTest("what other users write appears by itself", async () => {
  const api = await runApi();
  await registerClients(api, "Here before");
  const source = { server: api.base, login: OWNER, head: await headOf(api) };
  const { page } = (await openScreensOf(source)) ?? assert.fail();
  await goTo(page, "/clients");
  await page.getByText("Here before").first().waitFor();
  await registerClients(api, "Just now Ltd");
  await page.getByText("Just now Ltd").first().waitFor();
});

browserTest(
  "everything stays readable after an owner has ended the session, and sync continues after a login",
  async () => {
    const api = await runApi();
    await registerClients(api, "Readable Ltd");
    const source = { server: api.base, login: OWNER, head: await headOf(api) };
    const { page } = (await openScreensOf(source)) ?? assert.fail();
    await api.send("POST", "/api/users/2/end-sessions");
    await page.getByText("Your session has ended").waitFor();
    await goTo(page, "/clients");
    await page.getByText("Readable Ltd").first().waitFor();
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByLabel("Password").fill(OWNER.password);
    await page.keyboard.press("Enter");
    await page.getByText("Your session has ended").waitFor({ state: "detached" });
    await page.getByText("Up to date").waitFor();
  },
);

browserTest("a cache that is damaged while it is open is rebuilt", async () => {
  const api = await runApi();
  await registerClients(api, "Still here Ltd");
  const source = { server: api.base, login: OWNER, head: await headOf(api) };
  const { page, folder } = (await openScreensOf(source)) ?? assert.fail();
  for (const suffix of ["", "-wal"]) writeFileSync(join(folder, `invoify.sqlite${suffix}`), Buffer.alloc(50_000, 3));
  await registerClients(api, "After the damage Ltd");
  await goTo(page, "/clients");
  await page.getByText("After the damage Ltd").first().waitFor();
  await page.getByText("Still here Ltd").first().waitFor();
});

browserTest(
  "a server restored from an older backup is reported, nothing is overwritten, and the app offers a refetch",
  async () => {
    const api = await runApi();
    await registerClients(api, "In the backup");
    const backup = `${api.config.dataFolder}-backup`;
    cpSync(api.config.dataFolder, backup, { recursive: true });
    await registerClients(api, "Lost by the restore");
    const network = await startSwitch(api.base);
    const head = await headOf(api);
    const { page, folder } = (await openScreensOf({ server: network.base, login: OWNER, head })) ?? assert.fail();
    // Before it has the signature of the last change, it could only say that the histories differ.
    await page.getByText(`Verified to event ${head}`, { exact: true }).waitFor();
    network.cut();
    await api.api.close();
    const restored = await startApi({ ...api.config, dataFolder: backup });
    network.join(restored.base);
    await page.keyboard.press("F5");
    await logInIfAsked(page);
    await page.getByText("The server has lost changes that it had confirmed.", { exact: true }).waitFor();
    await assertAccessible(page);
    await goTo(page, "/clients");
    await page.getByText("Lost by the restore").first().waitFor();
    const before = mirrorsIn(folder);
    await page.getByRole("button", { name: "Download the server's history…" }).click();
    await page.getByRole("button", { name: "Download", exact: true }).click();
    await page.getByText("Lost by the restore").first().waitFor({ state: "detached" });
    await page.getByText("In the backup").first().waitFor();
    const after = mirrorsIn(folder);
    assert.ok(after.length === before.length + 1 && before.every((name) => after.includes(name)));
  },
);

/** The session may be younger than the backup. */
async function logInIfAsked(page: Page): Promise<void> {
  const loginNeeded = page.getByText("Your session has ended");
  const behind = page.getByText("The server has lost changes that it had confirmed.", { exact: true });
  await loginNeeded.or(behind).first().waitFor();
  if (!(await loginNeeded.isVisible())) return;
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
}

function mirrorsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".mirror.sqlite"));
}
