/** A shop in memory, made by deciders, in which a test breaks one thing. */
import type { TestContext } from "node:test";
import { openMemoryOffice } from "../../events/business/memory-office.suite.ts";
import {
  type Circumstances,
  clientOf,
  draftOf,
  type Input,
  ITEM_INPUT,
  issuedOf,
  LINE,
  OWNER,
  paymentOf,
} from "../../events/business/office.suite.ts";
import type { CommandName } from "../../events/commands/commands.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import type { EventType } from "../../events/encoding/catalogue.ts";
import { encodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { sumDocument } from "../../events/values/money.ts";
import { aProfile } from "../../fixtures/data/builders.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { checkInvariants, type Violation } from "./check-invariants.ts";
import type { EventOf } from "./invariant.ts";

const PROFILE = aProfile({
  vatId: "GB123456789",
  series: [
    { name: "main", kind: "both", pattern: "INV-{00000}", first: 1, reset: "never", foreign: false },
    { name: "credit", kind: "credit_note", pattern: "CN-{0}", first: 1, reset: "never", foreign: false },
    { name: "import", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true },
  ],
});

export interface Shop {
  clerk: number;
  viewer: number;
  /** Clients: with invoices, with one invoice, archived. */
  a: number;
  b: number;
  archived: number;
  item: number;
  archivedItem: number;
  /** Issued invoices of `a`, each of 120.00: in pounds, in pounds, in euros. */
  first: number;
  second: number;
  euros: number;
  /** An issued invoice of `b`, of 120.00. */
  other: number;
  /** An issued credit note of `a` that stands alone, of 120.00. */
  credit: number;
  /** A draft of `a`. */
  draft: number;
  run(command: CommandName, input?: Input, circumstances?: Circumstances): Promise<number>;
  events(): Promise<LogEvent[]>;
}

async function openShop(t: TestContext): Promise<Shop> {
  const office = await openMemoryOffice(t, { profile: PROFILE });
  const run = async (command: CommandName, input: Input = {}, circumstances: Circumstances = {}) =>
    (await office.run(command, input, circumstances)).stream;
  const add = (name: string, role: string) => run("AddUser", { email: `${name}@example.com`, name, role });
  const clerk = await add("clerk", "clerk");
  const viewer = await add("viewer", "viewer");
  const [a, b, archived] = [await clientOf(office), await clientOf(office), await clientOf(office)];
  await run("ArchiveClient", {}, { id: archived });
  const item = await run("AddItem", ITEM_INPUT);
  const archivedItem = await run("AddItem", { ...ITEM_INPUT, code: "OLD" });
  await run("ArchiveItem", {}, { id: archivedItem });
  return {
    ...{ clerk, viewer, a, b, archived, item, archivedItem },
    first: await issuedOf(office, { clientId: a }),
    second: await issuedOf(office, { clientId: a }),
    euros: await issuedOf(office, { clientId: a, currency: "EUR" }, { exchangeRate6: 850_000 }),
    other: await issuedOf(office, { clientId: b }),
    credit: await issuedOf(office, { clientId: a, kind: "credit_note" }),
    draft: await draftOf(office, { clientId: a }),
    run,
    events: () => office.events(),
  };
}

export { LINE, OWNER, paymentOf };

/** A change of a log: the last event is the one that no decider would have decided. */
export interface Break<T extends EventType = EventType> {
  /** What is broken, for the name of the test. */
  what: string;
  /** Commands whose last event is changed. */
  last: (shop: Shop) => Promise<unknown>;
  type: T;
  /** @param before the event before it, which can be changed too */
  change: (event: EventOf<T>, shop: Shop, before: LogEvent) => void;
}

/** The violations of a shop's log after a break, and the number of its last event. */
export async function violationsAfter(
  t: TestContext,
  { last, type, change }: Break,
): Promise<{ violations: Violation[]; head: number; bodies: Uint8Array[] }> {
  const shop = await openShop(t);
  await last(shop);
  const events = structuredClone(await shop.events());
  const [before, event] = events.slice(-2) as [LogEvent, LogEvent];
  if (event.type !== type) throw new Error(`the last event is ${event.type}, not ${type}`);
  const bodiesOf = () => events.map((event) => encodeEvent(event).body);
  const sound = await Array.fromAsync(checkInvariants(new MemoryLog(bodiesOf())));
  if (sound.length > 0) throw new Error(`the shop has violations already: ${JSON.stringify(sound)}`);
  change(event as never, shop, before);
  const bodies = bodiesOf();
  return { violations: await Array.fromAsync(checkInvariants(new MemoryLog(bodies))), head: events.length, bodies };
}

/** Sums the content again after its lines were changed. */
export function sumAgain(content: InvoiceContent): void {
  const { taxes, totals } = sumDocument(content.lines, content.adjustments, content.totals);
  const reasonOf = (category: string) => {
    const { reason = null, reasonCode = null } = content.taxes.find((row) => row.vatCategory === category) ?? {};
    return { reason, reasonCode };
  };
  content.taxes = taxes.map((row) => ({ ...row, ...reasonOf(row.vatCategory) }));
  content.totals = totals;
}
