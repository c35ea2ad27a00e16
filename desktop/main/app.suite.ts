/** The whole app on the stand-in for Electron, for tests: built once a file, started as often as wanted. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { OWNER, type RunningApi } from "../../api/running-api.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { CHROMIUM, launchChromium } from "../app-tests/chromium.suite.ts";
import type { ElectronBridge, SyncStatus } from "../contract/contract.ts";
import { writeApp } from "../package/bundle.ts";
import { ElectronStandIn, type StandInOptions } from "./stand-in/electron-stand-in.suite.ts";

/** The project's folder as the built app sees it. */
export const project = temporaryFolder();
export const dist = join(project, "desktop", "dist");
let browser: Browser | null = null;
if (CHROMIUM !== null) {
  await writeApp(dist);
  browser = await launchChromium();
  after(() => browser?.close());
}

/** This user of this machine. */
export const USER_KEY = randomBytes(32);

let devices = 0;
/** A new `%APPDATA%`. */
export function newDevice(): string {
  return join(project, `device-${++devices}`);
}

/** Where an app of that device keeps its files. */
export function databaseOf(appData: string): string {
  return join(appData, "Invoify", "database");
}

export interface StartOptions extends Partial<StandInOptions> {
  /** `INVOIFY_SERVER`. */
  server?: string;
}

/** Starts the app; it ends with the file's tests, if not before. */
export function startApp({ server, ...options }: StartOptions = {}): ElectronStandIn {
  if (!browser) throw new Error("there is no browser");
  const electron = new ElectronStandIn({ browser, dist, appData: newDevice(), userKey: USER_KEY, ...options });
  if (server === undefined) delete process.env.INVOIFY_SERVER;
  else process.env.INVOIFY_SERVER = server;
  electron.start();
  after(() => endApp(electron));
  return electron;
}

/** Longer than the main process waits for its worker, ms. */
const END_MS = 20_000;

/** Ends it as its user does: by closing the window. */
export async function endApp(electron: ElectronStandIn): Promise<void> {
  if (electron.app.exitCode === null) electron.app.quit();
  const late = new AbortController();
  const tooLate = sleep(END_MS, undefined, { signal: late.signal, ref: false }).then(
    () => assert.fail("the app does not end"),
    () => {},
  );
  await Promise.race([electron.app.ended, tooLate]);
  late.abort();
}

/** Starts it at an API, logs in as the owner, and waits until everything is here. */
export async function startLoggedIn(api: RunningApi, options: StartOptions = {}) {
  const electron = startApp({ server: api.base, ...options });
  const page = await electron.page();
  await logIn(page);
  const head = await api.organization.log.head();
  await until(page, (status) => status.checkpoint >= head && status.phase === "idle");
  return { electron, page };
}

export async function logIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Waits until the status, as the page gets it, is as wanted. */
export async function until(page: Page, wanted: (status: SyncStatus) => boolean): Promise<SyncStatus> {
  let last: unknown;
  for (let tries = 0; tries < 1_200; tries++) {
    // While a worker starts anew there is none.
    const status = await statusOf(page).catch((error) => {
      last = error;
      return null;
    });
    if (status && wanted(status)) return status;
    last = status ?? last;
    await sleep(50);
  }
  throw new Error(`the status stays ${last instanceof Error ? last.message : JSON.stringify(last)}`);
}

export async function statusOf(page: Page): Promise<SyncStatus> {
  return await page.evaluate(() => (globalThis as unknown as Shell).electron.sync.getStatus());
}

/** Calls as the page's own code does. */
export async function ask(page: Page, name: string, argument: unknown = {}): Promise<Answered> {
  return await page.evaluate(
    ([call, given]) => (globalThis as unknown as Shell).electron.call(call as never, given as never) as never,
    [name, argument] as const,
  );
}

export interface Shell {
  electron: ElectronBridge;
}
type Answered = { ok: boolean; value?: unknown; failure?: { code: string; message: string; field?: string } };
