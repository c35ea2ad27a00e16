/** An owner gives every command of the API from a screen. A command that is missing here does not compile. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { COMMANDS, type CommandName } from "../../events/commands/commands.ts";
import { decodeEvent } from "../../events/encoding/event.ts";
import { until } from "../../fixtures/tests/until.ts";
import { fillLine, idIn, openDesk, takeClient } from "../renderer/screens/invoice-form/invoice-form.suite.ts";
import { browserTest, goTo, hashOf, untilSynced } from "./browser.suite.ts";

const opened = await openDesk();
const desk = () => opened ?? assert.fail();

/** The ids of what the earlier steps have created. */
const ids = { client: 0, item: 0, draft: 0, invoice: 0, note: 0, payment: 0, refund: 0, user: 0 };

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const idOf = async (page: Page) => Number(/\/(\d+)(?:\?|$)/.exec(await hashOf(page))?.[1]);

async function openAt(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await goTo(page, path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

async function confirm(page: Page, yes: string, reason?: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  if (reason !== undefined) await dialog.getByLabel("Reason").fill(reason);
  // The confirmation of an action: other choices are those of its step.
  for (const box of await dialog.getByRole("checkbox", { name: /^I, / }).all()) await box.check();
  await dialog.getByRole("button", { name: yes, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

async function writeInvoice(page: Page, price: string): Promise<number> {
  await openAt(page, "/invoices/new", "New invoice");
  await takeClient(page, "ada", "Ada Ltd");
  await fillLine(page, 1, { Description: "Work", Quantity: "2", Price: price, "VAT rate in %": "20" });
  await button(page, "Save draft").click();
  await page.waitForURL(/#\/invoices\/\d+$/);
  return idIn(page);
}

async function issue(page: Page, id: number): Promise<void> {
  await goTo(page, `/invoices/${id}`);
  await button(page, "Issue…").click();
  await confirm(page, "Issue");
}

/** In an order in which each step finds what it needs. Only the last event of a step is checked: it is the command's own. */
const STEPS: { [Name in CommandName]: (page: Page) => Promise<void> } = {
  async ChangeProfile(page) {
    await openAt(page, "/settings", "Settings");
    await page.getByLabel("Phone", { exact: true }).fill("+44 20 1");
    await button(page, "Save").click();
  },
  async ChangeLogo(page) {
    const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const file = { name: "logo.png", mimeType: "image/png", buffer: Buffer.from(png, "base64") };
    await page.getByLabel("Picture").setInputFiles(file);
    await button(page, "Save logo").click();
  },
  async LockPeriod(page) {
    await openAt(page, "/settings/periods", "Settings");
    await page.getByLabel("Locked up to", { exact: true }).fill("2020-12-31");
    await page.getByLabel("Reason", { exact: true }).fill("The year is reported");
    await button(page, "Lock").click();
  },
  async AddUser(page) {
    await openAt(page, "/settings/users/new", /./);
    await page.getByLabel("Name").fill("Vic Viewer");
    await page.getByLabel("E-mail").fill("vic@example.com");
    await button(page, "Invite").click();
    await page.getByLabel("One-time link").waitFor();
    ids.user = await desk().api.organization.log.head();
  },
  async ChangeUserDetails(page) {
    await goTo(page, `/settings/users/${ids.user}`);
    await page.getByRole("heading", { name: "Vic Viewer" }).waitFor();
    await page.getByLabel("Name").fill("Victoria");
    await button(page, "Save").click();
  },
  async ChangeRole(page) {
    await page.getByRole("heading", { name: "Victoria" }).waitFor();
    await page.getByRole("radio", { name: /^Auditor/ }).check();
    await button(page, "Change role to auditor").click();
  },
  async EndSessions(page) {
    await button(page, "End sessions").click();
    await confirm(page, "End sessions");
  },
  async DeactivateUser(page) {
    await button(page, "Deactivate").click();
    await confirm(page, "Deactivate");
  },
  async ReactivateUser(page) {
    await button(page, "Reactivate").click();
  },
  async RegisterClient(page) {
    await openAt(page, "/clients/new", "New client");
    await page.getByLabel("Name", { exact: true }).fill("Zed");
    await button(page, "Add client").click();
    await page.getByRole("heading", { name: "Zed", level: 1 }).waitFor();
    ids.client = await idOf(page);
  },
  async ChangeClientDetails(page) {
    await openAt(page, `/clients/${ids.client}/edit`, /Zed/);
    await page.getByLabel("City").fill("Zug");
    await button(page, "Save").click();
    await page.waitForURL(/#\/clients\/\d+$/);
    await page.getByText("Zug").first().waitFor(); // the next step sends the version that the screen shows
  },
  async ArchiveClient(page) {
    await button(page, "Archive").click();
  },
  async RestoreClient(page) {
    await button(page, "Restore").click();
  },
  async AddItem(page) {
    await openAt(page, "/items/new", "New item");
    await page.getByLabel("Code").fill("Z-1");
    await page.getByLabel("Description").fill("Zip");
    await page.getByLabel(/^Price in/).fill("1.50");
    await page.getByLabel("VAT", { exact: true }).selectOption("20%");
    await button(page, "Add item").click();
    await page.getByRole("heading", { name: "Z-1", level: 1 }).waitFor();
    ids.item = await idOf(page);
  },
  async ChangeItem(page) {
    await openAt(page, `/items/${ids.item}/edit`, "Edit Z-1");
    await page.getByLabel(/^Price in/).fill("1.75");
    await button(page, "Save").click();
    await page.waitForURL(/#\/items\/\d+$/);
    await page.getByText("1.75").first().waitFor();
  },
  async ArchiveItem(page) {
    await button(page, "Archive").click();
  },
  async RestoreItem(page) {
    await button(page, "Restore").click();
  },
  async DraftInvoice(page) {
    ids.invoice = await writeInvoice(page, "50");
  },
  async ReviseInvoice(page) {
    await goTo(page, `/invoices/${ids.invoice}/edit`);
    await fillLine(page, 1, { Quantity: "3" });
    await button(page, "Save draft").click();
    await page.waitForURL(/#\/invoices\/\d+$/);
  },
  async IssueInvoice(page) {
    await issue(page, ids.invoice);
  },
  async DiscardDraft(page) {
    ids.draft = await writeInvoice(page, "1");
    await button(page, "Discard").click();
    await confirm(page, "Discard");
  },
  async DraftCreditNote(page) {
    await goTo(page, `/invoices/new?credit=${ids.invoice}`);
    await fillLine(page, 1, { Quantity: "1" });
    await button(page, "Save draft").click();
    await page.waitForURL(/#\/invoices\/\d+$/);
    ids.note = idIn(page);
  },
  async ApplyCredit(page) {
    await goTo(page, `/invoices/${ids.note}`);
    await button(page, "Issue…").click();
    // Otherwise it is applied as soon as it is issued.
    await page.getByRole("checkbox", { name: /^Apply/ }).uncheck();
    await confirm(page, "Issue");
    await goTo(page, `/invoices/${ids.note}/apply`);
    await page.getByLabel(/^Amount for/).waitFor();
    await page.getByLabel(/^Amount for/).fill("10");
    await button(page, "Save").click();
  },
  async ReceivePayment(page) {
    await openAt(page, `/payments/new?invoice=${ids.invoice}`, /New payment/);
    await page.getByLabel(/^Amount for/).fill("25");
    await page.getByLabel("Amount", { exact: true }).fill("30");
    await button(page, "Record payment").click();
    await page.getByRole("heading", { name: /^Payment of/, level: 1 }).waitFor();
    ids.payment = await idOf(page);
  },
  async ReallocatePayment(page) {
    await goTo(page, `/payments/${ids.payment}/reallocate`);
    await page
      .getByLabel(/^Amount for/)
      .first()
      .waitFor();
    await page
      .getByLabel(/^Amount for/)
      .first()
      .fill("20");
    await button(page, "Save").click();
    await page.waitForURL(/#\/payments\/\d+$/);
  },
  async RefundClient(page) {
    await openAt(page, `/refunds/new?payment=${ids.payment}`, "New refund");
    await page.locator("p.left").waitFor();
    await page.getByLabel("Amount", { exact: true }).fill("5");
    await button(page, "Record refund").click();
    await page.getByRole("heading", { name: /^Refund of/, level: 1 }).waitFor();
    ids.refund = await idOf(page);
  },
  async ReverseRefund(page) {
    await button(page, "Reverse…").click();
    await page.getByRole("radio", { name: /by mistake/ }).check();
    await confirm(page, "Reverse", "paid from another account");
  },
  async ReversePayment(page) {
    await openAt(page, `/payments/${ids.payment}`, /^Payment of/);
    await button(page, "Reverse…").click();
    await page.getByRole("radio", { name: /returned/ }).check();
    await confirm(page, "Reverse", "returned by the bank");
  },
  async WriteOffInvoice(page) {
    await goTo(page, `/invoices/${ids.invoice}`);
    await button(page, "Write off…").click();
    await page.getByRole("dialog").getByLabel("Reason").fill("insolvent");
    await confirm(page, "Write off");
  },
  async ReverseWriteOff(page) {
    await button(page, "Reverse write-off…").click();
    await confirm(page, "Reverse write-off", "paid after all");
  },
  async RecordDelivery(page) {
    await goTo(page, `/invoices/${ids.invoice}`);
    await button(page, "Mark as sent").click();
    await button(page, "Mark as sent").waitFor({ state: "detached" });
  },
  async CancelInvoice(page) {
    const id = await writeInvoice(page, "7");
    await issue(page, id);
    await button(page, "Cancel invoice…").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("The order was withdrawn");
    await dialog.getByRole("button", { name: /^Issue credit note/ }).click();
    await page.getByText("Cancels", { exact: true }).waitFor();
  },
  async VoidInvoice(page) {
    const id = await writeInvoice(page, "9");
    await issue(page, id);
    await button(page, "Void…").click();
    await confirm(page, "Void", "sent to the wrong client");
  },
};

const ENTRIES = Object.entries(STEPS) as [CommandName, (page: Page) => Promise<void>][];

for (const [name, step] of ENTRIES)
  browserTest(`${name} from a screen`, async () => {
    const { page, api } = desk();
    const { log } = api.organization;
    const before = await log.head();
    await step(page);
    const { event } = COMMANDS[name];
    const typesSince = async () => {
      const types: string[] = [];
      for await (const { bodies } of log.read({ after: before, upTo: Number.POSITIVE_INFINITY }))
        for (const body of bodies) {
          const { type, actor } = decodeEvent(body);
          assert.equal(actor, 2, "the owner is the actor");
          types.push(type);
        }
      return types;
    };
    let seen: string[] = [];
    await until(
      () => `${event} after ${seen.join(", ")}`,
      async () => {
        seen = await typesSince();
        return seen.at(-1) === event;
      },
    );
    // The screen must show the event before the next step begins.
    await untilSynced(page, api);
  });

browserTest("no page has reported a problem", async () => {
  assert.deepEqual(desk().problems, []);
});
