/**
 * Runs the decision tests of the domain through the writer, on books over tables. Both books therefore give the same
 * answers. Also tests the rules that only the writer has.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelDecisions } from "../../events/business/cancel.suite.ts";
import { clientDecisions } from "../../events/business/client.suite.ts";
import { creditNoteDecisions } from "../../events/business/credit-note.suite.ts";
import { deliveryDecisions } from "../../events/business/delivery.suite.ts";
import { sizeDecisions } from "../../events/business/document-size.suite.ts";
import { furtherDecisions } from "../../events/business/further.suite.ts";
import { invoiceDecisions } from "../../events/business/invoice.suite.ts";
import { issueDecisions } from "../../events/business/issue.suite.ts";
import { itemDecisions } from "../../events/business/item.suite.ts";
import { moneyLockDecisions } from "../../events/business/money-lock.suite.ts";
import { numberingDecisions } from "../../events/business/numbering.suite.ts";
import {
  assertNothingForgotten,
  CLIENT_INPUT,
  clientOf,
  draftOf,
  type Input,
  isRefusal,
  issuedOf,
  LINE,
  type OpenOffice,
  paymentOf,
} from "../../events/business/office.suite.ts";
import { organizationDecisions } from "../../events/business/organization.suite.ts";
import { paymentDecisions } from "../../events/business/payment.suite.ts";
import { periodLockDecisions } from "../../events/business/period-lock.suite.ts";
import { refundDecisions } from "../../events/business/refund.suite.ts";
import { ROLES, type Role } from "../../events/business/roles.ts";
import { userDecisions } from "../../events/business/user.suite.ts";
import { writeOffDecisions } from "../../events/business/write-off.suite.ts";
import { COMMANDS, type CommandName } from "../../events/commands/commands.ts";
import type { Rule } from "../../events/rules.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openOffice, requestOf } from "./office.suite.ts";

const folder = temporaryFolder();
const open: OpenOffice = (t, options) => openOffice(t, folder, options);

organizationDecisions(open);
periodLockDecisions(open);
userDecisions(open);
clientDecisions(open);
itemDecisions(open);
numberingDecisions(open);
invoiceDecisions(open);
cancelDecisions(open);
deliveryDecisions(open);
issueDecisions(open);
furtherDecisions(open);
creditNoteDecisions(open);
paymentDecisions(open);
refundDecisions(open);
moneyLockDecisions(open);
writeOffDecisions(open);
sizeDecisions(open);

test("found() refuses a log that already has an organization, and adds no second owner", async (t) => {
  const office = await openOffice(t, folder);
  const intruder = { email: "intruder@example.com", name: "Ida" };
  await assert.rejects(office.writer.found(PROFILE, intruder, newUuid()), (error) =>
    isRefusal(error, { rule: "ORGANIZATION_EXISTS" }),
  );
  assert.equal(await office.log.head(), 2);
});

test("execute() refuses a role that is too weak before it looks at anything else", async (t) => {
  const office = await openOffice(t, folder);
  const users = new Map<Role, number>();
  for (const role of ROLES)
    users.set(role, (await office.run("AddUser", { email: `${role}@example.org`, name: "A user", role })).stream);
  for (const [command, { roles }] of Object.entries(COMMANDS) as [CommandName, { roles: readonly Role[] }][])
    for (const [role, actor] of users) {
      // The input matches no schema, and the version is wrong.
      const request = { command, id: 99, input: {} as never, actor, key: null, ifMatch: 7 };
      const rule = await office.writer.execute(request).then(
        () => null,
        (error: { rule?: string }) => error.rule ?? null,
      );
      assert.equal(rule === "ROLE_TOO_WEAK", !roles.includes(role), `${command} by ${role}: ${rule}`);
    }
});

test("execute() refuses input that does not fit its event, although no rule says so", async (t) => {
  const office = await openOffice(t, folder);
  const request = requestOf("RegisterClient", CLIENT_INPUT);
  Object.assign(request.input, { name: "x".repeat(201) });
  await assert.rejects(office.writer.execute(request), (error) => isRefusal(error, { rule: "NOT_RECORDABLE" }));
  assert.equal(await office.head(), 2);
});

test("execute() refuses an import with more lines than a document can have", async (t) => {
  const office = await openOffice(t, folder);
  const request = requestOf("DraftInvoice", { lines: [LINE] });
  Object.assign(request.input, { lines: Array(2001).fill({ ...LINE, itemId: null, code: null, adjustments: [] }) });
  await assert.rejects(office.writer.execute(request), (error) =>
    isRefusal(error, { rule: "TOO_MANY_LINES", field: "lines", values: { lines: 2001, limit: 2000 } }),
  );
});

test("execute() refuses what would bring the sum of a client, or of a currency, beyond exact amounts", async (t) => {
  const office = await openOffice(t, folder);
  const [one, other] = [await clientOf(office), await clientOf(office)];
  const MOST = Number.MAX_SAFE_INTEGER;
  const huge = { ...LINE, quantity6: MOST, price6: 10_000_000_000, vatCategory: "Z", vatRate3: 0 };
  const issued = (clientId: number, line = huge) => issuedOf(office, { clientId, lines: [line] });
  const pay = { receivedOn: "2024-03-15", currency: "GBP", amountMinor: MOST, method: "cash" };
  const refuses = (command: CommandName, input: Input, id = 0) =>
    office.refuses(command, input, { id }, { rule: "AMOUNT_TOO_LARGE", message: /too large: .* would be/ });

  const invoice = await issued(one);
  await refuses("IssueInvoice", {}, await draftOf(office, { clientId: one }));
  const paid = await paymentOf(office, {
    ...pay,
    clientId: one,
    allocations: [{ invoiceId: invoice, amountMinor: MOST }],
  });
  const open = await issued(other);
  await refuses("ReversePayment", { reason: "Bounced" }, paid);
  await office.run("WriteOffInvoice", { reason: "Lost" }, { id: open });
  await office.run("ReversePayment", { reason: "Bounced" }, { id: paid });
  await refuses("ReverseWriteOff", { reason: "Found" }, open);

  const source = await paymentOf(office, { ...pay, clientId: one });
  await refuses("ReceivePayment", { ...pay, amountMinor: 1, clientId: other });
  const refund = { clientId: one, paidOn: "2024-03-15", currency: "GBP", amountMinor: MOST, method: "cash" };
  const sources = [{ sourceId: source, amountMinor: MOST }];
  const { stream: refunded } = await office.run("RefundClient", { ...refund, sources });
  const second = await paymentOf(office, { ...pay, clientId: other });
  await refuses("ReverseRefund", { reason: "Bounced" }, refunded);
  await office.run("ReversePayment", { reason: "Bounced" }, { id: second });

  const below = await issued(one, { ...huge, quantity6: -MOST });
  await office.run("WriteOffInvoice", { reason: "Lost" }, { id: invoice });
  await issued(one);
  await refuses("VoidInvoice", { reason: "Typed twice", neverDelivered: true }, below);
});

test("execute() refuses an outdated version", async (t) => {
  const office = await openOffice(t, folder);
  const id = await clientOf(office);
  await office.run("ArchiveClient", {}, { id });
  const stale = { rule: "VERSION_MISMATCH", values: { version: 2, expected: 1 } } as const;
  await office.refuses("RestoreClient", {}, { id, ifMatch: 1 }, stale);
  await office.accepts("RestoreClient", {}, { id, ifMatch: 2 });
});

test("execute() refuses the key of another command", async (t) => {
  const office = await openOffice(t, folder);
  const key = newUuid();
  const { seq } = await office.accepts("RegisterClient", CLIENT_INPUT, { key });
  const reused = { rule: "KEY_REUSED", values: { key: uuidText(key), seq } } as const;
  await office.refuses("RegisterClient", { ...CLIENT_INPUT, name: "Another" }, { key }, reused);
});

test("executeLater() refuses a key that began no stream", async (t) => {
  const office = await openOffice(t, folder);
  const key = newUuid();
  const later = office.writer.executeLater({ key: newUuid() }, (streamBegunBy) =>
    requestOf("ArchiveClient", {}, { id: streamBegunBy(key) }),
  );
  await assert.rejects(later, (error) =>
    isRefusal(error, { rule: "STREAM_NOT_BEGUN", values: { key: uuidText(key) } }),
  );
});

test("64 concurrent issues get 64 consecutive numbers, despite refusals among them", async (t) => {
  const office = await openOffice(t, folder);
  const clientId = await clientOf(office);
  const drafts = await Promise.all(Array.from({ length: 64 }, () => draftOf(office, { clientId })));
  const issues = drafts.flatMap((id, n) => [
    office.run("IssueInvoice", {}, { id }),
    ...(n % 2
      ? [office.run("IssueInvoice", {}, { id }).catch((error) => isRefusal(error, { rule: "NOT_A_DRAFT" }))]
      : []),
  ]);
  await Promise.all(issues);
  const counters = office.rows("SELECT counter FROM invoice ORDER BY counter").map(({ counter }) => counter);
  assert.deepEqual(
    counters,
    Array.from({ length: 64 }, (_, n) => n + 1),
  );
});

test("a logo is stored as its bytes", async (t) => {
  const office = await openOffice(t, folder);
  const image = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  await office.run("ChangeLogo", { logo: { mediaType: "image/png", image: image.toString("base64") } });
  assert.deepEqual(office.rows("SELECT logo_type, logo FROM organization"), [{ logo_type: "image/png", logo: image }]);
});

test("new text is refused if nobody can see it, and if it is a code outside its list", async (t) => {
  const office = await openOffice(t, folder);
  const address = { country: "GB" };
  const refused = async (input: object, rule: Rule, field: string, values: Record<string, string> = {}) =>
    await office.refuses("RegisterClient", { name: "A", address, ...input }, {}, { rule, field, values } as never);
  await refused({ name: " " }, "BLANK_TEXT", "name");
  await refused({ name: "A\u202eB" }, "HIDDEN_CHARACTER", "name", { character: "U+202E" });
  await refused({ email: "x@e..com" }, "EMAIL_DOMAIN_NOT_VALID", "email", { domain: "e..com" });
  await refused({ address: { country: "ZZ" } }, "UNKNOWN_COUNTRY", "address.country", { country: "ZZ" });
  const lines = [{ ...LINE, unit: "QQ" }];
  await office.refuses(
    "DraftInvoice",
    { lines },
    {},
    { rule: "UNKNOWN_UNIT", field: "lines.0.unit", values: { unit: "QQ" } },
  );
});

test("an import, a retry, and a text that stays may have text that is refused today", async (t) => {
  const office = await openOffice(t, folder);
  const old = { name: "A\u200bB", address: { country: "ZZ" } };
  const key = newUuid();
  const imported = { ...requestOf("RegisterClient", old, { key }), atMs: office.clock.nowMs };
  const first = await office.writer.execute(imported);
  const retry = requestOf("RegisterClient", old, { key });
  assert.deepEqual(await office.writer.execute(retry), first, "a retry gets the first response");
  const later = office.writer.executeLater({ key: newUuid(), atMs: office.clock.nowMs }, () =>
    requestOf("RegisterClient", old),
  );
  assert.ok((await later).seq, "an import that begins later");

  const id = first.stream;
  const address = { country: "ZZ", city: "York" };
  await office.accepts("ChangeClientDetails", { ...old, address, phone: "1" }, { id });
  const hidden = { rule: "HIDDEN_CHARACTER", field: "name", values: { character: "U+200B" } } as const;
  await office.refuses("ChangeClientDetails", { name: "A\u200bC" }, { id }, hidden);

  const item = { code: "1", description: "old\u00ad", unit: "QQ", price6: 1, vatCategory: "S", vatRate3: 20_000 };
  const added = await office.writer.execute({ ...requestOf("AddItem", item), atMs: office.clock.nowMs });
  const lines = [{ ...LINE, itemId: added.stream, description: item.description, unit: "QQ" }];
  const draft = await office.accepts("DraftInvoice", { lines });
  await office.accepts("ReviseInvoice", { lines: [{ ...lines[0], itemId: null }] }, { id: draft.stream });
});

// Runs after the others.
test("every command is tried, once and again, and every rule refuses something", () => {
  assertNothingForgotten([]);
});
