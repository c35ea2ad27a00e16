/** How a test breaks one thing: commands of the shop, and changes of their last event. */
import { type DeliveryWay, hasPages } from "../../events/business/delivery.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import type { DocumentFormat } from "../../events/einvoice/formats.ts";
import type { EventType } from "../../events/encoding/catalogue.ts";
import { sha256 } from "../../events/hash.ts";
import { type Allocations, allocationsOf } from "../../fixtures/data/log-builder.ts";
import { type Break, LINE, type Shop } from "./shop.suite.ts";

const MONEY = { receivedOn: "2024-03-15", currency: "GBP", amountMinor: 20_000, method: "card" };

export const client = ({ run }: Shop) => run("RegisterClient", { name: "New", address: { country: "GB" } });
export const draft = ({ run, a }: Shop) => run("DraftInvoice", { clientId: a, lines: [LINE], prepaidMinor: 100 });
export const revise = ({ run, draft }: Shop) => run("ReviseInvoice", { note: "changed" }, { id: draft });
export const issue = ({ run, draft }: Shop) => run("IssueInvoice", {}, { id: draft });
export const issueEuros = async (shop: Shop) => {
  const id = await shop.run("DraftInvoice", { clientId: shop.a, currency: "EUR", lines: [LINE] });
  await shop.run("IssueInvoice", { exchangeRate6: 850_000 }, { id });
};
export const correct = ({ run, second: id }: Shop) => run("DraftCreditNote", {}, { id });
export const pay = ({ run, a }: Shop) => run("ReceivePayment", { ...MONEY, clientId: a });
export const payFirst = ({ run, a, first }: Shop) =>
  run("ReceivePayment", { ...MONEY, clientId: a, ...to([first, 12_000]) });
export const reallocate = async (shop: Shop) =>
  shop.run("ReallocatePayment", to([shop.first, 1]), { id: await pay(shop) });
export const apply = ({ run, credit: id, first }: Shop) => run("ApplyCredit", to([first, 1]), { id });
export const profile = ({ run }: Shop) => run("ChangeProfile", { termsDays: 3 });
export const rate = { name: "Standard", vatCategory: "S", vatRate3: 20_000, reason: null } as const;
export const rates = ({ run }: Shop) => run("ChangeProfile", { vatRates: [rate] });

export const to = (...list: Allocations) => ({ allocations: allocationsOf(list) });

/** The type checker infers the event from its type. */
export const broken = <T extends EventType>(
  what: string,
  last: Break["last"],
  type: T,
  change: Break<T>["change"],
): Break => ({ what, last, type, change }) as unknown as Break;

/** Changes the content of a document, and sums it again. */
export const content = (what: string, change: (content: InvoiceContent, shop: Shop) => void): Break[] => [
  broken(`${what}, in a draft`, draft, "InvoiceDrafted", ({ data }, shop) => change(data.content, shop)),
  broken(`${what}, in a revision`, revise, "InvoiceRevised", ({ data }, shop) => change(data.content, shop)),
];

export const lineOf = (content: InvoiceContent) => content.lines[0] as InvoiceContent["lines"][number];
export const taxOf = ({ taxes }: Pick<InvoiceContent, "taxes">) => taxes[0] as InvoiceContent["taxes"][number];

export async function demoteClerk({ run, clerk: id }: Shop): Promise<void> {
  await run("ChangeRole", { role: "viewer" }, { id });
}

/** Makes it an event of the owner. */
export function asOwner(event: { stream: number; version: number }): void {
  Object.assign(event, { stream: 2, version: 2 });
}

export async function logo({ run }: Shop): Promise<void> {
  const image = Buffer.from([0xff, 0xd8, 0xff]).toString("base64");
  await run("ChangeLogo", { logo: { mediaType: "image/jpeg", image } });
}

export async function lock({ run }: Shop, lockedUpTo = "2024-02-29"): Promise<void> {
  await run("LockPeriod", { lockedUpTo, reason: "reported" });
}

