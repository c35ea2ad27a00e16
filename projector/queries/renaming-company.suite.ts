/** For tests of searches: a company in which everything is renamed, revised and moved, and what one can search for. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { CLIENT } from "../../fixtures/data/events.ts";
import { content, LogBuilder, line } from "../../fixtures/data/log-builder.ts";

/** Names and words that have beginnings in common, and are written in several ways. */
const NAMES = [
  "Harbour Café",
  "Harbour",
  "Quayside",
  "Éclair & Söhne",
  "H&M",
  "Mc Donald",
  "McDonald",
  "東京ビル",
  "A 007",
];
const THINGS = ["Mug", "Blue mug", "Ladder 12", "Harbour map", "MUG-7", "Söhne"];
export const QUERIES = [
  ...NAMES,
  ...THINGS,
  ...[
    "har",
    "h",
    "quay",
    "mug",
    "mug harb",
    "harb mug",
    "ladder quay",
    "mcdonald",
    "mc",
    "bu",
    "buyer",
    "1",
    "12",
    "7",
  ],
  ...[
    "1.2",
    "12",
    "24",
    "inv",
    "inv 1",
    "INV-00002",
    "ab-1",
    "INV-2",
    "ref",
    "ref har",
    "東",
    "eclair soehne",
    "nowhere",
  ],
];

const STEPS = [
  "client",
  "rename",
  "rename",
  "rename",
  "archive",
  "item",
  "change",
  "draft",
  "draft",
  "revise",
  "revise",
  "issue",
  "issue",
  "discard",
  "void",
  "pay",
  "pay",
  "pay",
  "move",
  "refund",
] as const;
export const steps = fc.array(
  fc.record({ what: fc.constantFrom(...STEPS), which: fc.nat(100), other: fc.nat(100), name: fc.nat(100) }),
  { minLength: 40, maxLength: 80 },
);
type Step = typeof steps extends fc.Arbitrary<readonly (infer S)[]> ? S : never;

export const at = <T>(list: readonly T[], n: number) => list[n % Math.max(1, list.length)];

export class Company {
  readonly log = LogBuilder.founded();
  readonly #clients = [this.log.client(NAMES[0]), this.log.client(NAMES[2])];
  readonly #archived = new Set<number>();
  readonly #items: number[] = [];
  readonly #drafts: { id: number; input: ReturnType<Company["input"]> }[] = [];
  readonly #issued: { id: number; clientId: number; gross: number; open: number }[] = [];
  readonly #payments: { id: number; clientId: number; rest: number; of: number | null; paid: number }[] = [];
  #counter = 0;

  input({ which, other, name }: Step) {
    const clientId = which % 5 === 0 ? null : (at(this.#clients, which) ?? assert.fail());
    const lines = [line(at(THINGS, name) ?? "", 100 * (1 + (other % 3)))];
    if (other % 2) lines.push({ ...line(at(THINGS, other) ?? "", 100), code: at(THINGS, which) ?? null });
    return { clientId, lines, note: name % 4 ? null : (at(NAMES, other) ?? null) };
  }

  do(step: Step): void {
    const { what, which, other, name } = step;
    const { log } = this;
    const text = at(NAMES, name) ?? "";
    const client = at(this.#clients, which) ?? assert.fail();
    const item = at(this.#items, which);
    const draft = at(this.#drafts, which);
    const issued = at(this.#issued, which);
    const payment = at(this.#payments, which);
    if (what === "client") this.#clients.push(log.client(text));
    if (what === "rename" && !this.#archived.has(client))
      log.add(client, {
        type: "ClientDetailsChanged",
        data: { ...CLIENT, name: text, contact: at(THINGS, other) ?? null },
      });
    if (what === "archive") {
      log.add(client, { type: this.#archived.has(client) ? "ClientRestored" : "ClientArchived", data: {} });
      if (!this.#archived.delete(client)) this.#archived.add(client);
    }
    const data = {
      code: `${at(THINGS, name)}/${log.head}`,
      description: text,
      unit: "C62",
      price6: 1,
      vatCategory: "S",
      vatRate3: 0,
      more: null,
    } as const;
    if (what === "item") this.#items.push(log.begin({ type: "ItemAdded", data }));
    if (what === "change" && item !== undefined) log.add(item, { type: "ItemChanged", data });
    if (what === "draft") {
      const input = this.input(step);
      this.#drafts.push({ id: log.draft(input), input });
    }
    if (what === "revise" && draft) {
      draft.input = this.input(step);
      log.add(draft.id, { type: "InvoiceRevised", data: { content: content(draft.input) } });
    }
    if (what === "discard" && draft) {
      log.add(draft.id, { type: "InvoiceDraftDiscarded", data: {} });
      this.#drafts.splice(this.#drafts.indexOf(draft), 1);
    }
    if (what === "issue" && draft && draft.input.clientId !== null) this.#issue(draft, other);
    this.#doWithMoney(step, issued, payment);
  }

  #issue(draft: { id: number; input: ReturnType<Company["input"]> }, other: number): void {
    const counter = ++this.#counter;
    const drafted = content(draft.input);
    const as = other % 4 === 0 ? { series: "old" } : { counter };
    const number = other % 4 === 0 ? `AB-${counter}` : `INV-${String(counter).padStart(5, "0")}`;
    this.log.issueDraft(draft.id, number, drafted, as);
    this.#drafts.splice(this.#drafts.indexOf(draft), 1);
    const gross = drafted.totals.grossMinor;
    this.#issued.push({ id: draft.id, clientId: draft.input.clientId ?? 0, gross, open: gross });
  }

  #doWithMoney(
    { what, which, other }: Step,
    issued: { id: number; clientId: number; gross: number; open: number } | undefined,
    payment: { id: number; clientId: number; rest: number; of: number | null; paid: number } | undefined,
  ): void {
    const { log } = this;
    if (what === "void" && issued && issued.open === issued.gross && other % 3 === 0) {
      log.add(issued.id, { type: "InvoiceVoided", data: { reason: "wrong", neverDelivered: true } });
      this.#issued.splice(this.#issued.indexOf(issued), 1);
    }
    if (what === "pay" && issued && issued.open > 1) {
      const paid = 1 + (other % (issued.open - 1));
      const reference = which % 2 ? `REF-${log.head}` : null;
      const { clientId } = issued;
      const amounts = {
        currency: "GBP",
        amountMinor: paid + 20,
        method: "card",
        feesMinor: 0,
        receivedOn: "2024-06-20",
      } as const;
      const data = { ...amounts, clientId, reference, allocations: [{ invoiceId: issued.id, amountMinor: paid }] };
      const id = log.begin({ type: "PaymentReceived", data });
      issued.open -= paid;
      this.#payments.push({ id, clientId, rest: 20, of: issued.id, paid });
    }
    if (what === "move" && payment && payment.of !== null) {
      log.add(payment.id, { type: "PaymentReallocated", data: { allocations: [], on: "2024-06-21" } });
      const before = this.#issued.find(({ id }) => id === payment.of);
      if (before) before.open += payment.paid;
      payment.rest += payment.paid;
      payment.of = null;
    }
    if (what === "refund" && payment && payment.rest > 1) {
      const amount = 1 + (other % (payment.rest - 1));
      log.refund(payment.clientId, [[payment.id, amount]]);
      payment.rest -= amount;
    }
  }
}
