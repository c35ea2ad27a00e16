/** What is printed is recorded once, by those who may write, and only while the server can be reached. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { call, PASSWORD } from "../../../../api/sessions/people.suite.ts";
import { decodeEvent } from "../../../../events/encoding/event.ts";
import { until } from "../../../../fixtures/tests/until.ts";
import {
  askWorker,
  browserTest,
  goTo,
  openScreensOf,
  statusOf,
  untilSynced,
} from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { issueInvoice } from "../../../app-tests/sales.suite.ts";
import { startSwitch } from "../../../app-tests/switch.suite.ts";
import { runApi } from "../../../worker/sync/desktop.suite.ts";
import { printPaper, watchPrinting } from "./papers.suite.ts";

const login = { email: "robin@example.org", password: PASSWORD };
const api = CHROMIUM === null ? null : await runApi();
const network = api && (await startSwitch(api.base));
const robin = api && (await invite());
const screens =
  api && network && (await openScreensOf({ server: network.base, login, head: await api.organization.log.head() }));

const printing = screens ? watchPrinting(screens.page) : Promise.reject(new Error("there is no browser"));
printing.catch(() => {}); // without a browser, no test runs

const setup = () => {
  assert.ok(api && network && robin && screens);
  return { api, network, robin, ...screens };
};

/** Adds the user Robin, at first a clerk. */
async function invite(): Promise<number> {
  assert.ok(api);
  const user = { email: login.email, name: "Robin", role: "clerk" };
  const headers = { authorization: `Bearer ${api.token}` };
  const { body } = await call(api.base, "POST", "/api/users", user, { headers });
  await call(api.base, "POST", "/api/auth/accept", { invitation: body.invitation, password: PASSWORD });
  return Number(body.stream);
}

/** A new issued invoice, on the screen. */
async function showInvoice(): Promise<number> {
  const { api, page } = setup();
  const { stream: clientId } = await api.send("POST", "/api/clients", { name: "Ada", address: { country: "GB" } });
  const id = await issueInvoice(api, { clientId });
  await untilSynced(page, api);
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("heading", { name: /^Invoice INV-/, level: 1 }).waitFor();
  return id;
}

/** Prints the document on the screen. */
async function print(page: Page): Promise<void> {
  assert.match((await printPaper(page, await printing)).toString("latin1"), /^%PDF-/);
}

/** The ways in which a document was delivered, as the log has them. */
async function deliveriesOf(id: number): Promise<string[]> {
  const ways: string[] = [];
  for await (const { bodies } of setup().api.organization.log.read({ after: 0, upTo: Number.POSITIVE_INFINITY }))
    for (const body of bodies) {
      const event = decodeEvent(body);
      if (event.type === "DocumentDelivered" && event.stream === id) ways.push(event.data.how);
    }
  return ways;
}

/** Records that it was sent. Whatever the printing before it has recorded is in the log by then. */
async function markAsSent(page: Page, id: number): Promise<void> {
  await page.getByRole("button", { name: "Mark as sent" }).click();
  await until("it is marked as sent", async () => (await deliveriesOf(id)).includes("sent"));
}

browserTest("a printout is recorded once, however often it is printed", async () => {
  const { page } = setup();
  const id = await showInvoice();
  await print(page);
  await print(page); // perhaps before the page knows of the first one
  await page.getByText("Printed", { exact: false }).first().waitFor();
  await print(page);
  await markAsSent(page, id);
  assert.deepEqual(await deliveriesOf(id), ["print", "sent"]);
});

browserTest("offline, printing works and records nothing, now or later", async () => {
  const { page, network, problems } = setup();
  const id = await showInvoice();
  const before = problems.length;
  network.cut();
  await page.getByText("Offline. You see your data").waitFor();
  await print(page);
  assert.equal(await page.getByRole("dialog").count(), 0, "nothing asks the user");
  assert.equal(await page.getByRole("alert").count(), 0, "nothing is reported as failed");
  assert.deepEqual((await askWorker(page, "listInputs", {})).value, [], "nothing waits to be sent");
  network.join();
  await page.getByText("Up to date").waitFor();
  await markAsSent(page, id);
  assert.deepEqual(await deliveriesOf(id), ["sent"]);
  assert.deepEqual(problems.slice(before), []);
});

browserTest("a viewer prints without a record, and a clerk's next printout has one", async () => {
  const { page, api, robin } = setup();
  const become = async (role: string) => {
    await api.send("POST", `/api/users/${robin}/role`, { role });
    await until(`the role ${role}`, async () => (await statusOf(page)).user?.role === role);
  };
  const id = await showInvoice();
  await become("viewer");
  await page.getByRole("button", { name: "Mark as sent" }).waitFor({ state: "detached" });
  await print(page);
  await become("clerk");
  await page.getByRole("button", { name: "Mark as sent" }).waitFor();
  await markAsSent(page, id);
  assert.deepEqual(await deliveriesOf(id), ["sent"]);
  await print(page);
  await until("it is recorded", async () => (await deliveriesOf(id)).includes("print"));
});
