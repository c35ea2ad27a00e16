/** The setting for encryption, with the key in the system's store: the whole app on the stand-in for Electron. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runApi } from "../../api/running-api.suite.ts";
import { assertAccessible } from "../app-tests/browser.suite.ts";
import { browserTest as test } from "../app-tests/chromium.suite.ts";
import { databaseOf, endApp, newDevice, startApp, startLoggedIn } from "./app.suite.ts";
import { ask, logIn, until } from "./page.suite.ts";

const CLIENT = "Grepvogel Winterthur";
const api = await runApi();
await api.send("POST", "/api/clients", { name: CLIENT, address: { country: "GB" } });
const head = await api.organization.log.head();

function filesWithClient(appData: string): string[] {
  const folder = databaseOf(appData);
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(CLIENT));
}

async function openSetting(page: Awaited<ReturnType<typeof startLoggedIn>>["page"]) {
  await page.evaluate(() =>
    (globalThis as unknown as { location: { assign(to: string): void } }).location.assign("#/settings/device"),
  );
  return page.getByRole("region", { name: "File encryption" });
}

test("encryption is switched on by keyboard, and stays on at the next start; the key is in no file", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  const section = await openSetting(page);
  await section.getByText("Off:").waitFor();
  await assertAccessible(page);
  assert.notDeepEqual(filesWithClient(appData), []);
  await section.getByRole("button", { name: "Turn on encryption…" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("anything you typed here and did not send is lost").waitFor();
  await assertAccessible(page);
  await page.keyboard.press("Enter");
  await section.getByText("On:").waitFor();
  await until(page, ({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  assert.deepEqual(filesWithClient(appData), []);
  const key = electron.workers.at(-1)?.heard.findLast(({ kind }) => kind === "storeKey");
  assert.ok(key?.kind === "storeKey" && key.fileKey);
  for (const name of readdirSync(databaseOf(appData))) {
    const bytes = readFileSync(join(databaseOf(appData), name));
    assert.ok(!bytes.includes(key.fileKey.key) && !bytes.includes(Buffer.from(key.fileKey.key, "hex")), name);
  }
  await endApp(electron);

  const again = startApp({ appData, server: api.base });
  const pageAgain = await again.page();
  await until(pageAgain, ({ checkpoint, needs }) => checkpoint === head && needs === null);
  const sectionAgain = await openSetting(pageAgain);
  await sectionAgain.getByText("On:").waitFor();
  assert.deepEqual(filesWithClient(appData), []);
  await sectionAgain.getByRole("button", { name: "Turn off encryption…" }).click();
  await pageAgain.getByRole("button", { name: "Decrypt" }).click();
  await sectionAgain.getByText("Off:").waitFor();
  await until(pageAgain, ({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  assert.notDeepEqual(filesWithClient(appData), []);
  assert.ok(!readdirSync(databaseOf(appData)).includes("files-key.bin"));
});

test("after a change of the system's user key, a login fetches everything again, and encryption stays on", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  assert.ok((await ask(page, "setEncryption", { on: true })).ok);
  await endApp(electron);
  const other = startApp({ appData, server: api.base, userKey: randomBytes(32) });
  const pageOfOther = await other.page();
  await logIn(pageOfOther);
  await until(pageOfOther, ({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  assert.deepEqual((await ask(pageOfOther, "getEncryption")).value, { available: true, on: true, left: [] });
  assert.deepEqual(filesWithClient(appData), []);
  assert.equal(readdirSync(databaseOf(appData)).filter((name) => /^files-key\.bin\.lost-\d+$/.test(name)).length, 1);
});

test("if the system does not give the key, the app says so, and changes nothing", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  assert.ok((await ask(page, "setEncryption", { on: true })).ok);
  await endApp(electron);
  const names = readdirSync(databaseOf(appData));
  const locked = startApp({ appData, server: api.base, userKey: null });
  await locked.app.ended;
  assert.equal(locked.app.exitCode, 1);
  assert.match(locked.errorBoxes[0]?.content ?? "", /files are encrypted/);
  assert.deepEqual(readdirSync(databaseOf(appData)), names);
});

test("if the system cannot store keys, the setting says why it is not available", async () => {
  const { page } = await startLoggedIn(api, { userKey: null });
  const section = await openSetting(page);
  await section.getByText("there is no safe place for a key").waitFor();
  assert.equal(await section.getByRole("button").count(), 0);
});
