/**
 * What the state of a document, a payment or a client forbids, whatever the input. Deciders check with these functions,
 * and screens offer an action only if its checks pass, so both follow one rule. This file runs in a browser too.
 */
import { type Refusal, refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { sumMinor } from "../values/money.ts";
import { canFollow, type STATES } from "./steps.ts";

/** The part of a document's state that rules compare. */
export interface DocumentState {
  id: StreamId;
  kind: "invoice" | "credit_note";
  status: (typeof STATES.invoice)[number];
  number: string | null;
  currency: string;
  clientId: StreamId | null;
  totals: { grossMinor: number; payableMinor: number; roundingMinor: number };
  /**
   * What is settled of it: it goes from 0 to the payable amount and has its sign. Of what is owed: payments, credit and
   * write-offs; of a client's credit: what is applied or refunded.
   */
  paidMinor: number;
  /** The part of it that is written off, never below zero. */
  writtenOffMinor: number;
  /** The part of it that is refunded, never below zero. */
  refundedMinor: number;
  /** Sum of the issued credit notes that correct it. */
  creditedMinor: number;
  /** In how many ways it was delivered. */
  deliveryCount: number;
  /** The credit note that cancels it. */
  cancelledById: StreamId | null;
}

type Amounts = Pick<DocumentState, "kind" | "totals" | "paidMinor">;
type CancellableState = Omit<DocumentState, "clientId">;

/** Its number, or its id while it has none. For messages. */
export function nameOf({ id, kind, number }: Pick<DocumentState, "id" | "kind" | "number">): string {
  return number ?? `${kind === "invoice" ? "invoice" : "credit note"} ${id}`;
}

/**
 * What a client owes because of an issued document, before anything was paid; minor units. Above zero it is a debit: a
 * usual invoice, or a credit note below zero. Below zero it is the client's credit: a usual credit note, an invoice below
 * zero, or an invoice with more prepaid than its total.
 */
export function owedMinorOf({ kind, totals }: Pick<DocumentState, "kind" | "totals">): number {
  return kind === "invoice" ? totals.payableMinor : 0 - totals.payableMinor;
}

/** What is still owed because of an issued document: `owedMinorOf` minus what is settled. Below zero: unused credit. */
export function dueMinorOf(document: Amounts): number {
  const balance = balanceMinorOf(document);
  return document.kind === "invoice" ? balance : 0 - balance;
}

/** The unused credit of an issued document: what can still be applied or refunded. 0 for a document that is owed. */
export function creditMinorOf(document: Amounts): number {
  return Math.max(0, -dueMinorOf(document));
}

/** The gross amount minus what was prepaid and settled, plus the rounding, with the sign of the document; minor units. */
export function balanceMinorOf({ totals, paidMinor }: Pick<DocumentState, "totals" | "paidMinor">): number {
  return sumMinor([totals.payableMinor, -paidMinor], "balance");
}

/** What can still be credited of an invoice, minor units. Below zero for an invoice below zero, such as a refund. */
export function creditableMinorOf({ totals, creditedMinor }: Pick<DocumentState, "totals" | "creditedMinor">): number {
  return sumMinor([totals.grossMinor, -creditedMinor], "grossMinor");
}

/** @throws Refusal NOT_A_DRAFT once it is issued, void or discarded */
export function checkDraft(document: Pick<DocumentState, "id" | "kind" | "number" | "status">): void {
  const { id, status } = document;
  if (canFollow("InvoiceRevised", status)) return;
  throw refusal("NOT_A_DRAFT", `${nameOf(document)} is ${status} and can no longer be changed`, {
    values: { invoice: id, status },
  });
}

/** @param lines how many it has @throws Refusal NO_LINES, NO_BUYER */
export function checkComplete(
  document: Pick<DocumentState, "id" | "kind" | "number" | "clientId">,
  lines: number,
): asserts document is { clientId: StreamId } & typeof document {
  const { id, clientId } = document;
  if (lines === 0)
    throw refusal("NO_LINES", `${nameOf(document)} has no lines`, { field: "lines", values: { invoice: id } });
  if (clientId === null)
    throw refusal("NO_BUYER", `${nameOf(document)} has no client`, { field: "clientId", values: { invoice: id } });
}

/** Such as "an issued credit note". For messages. */
function stateOf({ kind, status }: Pick<DocumentState, "kind" | "status">): string {
  return `${status === "issued" ? "an" : "a"} ${status} ${kind === "invoice" ? "invoice" : "credit note"}`;
}

/** Only an issued invoice can be paid or credited. @throws Refusal NOT_AN_ISSUED_INVOICE */
export function checkIssuedInvoice(
  document: Pick<DocumentState, "id" | "kind" | "number" | "status">,
  field: string | null,
): void {
  const { id, kind, status, number } = document;
  if (kind === "invoice" && status === "issued") return;
  throw refusal("NOT_AN_ISSUED_INVOICE", `${nameOf(document)} is ${stateOf(document)}`, {
    field,
    values: { invoice: id, number, status, kind },
  });
}

/**
 * Payments and credit settle issued documents that are owed: invoices, and credit notes below zero.
 *
 * @throws Refusal NOT_AN_ISSUED_INVOICE
 */
export function checkSettleable(
  document: Pick<DocumentState, "id" | "kind" | "number" | "status" | "totals">,
  field: string | null,
): void {
  if (document.kind === "credit_note" && document.status === "issued" && owedMinorOf(document) > 0) return;
  checkIssuedInvoice(document, field);
}

/** @throws Refusal NOT_AN_ISSUED_INVOICE, NOTHING_TO_WRITE_OFF if nothing is owed because of it */
export function checkOwed(document: Pick<DocumentState, "id" | "number" | "status"> & Amounts): void {
  checkSettleable(document, null);
  if (dueMinorOf(document) > 0) return;
  const { id, number } = document;
  throw refusal("NOTHING_TO_WRITE_OFF", `nothing is owed because of ${nameOf(document)}`, {
    values: { invoice: id, number },
  });
}

/** @param grossMinor of the credit note @throws Refusal CREDITED_BEYOND_INVOICE, NOT_AN_ISSUED_INVOICE */
export function checkCreditable(
  corrected: Pick<DocumentState, "id" | "kind" | "status" | "number" | "currency" | "totals" | "creditedMinor">,
  grossMinor: number,
): void {
  checkIssuedInvoice(corrected, null);
  const { id, number, currency, totals, creditedMinor } = corrected;
  const left = sumMinor([totals.grossMinor, -creditedMinor, -grossMinor], "grossMinor");
  // For an invoice below zero (a refund), what is left to credit is negative.
  if (totals.grossMinor < 0 ? left <= 0 : left >= 0) return;
  throw refusal(
    "CREDITED_BEYOND_INVOICE",
    `${nameOf(corrected)} totals ${totals.grossMinor}; with ${creditedMinor} credited, a further ${grossMinor} is too much`,
    {
      values: {
        invoice: id,
        number,
        currency,
        grossMinor: totals.grossMinor,
        creditedMinor,
        thisMinor: grossMinor,
      },
    },
  );
}

/**
 * @param lockedUpTo a void would take the amounts out of the period of the issue date
 * @throws Refusal NOT_ISSUED, VOID_DELIVERED, VOID_PAID_INVOICE, VOID_CREDITED_INVOICE, PERIOD_LOCKED
 */
export function checkVoidable(document: CancellableState & { issuedOn: string | null }, lockedUpTo: string | null) {
  const { id, kind, status, number, paidMinor, creditedMinor, deliveryCount, issuedOn } = document;
  const [name, way] = [nameOf(document), wayInsteadOfVoid(document)];
  if (!canFollow("InvoiceVoided", status))
    throw refusal("NOT_ISSUED", `${name} is ${status}; only an issued document can be voided`, {
      values: { invoice: id, status },
    });
  if (deliveryCount > 0)
    throw refusal("VOID_DELIVERED", `${name} was delivered. ${insteadOfVoid(document)}`, {
      values: { invoice: id, number, kind, way },
    });
  if (paidMinor !== 0)
    throw refusal("VOID_PAID_INVOICE", `${name} ${settledText(document)}`, {
      values: { invoice: id, paidMinor, way },
    });
  if (creditedMinor !== 0)
    throw refusal("VOID_CREDITED_INVOICE", `${name} has credit notes; void them first`, {
      values: { invoice: id, creditedMinor },
    });
  if (issuedOn !== null && lockedUpTo !== null && issuedOn <= lockedUpTo)
    throw refusal("PERIOD_LOCKED", `${lockedText(issuedOn, lockedUpTo)}. ${insteadOfVoid(document)}`, {
      values: { on: issuedOn, lockedUpTo, way },
    });
}

/** How much of its cancelling credit note settles an invoice: what is owed of it. */
export function cancellationMinorOf(document: Amounts): number {
  const { grossMinor, roundingMinor } = document.totals;
  return Math.max(0, Math.min(dueMinorOf(document), sumMinor([grossMinor, roundingMinor], "payableMinor")));
}

/** @throws Refusal NOT_AN_ISSUED_INVOICE, ALREADY_CANCELLED, CANCEL_BELOW_ZERO, CANCEL_CREDITED, CANCEL_WRITTEN_OFF */
export function checkCancellable(document: CancellableState): void {
  checkIssuedInvoice(document, null);
  const { id, number, currency, totals, creditedMinor, writtenOffMinor, cancelledById } = document;
  const name = nameOf(document);
  if (cancelledById !== null)
    throw refusal("ALREADY_CANCELLED", `${name} is already cancelled, by document ${cancelledById}`, {
      values: { invoice: id, number, creditNote: cancelledById },
    });
  const credit = `credit the rest with a credit note: POST /api/invoices/${id}/credit-note`;
  if (totals.grossMinor < 0)
    throw refusal("CANCEL_BELOW_ZERO", `${name} is below zero; ${credit}`, { values: { invoice: id, number } });
  if (creditedMinor !== 0)
    throw refusal("CANCEL_CREDITED", `${name} has credit notes; ${credit}`, {
      values: { invoice: id, number, currency, creditedMinor },
    });
  if (writtenOffMinor !== 0)
    throw refusal("CANCEL_WRITTEN_OFF", `${name} is written off; reverse the write-off first`, {
      values: { invoice: id, number },
    });
}

/** What to write over a document that cannot be voided; "cancel" writes it at once. */
export function wayInsteadOfVoid(document: CancellableState): "cancel" | "credit_note" | "invoice" {
  if (document.kind === "credit_note") return "invoice";
  return refusalOf(() => checkCancellable(document)) === null ? "cancel" : "credit_note";
}

/** What to do with a document that cannot be voided, for messages to API clients. */
export function insteadOfVoid(document: CancellableState): string {
  if (document.kind === "credit_note") return "Write an invoice over the same amount.";
  const refused = refusalOf(() => checkCancellable(document));
  if (refused) return `It cannot be cancelled either: ${refused.message}.`;
  return `Cancel it with POST /api/invoices/${document.id}/cancel, which writes a credit note over all of it.`;
}

/** What has to be undone before a document can be voided. */
function settledText(document: CancellableState): string {
  const { id, writtenOffMinor, refundedMinor } = document;
  if (refundedMinor > 0) return "is refunded; reverse the refunds first";
  if (writtenOffMinor > 0) return "is written off; reverse the write-off first";
  const what = owedMinorOf(document) < 0 ? "is applied to invoices" : "has payments or credit";
  const or = wayInsteadOfVoid(document) === "cancel" ? `, or cancel it with POST /api/invoices/${id}/cancel` : "";
  return `${what}; remove the allocations first${or}`;
}

/** Credit notes can be applied, and invoices below zero. @throws Refusal NOT_AN_ISSUED_CREDIT_NOTE */
export function checkApplicable(
  document: Pick<DocumentState, "id" | "kind" | "number" | "status" | "clientId" | "totals">,
): asserts document is { clientId: StreamId } & typeof document {
  const { id, kind, status, clientId } = document;
  const isCredit = kind === "credit_note" || owedMinorOf(document) < 0;
  if (isCredit && canFollow("CreditApplied", status) && clientId !== null) return;
  throw refusal("NOT_AN_ISSUED_CREDIT_NOTE", `${nameOf(document)} is ${stateOf(document)}`, {
    values: { invoice: id, status, kind },
  });
}

/** @throws Refusal PAYMENT_REVERSED */
export function checkNotReversed(
  { id, reversed }: { id: StreamId; reversed: boolean },
  field: string | null = null,
): void {
  if (canFollow("PaymentReallocated", reversed ? "reversed" : "received")) return;
  throw refusal("PAYMENT_REVERSED", `payment ${id} is reversed and can no longer be applied or refunded`, {
    field,
    values: { payment: id },
  });
}

/** What was refunded of a payment has left; so the payment cannot be taken back alone. @throws Refusal PAYMENT_REFUNDED */
export function checkReversible(payment: { id: StreamId; currency: string; refundedMinor: number }): void {
  const { id, currency, refundedMinor } = payment;
  if (refundedMinor === 0) return;
  throw refusal("PAYMENT_REFUNDED", `${refundedMinor} of payment ${id} is refunded; reverse the refunds first`, {
    values: { payment: id, currency, refundedMinor },
  });
}

/** Refunds are paid from issued documents that are the client's credit. @throws Refusal NOT_A_SOURCE */
export function checkSource(
  document: Pick<DocumentState, "id" | "kind" | "number" | "status" | "totals">,
  field: string | null,
): void {
  const { id, kind, status } = document;
  if (status === "issued" && owedMinorOf(document) < 0) return;
  throw refusal("NOT_A_SOURCE", `${nameOf(document)} is ${stateOf(document)} that is no credit of the client`, {
    field,
    values: { source: id, status, kind },
  });
}

/** Nothing is written for an archived client. @throws Refusal CLIENT_ARCHIVED */
export function checkActiveClient(
  { id, name, archived }: { id: StreamId; name: string; archived: boolean },
  field: string | null,
): void {
  if (canFollow("ClientDetailsChanged", archived ? "archived" : "active")) return;
  throw refusal("CLIENT_ARCHIVED", `client ${name} is archived; restore it first`, { field, values: { client: id } });
}

/** @param lockedUpTo the last locked day; null: no day is locked @throws Refusal PERIOD_LOCKED */
export function checkOpenDay(on: string, lockedUpTo: string | null, field: string | null): void {
  if (lockedUpTo === null || on > lockedUpTo) return;
  throw refusal("PERIOD_LOCKED", lockedText(on, lockedUpTo), { field, values: { on, lockedUpTo } });
}

const lockedText = (on: string, lockedUpTo: string) =>
  `${on} is in a locked period: the books are locked up to ${lockedUpTo}`;

/** The refusal that a check throws; null if it passes. */
export function refusalOf(check: () => void): Refusal | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === "Refusal") return error as Refusal;
    throw error;
  }
}
