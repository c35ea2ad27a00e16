/**
 * The form of invoices when something is in the way: a refusal, no network, a reload, another user who was
 * faster.
 */
import assert from "node:assert/strict";
import type { Request, Route } from "playwright-core";
import { assertAccessible, browserTest, goTo, untilStored, untilSynced } from "../../../app-tests/browser.suite.ts";
import { HOUR } from "../../../app-tests/sales.suite.ts";
import { fillLine, inLine, openDesk, openForm, save, storedAt, storedWhen, takeClient } from "./invoice-form.suite.ts";

const desk = await openDesk();
const setup = () => {
  assert.ok(desk);
  return desk;
};

browserTest("a refusal is shown at its line, in words, and the typed input stays", async () => {
  const { page, api } = setup();
  const { rows } = await api.get<{ rows: { id: number; code: string }[] }>("/api/items?q=W-2");
  await openForm(page, "/invoices/new", "New invoice");
  await fillLine(page, 1, { Description: "Work", Quantity: "1", Price: "10", "VAT rate in %": "20" });
  await page.getByRole("button", { name: "Add line" }).click();
  await page.getByRole("button", { name: "Add line" }).click(); // the blank one is there already
  await inLine(page, 2, "Item").fill("w-2");
  await page.getByRole("option", { name: "Widget number 2" }).click();
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "lines.1.quantity6");
  await api.send("POST", `/api/items/${rows[0]?.id}/archive`);
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("This item is archived. Restore it first.").waitFor();
  const code = inLine(page, 2, "Item");
  assert.equal(await code.getAttribute("aria-invalid"), "true");
  assert.equal(await code.inputValue(), "W-2");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Delete: line 2" }).click();
  await page.getByText("This item is archived").waitFor({ state: "detached" });

  // What is wrong in several places is said at all of them; typing at one leaves the others.
  await fillLine(page, 1, { Quantity: "many", Price: "" });
  await page.getByLabel("Days to pay").fill("x");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("Quantity is not a number.").waitFor();
  await page.getByText("Price is missing.").waitFor();
  await page.getByText("Days to pay must be a number of days from 0 to 365.").waitFor();
  await fillLine(page, 1, { Quantity: "2" });
  await page.getByText("Quantity is not a number.").waitFor({ state: "detached" });
  assert.equal(await page.getByText("Price is missing.").count(), 1);
  await page.getByRole("link", { name: "Cancel" }).click();
});

browserTest(
  "twenty lines are still there after a reload without a network, and can be sent once it is back",
  async () => {
    const desk = setup();
    const { page, network, clients } = desk;
    await openForm(page, "/invoices/new", "New invoice");
    await takeClient(page, "ada", "Ada Ltd");
    await inLine(page, 1, "Description").focus();
    const rows = Array.from({ length: 20 }, (_, n) => `Row ${n + 1}\t${n + 1}\tpiece\t2.50\t20%`).join("\n");
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      document.activeElement?.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }, rows);
    await inLine(page, 20, "Price").waitFor();
    await page.getByLabel("Note on the document").fill("after the paste");
    network.cut();
    await page.waitForFunction(() => document.querySelector("button[type=submit]:disabled") !== null);
    for (const name of ["Save draft", "Save and issue…"])
      assert.equal(await page.getByRole("button", { name }).getAttribute("title"), "Internet required");
    await page.keyboard.press("Control+Shift+Enter");
    await page.keyboard.press("Control+s");
    await untilStored(page, "after the paste");
    await page.reload();
    await page.getByText(/^You typed this on .* It has not been sent yet\.$/).waitFor();
    assert.equal(await inLine(page, 20, "Description").inputValue(), "Row 20");
    assert.equal(await page.getByLabel("Note on the document").inputValue(), "after the paste");
    network.join();
    await page.waitForFunction(() => document.querySelector("button[type=submit]:enabled") !== null);
    const stored = await save(desk);
    assert.deepEqual([stored.client_id, stored.lines.length, stored.net_minor], [clients.gb, 20, 52_500]);
  },
);

