/**
 * Random business for property tests: each wish becomes commands on what the books then hold, with dates in the past. The
 * deciders refuse some of them, which is no failure. Fewer and smaller wishes are smaller histories, so fast-check can
 * shrink a failure to the few events that show it.
 */
import fc from "fast-check";
import type { Input, Office } from "../../events/business/office.suite.ts";
import type { CommandName } from "../../events/commands/commands.ts";
import { Refusal } from "../../events/errors.ts";
import type { Rule } from "../../events/rules.ts";
import { addDays, dateAt } from "../../events/values/calendar.ts";
import { type Document, documentOf, isDebit } from "./books-lists.suite.ts";
import { booksAfter } from "./books-model.suite.ts";
import { ALWAYS, creditOn, documentsOn, openOn } from "./model-figures.suite.ts";
import { OFFICE_PLANS, OFFICE_WEIGHTS } from "./random-office.suite.ts";
import { contentOf, type Plan, pick, type View, type WishNumbers } from "./random-wishes.suite.ts";

const DAY_MS = 86_400_000;

/** The first day of each random business: the turn of a year is near. */
export const FIRST_MS = Date.UTC(2023, 10, 20, 12);

/** How often each wish comes. */
const WEIGHTS = {
  invoice: 12,
  creditNote: 3,
  pay: 10,
  reallocate: 5,
  apply: 5,
  reversePayment: 3,
  refund: 4,
  reverseRefund: 2,
  writeOff: 3,
  reverseWriteOff: 1,
  cancel: 3,
  void: 2,
  deliver: 1,
  lock: 1,
  ...OFFICE_WEIGHTS,
};
type What = keyof typeof WEIGHTS;

/** A wish, and the numbers from which its commands are made. */
export interface Wish extends WishNumbers {
  what: What;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  what: fc.oneof(
    ...(Object.entries(WEIGHTS) as [What, number][]).map(([what, weight]) => ({
      weight,
      arbitrary: fc.constant(what),
    })),
  ),
  days: fc.integer({ min: 0, max: 12 }),
  back: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
  which: fc.nat(999),
  much: fc.nat(999),
  odd: fc.boolean(),
});

export const business: fc.Arbitrary<Wish[]> = fc.array(wish, { minLength: 1, maxLength: 70, size: "max" });

/** What the deciders said, over all businesses of a process. */
export const said = { accepted: new Set<CommandName>(), refused: new Map<Rule, number>() };

/** Runs the wishes, one after the other. */
export async function playBusiness(office: Office, wishes: readonly Wish[]): Promise<void> {
  office.clock.nowMs = FIRST_MS;
  const run: View["run"] = async (command, input, id = 0) => {
    try {
      const { stream, seq } = await office.run(command, input, { id });
      if (seq !== null) said.accepted.add(command);
      return stream;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      said.refused.set(error.rule, (said.refused.get(error.rule) ?? 0) + 1);
      return null;
    }
  };
  const clients: number[] = [];
  for (const input of [
    { name: "At home", address: { country: "GB" }, vatId: "GB2" },
    { name: "Abroad", address: { country: "DE" }, vatId: "DE123456789", currency: "EUR" },
    { name: "Far away", address: { country: "JP" }, vatId: "JP1", currency: "JPY", termsDays: 0 },
  ])
    clients.push((await run("RegisterClient", input)) ?? 0);
  for (const wish of wishes) {
    office.clock.nowMs += wish.days * DAY_MS;
    const today = dateAt(office.clock.nowMs, "UTC");
    const events = await office.events();
    const books = booksAfter(events);
    await PLANS[wish.what]({ events, books, clients, today, on: addDays(today, -wish.back), run }, wish);
  }
}

/** A day, or null: the default. */
const stated = (on: string, { odd }: WishNumbers) => (odd ? on : null);

const isOfSame = (a: { clientId: number; currency: string }) => (b: { clientId: number; currency: string }) =>
  a.clientId === b.clientId && a.currency === b.currency;

