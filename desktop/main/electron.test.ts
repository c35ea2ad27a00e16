/**
 * The app on a real Electron, if it is installed (`npm run electron:test` downloads it): a first start, a login, the limits
 * of a page, a PDF, and the next start. The tests with the stand-in show what our code does; these show what Electron does.
 * Each test continues where the previous one stopped.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { _electron, type ElectronApplication } from "playwright-core";
import { runApi } from "../../api/running-api.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { writeApp } from "../package/bundle.ts";
import { findElectron } from "../package/electron-program.ts";
import { ask, logIn, type Shell, until } from "./page.suite.ts";

const program = findElectron();
const WITHOUT = "Electron is not installed: nothing is tested on a real Electron (npm run electron:test downloads it)";
if (program === null) console.error(`\n!!! ${WITHOUT}\n`);
const skip = program === null && WITHOUT;

const project = temporaryFolder();
const dist = join(project, "desktop", "dist");
let electron: ElectronApplication | null = null;
after(() => electron?.close());

async function start(): Promise<ElectronApplication> {
  const { INVOIFY_SERVER: _, ...env } = process.env as Record<string, string>;
  electron = await _electron.launch({ executablePath: program ?? "", args: [dist, "--no-sandbox"], env });
  return electron;
}

async function end(): Promise<void> {
  await electron?.close();
  electron = null;
}

const api = program === null ? null : await runApi();

test("a first start asks for the server and a login, and then shows everything", { skip }, async () => {
  assert.ok(api);
  await api.send("POST", "/api/clients", { name: "Ada Ltd", address: { country: "GB" } });
  await writeApp(dist);
  const page = await (await start()).firstWindow();
  await page.getByLabel("Address").fill(api.base);
  await page.getByRole("button", { name: "Continue" }).click();
  await logIn(page);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const head = await api.organization.log.head();
  await until(page, ({ checkpoint }) => checkpoint === head);
  const { value } = await ask(page, "listClients");
  assert.deepEqual(
    (value as { rows: { name: string }[] }).rows.map(({ name }) => name),
    ["Ada Ltd"],
  );
  assert.ok(existsSync(join(project, ".invoify", "desktop", "invoify.sqlite")));
});

test("a page sees only the bridge of Electron, and cannot leave or open windows", { skip }, async () => {
  assert.ok(electron);
  const page = await electron.firstWindow();
  const names = await page.evaluate(() => Object.keys((globalThis as unknown as Shell).electron.sync).sort());
  assert.deepEqual(names, ["getOnlineStatus", "getStatus", "onStatus", "pullFromServer", "setAuthToken"]);
  assert.equal(await page.evaluate("typeof require + typeof process"), "undefinedundefined");
  await page.evaluate(`open("about:blank"); location.assign("https://evil.example/")`);
  assert.equal(new URL(page.url()).protocol, "app:");
  assert.equal(electron.windows().length, 1);
});

test("a page is saved as a PDF", { skip }, async () => {
  assert.ok(electron);
  const path = join(project, "overview.pdf");
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  const page = await electron.firstWindow();
  assert.equal(await page.evaluate(() => (globalThis as unknown as Shell).electron.savePdf?.("Overview")), true);
  assert.equal(readFileSync(path).subarray(0, 5).toString(), "%PDF-");
});

test("the next start needs no login if the system can store secrets", { skip }, async (t) => {
  assert.ok(electron && api);
  const storesSecrets = await electron.evaluate(({ safeStorage }) => safeStorage.isEncryptionAvailable());
  await end();
  if (!storesSecrets) return t.skip("this system cannot store secrets");
  const page = await (await start()).firstWindow();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const status = await until(page, ({ isOnline }) => isOnline);
  assert.equal(status.needs, null);
  assert.equal(status.server, api.base);
  await end();
});