browserTest("a draft that another user revised: other lines are merged, and the user resolves a conflict", async () => {
  const desk = setup();
  const { page, api, clients } = desk;
  const lines = [
    { ...HOUR, description: "One" },
    { ...HOUR, description: "Two" },
    { ...HOUR, description: "Three" },
  ];
  const draft = { clientId: clients.gb, currency: "GBP", lines };
  const { stream: id } = await api.send("POST", "/api/invoices", draft);
  await untilSynced(page, api);
  await openForm(page, `/invoices/${id}/edit`, "Edit draft invoice");
  await fillLine(page, 1, { Quantity: "5" });
  const theirs = lines.toSpliced(2, 1, { ...HOUR, description: "Third" });
  await api.send("PATCH", `/api/invoices/${id}`, { note: "theirs", lines: theirs });
  await page.getByText("Their changes are included: Note, Lines").waitFor();
  assert.equal(await inLine(page, 1, "Quantity").inputValue(), "5");
  assert.equal(await inLine(page, 3, "Description").inputValue(), "Third");

  const again = theirs.toSpliced(0, 1, { ...HOUR, description: "One", quantity6: 7_000_000 });
  await api.send("PATCH", `/api/invoices/${id}`, { lines: again });
  const conflict = page.getByRole("alert", { name: "Two versions" });
  await conflict.waitFor();
  const conflictText = (await conflict.innerText()).replaceAll(/\s+/g, " ");
  assert.match(
    conflictText,
    /Lines 1. One: 5 hour at 100.00, Standard rate 20 % 1. One: 7 hour at 100.00, Standard rate 20 %/,
  );
  assert.doesNotMatch(conflictText, /Third/, "what is the same is not told");
  await assertAccessible(page);
  await conflict.getByRole("radio", { name: /7 hour/ }).check();
  await conflict.getByRole("button", { name: "Use these values" }).click();
  const stored = await save(desk);
  assert.deepEqual(
    stored.lines.map(({ description, quantity6 }) => `${description} ${quantity6 / 1e6}`),
    ["One 7", "Two 1", "Third 1"],
  );
  assert.equal(stored.note, "theirs");
});

for (const end of ["issued", "discarded"] as const)
  browserTest(`a draft that was ${end} meanwhile is reported, and its input becomes a new draft`, async () => {
    const desk = setup();
    const { page, api, clients } = desk;
    const draft = { clientId: clients.gb, currency: "GBP", lines: [HOUR] };
    const { stream: id } = await api.send("POST", "/api/invoices", draft);
    await untilSynced(page, api);
    await openForm(page, `/invoices/${id}/edit`, "Edit draft invoice");
    await fillLine(page, 1, { Description: `Typed before it was ${end}` });
    await api.send("POST", `/api/invoices/${id}/${end === "issued" ? "issue" : "discard"}`);
    const notice = page.getByRole("alert").filter({ hasText: `was ${end} in the meantime` });
    await page
      .getByRole("alert")
      .filter({ hasText: new RegExp(`This was ${end} in the meantime`) })
      .waitFor();
    assert.ok(await page.getByRole("button", { name: "Save draft" }).isDisabled());
    assert.equal(await notice.count(), 1);
    const isKept = (request: Request) => request.postData()?.includes('"keepInput"') ?? false;
    const failure = { code: "UNAVAILABLE", message: "database or disk is full" };
    const refuse = (route: Route) =>
      isKept(route.request()) ? route.fulfill({ json: { ok: false, failure } }) : route.continue();
    await page.route("**/call", refuse);
    await page.getByRole("button", { name: "New draft from what you typed" }).click();
    await notice.getByText("database or disk is full").waitFor();
    assert.equal(await inLine(page, 1, "Description").inputValue(), `Typed before it was ${end}`, "nothing is lost");
    await page.unroute("**/call", refuse);
    await page.getByRole("button", { name: "New draft from what you typed" }).click();
    await page.getByRole("heading", { name: /^New invoice based on/ }).waitFor();
    assert.equal(await inLine(page, 1, "Description").inputValue(), `Typed before it was ${end}`);
    const stored = await save(desk);
    assert.notEqual(stored.id, id);
    assert.equal(stored.lines[0]?.description, `Typed before it was ${end}`);
    assert.equal((await storedAt(api, id)).lines[0]?.description, HOUR.description);
  });

