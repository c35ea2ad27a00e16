/** Every form, list and dialog: nothing is cut off, covered or squeezed, in windows of several sizes. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { waitForReads } from "../renderer/screens/invoices/list.suite.ts";
import { browserTest, goTo } from "./browser.suite.ts";
import { openDemoScreens } from "./demo-screens.suite.ts";
import { layoutFaults } from "./layout.suite.ts";

/** Descriptions that are typed by hand can be longer than their field. */
const OF_THE_CATALOGUE = "id NOT IN (SELECT invoice_id FROM invoice_line WHERE item_id IS NULL)";

const screens = await openDemoScreens({ invoices: 40 });
const setup = () => screens ?? assert.fail();

const SIZES = {
  large: { width: 1280, height: 800 },
  // The large one at 200 %.
  zoomed: { width: 640, height: 400 },
  small: { width: 420, height: 760 },
};

/** What may be typed into a field, by the end of its name: what is typical, and what is refused. */
const TYPED: readonly (readonly [field: RegExp, typical: string, wrong: string])[] = [
  [/code$/, "LMP-120", "LMP-120"],
  [/description$/, "Rope, polyester", "Rope, polyester"],
  [/quantity6$/, "1000.5", "1,23,4"],
  [/price6$/, "123456.78", "1,23,45.6"],
  [/vatRate3$/, "13.5", "1,23,4"],
  [/digits$/, "12", "99"],
  [/prefix$/, "INV-2026-", "Rechnung 1"],
  [/termsDays$/, "120", "ten"],
  [/(amount|amountMinor|prepaid|allocations.*)$/, "1,234,567.89", "1,23,45.6"],
];

async function show(page: Page, path: string): Promise<void> {
  await goTo(page, path);
  await page.locator("#main h1, dialog h2").first().waitFor();
  await waitForReads(page);
}

/** In one task, so that no field disappears meanwhile. @returns how many fields it filled */
async function fillAll(page: Page, what: "typical" | "wrong"): Promise<number> {
  const texts = TYPED.map(([field, typical, wrong]) => [field.source, what === "typical" ? typical : wrong] as const);
  return await page.evaluate((texts) => {
    const inputs = [...document.querySelectorAll<HTMLInputElement>("main input:enabled:not([readonly])")];
    const filled = inputs.filter((input) => {
      const [, text] = texts.find(([field]) => new RegExp(field).test(input.name)) ?? [];
      if (text === undefined || input.role === "combobox") return false;
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      return true;
    });
    return filled.length;
  }, texts);
}

function formsOf(db: NonNullable<typeof screens>["db"]): Readonly<Record<string, string>> {
  const id = (sql: string) => (db.prepare(`${sql} LIMIT 1`).get() as { id: number }).id;
  const invoices = (where: string) => id(`SELECT id FROM invoice WHERE ${where}`);
  const client = id("SELECT client_id AS id FROM client_balance WHERE outstanding_minor > 0 ORDER BY invoices DESC");
  return {
    client: "/clients/new",
    item: "/items/new",
    invoice: "/invoices/new",
    draft: `/invoices/${invoices(`status = 'draft' AND ${OF_THE_CATALOGUE}`)}/edit`,
    credit: `/invoices/new?credit=${invoices("status = 'issued' AND kind = 'invoice'")}`,
    apply: `/invoices/${invoices("status = 'issued' AND kind = 'credit_note'")}/apply`,
    payment: `/payments/new?client=${client}`,
    settings: "/settings",
    series: "/settings/series",
    rates: "/settings/vat-rates",
    invite: "/settings/users/new",
    password: "/settings/password",
    device: "/settings/device",
    issue: `/invoices/${invoices("status = 'draft'")}?issue=now`,
    invoices: "/invoices?client=1",
    clients: "/clients",
    payments: "/payments",
    activity: "/activity",
    vat: "/reports?period=own",
    sales: "/reports/sales-list",
    open: "/reports/open-items?dated=2026-06-30",
  };
}

for (const [size, viewport] of Object.entries(SIZES))
  browserTest(`in a ${size} window, selects, fields, labels and errors have the room that they need`, async () => {
    const { open, db } = setup();
    const page = await open({ viewport });
    const faults = new Set<string>();
    let [filled, refused] = [0, 0];
    for (const [name, path] of Object.entries(formsOf(db))) {
      await show(page, path);
      filled += await fillAll(page, "typical");
      for (const fault of await layoutFaults(page)) faults.add(`${name}: ${fault}`);
      if ((await page.locator("dialog[open]").count()) > 0) continue; // it would be sent
      await fillAll(page, "wrong");
      await page.keyboard.press("Control+Enter");
      refused += await page.locator(".field-error").count();
      for (const fault of await layoutFaults(page)) faults.add(`${name}, refused: ${fault}`);
    }
    await page.context().close();
    assert.deepEqual([...faults], []);
    assert.ok(filled > 30 && refused > 10, `only ${filled} fields were filled, and ${refused} errors shown`);
  });

browserTest("a line of the invoice form is one row of a large window, from its number to its last button", async () => {
  const { open, db } = setup();
  const page = await open({ viewport: SIZES.large });
  await show(page, formsOf(db).draft ?? "");
  const heights = await page
    .locator(".line[data-line]:not(:has(.line-adjustments))")
    .evaluateAll((lines) => lines.map((line) => line.clientHeight));
  assert.ok(heights.length > 0);
  assert.deepEqual(
    heights,
    heights.map(() => 38),
  );
  await page.context().close();
});