/** Issues in a series whose dates need not be in order, after the books were locked. */
export async function issueAfterLock(shop: Shop): Promise<void> {
  await lock(shop);
  const id = await shop.run("DraftInvoice", { clientId: shop.a, lines: [LINE] });
  await shop.run("IssueInvoice", { series: "import", number: "A-2", issuedOn: "2024-03-01" }, { id });
}

export async function voidAfterLock(shop: Shop): Promise<void> {
  const id = await shop.run("DraftInvoice", { clientId: shop.a, lines: [LINE] });
  await shop.run("IssueInvoice", { series: "import", number: "A-3", issuedOn: "2024-03-01" }, { id });
  await lock(shop);
  await shop.run("VoidInvoice", { reason: "a mistake", neverDelivered: true }, { id });
}

export const cancel = ({ run, second: id }: Shop) => run("CancelInvoice", { reason: "withdrawn" }, { id });

export async function applyCancelling(shop: Shop): Promise<void> {
  const id = await shop.run("CancelInvoice", { reason: "withdrawn" }, { id: await payPart(shop) });
  await shop.run("ApplyCredit", to([shop.second, 2_000], [shop.first, 1]), { id });
}

/** Pays 100.00 of the second invoice. @returns the invoice */
async function payPart({ run, a, second }: Shop): Promise<number> {
  await run("ReceivePayment", { ...MONEY, clientId: a, amountMinor: 10_000, ...to([second, 10_000]) });
  return second;
}

export async function issueNew(shop: Shop): Promise<void> {
  const id = await shop.run("DraftInvoice", { clientId: shop.a, lines: [LINE] });
  await shop.run("IssueInvoice", {}, { id });
}

export async function issueForeign(shop: Shop): Promise<void> {
  const id = await shop.run("DraftInvoice", { clientId: shop.a, lines: [LINE] });
  await shop.run("IssueInvoice", { series: "import", number: "A-1", issuedOn: "2020-01-01" }, { id });
}

/** Issues a document that passes over a number. */
export async function issuePassing(shop: Shop): Promise<void> {
  const input = { clientId: shop.a, lines: [LINE] };
  const number = { series: "import", number: "inv-00006", confirmNumber: true };
  await shop.run("IssueInvoice", number, { id: await shop.run("DraftInvoice", input) });
  await shop.run("IssueInvoice", {}, { id: await shop.run("DraftInvoice", input) });
}

/** Adds a series that begins again each month. */
export async function addMonthly(shop: Shop): Promise<void> {
  const series = (await shop.events()).findLast(({ type }) => type.startsWith("OrganizationRegistered"));
  if (series?.type !== "OrganizationRegistered") throw new Error("the shop is not registered");
  const monthly = { name: "monthly", kind: "both", pattern: "M{YY}{MM}.{0}", reset: "monthly", foreign: false };
  await shop.run("ChangeProfile", { series: [...series.data.series, monthly] });
}

export async function issueExempt(shop: Shop): Promise<void> {
  const line = { ...LINE, vatCategory: "E", vatRate3: 0 };
  const reasons = [{ vatCategory: "E", reason: "Insurance" }];
  const id = await shop.run("DraftInvoice", { clientId: shop.a, lines: [line], reasons });
  await shop.run("IssueInvoice", {}, { id });
}

export async function issueCorrection(shop: Shop): Promise<void> {
  await shop.run("IssueInvoice", {}, { id: await correct(shop) });
}

export async function reviseCorrection(shop: Shop): Promise<void> {
  await shop.run("ReviseInvoice", { note: "changed" }, { id: await correct(shop) });
}

/** Deliveries of one document: sent, unless it says otherwise, with a file if it names a format. */
export const deliver =
  (...deliveries: { how?: DeliveryWay; format?: DocumentFormat }[]) =>
  async ({ run, second: id }: Shop) => {
    for (const { how = "sent", format } of deliveries) {
      const paperVersion = format && hasPages(format) ? 1 : null;
      const file = format && { sha256: sha256(format), size: 1000, format, paperVersion };
      await run("RecordDelivery", { how, format: format ?? null }, { id, ...(file && { file }) });
    }
  };
