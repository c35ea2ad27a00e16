/** The Chromium that tests use. Without one, what needs it does not run, and says so; in CI that fails. */
import { type TestContext, test } from "node:test";
import { type Browser, chromium } from "playwright-core";
import { findOnPath } from "../fixtures/mongodb/find-on-path.ts";

/** Without windows it takes half the time: the others draw their own tabs and bars, though nobody sees them. */
const PROGRAMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

/** Its path; null: there is none. */
export const CHROMIUM = PROGRAMS.map(onPath).find((found) => found) ?? null;

/** How long a page waits for what a test wants of it, ms: a machine may be slow, and have other work. */
export const PATIENCE_MS = 60_000;

const WITHOUT = "there is no Chromium on the PATH: the screens are not tested in a browser";
if (CHROMIUM === null) {
  if (process.env.CI) throw new Error(`${WITHOUT} (apt-get install chromium)`);
  console.error(`\n!!! ${WITHOUT}\n`);
}

/** Starts one. @throws if there is none */
export async function launchChromium(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error(WITHOUT);
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
  });
}

function onPath(program: string): string | null {
  try {
    return findOnPath(program);
  } catch {
    return null;
  }
}

/** A test that needs a browser. */
export function browserTest(name: string, run: (t: TestContext) => Promise<void>): void {
  if (CHROMIUM === null) test(name, { skip: WITHOUT }, () => {});
  else test(name, run);
}
