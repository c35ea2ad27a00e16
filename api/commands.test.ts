/** Every command of `events/commands/commands.ts` through its own route. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, type CommandName, pathOf } from "../events/commands/commands.ts";
import { decodeEvent } from "../events/encoding/event.ts";
import { CLIENT, runApi } from "./running-api.suite.ts";

const running = await runApi();
const { call, organization } = running;

const ITEM = { code: "W", description: "Work", unit: "HUR", price6: 1_000_000, vatCategory: "S", vatRate3: 20_000 };
const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 1e8, vatCategory: "S", vatRate3: 20_000 };
const CLERK = { email: "clerk@example.com", name: "Cleo", role: "clerk" };
const MONEY = { receivedOn: "2024-03-15", currency: "GBP", amountMinor: 12_000, method: "bank_transfer" };

/** The streams begun so far, by name. */
type Ids = Readonly<Record<string, number>>;
/** A command built from the streams begun so far. If it begins a stream, it names it. */
type Step = { command: CommandName; input?: object; on?: number | undefined; as?: string };

/** A day in which every command is sent at least once. */
const DAY: readonly ((ids: Ids) => Step)[] = [
  () => ({ command: "ChangeProfile", input: { legalName: "Renamed Ltd" } }),
  () => ({ command: "ChangeLogo", input: { logo: { mediaType: "image/png", image: "iVBORw0KGgo=" } } }),
  () => ({ command: "LockPeriod", input: { lockedUpTo: "2023-12-31", reason: "reported" } }),
  () => ({ command: "AddUser", input: CLERK, as: "clerk" }),
  ({ clerk }) => ({ command: "ChangeUserDetails", input: { name: "Cleopatra" }, on: clerk }),
  ({ clerk }) => ({ command: "ChangeRole", input: { role: "viewer" }, on: clerk }),
  ({ clerk }) => ({ command: "EndSessions", on: clerk }),
  ({ clerk }) => ({ command: "DeactivateUser", on: clerk }),
  ({ clerk }) => ({ command: "ReactivateUser", on: clerk }),
  () => ({ command: "RegisterClient", input: CLIENT, as: "client" }),
  ({ client }) => ({ command: "ChangeClientDetails", input: { termsDays: 14 }, on: client }),
  ({ client }) => ({ command: "ArchiveClient", on: client }),
  ({ client }) => ({ command: "RestoreClient", on: client }),
  () => ({ command: "AddItem", input: ITEM, as: "item" }),
  ({ item }) => ({ command: "ChangeItem", input: { price6: 2_000_000 }, on: item }),
  ({ item }) => ({ command: "ArchiveItem", on: item }),
  ({ item }) => ({ command: "RestoreItem", on: item }),
  ({ client }) => ({ command: "DraftInvoice", input: { clientId: client, lines: [LINE] }, as: "invoice" }),
  ({ invoice, item }) => ({ command: "ReviseInvoice", input: { lines: [{ ...LINE, itemId: item }] }, on: invoice }),
  ({ invoice }) => ({ command: "IssueInvoice", on: invoice }),
  ({ client }) => ({ command: "DraftInvoice", input: { clientId: client }, as: "scrap" }),
  ({ scrap }) => ({ command: "DiscardDraft", on: scrap }),
  ({ invoice }) => ({ command: "DraftCreditNote", on: invoice, as: "note" }),
  ({ note }) => ({ command: "IssueInvoice", on: note }),
  ({ note, invoice }) => ({
    command: "ApplyCredit",
    input: { allocations: [{ invoiceId: invoice, amountMinor: 1 }] },
    on: note,
  }),
  ({ client }) => ({ command: "ReceivePayment", input: { ...MONEY, clientId: client }, as: "payment" }),
  ({ payment, invoice }) => ({
    command: "ReallocatePayment",
    input: { allocations: [{ invoiceId: invoice, amountMinor: 5 }] },
    on: payment,
  }),
  ({ payment }) => ({ command: "ReversePayment", input: { reason: "bounced" }, on: payment }),
  ({ note }) => ({ command: "ApplyCredit", on: note }),
  ({ client }) => ({ command: "ReceivePayment", input: { ...MONEY, clientId: client }, as: "source" }),
  ({ client, source }) => ({
    command: "RefundClient",
    input: {
      clientId: client,
      paidOn: MONEY.receivedOn,
      currency: MONEY.currency,
      amountMinor: 1,
      method: MONEY.method,
      sources: [{ sourceId: source, amountMinor: 1 }],
    },
    as: "refund",
  }),
  ({ refund }) => ({ command: "ReverseRefund", input: { reason: "a mistake" }, on: refund }),
  ({ invoice }) => ({ command: "WriteOffInvoice", input: { reason: "too little" }, on: invoice }),
  ({ invoice }) => ({ command: "ReverseWriteOff", input: { reason: "paid after all" }, on: invoice }),
  ({ client }) => ({ command: "DraftInvoice", input: { clientId: client, lines: [LINE] }, as: "wrong" }),
  ({ wrong }) => ({ command: "IssueInvoice", on: wrong }),
  ({ wrong }) => ({ command: "CancelInvoice", input: { reason: "withdrawn" }, on: wrong, as: "cancelling" }),
  ({ invoice }) => ({ command: "RecordDelivery", input: { how: "print" }, on: invoice }),
  ({ note }) => ({ command: "VoidInvoice", input: { reason: "a mistake", neverDelivered: true }, on: note }),
];

