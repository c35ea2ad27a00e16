/** The deciders decide exactly the steps of the table. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, type CommandName } from "../commands/commands.ts";
import { CATALOGUE } from "../encoding/catalogue.ts";
import { Refusal } from "../errors.ts";
import { openMemoryOffice } from "./memory-office.suite.ts";
import {
  CLIENT_INPUT,
  clientOf,
  draftOf,
  type Input,
  ITEM_INPUT,
  issuedOf,
  type Office,
  paymentOf,
  refundOf,
} from "./office.suite.ts";
import { canFollow, STATES, STEPS } from "./steps.ts";

/** How a stream of a kind gets into each of its states. @returns the stream */
type Ways = Readonly<Record<string, (office: Office) => Promise<number>>>;

async function then(office: Office, id: number, command: CommandName, input: Input = {}): Promise<number> {
  await office.run(command, input, { id });
  return id;
}

const user = async (office: Office) =>
  (await office.run("AddUser", { email: "clerk@example.com", name: "Clerk", role: "clerk" })).stream;
const item = async (office: Office) => (await office.run("AddItem", ITEM_INPUT)).stream;
const payment = async (office: Office) => paymentOf(office, { clientId: await clientOf(office) });
async function refund(office: Office): Promise<number> {
  const clientId = await clientOf(office);
  return await refundOf(office, { clientId, sourceId: await paymentOf(office, { clientId }) });
}
const credit = (office: Office) => draftOf(office, { kind: "credit_note" });

const WAYS: Readonly<Record<keyof typeof STATES, Ways>> = {
  organization: { registered: async () => 1 },
  user: { active: user, deactivated: async (o) => then(o, await user(o), "DeactivateUser") },
  client: { active: clientOf, archived: async (o) => then(o, await clientOf(o), "ArchiveClient") },
  item: { active: item, archived: async (o) => then(o, await item(o), "ArchiveItem") },
  invoice: {
    draft: credit,
    issued: (o) => issuedOf(o, { kind: "credit_note" }),
    void: async (o) =>
      then(o, await issuedOf(o, { kind: "credit_note" }), "VoidInvoice", { reason: "wrong", neverDelivered: true }),
    discarded: async (o) => then(o, await credit(o), "DiscardDraft"),
  },
  payment: {
    received: payment,
    reversed: async (o) => then(o, await payment(o), "ReversePayment", { reason: "bounced" }),
  },
  refund: {
    paid: refund,
    reversed: async (o) => then(o, await refund(o), "ReverseRefund", { reason: "bounced" }),
  },
};

/** An input that changes something, for each command on a stream. */
const INPUTS: Partial<Record<CommandName, Input>> = {
  ChangeProfile: { termsDays: 3 },
  ChangeLogo: { logo: { mediaType: "image/jpeg", image: Buffer.from([0xff, 0xd8, 0xff]).toString("base64") } },
  LockPeriod: { lockedUpTo: "2023-12-31", reason: "reported" },
  ChangeUserDetails: { name: "Renamed" },
  ChangeRole: { role: "viewer" },
  ChangeClientDetails: { ...CLIENT_INPUT, name: "Renamed" },
  ChangeItem: { price6: 7 },
  ReviseInvoice: { note: "changed" },
  RecordDelivery: { how: "print" },
  VoidInvoice: { reason: "wrong", neverDelivered: true },
  ReversePayment: { reason: "bounced" },
  WriteOffInvoice: { reason: "too little" },
  ReverseWriteOff: { reason: "paid after all" },
  ReverseRefund: { reason: "bounced" },
};

/** Commands on an issued document that needs more than its state. */
const OTHER_WAYS: { readonly [Name in CommandName]?: (office: Office) => Promise<number> } = {
  WriteOffInvoice: issuedOf,
  ReverseWriteOff: async (o) => then(o, await issuedOf(o), "WriteOffInvoice", { reason: "too little" }),
};

test("STEPS has the types of the catalogue, and each begins a stream in both or in neither", () => {
  assert.deepEqual(
    Object.entries(STEPS).map(([type, { from }]) => [type, from === null]),
    Object.entries(CATALOGUE).map(([type, { begins }]) => [type, begins]),
  );
});

for (const [kind, ways] of Object.entries(WAYS) as [keyof typeof STATES, Ways][])
  for (const [state, reach] of Object.entries(ways))
    test(`a stream of the kind ${kind} that is ${state}: deciders decide the steps of the table, and no others`, async (t) => {
      assert.deepEqual(Object.keys(ways), STATES[kind]);
      for (const [name, { event, begins, stream }] of Object.entries(COMMANDS) as [
        CommandName,
        (typeof COMMANDS)[CommandName],
      ][]) {
        if (stream !== kind || begins) continue;
        const office = await openMemoryOffice(t);
        const id = await ((state === "issued" && OTHER_WAYS[name]) || reach)(office);
        const input = INPUTS[name] ?? (await allocationsFor(office, name, id));
        const decided = await office.run(name, input, { id }).then(
          ({ seq }) => seq !== null,
          (error) => {
            assert.ok(error instanceof Refusal, String(error));
            return false;
          },
        );
        assert.equal(decided, canFollow(event, state as never), `${name} on what is ${state}`);
      }
    });

/** For the commands that replace allocations: an invoice of the same client. */
async function allocationsFor(office: Office, name: CommandName, id: number): Promise<Input> {
  if (name !== "ReallocatePayment" && name !== "ApplyCredit") return {};
  const clientId = (name === "ApplyCredit" ? office.books.invoice(id) : office.books.payment(id))?.clientId;
  return { allocations: [{ invoiceId: await issuedOf(office, { clientId }), amountMinor: 1 }] };
}