/** The documents that are owed, oldest first. */
function owed({ books }: View): (Document & { rest: number })[] {
  return [...openOn(books, ALWAYS)].map(([id, rest]) => ({ ...documentOf(books, id), rest }));
}

/** Splits an amount over documents, in their order. */
function allocate(documents: readonly (Document & { rest: number })[], amountMinor: number) {
  let left = amountMinor;
  const allocations: { invoiceId: number; amountMinor: number }[] = [];
  for (const { id, rest } of documents) {
    const part = Math.min(left, rest);
    if (part > 0) allocations.push({ invoiceId: id, amountMinor: part });
    left -= Math.max(0, part);
  }
  return allocations;
}

async function issue({ run, on }: View, id: number | null, wish: WishNumbers): Promise<number | null> {
  if (id === null) return null;
  const series = pick(["INV", "INV", "year", "month", "other"], wish.much) ?? "INV";
  // Numbers of the other series look like those that the first ones will make.
  const other = pick([`INV-00${1 + (wish.which % 9)}`, `Y2024-0${1 + (wish.which % 5)}`, `X${wish.which}`], wish.much);
  const number = series === "other" ? { number: other, confirmNumber: true } : {};
  return await run("IssueInvoice", { series, ...number, issuedOn: on, exchangeRate6: 1_234_567 }, id);
}

/** A part of a whole, from a little to all of it. */
const partOf = (whole: number, { much, odd }: WishNumbers) =>
  odd ? whole : Math.max(1, Math.floor((whole * much) / 999));

