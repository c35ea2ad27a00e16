/** Files that pages save through the shell, on the stand-in for Electron. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runApi } from "../../api/running-api.suite.ts";
import { browserTest as test } from "../app-tests/chromium.suite.ts";
import { issueInvoice } from "../app-tests/sales.suite.ts";
import { project, startLoggedIn } from "./app.suite.ts";
import type { Shell } from "./page.suite.ts";

const api = await runApi();
type Files = NonNullable<Shell["electron"]["files"]>;

test("a document is saved where the user chooses, once for each choice", async () => {
  const { electron, page } = await startLoggedIn(api);
  const folder = mkdtempSync(join(project, "saved-"));
  const offered: string[] = [];
  electron.saveAs = (name) => {
    offered.push(name);
    return offered.length === 1 ? null : join(folder, "chosen.xml");
  };
  const choose = (name: string) =>
    page.evaluate((name) => (globalThis as unknown as Shell).electron.files?.chooseFile(name), name);
  const write = (name: string, text: string) =>
    page.evaluate(
      ([name = "", text]) =>
        (globalThis as unknown as Shell).electron.files?.write(name, new TextEncoder().encode(text)),
      [name, text],
    );
  assert.equal(await choose("INV-1.xml"), false, "the user cancelled");
  await assert.rejects(write("INV-1.xml", "<a/>"), /nobody has chosen/);
  assert.equal(await choose("../../INV\\1: “é”.xml"), true);
  assert.deepEqual(await write("../../evil.xml", "<a/>"), { ok: true });
  assert.equal(readFileSync(join(folder, "chosen.xml"), "utf8"), "<a/>");
  await assert.rejects(write("INV-1.xml", "<b/>"), /nobody has chosen/);
  assert.deepEqual(offered, ["INV-1.xml", "..-..-INV-1- “é”.xml"]);
  for (const name of ["INV-1.exe", "INV-1", "", "x".repeat(300), 7, null])
    await assert.rejects(choose(name as string), /not the name of a PDF or XML file/, String(name));
  electron.saveAs = () => join(folder, "missing", "INV-1.pdf");
  assert.equal(await choose("INV-1.pdf"), true);
  const reply = await write("INV-1.pdf", "x");
  assert.ok(reply && !reply.ok);
  assert.match(reply.failure.message, /missing.INV-1\.pdf: The folder does not exist\./);
});

test("documents go into the folder that the user chooses: nothing is overwritten, nothing leaves the folder", async () => {
  const { electron, page } = await startLoggedIn(api);
  const folder = mkdtempSync(join(project, "exported-"));
  const choose = () => page.evaluate(() => (globalThis as unknown as Shell).electron.files?.chooseFolder());
  const write = (...names: string[]) =>
    page.evaluate(async (names) => {
      const files = (globalThis as unknown as Shell).electron.files as Files;
      const replies = [];
      for (const name of names) replies.push(await files.write(name, new TextEncoder().encode(name)));
      return replies.every(({ ok }) => ok);
    }, names);
  assert.equal(await choose(), null, "the user cancelled");
  await assert.rejects(write("INV-1.pdf"), /nobody has chosen/);
  electron.folder = folder;
  assert.equal(await choose(), basename(folder));
  assert.ok(await write("INV-1.pdf", "INV-1.pdf", "../INV-2.xml", "CON.pdf", "a/b.pdf"));
  assert.deepEqual(readdirSync(folder).sort(), [
    "..-INV-2.xml",
    "INV-1 (2).pdf",
    "INV-1.pdf",
    "a-b.pdf",
    "invoice CON.pdf",
  ]);
  assert.equal(existsSync(join(folder, "..", "INV-2.xml")), false);
  electron.folder = join(folder, "missing");
  await choose();
  assert.equal(await write("INV-1.pdf"), false);
});

test("the screens save and export through the shell, and a cancelled choice delivers nothing", async () => {
  const { stream: clientId } = await api.send("POST", "/api/clients", { name: "Ada Ltd", address: { country: "GB" } });
  const id = await issueInvoice(api, { clientId });
  const { electron, page } = await startLoggedIn(api);
  const folder = mkdtempSync(join(project, "screens-"));
  const deliveries = async () =>
    (await api.get<{ deliveries: { how: string; file_format: string }[] }>(`/api/invoices/${id}`)).deliveries.map(
      ({ how, file_format }) => `${how} ${file_format}`,
    );
  await page.evaluate(`location.hash = "/invoices/${id}"`);
  const save = page.getByRole("button", { name: "Save as PDF" });
  await save.click();
  await page.locator("#print-document[aria-disabled=false]").waitFor();
  assert.deepEqual(await deliveries(), []);
  electron.saveAs = (name) => join(folder, name);
  await save.click();
  await page
    .getByText(/^Saved as PDF/)
    .first()
    .waitFor();
  assert.match(readdirSync(folder).join(), /^INV-\d+ Example Ltd\.pdf$/);
  assert.deepEqual(await deliveries(), ["pdf pdf"]);
  electron.saveAs = () => join(folder, "missing", "x.pdf");
  await save.click();
  await page.getByRole("alert").getByText("The folder does not exist.").waitFor();

  await page.evaluate(`location.hash = "/invoices"`);
  await page.getByRole("button", { name: "Export documents…" }).click();
  const dialog = page.getByRole("dialog", { name: "Export documents" });
  await dialog.getByRole("button", { name: "Export", exact: true }).click(); // no folder is chosen
  await dialog.getByRole("button", { name: "Export", exact: true }).waitFor();
  electron.folder = mkdtempSync(join(project, "all-"));
  await dialog.getByRole("button", { name: "Export", exact: true }).click();
  await dialog.getByText(`saved in ${basename(electron.folder)}.`).waitFor();
  assert.ok(readdirSync(electron.folder).includes(readdirSync(folder)[0] ?? ""));
});
