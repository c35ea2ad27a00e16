/** Each step of the first run, with each way in which a server can fail it: the screen says so, in words, and goes on. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type ForeignReply, startReplacingProxy } from "../../../api/faults/replacing-proxy.suite.ts";
import { newConfig, startApi } from "../../../api/sessions/people.suite.ts";
import { assertAccessible, browserTest, startEmptyViewer } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";

const api = CHROMIUM === null ? null : await startApi(newConfig());
const line = api && (await startReplacingProxy(api.base));
const viewer = await startEmptyViewer();

const HTML = { "content-type": "text/html" };
function problem(status: number, code: string, detail = "a detail for programs"): ForeignReply {
  const body = JSON.stringify({ type: "about:blank", title: "No", status, code, detail });
  return { status, headers: { "content-type": "application/problem+json" }, body };
}

/** What answers, and what the user reads. */
const FAILURES: readonly (readonly [string, ForeignReply, RegExp])[] = [
  ["a proxy whose server is away", { status: 502, headers: HTML, body: "<h1>502</h1>" }, /restarting|did not respond/],
  ["a login page", { headers: HTML, body: "<h1>Wi-Fi</h1>" }, /login page|did not respond/],
  ["a redirect", { status: 302, headers: { location: "/login" } }, /login page|did not respond/],
  ["a connection that is cut", { headers: HTML, body: "<h1>", cut: true }, /interrupted|login page|did not respond/],
  ["a restart", problem(503, "SHUTTING_DOWN"), /busy or restarting/],
  ["too many users", problem(503, "BUSY"), /busy or restarting/],
  ["a wrong clock of the server", problem(503, "CLOCK_SKEW"), /clock is wrong|could not do this/],
  ["a last event in the future", problem(503, "HEAD_IN_FUTURE"), /clock is wrong|could not do this/],
  ["a full disk of the server", problem(500, "UNAVAILABLE"), /could not do this|did not respond/],
  ["an error of the server", problem(500, "INTERNAL"), /could not do this|did not respond/],
  ["a newer server", problem(409, "FROM_THE_FUTURE"), /could not do this|did not respond/],
  ["too many attempts", problem(429, "TOO_MANY_ATTEMPTS"), /too many attempts. Try again in a few minutes/],
  ["the same, for 90 s", problem(429, "TOO_MANY_ATTEMPTS", "too many; try again in 90 s"), /Try again in 2 minutes/],
  ["a server without this route", problem(404, "NO_SUCH_ROUTE"), /does not offer this/],
  ["a server that wants https", problem(403, "TLS_REQUIRED"), /only https/],
];

interface Step {
  /** The button that opens it; null: it is open. */
  open: string | null;
  submit: string;
  fill(page: Page): Promise<void>;
  /** Failures that it treats as another one of the list: it repeats its request for seconds before it gives up. */
  without?: readonly string[];
}

/** Opens each step, and fills it in. */
const STEPS: Readonly<Record<string, Step>> = {
  login: {
    open: null,
    submit: "Log in",
    async fill(page) {
      await page.getByLabel("E-mail").fill("flo@example.org");
      await page.getByLabel("Password").fill("a password that Flo chose");
    },
  },
  invitation: {
    open: "I have an invitation",
    submit: "Set password and log in",
    async fill(page) {
      await page.getByLabel("Link", { exact: true }).fill("0123456789abcdef0123");
      for (const label of ["New password", "Confirm new password"])
        await page.getByLabel(label, { exact: true }).fill("a password that Flo chose");
    },
  },
  founding: {
    open: "Create an organization",
    submit: "Create organization",
    async fill(page) {
      await page.getByLabel("Organization name").fill("Lighthouse GmbH");
      await page.getByLabel("Your name").fill("Flo Founder");
      await page.getByLabel("Your e-mail").fill("flo@example.org");
      for (const label of ["Password", "Confirm password"])
        await page.getByLabel(label, { exact: true }).fill("a password that Flo chose");
    },
    without: ["a redirect", "too many users", "a last event in the future", "a full disk of the server"],
  },
};

/** Names of codes, addresses, statuses: for programs and operators. */
const TECHNICAL = /[A-Z]{2,}_[A-Z]|https?:\/\/\w|status \d|undefined|null|[{}]|a detail for programs/;

browserTest("the address is found", async () => {
  assert.ok(viewer && line);
  await viewer.page.getByLabel("Address").fill(line.base);
  await viewer.page.keyboard.press("Enter");
  await viewer.page.getByRole("heading", { name: "Log in" }).waitFor();
});

for (const [step, { open, submit, fill, without }] of Object.entries(STEPS))
  browserTest(`${step}: each failure is told in words, and the step can be tried again`, async () => {
    assert.ok(viewer && line);
    const { page } = viewer;
    line.toAll = null;
    await page.reload();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    if (open !== null) await page.getByRole("button", { name: open }).press("Enter");
    for (const [what, reply, words] of FAILURES) {
      if (without?.includes(what)) continue;
      line.toAll = reply;
      await fill(page);
      await page.getByRole("button", { name: submit, exact: true }).press("Enter");
      const alert = page.getByRole("alert").or(page.locator(".field-error")).filter({ hasText: words }).first();
      await alert.waitFor();
      const text = await alert.innerText();
      assert.doesNotMatch(text, TECHNICAL, `${step}, ${what}`);
      await page.getByRole("button", { name: submit, exact: true }).and(page.locator(":enabled")).waitFor();
    }
    await assertAccessible(page);
  });