const PLANS: Readonly<Record<What, Plan>> = {
  ...OFFICE_PLANS,

  async invoice(view, wish) {
    const kind = wish.which % 5 === 4 ? "credit_note" : "invoice";
    await issue(view, await view.run("DraftInvoice", { kind, ...contentOf(view, wish) }), wish);
  },

  async creditNote(view, wish) {
    const invoice = pick(
      documentsOn(view.books, ALWAYS).filter(({ kind }) => kind === "invoice"),
      wish.which,
    );
    if (!invoice) return;
    const { clientId, currency } = invoice;
    const draft = wish.odd ? null : { ...contentOf(view, wish), clientId, currency };
    const note = await issue(view, await view.run("DraftCreditNote", { draft }, invoice.id), wish);
    const allocations = allocate(
      owed(view).filter(({ id }) => id === invoice.id),
      wish.much * 10,
    );
    if (note !== null && wish.which % 2) await view.run("ApplyCredit", { allocations }, note);
  },

  async pay(view, wish) {
    const { which, much, odd } = wish;
    const first = pick(owed(view), which);
    const account = first ?? { clientId: pick(view.clients, which) ?? 0, currency: "GBP" };
    const open = owed(view).filter(isOfSame(account));
    const all = open.reduce((sum, { rest }) => sum + rest, 0);
    const amountMinor = much % 4 === 0 ? all + much + 1 : partOf(first?.rest ?? 1000, wish);
    const ordered = first ? [first, ...open.filter(({ id }) => id !== first.id)] : open;
    const allocations = much % 5 === 4 ? [] : allocate(ordered, amountMinor);
    const { clientId, currency } = account;
    const money = { clientId, currency, amountMinor, receivedOn: view.on, method: "card", allocations };
    await view.run("ReceivePayment", { ...money, ...(odd && { feesMinor: much % 7 }) });
  },

  async reallocate(view, wish) {
    const payment = pick(view.books.payments, wish.which);
    if (!payment) return;
    const used = view.books.payouts.reduce((sum, { source, amount }) => sum + (source === payment.id ? amount : 0), 0);
    await spread(view, "ReallocatePayment", { ...payment, amount: payment.cash.amount - used }, wish);
  },

  async apply(view, wish) {
    const credits = documentsOn(view.books, ALWAYS).filter((document) => !isDebit(document) && document.payable !== 0);
    const credit = pick(credits, wish.which);
    if (credit) await spread(view, "ApplyCredit", { ...credit, amount: Math.abs(credit.payable) }, wish);
  },

  async reversePayment(view, wish) {
    const payment = pick(view.books.payments, wish.which);
    if (payment) await view.run("ReversePayment", reversalOf(view, wish), payment.id);
  },

  async reverseRefund(view, wish) {
    const refund = pick(view.books.refunds, wish.which);
    if (refund) await view.run("ReverseRefund", reversalOf(view, wish), refund.id);
  },

  async refund(view, wish) {
    const credit = [...creditOn(view.books, ALWAYS)].flatMap(([id, rest]) =>
      [...view.books.documents, ...view.books.payments].filter((one) => one.id === id).map((one) => ({ ...one, rest })),
    );
    const first = pick(credit, wish.which);
    if (!first) return;
    const { clientId, currency } = first;
    const from = wish.much % 3 ? [first] : credit.filter(isOfSame(first));
    const sources = from.map(({ id, rest }) => ({ sourceId: id, amountMinor: partOf(rest, wish) }));
    const amountMinor = sources.reduce((sum, source) => sum + source.amountMinor, 0);
    const money = { clientId, currency, paidOn: view.on, amountMinor, method: "bank_transfer", sources };
    await view.run("RefundClient", money);
  },

  async writeOff(view, wish) {
    const invoice = pick(owed(view), wish.which);
    if (!invoice) return;
    const amountMinor = wish.odd ? null : partOf(invoice.rest, wish);
    await view.run("WriteOffInvoice", { amountMinor, on: view.on, reason: "bankrupt" }, invoice.id);
  },

  async reverseWriteOff(view, wish) {
    const writeOff = pick(view.books.writeOffs, wish.which);
    if (writeOff) await view.run("ReverseWriteOff", { on: view.on, reason: "paid after all" }, writeOff.document);
  },

  async cancel(view, wish) {
    const invoice = pick(documentsOn(view.books, ALWAYS), wish.which);
    const series = pick([null, "year"], wish.much) ?? null;
    const dated = stated(view.on, wish);
    if (invoice) await view.run("CancelInvoice", { reason: "wrong", issuedOn: dated, series }, invoice.id);
  },

  async void(view, wish) {
    const document = pick(documentsOn(view.books, ALWAYS), wish.which);
    const input = { reason: "never sent", neverDelivered: true };
    if (document) await view.run("VoidInvoice", input, document.id);
  },

  async deliver(view, wish) {
    const document = pick(documentsOn(view.books, ALWAYS), wish.which);
    if (document) await view.run("RecordDelivery", { how: pick(["print", "pdf"], wish.much) }, document.id);
  },

  async lock(view, wish) {
    const lockedUpTo = wish.which % 3 ? addDays(view.on, -30) : null;
    await view.run("LockPeriod", { lockedUpTo, reason: "reported" });
  },
};

/** Applies a payment or a credit to what is owed now, or to other documents than until now. */
async function spread(
  view: View,
  command: CommandName,
  source: { id: number; clientId: number; currency: string; amount: number },
  wish: WishNumbers,
): Promise<void> {
  const before = view.books.settlements.filter((one) => one.source === source.id);
  const could = documentsOn(view.books, ALWAYS)
    .filter((document) => isDebit(document) && isOfSame(source)(document))
    .map((document) => {
      const own = before.reduce((sum, one) => (one.document === document.id ? sum + one.amount : sum), 0);
      return { ...document, rest: (openOn(view.books, ALWAYS).get(document.id) ?? 0) + own };
    });
  const from = could.length === 0 ? 0 : wish.which % could.length;
  const ordered = [...could.slice(from), ...could.slice(0, from)].slice(0, 1 + (wish.much % 3));
  const allocations = wish.much % 9 === 8 ? [] : allocate(ordered, partOf(source.amount, wish));
  const on = wish.which % 3 ? { on: stated(view.on, wish) } : {};
  await view.run(command, { allocations, ...on }, source.id);
}

function reversalOf({ on }: View, { odd }: WishNumbers): Input {
  return odd ? { reason: "typed wrongly", kind: "mistake" } : { reason: "returned", kind: "returned", on };
}
