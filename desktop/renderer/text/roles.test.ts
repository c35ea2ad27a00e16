/**
 * On every screen, each role sees exactly the controls that it may use. The addresses come from the routes, the permissions
 * from the commands. The worker and the server both refuse a forged call.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { call, newKey, PASSWORD } from "../../../api/sessions/people.suite.ts";
import { OWNER, ROLES, type Role, WRITERS } from "../../../events/business/roles.ts";
import { COMMANDS, type CommandName, pathOf } from "../../../events/commands/commands.ts";
import { arbitraryInput } from "../../../fixtures/data/arbitrary-input.ts";
import { until } from "../../../fixtures/tests/until.ts";
import { askWorker, browserTest, goTo, openScreensOf, statusOf } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";
import { runApi } from "../../worker/sync/desktop.suite.ts";
import { SECTIONS } from "../parts/places.ts";

const api = CHROMIUM === null ? null : await runApi();
const office = api && (await createOffice());
const login = { email: "robin@example.org", password: PASSWORD };
const screens = api && (await openScreensOf({ server: api.base, login, head: await api.organization.log.head() }));

const fixture = () => {
  assert.ok(api && office && screens);
  return { api, office, ...screens };
};

/** Creates one of each thing, and the user Robin, at first a clerk. */
async function createOffice() {
  assert.ok(api);
  const { base, send } = api;
  const headers = { authorization: `Bearer ${api.token}` };
  const added = await call(
    base,
    "POST",
    "/api/users",
    { email: "robin@example.org", name: "Robin", role: "clerk" },
    { headers },
  );
  const { invitation } = added.body;
  const { body } = await call(base, "POST", "/api/auth/accept", { invitation, password: PASSWORD });
  const create = async (path: string, input: object) => (await send("POST", path, input)).stream;
  const clients = await create("/api/clients", { name: "Ada", address: { country: "GB" } });
  const items = await create("/api/items", {
    code: "X",
    description: "A thing",
    unit: "C62",
    price6: 1_000_000,
    vatCategory: "O",
  });
  const lines = [
    { description: "Work", quantity6: 1_000_000, unit: "C62", price6: 1_000_000, vatCategory: "Z", vatRate3: 0 },
  ];
  const content = { clientId: clients, currency: "GBP", lines };
  const drafts = await create("/api/invoices", content);
  const invoices = await create("/api/invoices", content);
  await send("POST", `/api/invoices/${invoices}/issue`);
  const notes = await create("/api/invoices", { kind: "credit_note", ...content });
  await send("POST", `/api/invoices/${notes}/issue`);
  const receipt = { clientId: clients, receivedOn: "2026-01-01", currency: "GBP", amountMinor: 100, method: "cash" };
  const payments = await create("/api/payments", receipt);
  const refunds = await create("/api/refunds", {
    ...{ clientId: clients, paidOn: "2026-01-02", currency: "GBP", amountMinor: 1, method: "cash" },
    sources: [{ sourceId: await create("/api/payments", receipt), amountMinor: 1 }],
  });
  return {
    robin: { id: Number(added.body.stream), token: String(body.token) },
    ids: {
      clients,
      items,
      drafts,
      invoices,
      notes,
      payments,
      refunds,
      users: Number(added.body.stream),
      events: 1,
    } as Record<string, number>,
  };
}

/** A control that writes, its screen, and its command; null: not a command, and for owners only. */
type Control = readonly [path: string, kind: "button" | "link", name: string, command: CommandName | null];

