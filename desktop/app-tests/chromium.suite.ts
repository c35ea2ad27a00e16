/** Tests that need Chromium. Without Chromium they are skipped, with a message; in CI that is an error. */
import { type TestContext, test } from "node:test";
import { CHROMIUM, launchChromium, WITHOUT_CHROMIUM } from "../../fixtures/demo/chromium.ts";

export { CHROMIUM, launchChromium };

if (CHROMIUM === null) {
  if (process.env.CI) throw new Error(`${WITHOUT_CHROMIUM}: apt-get install chromium`);
  console.error(`\n!!! ${WITHOUT_CHROMIUM}: the screens are not tested in a browser\n`);
}

/** A test that needs a browser. */
export function browserTest(name: string, run: (t: TestContext) => Promise<void>): void {
  if (CHROMIUM === null) test(name, { skip: WITHOUT_CHROMIUM }, () => {});
  else test(name, run);
}
