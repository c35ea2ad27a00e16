/** The whole app on the stand-in for Electron, for tests: built once for each test file, started any number of times. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import type { RunningApi } from "../../api/running-api.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { PATIENCE_MS } from "../../fixtures/tests/until.ts";
import { CHROMIUM, launchChromium } from "../app-tests/chromium.suite.ts";
import { writeApp } from "../package/bundle.ts";
import { logIn, until } from "./page.suite.ts";
import { ElectronStandIn, type StandInOptions } from "./stand-in/electron-stand-in.suite.ts";

/** The project's folder, as the built app sees it. */
export const project = temporaryFolder();
const dist = join(project, "desktop", "dist");
let browser: Browser | null = null;
if (CHROMIUM !== null) {
  await writeApp(dist);
  browser = await launchChromium();
  after(() => browser?.close());
}

/** The key of this user of this machine. */
const USER_KEY = randomBytes(32);

let devices = 0;
/** @returns the path of a new `%APPDATA%` */
export function newDevice(): string {
  return join(project, `device-${++devices}`);
}

/** The folder of the app's files on a device. */
export function databaseOf(appData: string): string {
  return join(appData, "Invoify", "database");
}

interface StartOptions extends Partial<StandInOptions> {
  /** `INVOIFY_SERVER`. */
  server?: string;
}

/** Starts the app. It quits after the tests of the test file, if not before. */
export function startApp({ server, ...options }: StartOptions = {}): ElectronStandIn {
  if (!browser) throw new Error("there is no browser");
  const electron = new ElectronStandIn({ browser, dist, appData: newDevice(), userKey: USER_KEY, ...options });
  if (server === undefined) delete process.env.INVOIFY_SERVER;
  else process.env.INVOIFY_SERVER = server;
  electron.start();
  after(() => endApp(electron));
  return electron;
}

/** Quits the app as a user does, by closing the window. */
export async function endApp(electron: ElectronStandIn): Promise<void> {
  if (electron.app.exitCode === null) electron.app.quit();
  const late = new AbortController();
  const tooLate = sleep(PATIENCE_MS, undefined, { signal: late.signal, ref: false }).then(
    () => assert.fail("the app does not quit"),
    () => {},
  );
  await Promise.race([electron.app.ended, tooLate]);
  late.abort();
}

/** Starts the app with an API, logs in as the owner, and waits until everything is synced. */
export async function startLoggedIn(api: RunningApi, options: StartOptions = {}) {
  const electron = startApp({ server: api.base, ...options });
  const page = await electron.page();
  await logIn(page);
  const head = await api.organization.log.head();
  await until(page, (status) => status.checkpoint >= head && status.phase === "idle");
  return { electron, page };
}
