/** An update on the screen: the whole app on the stand-in for Electron, with a feed on loopback. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runApi } from "../../api/running-api.suite.ts";
import { until } from "../../fixtures/tests/until.ts";
import { assertAccessible } from "../app-tests/browser.suite.ts";
import { browserTest as test } from "../app-tests/chromium.suite.ts";
import { PUBLISHER } from "../package/publisher.ts";
import { databaseOf, endApp, newDevice, project, startApp, startLoggedIn } from "./app.suite.ts";
import { fakePowerShell, startFeed, writeFeedConfig } from "./feed.suite.ts";
import { ask } from "./page.suite.ts";

const api = await runApi();
const resources = join(project, "resources");
const started = join(project, "started");
process.env.XDG_CACHE_HOME = join(project, "cache");
fakePowerShell(join(project, "tools"), PUBLISHER);
const feed = await startFeed();
writeFeedConfig(resources, feed);
// The test's installer is no program, so electron-updater starts it through elevate.exe, as for an installer that needs more rights.
writeFileSync(
  join(resources, "elevate.exe"),
  `#!/bin/sh\necho "$@" > ${started}.part && mv ${started}.part ${started}\n`,
);
chmodSync(join(resources, "elevate.exe"), 0o755);

async function textOf(path: string): Promise<string> {
  await until(path, () => existsSync(path));
  return readFileSync(path, "utf8");
}

test("an update is offered quietly, waits for unsent input, and is installed when the app quits", async () => {
  feed.publish({ version: "1.3.0", notes: "Faster lists." });
  const { electron, page } = await startLoggedIn(api, { resources });
  const banner = page.getByText("Version 1.3.0 is ready. Restart to install it.");
  await banner.waitFor();
  await assertAccessible(page);
  assert.ok((await ask(page, "keepInput", { form: "client/new", text: "{}" })).ok);
  await page.getByRole("button", { name: "Restart now" }).click();
  await page.getByText("First send or discard what you typed").waitFor();
  assert.equal(electron.app.exitCode, null);
  assert.ok((await ask(page, "forgetInput", { form: "client/new" })).ok);
  // The window may close before the click resolves. Without the click, the app does not quit.
  const clicked = page.getByRole("button", { name: "Try again" }).click();
  await Promise.all([electron.app.ended, clicked.catch(() => {})]);
  assert.match(await textOf(started), /Invoify-Setup-1\.3\.0\.exe --updated \/S --force-run\n$/);
  assert.equal(electron.workers.at(-1)?.heard.at(-1)?.kind, "closed", "the worker had closed its files before");
});

test("the notes are shown once after the update", async () => {
  const appData = newDevice();
  const first = await startLoggedIn(api, { appData });
  await endApp(first.electron);
  const notes = "Credit notes in parts.\n<b>Faster</b> lists.";
  writeFileSync(join(databaseOf(appData), "update.json"), JSON.stringify({ version: "1.2.3", notes }));
  for (const isFirst of [true, false]) {
    const electron = startApp({ appData, server: api.base });
    const page = await electron.page();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const region = page.getByRole("region", { name: "New in version 1.2.3" });
    if (isFirst) {
      await region.getByText("<b>Faster</b> lists.").waitFor();
      await assertAccessible(page);
      await region.getByRole("button", { name: "Close" }).click();
      await region.waitFor({ state: "detached" });
    } else assert.equal(await region.count(), 0);
    await endApp(electron);
  }
});
