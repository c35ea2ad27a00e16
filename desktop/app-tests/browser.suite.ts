/**
 * A real browser on the viewer, on a real API, for tests of screens: what is tested is what a user has. Without Chromium
 * these tests do not run, and say so; in CI that fails.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { OWNER, type RunningApi } from "../../api/running-api.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { startViewerProcess } from "../../fixtures/demo/viewer-process.ts";
import { PATIENCE_MS, until } from "../../fixtures/tests/until.ts";
import type { SyncStatus } from "../contract/contract.ts";
import { browserTest, CHROMIUM, launchChromium } from "./chromium.suite.ts";

export { browserTest };

/** Where a viewer gets its data from, and as whom. */
export interface Source {
  server: string;
  login: { email: string; password: string };
  /** How far it must be synced before the first test. */
  head: number;
}

export interface Screens {
  /** Where the viewer's files lie. */
  folder: string;
  /** The first page: logged in as the owner, with everything synced. */
  page: Page;
  /** Another page, of another size or colour scheme, say. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What went wrong in any page: uncaught errors, refused scripts, failed loads. */
  problems: string[];
}

/** Starts a viewer on the API, and a browser on it; null where there is no Chromium. */
export async function openScreens(api: RunningApi, options: BrowserContextOptions = {}): Promise<Screens | null> {
  const head = await api.organization.log.head();
  return await openScreensOf({ server: api.base, login: OWNER, head }, options);
}

/** The same on any server. */
export async function openScreensOf(source: Source, options: BrowserContextOptions = {}): Promise<Screens | null> {
  if (CHROMIUM === null) return null;
  const folder = join(temporaryFolder(), "viewer");
  const address = await startViewer(source, folder);
  const browser = await launchChromium();
  after(() => browser.close());
  const problems: string[] = [];
  const page = await newPage(browser, options, problems);
  await page.goto(address);
  const isThere = async () => {
    const { checkpoint, phase, user } = await statusOf(page);
    return checkpoint >= source.head && phase === "idle" && user !== null;
  };
  // A predicate of `waitForFunction` that is a promise is true at once.
  await until(`a sync up to ${source.head}`, isThere);
  return {
    folder,
    page,
    problems,
    async open(given = {}) {
      const another = await newPage(browser, given, problems);
      // The key in the address is good once: who has it hands on what it got for it.
      await another.context().addCookies(await page.context().cookies());
      await another.goto(new URL("/", address).href);
      return another;
    },
  };
}

/** A viewer as it is at the very first start: it knows no server, and nobody. Null where there is no Chromium. */
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

/** @returns its address, with the key that is good once */
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
    // A context without the cookie is turned away once; that is not a page's mistake.
    if (message.type() === "error") problems.push(`${message.location().url}: ${message.text()}`);
  });
  return page;
}

/** How sync stands, as the worker says at this moment. */
export async function statusOf(page: Page): Promise<SyncStatus> {
  return await page.evaluate(async () => {
    const answer = await fetch("/call", { method: "POST", body: '{"call":"getStatus","argument":{}}' });
    return ((await answer.json()) as { value: SyncStatus }).value;
  });
}

/** Goes to a screen, such as `/invoices?open=true`. The one before stays in sight for a moment: it is gone afterwards. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
  await page.waitForFunction((asked) => {
    const main = document.getElementById("main");
    if (!main) return true; // the login has no other screens
    const isThere = main.dataset.path === asked || main.dataset.path === location.hash.slice(1);
    return isThere && main.ariaBusy !== "true";
  }, path);
}

const AXE = readFileSync(fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");

/** Nothing that axe-core calls serious or critical. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(`${AXE}; undefined`);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    type Violation = { id: string; impact: string | null; help: string; nodes: { html: string }[] };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`);
  });
  assert.deepEqual(found, []);
}
