/** "More" of the invoice form, by keyboard alone: typed, kept, refused at its field, and out of the way of those who need none. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { DraftInput } from "../../../../events/document/draft.ts";
import { assertAccessible, browserTest, goTo, untilStored, untilSynced } from "../../../app-tests/browser.suite.ts";
import { draftInvoice } from "../../../app-tests/sales.suite.ts";
import { fillLine, idIn, inLine, openDesk, openForm, save, takeClient } from "./invoice-form.suite.ts";

const desk = await openDesk();
const setup = () => {
  assert.ok(desk);
  return desk;
};

type Stored = { more: DraftInput["more"]; lines: { more: DraftInput["lines"][number]["more"] }[] };

const more = (page: Page) => page.getByRole("button", { name: "More", exact: true });
const inMore = (page: Page, label: string) =>
  page.getByRole("region", { name: "More", exact: true }).getByLabel(label, { exact: true });
const activeName = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("name") ?? null);

/** Opens "More" of the document by keyboard, if it is closed. */
async function openMore(page: Page): Promise<void> {
  if ((await more(page).getAttribute("aria-expanded")) === "true") return;
  await more(page).focus();
  await page.keyboard.press("Enter");
}

browserTest("More is closed while there is nothing in it, and says what it is for", async () => {
  const { page } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  assert.equal(await more(page).getAttribute("aria-expanded"), "false");
  await page.getByText("References, terms, notes, period, delivery, payment, payee and rounding").waitFor();
  assert.equal(await page.getByLabel("Project", { exact: true }).count(), 0);
  // Enter goes from the last field to nowhere new: the fast way has no more stops than before.
  await page.getByLabel("Already paid, GBP").press("Enter");
  assert.equal(await activeName(page), "prepaidMinor");
});

browserTest("references, notes, delivery and payment are typed by keyboard, sent, and shown", async () => {
  const { page, api } = setup();
  const { keyboard } = page;
  await openForm(page, "/invoices/new", "New invoice");
  await takeClient(page, "ada", "Ada Ltd");
  await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "100.01" });
  await openMore(page);
  await keyboard.press("Tab");
  assert.equal(await activeName(page), "more.project");
  await keyboard.type("Harbour");
  await keyboard.press("Enter");
  assert.equal(await activeName(page), "more.contract", "Enter goes from field to field here, too");
  await keyboard.type("C-17");
  await page.getByRole("button", { name: "Add note" }).press("Enter");
  assert.equal(await activeName(page), "more.notes.0.subject");
  await keyboard.type("regul");
  await page.getByRole("option", { name: "Regulatory information (REG)" }).waitFor();
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await keyboard.type("First line");
  await keyboard.press("Enter");
  await keyboard.type("second line");
  await inMore(page, "Delivered to").fill("Warehouse 3");
  await inMore(page, "City").fill("Gent");
  await inMore(page, "Payment reference").fill("RF18 5390");
  assert.equal(await inMore(page, "Means of payment").getAttribute("placeholder"), "Credit transfer (30)");
  await inMore(page, "Rounding of the amount due, GBP").fill("-0.01");
  await assertAccessible(page);
  await keyboard.press("Control+Enter");
  await page.getByText("Country is missing.").waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "more.delivery.address.country");
  await inMore(page, "Country").fill("belg");
  await keyboard.press("Enter");
  const { id } = await save(setup());
  const stored = await api.get<Stored>(`/api/invoices/${id}`);
  assert.equal(stored.more?.project, "Harbour");
  assert.equal(stored.more?.contract, "C-17");
  assert.deepEqual(stored.more?.notes, [{ subject: "REG", text: "First line\nsecond line" }]);
  assert.deepEqual([stored.more?.delivery?.name, stored.more?.delivery?.address?.country], ["Warehouse 3", "BE"]);
  assert.deepEqual([stored.more?.payment?.meansCode, stored.more?.payment?.remittance], ["30", "RF18 5390"]);
  // The page of the document shows it in words.
  for (const text of ["Harbour", "C-17", "Warehouse 3", "Belgium", "Credit transfer (30)", "RF18 5390", "Rounding"])
    await page.getByText(text, { exact: false }).first().waitFor();
  await page.getByText("Regulatory information (REG)", { exact: false }).waitFor();
  await assertAccessible(page);
});

