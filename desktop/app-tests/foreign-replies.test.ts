/** The whole app behind a proxy that answers in the server's place: nothing is saved twice, and nobody is led to believe so. */
import assert from "node:assert/strict";
import { FOREIGN_REPLIES, startReplacingProxy } from "../../api/faults/replacing-proxy.suite.ts";
import { OWNER, runApi } from "../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreensOf, untilSynced } from "./browser.suite.ts";
import { CHROMIUM } from "./chromium.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const proxy = api && (await startReplacingProxy(api.base));
const screens =
  api && proxy && (await openScreensOf({ server: proxy.base, login: OWNER, head: await api.organization.log.head() }));

const setup = () => {
  assert.ok(api && proxy && screens);
  return { api, proxy, ...screens };
};

const KINDS = [
  "a page with 200",
  "a page with 403",
  "a page with 404",
  "an empty 200",
  "JSON that is cut",
  "gzip that is cut",
];

for (const kind of KINDS)
  browserTest(`a payment whose answer is ${kind} is recorded once, whatever the clerk does`, async () => {
    const { api, proxy, page } = setup();
    const client = (await api.send("POST", "/api/clients", { name: kind, address: { country: "GB" } })).stream;
    const form = `/payments/new?client=${client}`;
    const payments = async () => (await api.get<{ rows: unknown[] }>(`/api/payments?client=${client}`)).rows.length;
    const unconfirmed = page.getByRole("alert").filter({ hasText: "may or may not have been saved" });
    await untilSynced(page, api);
    await goTo(page, form);
    await page.getByLabel("Amount", { exact: true }).fill("120");
    // Once its event arrives, the app knows that it was saved.
    const events = Promise.withResolvers<void>();
    proxy.holdEvents = events.promise;
    proxy.afterWrites = FOREIGN_REPLIES[kind] ?? null;
    await page.getByRole("button", { name: "Record payment" }).click();
    await unconfirmed.waitFor();
    assert.equal(await payments(), 1, "the server has it");
    assert.equal(await page.getByLabel("Amount", { exact: true }).isDisabled(), true, "it cannot change");

    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByRole("link", { name: "1 not sent yet" }).waitFor();
    await page.reload();
    await goTo(page, form);
    await unconfirmed.waitFor();
    assert.equal(await page.getByLabel("Amount", { exact: true }).inputValue(), "120");
    await page.getByRole("button", { name: "Discard…" }).click();
    await page.getByText("Look for it before you enter it again", { exact: false }).waitFor();
    await assertAccessible(page);
    await page.getByRole("button", { name: "Keep" }).click();

    proxy.afterWrites = null;
    proxy.holdEvents = null;
    events.resolve();
    await page.getByRole("alert").filter({ hasText: "This was saved in the meantime" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Send again" }).count(), 0);
    await page.getByRole("button", { name: "Start over" }).click();
    assert.equal(await page.getByLabel("Amount", { exact: true }).inputValue(), "");
    assert.equal(await payments(), 1);
    assert.equal(await page.getByRole("link", { name: "1 not sent yet" }).count(), 0);
  });

browserTest("a payment whose answer is lost between the worker and the page is recorded once", async () => {
  const { api, page } = setup();
  const client = (await api.send("POST", "/api/clients", { name: "Lost Ltd", address: { country: "GB" } })).stream;
  await untilSynced(page, api);
  await goTo(page, `/payments/new?client=${client}`);
  await page.getByLabel("Amount", { exact: true }).fill("120");
  await page.route("**/call", async (route) => {
    if (!route.request().postData()?.includes('"ReceivePayment"')) return await route.continue();
    await route.fetch();
    await route.fulfill({ status: 502, body: "the viewer has stopped" });
    await page.unroute("**/call");
  });
  const record = page.getByRole("button", { name: "Record payment" });
  await record.click();
  // The payment's event may have settled the input before the page gets its answer.
  const arrived = page.getByRole("alert").filter({ hasText: "Look for it before you enter it again" });
  await page.getByRole("alert").filter({ hasText: "the viewer has stopped" }).or(arrived).first().waitFor();
  if (await record.isEnabled()) {
    await record.click();
    await page.getByRole("heading", { name: /^Payment of/, level: 1 }).waitFor();
  } else await arrived.waitFor();
  assert.equal((await api.get<{ rows: unknown[] }>(`/api/payments?client=${client}`)).rows.length, 1);
});

browserTest("what a proxy refuses as too large was not saved: the app says so, and it can be changed", async () => {
  const { api, proxy, page } = setup();
  const client = (await api.send("POST", "/api/clients", { name: "Long Ltd", address: { country: "GB" } })).stream;
  await untilSynced(page, api);
  await goTo(page, `/payments/new?client=${client}`);
  const [amount, record] = [
    page.getByLabel("Amount", { exact: true }),
    page.getByRole("button", { name: "Record payment" }),
  ];
  await amount.fill("120");
  proxy.toWrites = {
    status: 413,
    headers: { "content-type": "text/html" },
    body: "<h1>413 Request Entity Too Large</h1>",
  };
  await record.click();
  const refused = page.getByRole("alert").filter({ hasText: "larger than the server" });
  await refused.filter({ hasText: "Nothing was saved." }).waitFor();
  await assertAccessible(page);
  assert.equal(await page.getByText("Offline", { exact: false }).count(), 0, "the server is reached");
  if (process.env.SCREENSHOT) await page.screenshot({ path: `${process.env.SCREENSHOT}-too-large.png` });
  proxy.toWrites = null;
  await amount.fill("119");
  await record.click();
  await page.getByRole("heading", { name: /^Payment of/, level: 1 }).waitFor();
  assert.equal((await api.get<{ rows: unknown[] }>(`/api/payments?client=${client}`)).rows.length, 1);
});

browserTest("behind a Wi-Fi login page the app is offline and says so; writing waits", async () => {
  const { proxy, page } = setup();
  await page.getByText("Up to date").waitFor();
  await goTo(page, "/payments/new");
  proxy.toAll = FOREIGN_REPLIES["a page with 200"] ?? null;
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.getByRole("status").filter({ hasText: "A Wi-Fi login page or a web filter answered" }).waitFor();
  assert.equal(await page.getByText("Up to date").count(), 0);
  const record = page.getByRole("button", { name: "Record payment" });
  assert.deepEqual([await record.isDisabled(), await record.getAttribute("title")], [true, "Internet required"]);
  await assertAccessible(page);
  if (process.env.SCREENSHOT) await page.screenshot({ path: `${process.env.SCREENSHOT}-portal.png` });
  proxy.toAll = null;
  await page.getByText("Up to date").waitFor();
});