async function eventAt(seq: number) {
  for await (const { bodies } of organization.log.read({ after: seq - 1, upTo: seq }))
    if (bodies[0]) return decodeEvent(bodies[0]);
  throw new Error(`there is no event ${seq}`);
}

test("every command has its route, and returns the sequence of its event", async () => {
  const ids: Record<string, number> = {};
  const given = new Set<CommandName>();
  for (const step of DAY) {
    const { command, input, on = 0, as } = step(ids);
    const written = await running.send(COMMANDS[command].method, pathOf({ command, id: on }), input);
    const event = await eventAt(written.seq);
    const { seq, stream, version } = event;
    assert.deepEqual({ seq: written.seq, stream: written.stream, version: written.version }, { seq, stream, version });
    assert.equal(event.type, COMMANDS[command].event);
    if (as) ids[as] = stream;
    given.add(command);
  }
  assert.deepEqual([...given].sort(), Object.keys(COMMANDS).sort(), "commands that DAY gives");
});

test("a command that changes nothing gets 200 without an event", async () => {
  const { stream } = await running.send("POST", "/api/clients", CLIENT);
  const written = await running.send("POST", `/api/clients/${stream}/restore`);
  assert.deepEqual(written, { seq: null, id: null, stream, version: 1 });
});

test("a command whose path is complete needs no body", async () => {
  const { stream } = await running.send("POST", "/api/clients", CLIENT);
  const response = await call(`/api/clients/${stream}/archive`, { method: "POST" });
  assert.equal(response.status, 200);
});

test("a command sent as text/plain is read as JSON", async () => {
  const response = await call("/api/clients", { method: "POST", body: JSON.stringify(CLIENT) });
  assert.equal(response.status, 200);
});

test("an id in a path is an integer in canonical form", async () => {
  for (const id of ["0", "-1", "01", "1.5", "1e3", "0x10", "%207", "%2B7", "seven", "9".repeat(17)]) {
    const response = await call(`/api/clients/${id}/archive`, { method: "POST" });
    const problem = (await response.json()) as { code: string; errors: { field: string }[] };
    assert.deepEqual([response.status, problem.code, problem.errors[0]?.field], [422, "NOT_VALID", "id"], id);
  }
});

test("an id of another kind of stream is not found", async () => {
  for (const id of [1, 2]) {
    const response = await call(`/api/clients/${id}/archive`, { method: "POST" });
    const { code, values } = (await response.json()) as { code: string; values: object };
    assert.deepEqual([response.status, code, values], [404, "UNKNOWN_CLIENT", { client: id }]);
  }
});

for (const [what, body, field] of [
  ["a field that there is not", { ...CLIENT, colour: "red" }, "colour"],
  [
    "a field within a field that there is not",
    { ...CLIENT, address: { country: "GB", planet: "Earth" } },
    "address.planet",
  ],
  ["a missing field", { address: { country: "GB" } }, "name"],
  ["a wrong type", { ...CLIENT, termsDays: "14" }, "termsDays"],
  ["a number out of bounds", { ...CLIENT, termsDays: 366 }, "termsDays"],
  ["a fraction", { ...CLIENT, termsDays: 1.5 }, "termsDays"],
  ["a control character", { ...CLIENT, name: "a\u0000b" }, "name"],
  ["half of a character", { ...CLIENT, name: "\ud800" }, "name"],
  ["an array", [CLIENT], ""],
  ["a text", "name", ""],
  ["a number", 7, ""],
] as const) {
  test(`a body with ${what} gets 422 and names the field`, async () => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await call("/api/clients", init);
    const problem = (await response.json()) as { code: string; errors: { field: string }[] };
    assert.deepEqual([response.status, problem.code], [422, "NOT_VALID"]);
    assert.equal(problem.errors[0]?.field, field);
  });
}
