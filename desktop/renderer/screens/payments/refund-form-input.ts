/** The text of the refund form, and the command's input that is read from it. */
import type { RefundPaid } from "../../../../events/business/refund.ts";
import type { CreditSource } from "../../../../projector/queries/credit-sources.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import { money } from "../../text/format.ts";
import { methodOf } from "./payment-form-input.ts";
import {
  type AmountStyle,
  allocationsOf,
  moneyProblem,
  oldestFirst,
  parseMoney,
  sumOf,
  type TypedAllocations,
  typedMoney,
} from "./typed-allocations.ts";

/** As typed. */
export interface TypedRefund {
  /** Null if none is chosen. */
  client: number | null;
  /** Empty: the currency of the client's credit. */
  currency: string;
  paidOn: string;
  method: string;
  reference: string;
  /**
   * What the user decides, and what follows from it. `all`: the client's whole credit. `amount`: the amount, taken from
   * the oldest credit. `sources`: how much of each credit, and the amount is their sum.
   */
  leads: "all" | "amount" | "sources";
  amount: string;
  /** The amounts by source. */
  sources: TypedAllocations;
}

/** How much of each source, as typed, now. @param credit null until it is read */
export function sourcesNow(
  { leads, amount, sources }: TypedRefund,
  credit: readonly CreditSource[] | null,
  style: AmountStyle,
): TypedAllocations {
  if (leads === "sources") return sources;
  const minor = leads === "all" ? creditOf(credit ?? []) : (parseMoney(amount, style) ?? 0);
  return oldestFirst(balancesOf(credit ?? []), minor, style);
}

/** The amount, as typed, now. */
export function amountNow(typed: TypedRefund, credit: readonly CreditSource[] | null, style: AmountStyle): string {
  if (typed.leads === "amount") return typed.amount;
  const sum = sumOf(allocationsOf(sourcesNow(typed, credit, style), [], style));
  return sum === 0 ? "" : typedMoney(sum, style);
}

/** The sum of the client's credit, minor units. */
export function creditOf(credit: readonly CreditSource[]): number {
  return credit.reduce((sum, { credit_minor }) => sum + credit_minor, 0);
}

function balancesOf(credit: readonly CreditSource[]) {
  return credit.map(({ id, credit_minor }) => ({ id, balance_minor: credit_minor }));
}

/** The name of the field of a source's amount, on the screen and in errors. */
export function fieldOfSource(id: number): string {
  return `source-${id}`;
}

/** The error of one row, or null. @param creditMinor what is left of it; undefined if it is no credit any more */
export function errorOfSource(text: string, creditMinor: number | undefined, style: AmountStyle): string | null {
  if (text.trim() === "") return null;
  const minor = parseMoney(text, style);
  if (minor === null) return moneyProblem(text, style);
  if (creditMinor === undefined) return "Nothing of this is left. Clear the amount.";
  if (minor > creditMinor) return `Only ${money(creditMinor, style.currency, style.locale)} is left.`;
  return null;
}

/** The command's input. If `errors` is not empty, it must not be sent. @param credit null until it is read */
export function refundInputOf(
  typed: TypedRefund,
  credit: readonly CreditSource[] | null,
  style: AmountStyle,
): { input: RefundPaid; errors: FieldError[] } {
  const { client, paidOn, method, reference } = typed;
  const errors: FieldError[] = [];
  const now = sourcesNow(typed, credit, style);
  const order = (credit ?? []).map(({ id }) => id);
  const sources = allocationsOf(now, order, style).map(({ invoiceId, amountMinor }) => ({
    sourceId: invoiceId,
    amountMinor,
  }));
  const amount = amountNow(typed, credit, style);
  const amountMinor = parseMoney(amount, style) ?? 0;
  if (client === null) errors.push({ field: "clientId", message: "is missing" });
  if (paidOn === "") errors.push({ field: "paidOn", message: "is missing" });
  const left = credit === null ? null : creditOf(credit);
  const problem = moneyProblem(amount, style);
  if (problem !== null) errors.push({ field: "amountMinor", message: problem });
  else if (typed.leads === "amount" && left !== null && amountMinor > left)
    errors.push({ field: "amountMinor", message: tooMuch(left, style) });
  if (credit !== null) {
    const leftOf = new Map(credit.map(({ id, credit_minor }) => [id, credit_minor]));
    for (const [id, text] of Object.entries(now)) {
      const message = errorOfSource(text, leftOf.get(Number(id)), style);
      if (message !== null) errors.push({ field: fieldOfSource(Number(id)), message });
    }
  }
  const input = {
    clientId: client ?? 0,
    paidOn,
    currency: style.currency,
    amountMinor,
    method: methodOf(method),
    reference: reference.trim() || null,
    sources,
  };
  return { input, errors };
}

export function tooMuch(leftMinor: number, { currency, locale }: AmountStyle): string {
  if (leftMinor === 0) return `The client has no credit in ${currency}.`;
  return `The client’s credit is only ${money(leftMinor, currency, locale)}.`;
}

/** The field on the screen for a path in the sent input. */
export function fieldOfRefund(place: string, sent: RefundPaid["sources"]): string {
  const [, n = ""] = /^sources\.(\d+)(?:\.\w+)?$/.exec(place) ?? [];
  const source = n === "" ? undefined : sent[Number(n)];
  if (source) return fieldOfSource(source.sourceId);
  return place === "sources" || place === "currency" ? "amountMinor" : place;
}
