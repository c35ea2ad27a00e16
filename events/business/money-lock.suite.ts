/** Money and locked periods. Run by `decisions.test.ts`. */
import { test } from "node:test";
import type { CommandName } from "../commands/commands.ts";
import { clientOf, type Input, issuedOf, type Office, type OpenOffice, paymentOf, refundOf } from "./office.suite.ts";

const LOCKED = "2024-02-29";
const OPEN = "2024-03-01";
const MONEY = { currency: "GBP", amountMinor: 100, method: "card" };
const why = { reason: "r" };

/** Each command with a day, and the field of the day. The stream is made before the lock. */
const DATED: readonly (readonly [CommandName, field: string, make: (office: Office) => Promise<[number, Input]>])[] = [
  ["ReceivePayment", "receivedOn", async (office) => [0, { ...MONEY, clientId: await clientOf(office) }]],
  [
    "ReallocatePayment",
    "on",
    async (office) => {
      const { clientId, payment, invoice } = await oldBusiness(office);
      await office.run("ReallocatePayment", { allocations: [] }, { id: payment });
      return [await paymentOf(office, { clientId, receivedOn: "2024-01-10" }), to(invoice)];
    },
  ],
  ["ApplyCredit", "on", async (office) => [(await oldBusiness(office)).note, to((await oldBusiness(office)).invoice)]],
  ["ReversePayment", "on", async (office) => [(await oldBusiness(office)).payment, { ...why, kind: "returned" }]],
  ["WriteOffInvoice", "on", async (office) => [(await oldBusiness(office)).invoice, why]],
  [
    "ReverseWriteOff",
    "on",
    async (office) => {
      const { invoice } = await oldBusiness(office);
      await office.run("WriteOffInvoice", { ...why, on: "2024-01-10" }, { id: invoice });
      return [invoice, why];
    },
  ],
  [
    "RefundClient",
    "paidOn",
    async (office) => {
      const { clientId, payment } = await oldBusiness(office);
      return [0, { ...MONEY, clientId, sources: [{ sourceId: payment, amountMinor: 100 }] }];
    },
  ],
  ["ReverseRefund", "on", async (office) => [(await oldBusiness(office)).refund, { ...why, kind: "returned" }]],
];

const to = (invoiceId: number) => ({ allocations: [{ invoiceId, amountMinor: 1 }] });

const made = new WeakMap<Office, Promise<Record<"clientId" | "payment" | "refund" | "invoice" | "note", number>>>();

/** Business of 10 January, once an office. */
function oldBusiness(office: Office) {
  let business = made.get(office);
  if (!business) {
    business = make(office);
    made.set(office, business);
  }
  return business;
}

async function make(office: Office) {
  const clientId = await clientOf(office);
  const day = "2024-01-10";
  const invoice = await issuedOf(office, { clientId }, { issuedOn: day });
  const note = await issuedOf(office, { clientId, kind: "credit_note" }, { issuedOn: day });
  const payment = await paymentOf(office, { clientId, receivedOn: day });
  const sourceId = await paymentOf(office, { clientId, receivedOn: day });
  const refund = await refundOf(office, { clientId, sourceId, paidOn: day });
  return { clientId, payment, refund, invoice, note };
}

export function moneyLockDecisions(open: OpenOffice): void {
  for (const [command, field, make] of DATED)
    test(`${command} is refused in a locked period, up to its last day`, async (t) => {
      const office = await open(t);
      const [id, input] = await make(office);
      await office.run("LockPeriod", { lockedUpTo: LOCKED, reason: "reported" });
      const values = { on: LOCKED, lockedUpTo: LOCKED };
      await office.refuses(command, { ...input, [field]: LOCKED }, { id }, { rule: "PERIOD_LOCKED", field, values });
      await office.accepts(command, { ...input, [field]: OPEN }, { id });
    });

  for (const [command, of] of [
    ["ReversePayment", "payment"],
    ["ReverseRefund", "refund"],
  ] as const)
    test(`${command} takes back no mistake of a locked period; what came back counts later`, async (t) => {
      const office = await open(t);
      const id = (await oldBusiness(office))[of];
      await office.run("LockPeriod", { lockedUpTo: LOCKED, reason: "reported" });
      const values = { on: "2024-01-10", lockedUpTo: LOCKED };
      await office.refuses(command, why, { id }, { rule: "PERIOD_LOCKED", values, message: /reverse it as returned/ });
      await office.accepts(command, { ...why, kind: "returned" }, { id });
    });
}
