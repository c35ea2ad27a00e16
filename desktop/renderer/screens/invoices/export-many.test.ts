/** Many documents as files: what is exported, what is not and why, and how the user stops it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../../../../fixtures/tests/until.ts";
import {
  askWorker,
  assertAccessible,
  browserTest,
  goTo,
  openScreens,
  untilSynced,
} from "../../../app-tests/browser.suite.ts";
import { draftInvoice, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { runApi } from "../../../worker/sync/desktop.suite.ts";
import { fileOf, unzip } from "./papers.suite.ts";

const api = await runApi();
const address = { street: "Unter den Linden 1", city: "Berlin", postcode: "10117", country: "DE" };
const register = async (name: string, format: string | null) => {
  const { stream } = await api.send("POST", "/api/clients", { name, address });
  return { id: stream, setFormat: () => api.send("PATCH", `/api/clients/${stream}`, { more: { format } }) };
};
const plain = await register("Plain Ltd", null);
const data = await register("Data GmbH", "ubl");
const strict = await register("Bund", "xrechnung-ubl");
const issued = {
  plain: await issueInvoice(api, { clientId: plain.id }),
  data: await issueInvoice(api, { clientId: data.id }),
  strict: await issueInvoice(api, { clientId: strict.id }),
};
const draft = await draftInvoice(api, { clientId: plain.id });
const voided = await issueInvoice(api, { clientId: data.id });
await api.send("POST", `/api/invoices/${voided}/void`, { reason: "By mistake", neverDelivered: true });
// Chosen after they were issued: what is missing then shows when they are exported.
for (const client of [data, strict]) await client.setFormat();
const screens = await openScreens(api);
const setup = () => screens ?? assert.fail();

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "Export documents" });

async function openExport(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Export documents…" }).click();
  await dialogOf(page).waitFor();
}

async function exportNow(page: Page): Promise<{ name: string; files: Map<string, Buffer> }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialogOf(page).getByRole("button", { name: "Export", exact: true }).click(),
  ]);
  const { name, bytes } = await fileOf(download);
  return { name, files: unzip(bytes) };
}

async function deliveriesOf(id: number): Promise<(string | null)[]> {
  const { deliveries } = await api.get<{ deliveries: { how: string; file_format: string | null }[] }>(
    `/api/invoices/${id}`,
  );
  return deliveries.flatMap(({ how, file_format }) => [how, file_format]);
}

browserTest("the whole list is exported in each client's format, and the rest is named with its reason", async () => {
  const { page, problems } = setup();
  await goTo(page, "/invoices");
  await page.getByText("5 documents").waitFor();
  await openExport(page);
  await dialogOf(page).getByText("Exports all 5 documents of this list.").waitFor();
  assert.ok((await dialogOf(page).innerText()).includes("recorded as exported"));
  await assertAccessible(page);
  const { name, files } = await exportNow(page);
  assert.match(name, /^Invoices \d{4}-\d\d-\d\d\.zip$/);
  assert.deepEqual([...files.keys()].sort(), ["INV-00001 Example Ltd.pdf", "INV-00002 Example Ltd.xml"]);
  assert.equal(files.get("INV-00001 Example Ltd.pdf")?.subarray(0, 5).toString(), "%PDF-");
  assert.match(files.get("INV-00002 Example Ltd.xml")?.toString() ?? "", /<cbc:ID>INV-00002</);
  const dialog = dialogOf(page);
  await dialog.getByText("2 documents saved in Invoices").waitFor();
  const missing = dialog.getByRole("region", { name: "Not exported: 3 documents" });
  const texts = await missing.getByRole("listitem").allInnerTexts();
  const textOf = (number: string) => texts.find((text) => text.includes(number)) ?? assert.fail(texts.join("\n"));
  assert.match(textOf(`Draft ${draft}`), /Issue it first/);
  assert.match(textOf("INV-00004"), /void/);
  assert.match(textOf("INV-00003"), /\w{4,}/); // the words of the rule
  await assertAccessible(page);
  await page.keyboard.press("Enter"); // "Close" has the focus
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(await deliveriesOf(issued.plain), ["export", "pdf"]);
  assert.deepEqual(await deliveriesOf(issued.data), ["export", "ubl"]);
  assert.deepEqual(await deliveriesOf(issued.strict), []);
  assert.deepEqual(problems, []);
});

browserTest("rows are selected by keyboard and mouse, and only they are exported, in the chosen format", async () => {
  const { page } = setup();
  await untilSynced(page, api);
  await goTo(page, "/invoices?status=issued");
  await page.getByText("3 documents").waitFor();
  await page.getByRole("button", { name: "Select" }).click();
  const grid = page.getByRole("grid", { name: "Invoices" });
  await grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "1 selected" }).waitFor();
  await grid
    .getByText("INV-00001")
    .locator("xpath=ancestor::*[@role='row']")
    .click({ position: { x: 300, y: 10 }, modifiers: ["Shift"] });
  await page.getByRole("button", { name: "3 selected" }).waitFor();
  await grid.getByRole("checkbox", { name: "Select all" }).click();
  await page.getByRole("button", { name: "0 selected" }).waitFor();
  await grid
    .getByText("INV-00002")
    .locator("xpath=ancestor::*[@role='row']")
    .click({ position: { x: 300, y: 10 } });
  assert.equal(await grid.locator("[aria-selected=true]").count(), 1);
  await assertAccessible(page);
  await openExport(page);
  await dialogOf(page).getByText("Exports 1 selected document.").waitFor();
  await dialogOf(page).getByLabel("Format").selectOption("factur-x");
  const { files } = await exportNow(page);
  assert.deepEqual([...files.keys()], ["INV-00002 Example Ltd.pdf"]);
  const { value } = await askWorker(page, "documentFile", { id: issued.data, format: "factur-x" });
  assert.deepEqual(files.get("INV-00002 Example Ltd.pdf"), Buffer.from((value as { base64: string }).base64, "base64"));
  await dialogOf(page).getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "1 selected" }).click(); // ends it
  assert.equal(await grid.getByRole("checkbox").count(), 0);
});

browserTest(
  "of the past, what is exported is not recorded, is named after its moment, and the dialog promises no record",
  async () => {
    const { page } = setup();
    await untilSynced(page, api);
    const head = (await api.organization.log.head()) ?? 0;
    await goTo(page, `/invoices?status=issued&at=${head}`);
    await page.getByText("3 documents").waitFor();
    await openExport(page);
    await dialogOf(page).getByText("Drafts are left out.").waitFor();
    assert.ok(!(await dialogOf(page).innerText()).includes("recorded"));
    const { name, files } = await exportNow(page);
    assert.match(name, new RegExp(`^Invoices as-of-\\d{4}-\\d\\d-\\d\\d-event-${head}\\.zip$`));
    assert.equal(files.size, 2);
    await dialogOf(page).getByRole("button", { name: "Close" }).click();
    assert.equal(await api.organization.log.head(), head, "nothing was written");
    await goTo(page, "/invoices?at=");
  },
);

browserTest("an export can be cancelled, and Escape does not end it by mistake", async () => {
  const page = await setup().open();
  await goTo(page, "/invoices?status=issued");
  await page.getByText("3 documents").waitFor();
  const { promise: mayGo, resolve: go } = Promise.withResolvers<void>();
  let asked = 0;
  await page.route("**/call", async (route) => {
    if (route.request().postData()?.includes("documentFile")) {
      asked++;
      await mayGo;
    }
    await route.continue();
  });
  await openExport(page);
  await dialogOf(page).getByRole("button", { name: "Export", exact: true }).click();
  await dialogOf(page).getByText("0 of 3 documents").waitFor();
  await until("a document is asked for", async () => asked > 0);
  await page.keyboard.press("Escape");
  await dialogOf(page).getByRole("button", { name: "Cancel export" }).click();
  go();
  await dialogOf(page).getByText("The export was cancelled. Nothing was saved.").waitFor();
  assert.equal(asked, 1);
  await page.context().close();
});

