/** Documents as they leave the app, read by an independent reader, poppler's pdftotext. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Download, Page } from "playwright-core";
import { lastingFolder } from "../../../../fixtures/data/temporary-folder.ts";
import { findOnPath } from "../../../../fixtures/mongodb/find-on-path.ts";
import { browserTest } from "../../../app-tests/browser.suite.ts";

const WITHOUT = "there is no pdftotext on the PATH: what is on paper is not read";
const READER = reader();
if (READER === null) {
  if (process.env.CI) throw new Error(`${WITHOUT} (apt-get install poppler-utils)`);
  console.error(`\n!!! ${WITHOUT}\n`);
}

/** A test that reads PDF files. */
export function paperTest(name: string, run: () => Promise<void>): void {
  browserTest(name, async (t: TestContext) => (READER === null ? t.skip(WITHOUT) : await run()));
}

const folder = lastingFolder();
let files = 0;

/** Saves the document on the screen as PDF. @returns the file's name and bytes */
export async function savePdf(page: Page): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as PDF" }).first().click(),
  ]);
  return await fileOf(download);
}

export async function fileOf(download: Download): Promise<{ name: string; bytes: Buffer }> {
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** @returns the text of each page, laid out as on paper */
export function pagesOf(pdf: Uint8Array): string[] {
  const file = join(folder, `${++files}.pdf`);
  writeFileSync(file, pdf);
  const args = ["-layout", file, "-"];
  const text = execFileSync(findOnPath("pdftotext"), args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return text.replace(/\f$/, "").split("\f");
}

/** The text without its line breaks. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** Chromium without a window has no PDF viewer. From now on the page seems to have one. @returns the files printed so far */
export async function watchPrinting(page: Page): Promise<() => Promise<Buffer[]>> {
  await page.addInitScript(watch); // in the frames to come
  await page.evaluate(watch);
  return async () => {
    const printed = await page.evaluate(() => (globalThis as unknown as { printed: string[] }).printed);
    return printed.map((base64) => Buffer.from(base64, "base64"));
  };
}

function watch(): void {
  const printed: string[] = [];
  const files = new Map<string, Blob>();
  Object.assign(globalThis, { printed, files });
  Object.defineProperty(Navigator.prototype, "pdfViewerEnabled", { get: () => true, configurable: true });
  const { createObjectURL } = URL;
  URL.createObjectURL = (file: Blob) => {
    // A viewer is what a page gets for a PDF: here an empty page that can be printed.
    const address = createObjectURL(file.type === "application/pdf" ? new Blob([""], { type: "text/html" }) : file);
    files.set(address, file);
    return address;
  };
  window.print = () => {
    const { files, printed } = window.parent as unknown as { files: Map<string, Blob>; printed: string[] };
    const file = files.get(location.href);
    if (!file) throw new Error(`${location.href} was printed, which is no file`);
    const reader = new FileReader();
    reader.onload = () => printed.push(String(reader.result).split(",")[1] ?? "");
    reader.readAsDataURL(file);
  };
}

/** Prints the document on the screen. @returns the file */
export async function printPaper(page: Page, printed: () => Promise<Buffer[]>): Promise<Buffer> {
  const before = (await printed()).length;
  await page.locator("#print-document").click();
  await page.waitForFunction((n) => (globalThis as unknown as { printed: string[] }).printed.length > n, before);
  await page.locator("#print-document[aria-disabled=false]").waitFor();
  return (await printed()).at(-1) ?? assert.fail();
}

function reader(): string | null {
  try {
    return findOnPath("pdftotext");
  } catch {
    return null;
  }
}

/** The files in a .zip that compresses nothing, by name. */
export function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf("PK\x05\x06");
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let n = 0; n < zip.readUInt16LE(end + 10); n++) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50, "an entry of the directory");
    const [size, nameLength] = [zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28)];
    const more = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.set(zip.toString("utf8", at + 46, at + 46 + nameLength), zip.subarray(start, start + size));
    at += 46 + nameLength + more;
  }
  return files;
}
