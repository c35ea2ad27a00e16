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

test("after a change of the system's user key, the user may start with new files; the old ones stay", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  assert.ok((await ask(page, "setEncryption", { on: true })).ok);
  await endApp(electron);
  const before = readFileSync(join(databaseOf(appData), "files-key.bin"));
  const other = startApp({
    appData,
    server: api.base,
    userKey: randomBytes(32),
    answerOf: () => "Start with new files",
  });
  const pageOfOther = await other.page();
  await logIn(pageOfOther);
  await until(pageOfOther, ({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  assert.deepEqual((await ask(pageOfOther, "getEncryption")).value, { available: true, on: true, left: [] });
  assert.deepEqual(filesWithClient(appData), []);
  const [lost = "", ...more] = readdirSync(databaseOf(appData)).filter((name) =>
    name.startsWith("files-key.bin.lost-"),
  );
  assert.deepEqual([readFileSync(join(databaseOf(appData), lost)), more], [before, []]);
  assert.ok(readdirSync(databaseOf(appData)).some((name) => /^local\.sqlite\.damaged-\d+$/.test(name)));
  const [box] = other.messageBoxes;
  assert.match(box?.detail ?? "", /Nothing was changed.*Input that was not sent stays in the old files/s);
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
  assert.deepEqual(
    locked.messageBoxes.map(({ buttons }) => buttons),
    [["Try again", "Quit"]],
  );
  assert.match(locked.messageBoxes[0]?.message ?? "", /files are encrypted/);
  assert.deepEqual(readdirSync(databaseOf(appData)), names);
});

test("a key that cannot be decrypted now stays: the user tries again, and everything is there", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  assert.ok((await ask(page, "setEncryption", { on: true })).ok);
  assert.ok((await ask(page, "keepInput", { form: "client/new", text: '{"name":"Typed and not sent"}' })).ok);
  await endApp(electron);
  const stored = readFileSync(join(databaseOf(appData), "files-key.bin"));
  let isLocked = true;
  const answerOf = () => {
    isLocked = false;
    return "Try again";
  };
  const again = startApp({ appData, server: api.base, refuses: () => isLocked, answerOf });
  const pageAgain = await again.page();
  await until(pageAgain, ({ checkpoint, needs }) => checkpoint === head && needs === null);
  assert.equal(again.messageBoxes.length, 1);
  assert.deepEqual(readFileSync(join(databaseOf(appData), "files-key.bin")), stored);
  assert.equal(((await ask(pageAgain, "listInputs", {})).value as unknown[]).length, 1, "what was typed and not sent");
  await endApp(again);

  // A moment's failure, as of a virus scanner, is not even said.
  let failures = 2;
  const third = startApp({ appData, server: api.base, refuses: () => failures-- > 0 });
  await until(await third.page(), ({ checkpoint }) => checkpoint === head);
  assert.deepEqual(third.messageBoxes, []);
});

test("a file that the system wants encrypted again is encrypted again, with the same key in it", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  assert.ok((await ask(page, "setEncryption", { on: true })).ok);
  await endApp(electron);
  const read = () => ["files-key.bin", "login.bin"].map((name) => readFileSync(join(databaseOf(appData), name)));
  const before = read();
  const rotated = startApp({ appData, server: api.base, isRotated: true });
  await until(await rotated.page(), ({ checkpoint, needs }) => checkpoint === head && needs === null);
  for (const [n, bytes] of read().entries()) assert.notDeepEqual(bytes, before[n]);
  await endApp(rotated);
  const after = startApp({ appData, server: api.base });
  await until(await after.page(), ({ checkpoint, needs }) => checkpoint === head && needs === null);
  assert.deepEqual(filesWithClient(appData), []);
});

test("without a key store, Linux does not encrypt: no login is stored, and files are decrypted", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  assert.ok((await ask(page, "setEncryption", { on: true })).ok);
  await endApp(electron);
  const basic = startApp({ appData, server: api.base, backend: "basic_text" });
  const pageOfBasic = await basic.page();
  await until(pageOfBasic, ({ checkpoint }) => checkpoint === head);
  assert.deepEqual((await ask(pageOfBasic, "getEncryption")).value, { available: true, on: false, left: [] });
  assert.notDeepEqual(filesWithClient(appData), [], "no file only looks encrypted");
  assert.equal((await ask(pageOfBasic, "setEncryption", { on: true })).failure?.code, "KEY_NOT_KEPT");
  await endApp(basic);
  assert.ok(!readdirSync(databaseOf(appData)).includes("files-key.bin"));
  const fresh = newDevice();
  const { electron: without } = await startLoggedIn(api, { appData: fresh, backend: "basic_text" });
  await endApp(without);
  assert.ok(!readdirSync(databaseOf(fresh)).includes("login.bin"));
});

test("if the system cannot store keys, the setting says why it is not available", async () => {
  const { page } = await startLoggedIn(api, { userKey: null });
  const section = await openSetting(page);
  await section.getByText("there is no safe place for a key").waitFor();
  assert.equal(await section.getByRole("button").count(), 0);
});
