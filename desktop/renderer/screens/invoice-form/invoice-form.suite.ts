/** For tests of the invoice form: a company with clients and items, and an open browser. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { OWNER, type RunningApi, runApi } from "../../../../api/running-api.suite.ts";
import { until } from "../../../../fixtures/tests/until.ts";
import { goTo, openScreensOf, type Screens } from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { type NetworkSwitch, startSwitch } from "../../../app-tests/switch.suite.ts";

interface Desk extends Screens {
  api: RunningApi;
  network: NetworkSwitch;
  /** By name. */
  clients: Readonly<Record<"gb" | "pl" | "jp" | "kw", number>>;
}

/** An invoice as the API returns it. */
interface InvoiceJson {
  id: number;
  version: number;
  kind: string;
  status: string;
  number: string | null;
  client_id: number | null;
  corrects_id: number | null;
  currency: string;
  terms_days: number | null;
  note: string | null;
  net_minor: number;
  tax_minor: number;
  gross_minor: number;
  prepaid_minor: number;
  issued_on: string | null;
  due_on: string | null;
  accounting_rate6: number | null;
  lines: {
    n: number;
    item_id: number | null;
    code: string | null;
    description: string;
    quantity6: number;
    unit: string;
    price6: number;
    vat_category: string;
    vat_rate3: number | null;
    net_minor: number;
  }[];
  adjustments: { line_n: number | null; kind: string; reason: string; amount_minor: number }[];
  taxes: { vat_category: string; vat_rate3: number | null; tax_minor: number; reason: string | null }[];
}

/** Null if there is no Chromium: no test runs then. */
export async function openDesk(options: BrowserContextOptions = {}): Promise<Desk | null> {
  if (CHROMIUM === null) return null;
  const api = await runApi();
  const client = async (name: string, country: string, more: object = {}) =>
    (await api.send("POST", "/api/clients", { name, address: { country }, ...more })).stream;
  const clients = {
    gb: await client("Ada Ltd", "GB"),
    pl: await client("Bolesław Sp. z o.o.", "PL", { currency: "EUR", termsDays: 14, vatCategory: "AE", vatId: "PL1" }),
    jp: await client("Chiyoda KK", "JP", { currency: "JPY" }),
    kw: await client("Dar Kuwait", "KW", { currency: "KWD" }),
  };
  for (const [n, code] of ["W-1", "W-2", "W-3", "W-4"].entries())
    await api.send("POST", "/api/items", {
      code,
      description: `Widget number ${n + 1}`,
      unit: n === 3 ? "HUR" : "C62",
      price6: 1_234_500 * (n + 1),
      vatCategory: "S",
      vatRate3: n === 2 ? 5_000 : 20_000,
    });
  const network = await startSwitch(api.base);
  const source = { server: network.base, login: OWNER, head: await api.organization.log.head() };
  const screens = await openScreensOf(source, options);
  return screens && { ...screens, api, network, clients };
}

export async function openForm(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  await page.getByRole("button", { name: "Save draft" }).waitFor();
}

/** A field of a line, by its label. @param n from 1 */
export function inLine(page: Page, n: number, label: string) {
  return page.getByRole("listitem", { name: `Line ${n}`, exact: true }).getByLabel(label, { exact: true });
}

/** Pastes rows of a spreadsheet into the description of the first line. */
export async function paste(page: Page, rows: readonly string[]): Promise<void> {
  await inLine(page, 1, "Description").evaluate((field, text) => {
    field.focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, rows.join("\n"));
}

/** Fills the fields of a line. @param n from 1 */
export async function fillLine(page: Page, n: number, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    const field = inLine(page, n, label);
    // A rate that is typed: the fields for it open with the last choice.
    if (label === "VAT rate in %" && (await field.count()) === 0) await inLine(page, n, "VAT").selectOption("other");
    if (label === "Unit" || label === "VAT") await field.selectOption(text);
    else await field.fill(text);
  }
}

/** Chooses a client by typing the beginning of its name. */
export async function takeClient(page: Page, typed: string, whole: string): Promise<void> {
  const field = page.getByRole("combobox", { name: "Client" });
  await field.fill(typed);
  await page.getByRole("option", { name: whole }).waitFor();
  await field.press("Enter");
  await page.waitForFunction(
    (name) => document.querySelector<HTMLInputElement>('input[name="clientId"]')?.value === name,
    whole,
  );
}

/** The sums on the screen, by their names. */
export async function sumsOn(page: Page): Promise<Record<string, string>> {
  const rows = page.getByRole("region", { name: "Totals" }).getByRole("row");
  const texts = await rows.evaluateAll((all) =>
    all.map((row) => [...row.children].map((cell) => (cell.firstChild?.textContent ?? "").trim())),
  );
  return Object.fromEntries(texts.map(([name = "", value = ""]) => [name, value]));
}

/** Saves, and waits for the document's own screen. @returns what the server has */
export async function save({ page, api }: Desk, button = "Save draft"): Promise<InvoiceJson> {
  await page.getByRole("button", { name: button }).click();
  await page.waitForURL(/#\/invoices\/\d+(?:\?issue=now)?$/);
  // The address changes before the screen: a test that returned to the form at once would meet the one that was saved.
  await page.getByRole("button", { name: "Save draft" }).waitFor({ state: "hidden" });
  return await storedAt(api, idIn(page));
}

export function idIn(page: Page): number {
  return Number(/#\/invoices\/(\d+)/.exec(page.url())?.[1]);
}

export async function storedAt(api: RunningApi, id: number): Promise<InvoiceJson> {
  return await api.get<InvoiceJson>(`/api/invoices/${id}`);
}

/** The API's response, once the condition holds. */
export async function storedWhen(
  api: RunningApi,
  id: number,
  is: (stored: InvoiceJson) => boolean,
): Promise<InvoiceJson> {
  return await until(`another invoice ${id}`, async () => {
    const stored = await storedAt(api, id);
    return is(stored) && stored;
  });
}
