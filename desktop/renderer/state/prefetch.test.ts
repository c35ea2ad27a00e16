/** Prefetching, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { browserTest, goTo, openScreens } from "../../app-tests/browser.suite.ts";
import { issueInvoices } from "../../app-tests/sales.suite.ts";
import { registerClients, runApi } from "../../worker/sync/desktop.suite.ts";

const api = await runApi();
const [client = 0] = await registerClients(api, "Patient Ltd");
const [first = 0, second = 0, third = 0] = await issueInvoices(api, client, 3);
const screens = await openScreens(api);

const rowOf = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

/** Records the calls about invoices from now on. */
function callsFrom(page: Page): string[] {
  const calls: string[] = [];
  page.on("request", (request) => {
    const { call, argument } = JSON.parse(request.postData() ?? "{}");
    if (/^getInvoice(?:History)?$/.test(call)) calls.push(`${call} ${argument.id}`);
  });
  return calls;
}

/** Resolves when both answers about an invoice have arrived. */
async function answersAbout(page: Page, id: number): Promise<void> {
  const about = (name: string) =>
    page.waitForResponse((response) => response.request().postData() === `{"call":"${name}","argument":{"id":${id}}}`);
  await Promise.all(
    (await Promise.all([about("getInvoice"), about("getInvoiceHistory")])).map((one) => one.finished()),
  );
}

/** Holds back every answer about an invoice. @returns a function that releases them */
async function holdAnswers(page: Page): Promise<() => Promise<void>> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route("**/call", async (route) => {
    if (/"getInvoice/.test(route.request().postData() ?? "")) await promise;
    await route.continue();
  });
  return async () => {
    resolve();
    await page.unrouteAll({ behavior: "wait" });
  };
}

browserTest("pointing at an invoice reads it once, and opening it makes no further call", async () => {
  const page = (await screens?.open()) ?? assert.fail();
  await goTo(page, "/invoices");
  await rowOf(page, "INV-00002").waitFor();
  const calls = callsFrom(page);
  const answers = answersAbout(page, second);
  await rowOf(page, "INV-00002").hover();
  await answers;
  const release = await holdAnswers(page);
  await rowOf(page, "INV-00002").click();
  await heading(page, "Invoice INV-00002").waitFor();
  assert.match(await page.locator("main").innerText(), /£240\.00[\s\S]*Consulting[\s\S]*History\s*Issued/);
  assert.deepEqual(
    calls.filter((call) => call.endsWith(` ${second}`)),
    [`getInvoice ${second}`, `getInvoiceHistory ${second}`],
  );
  await release();
});

browserTest("an invoice's neighbours are prefetched", async () => {
  const page = (await screens?.open()) ?? assert.fail();
  await goTo(page, "/invoices");
  await rowOf(page, "INV-00002").waitFor();
  const answers = Promise.all([answersAbout(page, first), answersAbout(page, third)]);
  await rowOf(page, "INV-00002").click();
  await answers;
  const release = await holdAnswers(page);
  for (const [key, name] of [
    ["j", "INV-00001"],
    ["k", "INV-00002"],
    ["k", "INV-00003"],
  ] as const) {
    await page.keyboard.press(key);
    await heading(page, `Invoice ${name}`).waitFor();
  }
  await release();
});

browserTest("a prefetched invoice is read again when the data changes", async () => {
  const page = (await screens?.open()) ?? assert.fail();
  await goTo(page, "/invoices");
  const answers = answersAbout(page, third);
  await rowOf(page, "INV-00003").hover();
  await answers;
  await api.send("POST", "/api/payments", {
    clientId: client,
    receivedOn: "2026-01-05",
    currency: "GBP",
    amountMinor: 6_000,
    method: "card",
    allocations: [{ invoiceId: third, amountMinor: 6_000 }],
  });
  await rowOf(page, "INV-00003").filter({ hasText: "£300.00" }).waitFor();
  await rowOf(page, "INV-00003").click();
  await heading(page, "Invoice INV-00003").waitFor();
  assert.match(await page.locator("main").innerText(), /Paid\s*£60\.00\s*Balance\s*£300\.00/);
});

browserTest("while an answer is slow, the invoice's own screen shows that it is reading", async () => {
  const page = (await screens?.open()) ?? assert.fail();
  await goTo(page, "/payments");
  await page.getByRole("heading", { name: "Payments" }).waitFor();
  const release = await holdAnswers(page);
  await goTo(page, `/invoices/${first}`);
  await page.getByText("Loading…").waitFor();
  // A user who navigates elsewhere in the meantime is not called back.
  await goTo(page, "/items");
  await release();
  await page.getByRole("heading", { name: "Items" }).waitFor();
  await goTo(page, `/invoices/${first}`);
  await heading(page, "Invoice INV-00001").waitFor();
});

browserTest("a failed prefetch is read again by its screen, which then shows the failure", async () => {
  const page = (await screens?.open()) ?? assert.fail();
  await goTo(page, "/invoices");
  await rowOf(page, "INV-00001").waitFor();
  await page.route("**/call", async (route) => {
    if (!/"getInvoice"/.test(route.request().postData() ?? "")) return await route.continue();
    await route.fulfill({ json: { ok: false, failure: { code: "DAMAGED_CACHE", message: "a page is torn" } } });
  });
  await rowOf(page, "INV-00001").click();
  await page.getByText("a page is torn").waitFor();
  await page.unrouteAll({ behavior: "wait" });
});

test("no page reported a problem", { skip: screens === null && "no browser is installed" }, () => {
  assert.deepEqual(screens?.problems, []);
});
