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
  totals: { grossMinor: number; payableMinor: number };
  /** Payments and credit allocated to it. On a credit note: the amount that is used up. */
  paidMinor: number;
  /** Sum of the issued credit notes that correct it. */
  creditedMinor: number;
}

/** Its number, or its id while it has none. For messages. */
export function nameOf({ id, kind, number }: Pick<DocumentState, "id" | "kind" | "number">): string {
  return number ?? `${kind === "invoice" ? "invoice" : "credit note"} ${id}`;
}

/** What is still to be paid of an invoice, or to be applied of a credit note; minor units. */
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

/** Only an issued invoice can be paid or credited. @throws Refusal NOT_AN_ISSUED_INVOICE */
export function checkIssuedInvoice(
  document: Pick<DocumentState, "id" | "kind" | "number" | "status">,
  field: string | null,
): void {
  const { id, kind, status, number } = document;
  if (kind === "invoice" && status === "issued") return;
  throw refusal("NOT_AN_ISSUED_INVOICE", `${nameOf(document)} is a ${status} ${kind}`, {
    field,
    values: { invoice: id, number, status, kind },
  });
}

/** @param grossMinor of the credit note @throws Refusal CREDITED_BEYOND_INVOICE, NOT_AN_ISSUED_INVOICE */
export function checkCreditable(corrected: Omit<DocumentState, "clientId" | "paidMinor">, grossMinor: number): void {
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

/** @throws Refusal NOT_ISSUED, VOID_PAID_INVOICE, VOID_CREDITED_INVOICE */
export function checkVoidable(document: Omit<DocumentState, "clientId" | "currency" | "totals">): void {
  const { id, kind, status, paidMinor, creditedMinor } = document;
  if (!canFollow("InvoiceVoided", status))
    throw refusal("NOT_ISSUED", `${nameOf(document)} is ${status}; only an issued document can be voided`, {
      values: { invoice: id, status },
    });
  if (paidMinor !== 0)
    throw refusal(
      "VOID_PAID_INVOICE",
      kind === "invoice"
        ? `${nameOf(document)} has payments or credit; remove the allocations first`
        : `${nameOf(document)} is applied to invoices; remove the allocations first`,
      { values: { invoice: id, paidMinor } },
    );
  if (creditedMinor !== 0)
    throw refusal("VOID_CREDITED_INVOICE", `${nameOf(document)} has credit notes; void them first`, {
      values: { invoice: id, creditedMinor },
    });
}

/** @throws Refusal NOT_AN_ISSUED_CREDIT_NOTE */
export function checkApplicable(
  document: Pick<DocumentState, "id" | "kind" | "number" | "status" | "clientId">,
): asserts document is { clientId: StreamId } & typeof document {
  const { id, kind, status, clientId } = document;
  if (kind === "credit_note" && canFollow("CreditApplied", status) && clientId !== null) return;
  throw refusal("NOT_AN_ISSUED_CREDIT_NOTE", `${nameOf(document)} is a ${status} ${kind}`, {
    values: { invoice: id, status, kind },
  });
}

/** @throws Refusal PAYMENT_REVERSED */
export function checkNotReversed({ id, reversed }: { id: StreamId; reversed: boolean }): void {
  if (canFollow("PaymentReallocated", reversed ? "reversed" : "received")) return;
  throw refusal("PAYMENT_REVERSED", `payment ${id} is reversed and can no longer be applied`, {
    values: { payment: id },
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