const CONTROLS: readonly Control[] = [
  ["/items", "link", "New item", "AddItem"],
  ["/items/new", "button", "Add item", "AddItem"],
  ["/items/:items", "link", "Edit", "ChangeItem"],
  ["/items/:items", "button", "Archive", "ArchiveItem"],
  ["/items/:items/edit", "button", "Save", "ChangeItem"],
  ["/clients", "link", "New client", "RegisterClient"],
  ["/clients/:clients", "link", "Edit", "ChangeClientDetails"],
  ["/clients/:clients", "button", "Archive", "ArchiveClient"],
  ["/clients/:clients", "link", "Record payment", "ReceivePayment"],
  ["/clients/:clients/edit", "button", "Save", "ChangeClientDetails"],
  ["/payments", "link", "New payment", "ReceivePayment"],
  ["/payments/:payments", "button", "Reverse…", "ReversePayment"],
  ["/payments/:payments", "link", "Refund…", "RefundClient"],
  ["/refunds", "link", "New refund", "RefundClient"],
  ["/refunds/:refunds", "button", "Reverse…", "ReverseRefund"],
  ["/invoices/:notes", "link", "Refund…", "RefundClient"],
  ["/invoices/:invoices", "button", "Write off…", "WriteOffInvoice"],
  ["/invoices", "link", "New invoice", "DraftInvoice"],
  ["/invoices/:drafts", "button", "Issue…", "IssueInvoice"],
  ["/invoices/:drafts", "link", "Edit", "ReviseInvoice"],
  ["/invoices/:drafts", "button", "Discard", "DiscardDraft"],
  ["/invoices/:invoices", "link", "Record payment", "ReceivePayment"],
  ["/invoices/:invoices", "link", "Credit note", "DraftCreditNote"],
  ["/invoices/:invoices", "link", "Duplicate", "DraftInvoice"],
  ["/invoices/:invoices", "button", "Mark as sent", "RecordDelivery"],
  ["/invoices/:invoices", "button", "Cancel invoice…", "CancelInvoice"],
  ["/invoices/:invoices", "button", "Void…", "VoidInvoice"],
  ["/invoices/:notes", "link", "Apply to invoices", "ApplyCredit"],
  ["/payments/:payments", "link", "Apply to invoices", "ReallocatePayment"],
  ["/settings", "button", "Save", "ChangeProfile"],
  ["/settings/vat-rates", "button", "Save", "ChangeProfile"],
  ["/settings/series", "button", "Save", "ChangeProfile"],
  ["/settings/periods", "button", "Lock", "LockPeriod"],
  ["/settings/users", "link", "Invite user", "AddUser"],
  ["/settings/users/new", "button", "Invite", "AddUser"],
  ["/settings/users/:users", "button", "Save", "ChangeUserDetails"],
  ["/settings/users/:users", "button", "End sessions", "EndSessions"],
  ["/settings/users/:users", "button", "Deactivate", "DeactivateUser"],
  ["/settings/users/:users", "button", "New link", null],
];

const rolesOf = (command: CommandName | null) => (command === null ? OWNER : COMMANDS[command].roles);

