/** The whole app on the stand-in for Electron, with a real API: what a user has. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runApi } from "../../api/running-api.suite.ts";
import { browserTest as test } from "../app-tests/chromium.suite.ts";
import { databaseOf, endApp, newDevice, project, startApp, startLoggedIn } from "./app.suite.ts";
import { ask, logIn, type Shell, until } from "./page.suite.ts";

const api = await runApi();
const register = (name: string) => api.send("POST", "/api/clients", { name, address: { country: "GB" } });
await register("Ada Ltd");

async function namesIn(page: Parameters<typeof ask>[0]): Promise<string[]> {
  const { value } = await ask(page, "listClients");
  return (value as { rows: { name: string }[] }).rows.map(({ name }) => name);
}

test("a first start asks for the server and a login, and then shows everything; statuses arrive by themselves", async () => {
  const electron = startApp();
  const page = await electron.page();
  await page.getByLabel("Address").fill(api.base);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.evaluate(() => {
    const { electron: shell, seen } = Object.assign(globalThis as unknown as Shell, { seen: [] as number[] });
    shell.sync.onStatus(({ checkpoint }) => seen.push(checkpoint));
  });
  await logIn(page);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const head = await api.organization.log.head();
  await until(page, ({ checkpoint }) => checkpoint === head);
  assert.ok((await namesIn(page)).includes("Ada Ltd"));
  await page.waitForFunction(
    (expected) => (globalThis as unknown as { seen: number[] }).seen.at(-1) === expected,
    head,
  );
  assert.equal((await electron.page()).url().split("#")[0], page.url().split("#")[0]);
});

test("window.electron.sync has the promised functions, and the page sees nothing else of Electron", async () => {
  const { page } = await startLoggedIn(api);
  const result = await page.evaluate(async (token) => {
    const { electron } = globalThis as unknown as Shell;
    const { sync } = electron;
    const end = sync.onStatus(() => {});
    end();
    return {
      names: Object.keys(sync).sort(),
      parts: Object.keys(electron).sort(),
      pulled: await sync.pullFromServer(),
      status: await sync.getStatus(),
      online: await sync.getOnlineStatus(),
      set: (await sync.setAuthToken(token)).initialized,
      wrong: await sync.setAuthToken("x.y.z").then(
        () => "accepted",
        (error: Error) => error.message,
      ),
      node: ["require", "process", "module", "ipcRenderer", "Buffer"].filter((name) => name in globalThis),
      frozen: Object.isFrozen(electron) && Object.isFrozen(sync),
    };
  }, api.token);
  const { pulled, status, ...rest } = result;
  assert.deepEqual(rest, {
    names: ["getOnlineStatus", "getStatus", "onStatus", "pullFromServer", "setAuthToken"],
    parts: ["call", "files", "savePdf", "shell", "sync", "updates"],
    online: true,
    set: true,
    wrong: rest.wrong,
    node: [],
    frozen: true,
  });
  assert.match(rest.wrong, /^UNAUTHORIZED: /);
  const head = await api.organization.log.head();
  assert.deepEqual(pulled, { events: 0, seq: head });
  assert.deepEqual([status.initialized, status.isOnline, status.lastSync?.seq], [true, true, head]);
});

test("every screen works under the app's own policy, without a problem", async () => {
  const { electron, page } = await startLoggedIn(api);
  for (const path of ["invoices", "clients", "items", "payments", "diagnostics", "settings"]) {
    await page.evaluate(`location.hash = "/${path}"`);
    await page.getByRole("heading", { level: 1, name: new RegExp(path, "i") }).waitFor();
  }
  const [window] = electron.windows;
  assert.deepEqual(window?.contents.problems, []);
});

test("the next start shows everything without a login, and knows the server", async () => {
  const appData = newDevice();
  const { electron } = await startLoggedIn(api, { appData });
  await endApp(electron);
  const again = startApp({ appData });
  const page = await again.page();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const status = await until(page, ({ isOnline }) => isOnline);
  assert.equal(status.needs, null);
  assert.equal(status.server, api.base);
});

test("a quit waits for the worker to finish its work, so no file needs recovery", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  const [worker] = electron.workers;
  await page.close(); // the last window
  await electron.app.ended;
  assert.equal(electron.app.exitCode, 0);
  assert.equal(worker?.child.exitCode, 0);
  const unfinished = readdirSync(databaseOf(appData)).filter((name) => /-(?:wal|shm|journal)$/.test(name));
  assert.deepEqual(unfinished, []);
});

test("a killed worker restarts, and the screen is restored", async () => {
  const { electron, page } = await startLoggedIn(api);
  electron.workers[0]?.child.kill("SIGKILL");
  await until(page, ({ initialized, isOnline }) => initialized && isOnline && electron.workers.length >= 2);
  assert.ok((await namesIn(page)).includes("Ada Ltd"));
  await register("After the kill");
  const head = await api.organization.log.head();
  await until(page, ({ checkpoint }) => checkpoint === head);
});

test("the app syncs after sleep, and when the screen is unlocked", async () => {
  const { electron } = await startLoggedIn(api);
  const wakes = () => electron.workers[0]?.posted.filter(({ kind }) => kind === "wake").length;
  assert.equal(wakes(), 0);
  electron.powerMonitor.emit("resume");
  electron.powerMonitor.emit("unlock-screen");
  assert.equal(wakes(), 2);
});

test("without a network the app says so and stays readable; it syncs when the network is back", async () => {
  const { electron, page } = await startLoggedIn(api);
  electron.isOnline = false;
  await until(page, ({ isOnline }) => !isOnline);
  await page.getByText(/^Offline\. You see your data/).waitFor();
  assert.ok((await namesIn(page)).includes("Ada Ltd"));
  electron.isOnline = true;
  await until(page, ({ isOnline }) => isOnline);
});

test("a second start brings the first window to the front, and quits", async () => {
  const { electron } = await startLoggedIn(api);
  const [window] = electron.windows;
  assert.ok(window);
  window.isMini = true;
  electron.app.emit("second-instance");
  assert.deepEqual([window.isMini, window.focused], [false, 1]);
  const second = startApp({ isSecond: true });
  await second.app.ended;
  assert.deepEqual([second.windows.size, second.workers.length, second.app.exitCode], [0, 0, 0]);
});

test("a page is saved as a PDF under the user's name for it", async () => {
  const { electron, page } = await startLoggedIn(api);
  const folder = databaseOf(newDevice());
  const offered: string[] = [];
  const save = (name: string) =>
    page.evaluate((name) => (globalThis as unknown as Shell).electron.savePdf?.(name), name);
  assert.equal(await save("INV-1"), false, "the user cancelled");
  electron.saveAs = (name) => {
    offered.push(name);
    return join(project, "saved.pdf");
  };
  assert.equal(await save("../../INV\\00042: “é”"), true);
  assert.equal(await save("CON"), true);
  assert.deepEqual(offered, ["..-..-INV-00042- “é”.pdf", "invoice CON.pdf"]);
  assert.equal(readFileSync(join(project, "saved.pdf")).subarray(0, 5).toString(), "%PDF-");
  electron.saveAs = () => join(project, "missing", "saved.pdf");
  assert.equal(await save("INV-1"), false);
  assert.match(electron.errorBoxes[0]?.content ?? "", /missing.saved\.pdf\s+The folder does not exist\. Save it again/);
  await assert.rejects(page.evaluate(() => (globalThis as unknown as Shell).electron.savePdf?.({} as string)));
  assert.ok(!existsSync(folder));
});

test("Control and plus, minus and zero zoom; F12 opens the developer tools from sources only", async () => {
  for (const isPackaged of [true, false]) {
    const electron = startApp({ isPackaged, server: api.base });
    await until(await electron.page(), ({ needs }) => needs === "login");
    const [window] = electron.windows;
    assert.ok(window);
    const { contents } = window;
    const press = (key: string, control = false) =>
      contents.offer("before-input-event", {}, { type: "keyDown", key, control, alt: false });
    assert.equal(press("F12"), !isPackaged);
    assert.equal(contents.devToolsOpen, !isPackaged);
    assert.ok(press("+", true) && press("+", true) && press("-", true));
    assert.equal(contents.getZoomLevel(), 0.5);
    assert.ok(press("0", true));
    assert.equal(contents.getZoomLevel(), 0);
    assert.equal(press("+"), false, "a typed plus");
    await endApp(electron);
  }
  // An app that is not packaged has its files in the project's folder.
  assert.ok(existsSync(join(project, ".invoify", "desktop", "local.sqlite")));
});

test("a page that dies is reloaded, but not endlessly", async () => {
  const { electron } = await startLoggedIn(api);
  const [window] = electron.windows;
  for (const reason of ["clean-exit", "oom", "crashed"]) window?.contents.emit("render-process-gone", {}, { reason });
  assert.equal(window?.contents.reloads, 1);
});

test("an invalid setting of this machine is named, and the local copy stays readable", async () => {
  const appData = newDevice();
  const { electron } = await startLoggedIn(api, { appData });
  await endApp(electron);
  const again = startApp({ appData, server: "http://invoices.example" });
  const page = await again.page();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  assert.match(again.errorBoxes[0]?.content ?? "", /^INVOIFY_SERVER: server: is plain http/);
  assert.equal((await until(page, ({ isOnline }) => isOnline)).server, api.base);
});

test("after a damaged login the user logs in again, and nothing is lost", async () => {
  const appData = newDevice();
  const { electron } = await startLoggedIn(api, { appData });
  await endApp(electron);
  writeFileSync(join(databaseOf(appData), "login.bin"), "this was damaged");
  const page = await startApp({ appData }).page();
  await page.getByText("Your session has ended").waitFor();
  assert.ok((await namesIn(page)).includes("Ada Ltd"));
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Log in" }).last().click();
  await until(page, ({ needs, isOnline }) => needs === null && isOnline);
});
