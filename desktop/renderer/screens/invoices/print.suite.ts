/** Printouts as text: Chromium's PDFs, read by an independent reader, poppler's pdftotext. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { lastingFolder } from "../../../../fixtures/data/temporary-folder.ts";
import { findOnPath } from "../../../../fixtures/mongodb/find-on-path.ts";
import { browserTest, goTo } from "../../../app-tests/browser.suite.ts";

const WITHOUT = "there is no pdftotext on the PATH: what is printed is not read";
const READER = reader();
if (READER === null) {
  if (process.env.CI) throw new Error(`${WITHOUT} (apt-get install poppler-utils)`);
  console.error(`\n!!! ${WITHOUT}\n`);
}

/** A test that prints. */
export function printTest(name: string, run: () => Promise<void>): void {
  browserTest(name, async (t: TestContext) => (READER === null ? t.skip(WITHOUT) : await run()));
}

const folder = lastingFolder();
let files = 0;

/** Opens a document and prints it. @returns the text of each page, laid out as on paper, and its images */
export async function printDocument(
  page: Page,
  id: number,
  heading: string,
  { format = "A4" }: { format?: "A4" | "Letter" } = {},
): Promise<{ pages: string[]; images: number }> {
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  // The button is enabled once everything to print has arrived.
  await page.getByRole("button", { name: "Print" }).click({ trial: true });
  const file = join(folder, `${++files}.pdf`);
  writeFileSync(file, await page.pdf({ format, printBackground: true }));
  const text = run("pdftotext", "-layout", file, "-");
  // Two lines of heading, then one line for each image.
  const images = run("pdfimages", "-list", file).trim().split("\n").length - 2;
  return { pages: text.replace(/\f$/, "").split("\f"), images };
}

/** The text without its line breaks. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function run(program: string, ...args: string[]): string {
  return execFileSync(findOnPath(program), args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function reader(): string | null {
  try {
    return findOnPath("pdftotext");
  } catch {
    return null;
  }
}
