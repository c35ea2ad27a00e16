/**
 * A real browser with the viewer and a real API, for tests of screens: they test what a user has. Without Chromium these
 * tests are skipped, with a message; in CI that is an error.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { OWNER, type RunningApi } from "../../api/running-api.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { admit, startViewerProcess } from "../../fixtures/demo/viewer-process.ts";
import { PATIENCE_MS, until } from "../../fixtures/tests/until.ts";
import type { Argument, CallName } from "../contract/arguments.ts";
import type { Answers, SyncStatus } from "../contract/contract.ts";
import { browserTest, CHROMIUM, launchChromium } from "./chromium.suite.ts";

export { browserTest };

/** The server of a viewer, and the login. */
interface Source {
  server: string;
  login: { email: string; password: string };
  /** The sequence to sync up to before the first test. */
  head: number;
}

export interface Screens {
  /** The folder of the viewer's files. */
  folder: string;
  /** The first page: logged in, with everything synced. */
  page: Page;
  /** Opens another page, for example with another size or colour scheme. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** The problems of all pages: uncaught errors, refused scripts, failed loads. */
  problems: string[];
}

/** Starts a viewer with the API, and a browser with the viewer; null if there is no Chromium. */
export async function openScreens(api: RunningApi, options: BrowserContextOptions = {}): Promise<Screens | null> {
  const head = await api.organization.log.head();
  return await openScreensOf({ server: api.base, login: OWNER, head }, options);
}

/** The same with any server. */
export async function openScreensOf(source: Source, options: BrowserContextOptions = {}): Promise<Screens | null> {
  if (CHROMIUM === null) return null;
  const folder = join(temporaryFolder(), "viewer");
  const address = await startViewer(source, folder);
  const browser = await launchChromium();
  after(() => browser.close());
  const problems: string[] = [];
  const page = await newPage(browser, options, problems);
  await page.goto(address);
  await page.waitForURL(new URL("/", address).href);
  const isThere = async () => {
    const { checkpoint, phase, user } = await statusOf(page);
    return checkpoint >= source.head && phase === "idle" && user !== null;
  };
  // Not `waitForFunction`: it takes a promise as true at once.
  await until(`a sync up to ${source.head}`, isThere);
  // The key in the address works once, so the first page passes its token on. Read now: later it may be at about:blank.
  const token = (await page.evaluate(() => localStorage.getItem("invoify-viewer"))) ?? assert.fail("no token");
  return {
    folder,
    page,
    problems,
    async open(options = {}) {
      const another = await newPage(browser, options, problems);
      await admit(another.context(), { address, token });
      await another.goto(new URL("/", address).href);
      return another;
    },
  };
}

/** Starts a viewer as on its first start: without a server and a login. Null if there is no Chromium. */
export async function startEmptyViewer(): Promise<Pick<Screens, "page" | "problems"> | null> {
  if (CHROMIUM === null) return null;
  const address = await startViewer(null, join(temporaryFolder(), "viewer"));
  const browser = await launchChromium();
  after(() => browser.close());
  const problems: string[] = [];
  const page = await newPage(browser, {}, problems);
  await page.goto(address);
  return { page, problems };
}

/** @returns its address, with the key that works once */
async function startViewer(source: Omit<Source, "head"> | null, folder: string): Promise<string> {
  const { withKey, stop } = await startViewerProcess({ folder, ...source });
  after(stop);
  return withKey;
}

async function newPage(browser: Browser, options: BrowserContextOptions, problems: string[]): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/London",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`${message.location().url}: ${message.text()}`);
  });
  return page;
}

/** The worker's sync status at this moment. */
export async function statusOf(page: Page): Promise<SyncStatus> {
  return await ask(page, "getStatus", {});
}

/** Waits until the worker has everything that was written so far. "Up to date" may be on the page from before it. */
export async function untilSynced(page: Page, api: RunningApi): Promise<void> {
  const head = await api.organization.log.head();
  await until(`a sync up to ${head}`, async () => (await statusOf(page)).checkpoint >= head);
}

/** Waits until the worker has stored the unsent input of some form, with this text in it. */
export async function untilStored(page: Page, text: string): Promise<void> {
  await until(`stored input with ${text}`, async () => {
    for (const { form } of await ask(page, "listInputs", {}))
      if ((await ask(page, "getInput", { form }))?.text.includes(text)) return true;
    return false;
  });
}

async function ask<Name extends CallName>(page: Page, call: Name, argument: Argument<Name>): Promise<Answers[Name]> {
  const { value } = await askWorker(page, call, argument);
  return value as Answers[Name];
}

/** Calls the viewer's worker from a page, past its screens. */
export async function askWorker(page: Page, call: string, argument: object) {
  return await page.evaluate(async (body) => {
    const headers = { authorization: `Bearer ${localStorage.getItem("invoify-viewer")}` };
    const answer = await fetch("/call", { method: "POST", headers, body });
    return (await answer.json()) as { ok: boolean; value?: unknown; failure?: { code: string } };
  }, JSON.stringify({ call, argument }));
}

/** The part of the address after `#`, as the page has it now. Playwright's own `page.url()` may be a moment behind. */
export async function hashOf(page: Page): Promise<string> {
  return await page.evaluate(() => location.hash);
}

/** Goes to a screen, such as `/invoices?open=true`, and waits until the previous screen is gone. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
  await page.waitForFunction((expected) => {
    const main = document.getElementById("main");
    if (!main) return true; // the login has no other screens
    // The moment is beside the path, not in it.
    const named = /[?&]at=([^&]*)/.exec(expected);
    const path = expected.replace(/[?&]at=[^&]*/, "").replace(/^([^?&]*)&/, "$1?");
    const isThere = main.dataset.path === path || main.dataset.path === location.hash.slice(1);
    const isThen = !named || main.dataset.at === decodeURIComponent(named[1] ?? "");
    return isThere && isThen && main.ariaBusy !== "true";
  }, path);
}

const AXE = readFileSync(fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");

/** Asserts that axe-core finds no serious or critical violation. */
export async function assertAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(`"axe" in globalThis`))) await page.evaluate(`${AXE}; undefined`);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    type Violation = { id: string; impact: string | null; help: string; nodes: { html: string }[] };
    const { violations } = await axe.run({ resultTypes: ["violations"], preload: false }); // a third faster
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`);
  });
  assert.deepEqual(violations, []);
}