browserTest("issuing asks for missing data, and shows each refusal at its field", async () => {
  const desk = setup();
  const { page, api, clients } = desk;
  const series = [
    { name: "main", kind: "both", pattern: "INV-{00000}", first: 1, reset: "never", foreign: false },
    { name: "old", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true },
  ];
  await api.send("PATCH", "/api/organization", { series });
  const lines = [{ ...HOUR, vatCategory: "E", vatRate3: 0 }, HOUR];
  const { stream: id } = await api.send("POST", "/api/invoices", { clientId: clients.kw, currency: "KWD", lines });
  await untilSynced(page, api);
  await goTo(page, `/invoices/${id}`);
  await page.getByRole("button", { name: "Issue…" }).click();
  const dialog = page.getByRole("dialog", { name: "Issue this invoice" });
  const issue = dialog.getByRole("button", { name: "Issue" });
  await dialog.getByText("A VAT exemption needs its reason on the invoice.").waitFor();
  assert.ok(await issue.isDisabled());
  await assertAccessible(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await openForm(page, `/invoices/${id}/edit`, "Edit draft invoice");
  await page.getByLabel("VAT exemption reason: Exempt").fill("Article 132");
  await save(desk, "Save and issue…");
  const [today] = new Date().toISOString().split("T");
  await dialog.getByLabel("Issued on").fill("2126-01-01");
  await issue.click();
  await dialog.getByText("GBP for 1 KWD is missing.").waitFor();
  await dialog.getByLabel("GBP for 1 KWD").fill("2.5");
  await issue.click();
  await dialog.getByText("1 Jan 2126 is in the future").waitFor();
  assert.equal(await dialog.getByLabel("Issued on").getAttribute("aria-invalid"), "true");
  await dialog.getByLabel("Issued on").fill(today ?? "");
  await dialog.getByLabel("Due on").fill("2020-01-01"); // paid before it was written: also EN 16931 accepts it
  await dialog.getByLabel("Number series").selectOption("old");
  await issue.click();
  await dialog.getByText("Number is missing.").waitFor();
  const taken = dialog.getByText("Another document has the number INV-00001.");
  await dialog.getByLabel("Number", { exact: true }).fill("INV-00001");
  await taken.waitFor(); // while the user types
  await issue.click();
  await dialog.locator('[name=number][aria-invalid="true"]').waitFor();
  await taken.waitFor();
  await dialog.getByLabel("Number", { exact: true }).fill("OLD/7");
  await taken.waitFor({ state: "detached" });
  await issue.click();
  await page.getByRole("heading", { name: "Invoice OLD/7" }).waitFor();
  const stored = await storedWhen(api, id, ({ status }) => status === "issued");
  assert.deepEqual([stored.number, stored.issued_on, stored.due_on], ["OLD/7", today, "2020-01-01"]);
  assert.equal(stored.accounting_rate6, 2_500_000);
  assert.equal(stored.taxes.find(({ vat_category }) => vat_category === "E")?.reason, "Article 132");
});

browserTest("no page had an error", async () => {
  const { problems } = setup();
  // The reload without a network ends calls that were on their way.
  assert.deepEqual(
    problems.filter((problem) => !/Failed to load resource|net::/.test(problem)),
    [],
  );
});
