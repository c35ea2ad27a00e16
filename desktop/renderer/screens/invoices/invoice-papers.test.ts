/** A document as it leaves: what is previewed, printed and saved is the PDF that the worker makes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { askWorker, assertAccessible, browserTest, goTo, openScreens } from "../../../app-tests/browser.suite.ts";
import { draftInvoice, HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { runApi } from "../../../worker/sync/desktop.suite.ts";
import { inOneLine, pagesOf, paperTest, printPaper, savePdf, watchPrinting } from "./papers.suite.ts";

const api = await runApi();
const client = await api.send("POST", "/api/clients", {
  name: "Société <img src=x onerror=alert(1)> SARL",
  address: { street: "12 rue de la Paix", postcode: "75002", city: "Paris", country: "FR" },
});
const lines = Array.from({ length: 60 }, (_, n) => ({ ...HOUR, description: `Article ${n + 1} of many` }));
const issued = await issueInvoice(api, { clientId: client.stream, lines });
const draft = await draftInvoice(api, { clientId: client.stream });
const voided = await issueInvoice(api, { clientId: client.stream });
await api.send("POST", `/api/invoices/${voided}/void`, { reason: "Sent to the wrong client", neverDelivered: true });
const screens = await openScreens(api);
const setup = () => screens ?? assert.fail();

/** The bytes that the worker makes of a document. */
async function madeBy(page: Page, id: number, format = "pdf"): Promise<Buffer> {
  const { value } = await askWorker(page, "documentFile", { id, format });
  return Buffer.from((value as { base64: string }).base64, "base64");
}

async function show(page: Page, id: number, heading: string): Promise<void> {
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

browserTest("the preview shows the pages with their text, and Escape returns to the button", async () => {
  const { page, problems } = setup();
  await show(page, issued, "Invoice INV-00001");
  await page.getByRole("button", { name: "Preview" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Invoice INV-00001" });
  const pages = dialog.getByRole("region", { name: /^Page \d of \d$/ });
  const frame = dialog.getByRole("region", { name: "INV-00001 Example Ltd.pdf" });
  await pages.first().getByText("Article 1 of many", { exact: true }).waitFor();
  assert.ok((await pages.count()) > 1, `${await pages.count()} pages`);
  await dialog.getByText("onerror=alert(1)").first().waitFor();
  // Drawn: somewhere on the canvas is ink.
  const inks = await pages
    .first()
    .locator("canvas")
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height) ?? {
        data: [],
      };
      return new Set(data).size;
    });
  assert.ok(inks > 50, `${inks} shades`);
  await assertAccessible(page);
  // The last page is drawn once it comes near.
  await frame.focus();
  await page.keyboard.press("End");
  await pages
    .last()
    .getByText(/^Page (\d) of \1$/)
    .waitFor();
  const { width = 0 } = (await pages.first().boundingBox()) ?? {};
  await dialog.getByRole("button", { name: "Larger" }).click();
  await page.waitForFunction(
    (before) => (document.querySelector(".pdf-sheet")?.getBoundingClientRect().width ?? 0) > before * 1.2,
    width,
  );
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Preview");
  await page.keyboard.press("p");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(problems, []);
});

paperTest("saving gives the PDF under the name of the document and its seller", async () => {
  const { page } = setup();
  await show(page, issued, "Invoice INV-00001");
  const { name, bytes } = await savePdf(page);
  assert.equal(name, "INV-00001 Example Ltd.pdf");
  assert.deepEqual(bytes, await madeBy(page, issued));
  const text = inOneLine(pagesOf(bytes).join(" "));
  for (let n = 1; n <= 60; n++) assert.ok(text.includes(`Article ${n} of many`), `line ${n}`);
  await page
    .getByText(/^Saved as PDF/)
    .first()
    .waitFor();
});

paperTest("a draft and a void document are saved, and not delivered", async () => {
  const { page } = setup();
  await show(page, draft, `Draft invoice ${draft}`);
  const saved = await savePdf(page);
  assert.equal(saved.name, `draft ${draft} Example Ltd.pdf`);
  assert.deepEqual(saved.bytes, await madeBy(page, draft));
  await show(page, voided, "Invoice INV-00002");
  assert.deepEqual((await savePdf(page)).bytes, await madeBy(page, voided));
  for (const id of [draft, voided])
    assert.deepEqual((await api.get<{ deliveries: unknown[] }>(`/api/invoices/${id}`)).deliveries, []);
});

browserTest("a browser without a PDF viewer saves what it cannot print, and says so", async () => {
  const { page } = setup();
  assert.equal(await page.evaluate(() => navigator.pdfViewerEnabled), false, "this browser has none");
  await show(page, issued, "Invoice INV-00001");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Control+p")]);
  assert.deepEqual(readFileSync(await download.path()), await madeBy(page, issued));
  await page.getByText("This browser cannot print PDF files. The document was saved").waitFor();
});

browserTest("printing prints the PDF itself, by the button and by Ctrl+P", async () => {
  const page = await setup().open();
  const printed = await watchPrinting(page);
  await show(page, issued, "Invoice INV-00001");
  assert.deepEqual(await printPaper(page, printed), await madeBy(page, issued));
  await page.keyboard.press("Control+p");
  await page.waitForFunction(() => (globalThis as unknown as { printed: string[] }).printed.length === 2);
  await page
    .getByText(/^Printed/)
    .first()
    .waitFor();
  await page.context().close();
});

browserTest("a document that cannot be made says why, and can be tried again", async () => {
  const page = await setup().open();
  await show(page, issued, "Invoice INV-00001");
  await page.route("**/call", async (route) => {
    if (!route.request().postData()?.includes("documentFile")) return await route.continue();
    const failure = { code: "DOCUMENT_NOT_MADE", message: "the document could not be made: it took too long" };
    await route.fulfill({ json: { ok: false, failure } });
  });
  await page.getByRole("button", { name: "Save as PDF" }).click();
  const alert = page.getByRole("alert");
  await alert.getByText("it took too long").waitFor();
  await page.unroute("**/call");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    alert.getByRole("button", { name: "Try again" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "INV-00001 Example Ltd.pdf");
  await page.context().close();
});