browserTest("an export stops at what concerns all documents, and says so", async () => {
  const page = await setup().open();
  await goTo(page, "/invoices?status=issued");
  await page.getByText("3 documents").waitFor();
  let asked = 0;
  await page.route("**/call", async (route) => {
    if (!route.request().postData()?.includes("documentFile")) return await route.continue();
    asked++;
    await route.fulfill({ json: { ok: false, failure: { code: "NO_DATA", message: "nobody is logged in" } } });
  });
  await openExport(page);
  await dialogOf(page).getByRole("button", { name: "Export", exact: true }).click();
  await dialogOf(page).getByRole("alert").getByText("nobody is logged in").waitFor();
  assert.equal(asked, 1, "the others are not tried");
  await page.context().close();
});

browserTest("one document is exported from its page: the client's format first", async () => {
  const { page } = setup();
  await goTo(page, `/invoices/${issued.data}`);
  await page.getByRole("heading", { name: "Invoice INV-00002", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Export" }).focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu", { name: "Export" });
  await menu.waitFor();
  const [first = ""] = await menu.getByRole("menuitem").allInnerTexts();
  assert.match(first, /UBL[\s\S]*This client’s format/);
  await assertAccessible(page);
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.ariaHasPopup), "menu");
  await page.keyboard.press("Enter");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const { name, bytes } = await fileOf(download);
  assert.equal(name, "INV-00002 Example Ltd.xml");
  assert.match(bytes.toString(), /<cbc:ID>INV-00002</);

  await goTo(page, `/invoices/${issued.strict}`);
  await page.getByRole("heading", { name: "Invoice INV-00003", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /This client’s format/ }).click();
  await page.getByRole("alert").waitFor();
  for (const id of [draft, voided]) {
    await goTo(page, `/invoices/${id}`);
    await page.getByRole("button", { name: "Preview" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Export" }).count(), 0);
  }
});

browserTest("a document leaves in the format that its client wanted when it was issued", async () => {
  const { page } = setup();
  const late = await register("Late GmbH", "cii");
  await late.setFormat();
  const id = await issueInvoice(api, { clientId: late.id });
  await api.send("PATCH", `/api/clients/${late.id}`, { more: { format: null } });
  await untilSynced(page, api);
  await goTo(page, "/invoices?status=issued");
  await page.getByText("4 documents").waitFor();
  await page.getByRole("button", { name: "Select" }).click();
  const { number } = await api.get<{ number: string }>(`/api/invoices/${id}`);
  await page
    .getByRole("grid", { name: "Invoices" })
    .getByText(number)
    .locator("xpath=ancestor::*[@role='row']")
    .click({ position: { x: 300, y: 10 } });
  await openExport(page);
  const { files } = await exportNow(page);
  assert.match([...files.keys()].join(), /^INV-\d+ Example Ltd\.xml$/);
  await dialogOf(page).getByRole("button", { name: "Close" }).click();
});

browserTest(
  "while documents are made, the screens go on reading; a log-out ends the export, and saves nothing",
  async () => {
    const page = await setup().open();
    const other = await setup().open();
    await goTo(page, "/invoices?status=issued");
    await page.getByText("4 documents").waitFor();
    const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
    const { promise: mayGo, resolve: go } = Promise.withResolvers<void>();
    await page.route("**/call", async (route) => {
      if (route.request().postData()?.includes("documentFile")) {
        asked();
        await mayGo;
      }
      await route.continue();
    });
    let saved = 0;
    page.on("download", () => saved++);
    await openExport(page);
    await dialogOf(page).getByLabel("Format").selectOption("pdf");
    await dialogOf(page).getByRole("button", { name: "Export", exact: true }).click();
    await isAsked;
    await goTo(other, `/invoices/${issued.plain}`);
    await other.getByRole("heading", { name: "Invoice INV-00001", level: 1 }).waitFor();
    assert.equal((await askWorker(other, "logout", {})).ok, true);
    go();
    await page.getByLabel("Password").waitFor(); // the login has taken the place of the list, with its dialog
    assert.equal(await dialogOf(page).count(), 0);
    assert.equal(saved, 0);
  },
);