browserTest("a draft opens with More open, and closed it says what is filled in", async () => {
  const { page, api } = setup();
  await openForm(page, `/invoices/${idIn(page)}/edit`, "Edit draft invoice");
  assert.equal(await more(page).getAttribute("aria-expanded"), "true");
  assert.equal(await inMore(page, "Project").inputValue(), "Harbour");
  assert.equal(await inMore(page, "Subject").inputValue(), "Regulatory information (REG)");
  assert.equal(await inMore(page, "Country").inputValue(), "Belgium (BE)");
  await more(page).press("Enter");
  await page.getByText("Rounding: -0.01 · Project: Harbour · Contract: C-17", { exact: false }).waitFor();
  await openMore(page);
  await inMore(page, "Project").fill("");
  await inMore(page, "Contract").fill("");
  const { id } = await save(setup());
  const stored = await api.get<Stored>(`/api/invoices/${id}`);
  assert.deepEqual([stored.more?.project, stored.more?.contract], [null, null]);
});

browserTest("a refusal opens More at the field, also if it was closed", async () => {
  const { page, api } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  await takeClient(page, "ada", "Ada Ltd");
  await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "100" });
  await openMore(page);
  await inMore(page, "Project").fill("P\u202e1"); // only the server looks for hidden characters
  await more(page).press("Enter");
  await page.getByText(/^Project: P/).waitFor();
  await page.keyboard.press("Control+Enter");
  await inMore(page, "Project").and(page.locator('[aria-invalid="true"]')).waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "more.project");
  await page.getByText("Not sent. Correct the marked fields.").waitFor();
  await assertAccessible(page);
  await inMore(page, "Project").fill("P 1");
  await inMore(page, "Period from").fill("2026-05-31");
  await inMore(page, "Period to").fill("2026-05-01");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "more.period.to");
  await inMore(page, "Period to").fill("2026-06-01");
  await inMore(page, "Type of document").fill("corrected inv");
  await page.keyboard.press("Enter");
  const { id } = await save(setup());
  assert.equal((await api.get<Stored>(`/api/invoices/${id}`)).more?.typeCode, "384");
});

browserTest(
  "what is typed in More survives a restart, and nothing of it is stored where nothing is typed",
  async () => {
    const { page, open } = setup();
    await openForm(page, "/invoices/new", "New invoice");
    await openMore(page);
    await inMore(page, "Tender or lot").fill("Lot 5");
    await page.getByRole("button", { name: "Add account" }).click();
    await inMore(page, "IBAN or account number").fill("BE68 5390 0754 7034");
    await inLine(page, 1, "Description").fill("Work");
    await inLine(page, 1, "Description").press("Alt+m");
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "lines.0.more.note");
    await page.keyboard.type("In May");
    await untilStored(page, "In May");
    await page.goto("about:blank"); // like a crash, without a chance to clean up
    const again = await open();
    await openForm(again, "/invoices/new", "New invoice");
    assert.equal(await inMore(again, "Tender or lot").inputValue(), "Lot 5");
    assert.equal(await inMore(again, "IBAN or account number").inputValue(), "BE68 5390 0754 7034");
    await again.getByRole("button", { name: "Note on the line: In May" }).click();
    assert.equal(await again.getByLabel("Note on the line").inputValue(), "In May");
    await again.getByRole("button", { name: "Start over" }).click();
    assert.equal(await inLine(again, 1, "Description").inputValue(), "");
    await page.goto(again.url());
  },
);

browserTest("a line states more by Alt+M: a price for a hundred, its period, a class, an attribute", async () => {
  const { page, api } = setup();
  const { keyboard } = page;
  await openForm(page, "/invoices/new", "New invoice");
  await takeClient(page, "ada", "Ada Ltd");
  await fillLine(page, 1, { Description: "Screws", Quantity: "250", Price: "8" });
  await inLine(page, 1, "Price").press("Alt+m");
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "lines.0.more.note");
  await keyboard.type("Zinc");
  const line = page.getByRole("listitem", { name: "Line 1", exact: true });
  await line.getByLabel("Quantity that the price is for").fill("100");
  await line.getByRole("button", { name: "Add attribute" }).press("Enter");
  await keyboard.type("Length");
  await keyboard.press("Enter");
  await keyboard.type("8 mm");
  await assertAccessible(page);
  await page.getByText("20.00", { exact: true }).first().waitFor();
  await inLine(page, 1, "Description").press("Alt+m");
  await line.getByRole("button", { name: /Note on the line: Zinc/ }).waitFor();
  // A copy on the clipboard has it all.
  await keyboard.press("Shift+Enter");
  await page.evaluate(() => {
    const data = new DataTransfer();
    const event = (type: string) => new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('[name="lines.0.unit"]')?.dispatchEvent(event("copy"));
    document.querySelector('[name="lines.1.description"]')?.dispatchEvent(event("paste"));
  });
  await page.getByRole("listitem", { name: "Line 2", exact: true }).getByRole("button", { name: /Zinc/ }).waitFor();
  const { id } = await save(setup());
  const { lines } = await api.get<Stored>(`/api/invoices/${id}`);
  assert.equal(lines.length, 2);
  for (const { more } of lines) {
    assert.deepEqual([more?.note, more?.baseQuantity6], ["Zinc", 100_000_000]);
    assert.deepEqual(more?.attributes, [{ name: "Length", value: "8 mm" }]);
  }
});

