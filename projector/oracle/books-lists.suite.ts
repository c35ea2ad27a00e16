/**
 * The books of a company as plain lists: what was issued, received, refunded, settled and written off, and from which
 * day on each amount counts. No tables, no postings, no sums that are kept: `books-model.suite.ts` makes the lists from
 * events, and `model-figures.suite.ts` computes each figure from them, for tests to compare with what a cache says.
 */

/** `YYYY-MM-DD`. Days compare as texts. */
export type Day = string;

/** An amount that counts from a day on. `until`: from that day on it no longer does; null: it stays. */
export interface Dated {
  on: Day;
  until: Day | null;
  amount: number;
}

export interface Document {
  id: number;
  kind: "invoice" | "credit_note";
  clientId: number;
  currency: string;
  series: string;
  number: string;
  issuedOn: Day;
  dueOn: Day;
  net: number;
  tax: number;
  gross: number;
  /** Gross − prepaid + rounding. */
  payable: number;
  /** VAT in the organization's currency. */
  accountingTax: number;
  taxes: { category: string; rate3: number | null; taxable: number; tax: number }[];
  buyer: { vatId: string | null; country: string };
  correctsId: number | null;
  isVoid: boolean;
}

export interface Payment {
  id: number;
  clientId: number;
  currency: string;
  cash: Dated;
  reference: string | null;
}

export interface Refund extends Payment {}

/** So much of a source (a payment, or a document that is credit) settles a document. Negative: taken away again. */
export interface Settlement extends Dated {
  source: number;
  document: number;
}

export interface WriteOff extends Dated {
  document: number;
}

/** What a refund took from a source. */
export interface Payout extends Dated {
  source: number;
  refund: number;
}

/** A number of a series: given to a document, or passed over because a document had it already. */
export interface UsedNumber {
  series: string;
  counter: number;
  number: string;
  issuedOn: Day;
  takenBy: number | null;
}

export interface Books {
  documents: Document[];
  payments: Payment[];
  refunds: Refund[];
  settlements: Settlement[];
  writeOffs: WriteOff[];
  payouts: Payout[];
  numbers: UsedNumber[];
}

/** True if it is owed: a usual invoice, or a credit note below zero. Otherwise it is credit, or nothing. */
export function isDebit(document: Document): boolean {
  return owedOf(document) > 0;
}

/** What the client owes by it; below zero: what the company owes. */
export function owedOf({ kind, payable }: Document): number {
  return kind === "invoice" ? payable : 0 - payable;
}

/** @throws Error if there is no such document */
export function documentOf({ documents }: Books, id: number): Document {
  return must(documents.find((document) => document.id === id));
}

/** @throws Error if it is missing: the events do not follow each other */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the events do not follow each other");
  return value;
}
