/** How a document is paid. */
import type { SemanticInvoice } from "../../../events/einvoice/semantic.ts";
import { codeImage, creditTransferText, isIban } from "../parts/payment-code.ts";
import { breakable } from "./breakable.ts";
import { dateText, moneyText } from "./format.ts";
import { factHeights, MM } from "./rows.ts";
import type { Fact, PaymentBlock } from "./sheet.ts";
import type { Wording } from "./words/words.ts";

/** Payment means that a bank transfer settles. */
const TRANSFERS = new Set(["1", "30", "31", "42", "57", "58"]);

/** The width of what follows a label, in em. */
const FACT_EM = 24;
/** The room that facts have beside a payment code. */
const ROOM = { label: 34 * MM, value: 250 };

/** @returns null if nothing is to be paid: an account on a credit note would say that something is */
export function paymentBlock(invoice: SemanticInvoice, wording: Wording): PaymentBlock | null {
  const { payment, totals, kind, currency, dueOn } = invoice;
  const { words, formats } = wording;
  if (kind !== "invoice" || totals.payableMinor <= 0) return null;
  const facts: Fact[] = [];
  const add = (label: string, value: string | null | undefined) => {
    if (value) facts.push([label, breakable(value, FACT_EM)]);
  };
  if (payment) add(words.payment.means, meansText(payment, wording));
  add(words.payment.amount, moneyText(totals.payableMinor, currency, formats));
  add(words.payment.dueOn, dueOn && dateText(dueOn, formats));
  facts.push(...accountFacts(payment?.accounts ?? [], beneficiary(invoice), wording));
  add(words.payment.card, payment?.card?.number);
  add(words.payment.cardHolder, payment?.card?.holder);
  add(words.payment.mandate, payment?.directDebit?.mandate);
  add(words.payment.creditor, payment?.directDebit?.creditor);
  add(words.payment.debited, payment?.directDebit?.account && accountText(payment.directDebit.account));
  add(words.payment.reference, payment?.remittance ?? invoice.number);
  return {
    kind: "payment",
    title: words.payment.title,
    facts,
    heights: paymentHeights(facts),
    code: codeOf(invoice),
    codeLabel: words.payment.scan,
    long: isLong(facts),
  };
}

/** @param holder of accounts without a name */
export function accountFacts(
  accounts: NonNullable<SemanticInvoice["payment"]>["accounts"],
  holder: string,
  { words }: Wording,
): Fact[] {
  return accounts.flatMap(({ account, name, bic }) => [
    [words.payment.holder, breakable(name ?? holder, FACT_EM)] as const,
    [isIban(account) ? words.payment.iban : words.payment.account, breakable(accountText(account), FACT_EM)] as const,
    ...(bic === null ? [] : [[words.payment.bic, breakable(bic, FACT_EM)] as const]),
  ]);
}

export function paymentHeights(facts: readonly Fact[]): PaymentBlock["heights"] {
  return factHeights(facts, ROOM);
}

/** True of facts that may need most of a page. */
export function isLong(facts: readonly Fact[]): boolean {
  return facts.length > 24 || facts.reduce((sum, [, value]) => sum + value.length, 0) > 900;
}

/** True of paragraphs that need a good part of a page. */
export function isLongText(paragraphs: readonly string[]): boolean {
  return paragraphs.reduce((lines, text) => lines + text.split("\n").length + text.length / 90, 0) > 14;
}

function meansText({ meansCode, meansText }: NonNullable<SemanticInvoice["payment"]>, { words }: Wording): string {
  const name = Object.hasOwn(words.means, meansCode) ? words.means[meansCode as keyof typeof words.means] : meansCode;
  return meansText === null || meansText.toLowerCase() === name.toLowerCase() ? name : `${name}: ${meansText}`;
}

/** The payment code: for euros to an IBAN, by transfer. */
function codeOf(invoice: SemanticInvoice): string | null {
  const { payment, currency, totals } = invoice;
  const account = payment?.accounts.find((each) => isIban(each.account));
  if (!payment || !account || currency !== "EUR" || !TRANSFERS.has(payment.meansCode)) return null;
  const text = creditTransferText({
    name: account.name ?? beneficiary(invoice),
    iban: account.account,
    bic: account.bic,
    amountMinor: totals.payableMinor,
    remittance: payment.remittance ?? invoice.number,
  });
  return text === null ? null : codeImage(text);
}

function beneficiary({ payee, seller }: SemanticInvoice): string {
  return payee?.name ?? seller.name;
}

/** An IBAN in groups of four, which no end of a line parts. */
function accountText(account: string): string {
  return isIban(account) ? account.replaceAll(/\s/g, "").replaceAll(/(.{4})(?=.)/g, "$1\u00a0") : account;
}
