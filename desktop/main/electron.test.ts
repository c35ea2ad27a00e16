/**
 * The app on a real Electron, where its program is: a first start, a login, what is shown, and what is refused. The
 * stand-in shows what our code does; this shows what Electron does with it.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { _electron } from "playwright-core";
import { runApi } from "../../api/running-api.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { writeApp } from "../package/bundle.ts";
import { findElectron } from "../package/electron-program.ts";
import { logIn, type Shell, until } from "./app.suite.ts";

const program = findElectron();
const WITHOUT = "Electron's program is not here: nothing is tested on a real one (npm run electron:dev downloads it)";
if (program === null) console.error(`\n!!! ${WITHOUT}\n`);

test("a first start on a real Electron", { skip: program === null && WITHOUT }, async () => {
  const api = await runApi();
  await api.send("POST", "/api/clients", { name: "Ada Ltd", address: { country: "GB" } });
  const project = temporaryFolder();
  const dist = join(project, "desktop", "dist");
  await writeApp(dist);
  const { INVOIFY_SERVER: _, ...env } = process.env as Record<string, string>;
  const electron = await _electron.launch({ executablePath: program ?? "", args: [dist, "--no-sandbox"], env });
  try {
    const page = await electron.firstWindow();
    await page.getByLabel("Address").fill(api.base);
    await page.getByRole("button", { name: "Continue" }).click();
    await logIn(page);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const head = await api.organization.log.head();
    await until(page, ({ checkpoint }) => checkpoint === head);
    const names = await page.evaluate(() => Object.keys((globalThis as unknown as Shell).electron.sync).sort());
    assert.deepEqual(names, ["getOnlineStatus", "getStatus", "onStatus", "pullFromServer", "setAuthToken"]);
    assert.equal(await page.evaluate("typeof require + typeof process"), "undefinedundefined");
    await page.evaluate(`open("about:blank"); location.assign("https://evil.example/")`);
    assert.equal(new URL(page.url()).protocol, "app:");
    assert.equal(electron.windows().length, 1);
  } finally {
    await electron.close();
  }
  assert.ok(existsSync(join(project, ".invoify", "desktop", "invoify.sqlite")));
});
