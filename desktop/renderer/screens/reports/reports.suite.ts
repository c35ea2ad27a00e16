/** What tests of reports share: a company with a history, and tables as texts. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { amount } from "../../text/format.ts";
import { waitForReads } from "../invoices/list.suite.ts";

const screens = await openDemoScreens({ invoices: 150 });

/** The screens of the company. @throws without Chromium, where its tests are skipped */
export const setup = () => screens ?? assert.fail();
export const LOCALE = "en-GB";
/** The sign of the document `i` in reports. */
export const SIGNED = "CASE i.kind WHEN 'invoice' THEN 1 ELSE -1 END";

/** Rows of the viewer's cache by SQL of the test. */
export function rowsOf<Row>(sql: string, ...values: (string | number | null)[]): Row[] {
  return setup()
    .db.prepare<unknown[], Row>(sql)
    .all(...values);
}

export function text(minor: number, currency: string): string {
  return amount(minor, currency, LOCALE);
}

/** The quarter with the most documents in the middle of the history, as the address names it. */
export function busyQuarter(): { word: string; from: string; to: string } {
  const [row] = rowsOf<{ year: string; quarter: number }>(
    `SELECT substr(issued_on, 1, 4) AS year, (CAST(substr(issued_on, 6, 2) AS INTEGER) + 2) / 3 AS quarter
     FROM invoice WHERE status = 'issued' GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1`,
  );
  const { year, quarter } = row ?? assert.fail();
  const month = (n: number) => String(n).padStart(2, "0");
  const last = new Date(Date.UTC(Number(year), quarter * 3, 0)).getUTCDate();
  return {
    word: `${year}-Q${quarter}`,
    from: `${year}-${month(quarter * 3 - 2)}-01`,
    to: `${year}-${month(quarter * 3)}-${last}`,
  };
}

/** The visible cells of the table on the screen, by row. */
export async function tableOn(page: Page): Promise<string[][]> {
  await waitForReads(page);
  return await page
    .locator(".report-table tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll("th, td")]
          .filter((cell) => cell.checkVisibility())
          .map((cell) => (cell as HTMLElement).innerText.trim()),
      ),
    );
}