/** Every address in the routes, with a parameter for each id. */
function everyAddress(): string[] {
  const routes = readFileSync(new URL("../screens.tsx", import.meta.url), "utf8");
  const places = readFileSync(new URL("../parts/places.ts", import.meta.url), "utf8");
  const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
  const sections = [...matches(routes, /\{ path: "([^"]+)"/g), ...matches(places, /\{ path: "([^"]+)"/g)];
  const forms = matches(routes, /^ {2}"(\/[\w/]+)": \(\) =>/gm);
  const details = matches(routes, /^ {2}"?(\w+)"?: \(id\) => </gm).map((list) => `/${list}/:${list}`);
  const editors = matches(routes, /^ {2}"(\w+\/\w+)": \(id\) => </gm).map((name) => {
    const [list = "", how = ""] = name.split("/");
    const which = how === "apply" ? "notes" : list === "invoices" && how === "edit" ? "drafts" : list;
    return `/${list}/:${which}/${how}`;
  });
  assert.ok(sections.length > 10 && forms.length > 1 && details.length > 3 && editors.length > 1);
  const own = ["/invoices/:drafts", "/invoices/:notes", "/settings/users/new", "/settings/users/:users"];
  return [...new Set([...sections, ...forms, ...details, ...editors, ...own, ...CONTROLS.map(([path]) => path)])];
}

async function show(page: Page, path: string): Promise<void> {
  const { ids } = fixture().office;
  await goTo(
    page,
    path.replace(/:(\w+)/, (_, list: string) => String(ids[list] ?? assert.fail(`no id for ${list}`))),
  );
  await page.waitForFunction(() => document.querySelector("main > *") && !document.querySelector("main .waiting"));
}

/** Names of the controls marked as writing on the current screen. */
async function writingControls(page: Page): Promise<string[]> {
  return (await page.locator("main [data-writes]").allInnerTexts()).map((name) => name.trim());
}

async function become(role: Role): Promise<void> {
  const { api, office, page } = fixture();
  const { id } = office.robin;
  await api.send("POST", `/api/users/${id}/role`, { role });
  await until(`the role ${role}`, async () => (await statusOf(page)).user?.role === role);
}

browserTest("when a user's role changes, the current screen changes with it", async () => {
  const { page } = fixture();
  await show(page, "/items/:items");
  const archive = page.getByRole("button", { name: "Archive" });
  await archive.waitFor();
  await become("viewer");
  await archive.waitFor({ state: "detached" });
  await become("clerk");
  await archive.waitFor();
  await goTo(page, "/settings");
  const save = page.getByRole("button", { name: "Save" });
  assert.equal(await save.count(), 0);
  await become("owner");
  await save.waitFor();
  await page.getByRole("link", { name: "Users" }).waitFor();
});

for (const role of ROLES)
  browserTest(`${role}: the screens show exactly the controls that the commands' roles allow`, async () => {
    const { page } = fixture();
    await become(role);
    for (const address of everyAddress()) {
      await show(page, address);
      for (const [path, kind, name, command] of CONTROLS) {
        if (path !== address) continue;
        const control = page.locator("main").getByRole(kind, { name, exact: true }).first();
        if (rolesOf(command).includes(role)) await control.waitFor();
        else assert.equal(await control.count(), 0, `${role} at ${address}: ${name}`);
      }
      const controls = await writingControls(page);
      if (address === "/settings/password")
        assert.deepEqual(controls, ["Change password"], "every user has a password");
      else if (!WRITERS.includes(role) || (role !== "owner" && address.startsWith("/settings"))) {
        assert.deepEqual(controls, [], `${role} at ${address}`);
        assert.equal(
          await page.locator("main form, main [type=submit], main [type=file]").count(),
          0,
          `${role} at ${address}`,
        );
      }
    }
    const sections = await page.getByRole("navigation", { name: "Main" }).getByRole("listitem").count();
    assert.equal(sections, SECTIONS.length, "every role may read everything");
  });

for (const role of ROLES)
  browserTest(`${role}: the worker and the server refuse a forged call that the role does not allow`, async () => {
    const { page, api, office } = fixture();
    await become(role);
    const head = await api.organization.log.head();
    const { id, token } = office.robin;
    const codeOfCall = async (name: string, argument: object) => (await askWorker(page, name, argument)).failure?.code;
    const forbidden = (Object.keys(COMMANDS) as CommandName[]).filter((name) => !COMMANDS[name].roles.includes(role));
    assert.equal(
      forbidden.length,
      { owner: 0, clerk: 9, viewer: Object.keys(COMMANDS).length, auditor: Object.keys(COMMANDS).length }[role],
    );
    for (const command of forbidden) {
      assert.equal(await codeOfCall("write", { command, id, input: {}, key: newKey() }), "ROLE", command);
      const { method, input } = COMMANDS[command];
      const body = fc.sample(arbitraryInput(input as never), { seed: 7, numRuns: 1 })[0];
      const response = await call(api.base, method, pathOf({ command, id }), body, { token });
      assert.deepEqual([response.status, response.body.code], [403, "ROLE_TOO_WEAK"], `${command}: ${response.text}`);
    }
    if (role !== "owner") {
      assert.equal(await codeOfCall("newLink", { id: 2 }), "ROLE");
      assert.equal((await call(api.base, "POST", "/api/users/2/invitation", {}, { token })).status, 403);
    }
    assert.equal(await api.organization.log.head(), head);
  });

browserTest("no page reported a problem", async () => {
  assert.deepEqual(fixture().problems, []);
});
