/** Reads virtual lists to their end, for tests of screens. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** Waits until all reads have ended. */
export async function waitForReads(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.waitForFunction(() => document.querySelector("#main .waiting, #main [aria-busy=true]") === null);
}

/** The texts of all cells of the list on this screen, by row; empty if the list is empty. */
export async function listedOn(page: Page): Promise<string[][]> {
  await waitForReads(page);
  const grid = page.locator("#main [role=grid]");
  if ((await grid.count()) === 0) return [];
  await grid.evaluate((list) => list.scrollTo(0, 0));
  const cells = new Map<number, string[]>();
  for (let steps = 0; ; steps++) {
    assert.ok(steps < 2_000, "the list has no end");
    const { count, rows, atEnd } = await grid.evaluate((list) => {
      const rows = [...list.querySelectorAll("[role=row]:has([role=gridcell])")].map((row) => ({
        index: Number(row.getAttribute("aria-rowindex")),
        texts: [...row.querySelectorAll("[role=gridcell]")].map((cell) => (cell as HTMLElement).textContent.trim()),
      }));
      const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
      list.scrollBy(0, list.clientHeight);
      return { count: Number(list.getAttribute("aria-rowcount")), rows, atEnd };
    });
    for (const { index, texts } of rows) cells.set(index, texts);
    if (cells.size === count - 1) break;
    await page.waitForTimeout(10);
    if (!atEnd) continue;
    // Rows that were passed had not been read yet, or were those of the list before.
    cells.clear();
    await waitForReads(page);
    await grid.evaluate((list) => list.scrollTo(0, 0));
  }
  return [...cells.entries()].sort(([a], [b]) => a - b).map(([, texts]) => texts);
}