browserTest("a percentage stays a percentage, with a reason from the list", async () => {
  const { page, api } = setup();
  await openForm(page, "/invoices/new", "New invoice");
  await takeClient(page, "ada", "Ada Ltd");
  await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "100" });
  await inLine(page, 1, "Price").press("Alt+a");
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "lines.0.adjustments.0.reason");
  await page.keyboard.type("disc");
  await page.getByRole("option", { name: "Discount 95" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByText("Code Discount (95)").waitFor();
  await inLine(page, 1, "Amount, GBP").fill("10%");
  await page.getByText("10.00 (10% of 100.00)").waitFor();
  const { id } = await save(setup());
  const { adjustments } = await api.get<{ adjustments: Record<string, unknown>[] }>(`/api/invoices/${id}`);
  const [{ reason, reason_code, percent6, amount_minor } = {}] = adjustments;
  assert.deepEqual([reason, reason_code, percent6, amount_minor], ["Discount", "95", 10_000_000, 1_000]);
  await openForm(page, `/invoices/${id}/edit`, "Edit draft invoice");
  assert.equal(await inLine(page, 1, "Amount, GBP").inputValue(), "10%");
  // Words of one's own keep Enter for themselves.
  await inLine(page, 1, "Reason").fill("Disco");
  await page.getByRole("option", { name: "Discount 95" }).waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await inLine(page, 1, "Reason").inputValue(), "Disco");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Draft invoice" }).waitFor();
});

browserTest("changes of another user in More are merged field by field", async () => {
  const { page, api, clients } = setup();
  const empty = { typeCode: null, taxPointOn: null, taxPointCode: null, terms: null, project: null, contract: null };
  const rest = {
    salesOrder: null,
    receipt: null,
    despatch: null,
    tender: null,
    object: null,
    accountingReference: null,
  };
  const lists = { notes: [], preceding: [], payee: null, delivery: null, period: null, payment: null };
  const whole = { ...empty, ...rest, ...lists };
  const id = await draftInvoice(api, { clientId: clients.gb, more: { ...whole, project: "P" } });
  await untilSynced(page, api);
  await openForm(page, `/invoices/${id}/edit`, "Edit draft invoice");
  await inMore(page, "Contract").fill("mine");
  await api.send("PATCH", `/api/invoices/${id}`, { more: { ...whole, project: "theirs" } });
  await page.getByText("Their changes are included: More").waitFor();
  assert.equal(await inMore(page, "Project").inputValue(), "theirs");
  assert.equal(await inMore(page, "Contract").inputValue(), "mine");
  await api.send("PATCH", `/api/invoices/${id}`, {
    more: { ...whole, project: "theirs", contract: "too", tender: "T" },
  });
  const conflict = page.getByRole("alert", { name: "Two versions" });
  await conflict.waitFor();
  assert.match((await conflict.innerText()).replaceAll(/\s+/g, " "), /Contract: mine.*Contract: too/);
  assert.doesNotMatch(await conflict.innerText(), /Project/, "only what differs");
  await assertAccessible(page);
  await conflict.getByRole("button", { name: "Use these values" }).click();
  const stored = await save(setup());
  const { more } = await api.get<Stored>(`/api/invoices/${stored.id}`);
  assert.deepEqual([more?.contract, more?.project, more?.tender], ["mine", "theirs", "T"]);
});

browserTest("More fits a small window and a zoomed one, light and dark", async () => {
  const { open } = setup();
  for (const [viewport, colorScheme] of [
    [{ width: 420, height: 760 }, "light"],
    [{ width: 640, height: 400 }, "dark"],
  ] as const) {
    const page = await open({ viewport, colorScheme });
    await openForm(page, "/invoices/new", "New invoice");
    await openMore(page);
    await page.getByRole("button", { name: "Add account" }).click();
    await inLine(page, 1, "Description").press("Alt+m");
    await page.getByLabel("Note on the line").waitFor();
    assert.deepEqual(await page.evaluate(() => [document.documentElement.scrollWidth <= innerWidth]), [true]);
    await assertAccessible(page);
    await goTo(page, "/");
    await page.close();
  }
});

browserTest("no page had an error", async () => {
  assert.deepEqual(setup().problems, []);
});
