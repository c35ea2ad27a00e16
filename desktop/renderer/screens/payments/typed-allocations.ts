/** The amounts of a payment or a credit note that are applied to each invoice, while the user types them. */
import type { Allocation } from "../../../../events/business/payment.ts";
import { decimalsOf } from "../../../../events/values/currency.ts";
import type { OpenInvoice } from "../../../../projector/queries/open-invoices.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import { money } from "../../text/format.ts";
import { readNumber, sentenceOf } from "../../text/read-number.ts";
import { typedAmount } from "../../text/typed-amount.ts";

/** The typed amounts, by the invoice's id. No entry: nothing is applied. */
export type TypedAllocations = Readonly<Record<string, string>>;

/** How amounts are typed and shown. */
export interface AmountStyle {
  currency: string;
  locale: string;
}

/** The name of the field of an invoice's amount, on the screen and in errors. */
export function fieldOfInvoice(id: number): string {
  return `allocation-${id}`;
}

/** The amount, in minor units, or why the text is none. */
export function readMoney(text: string, { currency, locale }: AmountStyle): ReturnType<typeof readNumber> {
  return readNumber(text, { locale, currency, decimals: decimalsOf(currency) });
}

/** Minor units above zero; null if the text is not such an amount. */
export function parseMoney(text: string, style: AmountStyle): number | null {
  const { value } = readMoney(text, style);
  return value !== null && value > 0 ? value : null;
}

/** Why a text is not an amount above zero, as a sentence; null if it is one. */
export function moneyProblem(text: string, style: AmountStyle): string | null {
  const read = readMoney(text, style);
  if (read.value !== null) return read.value > 0 ? null : "Enter an amount above zero.";
  return read.noNumber && text.trim() !== "" ? "Enter an amount above zero." : sentenceOf("Amount", read.problem);
}

export function typedMoney(minor: number, { currency, locale }: AmountStyle): string {
  const decimals = decimalsOf(currency);
  return typedAmount(minor, decimals, locale, decimals);
}

/**
 * The allocations for the command, without empty or unreadable amounts.
 *
 * @param order the invoices' ids in order; other invoices come last
 */
export function allocationsOf(typed: TypedAllocations, order: readonly number[], style: AmountStyle): Allocation[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const place = ({ invoiceId }: Allocation) => places.get(invoiceId) ?? order.length;
  return Object.entries(typed)
    .flatMap(([id, text]) => {
      const amountMinor = parseMoney(text, style);
      return amountMinor === null ? [] : [{ invoiceId: Number(id), amountMinor }];
    })
    .sort((a, b) => place(a) - place(b) || a.invoiceId - b.invoiceId);
}

/** The text that `allocationsOf` reads. */
export function typedOfAllocations(allocations: readonly Allocation[], style: AmountStyle): TypedAllocations {
  return Object.fromEntries(
    allocations.map(({ invoiceId, amountMinor }) => [String(invoiceId), typedMoney(amountMinor, style)]),
  );
}

/** Minor units. Past 2⁵³ it is not exact, but that exceeds any payment. */
export function sumOf(allocations: readonly Allocation[]): number {
  return allocations.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

/** Applies the available amount to one invoice after the other. @param open in that order */
export function oldestFirst(
  open: readonly Pick<OpenInvoice, "id" | "balance_minor">[],
  availableMinor: number,
  style: AmountStyle,
): TypedAllocations {
  let left = availableMinor;
  const allocations: Allocation[] = [];
  for (const { id, balance_minor } of open) {
    if (left <= 0) break;
    const amountMinor = Math.min(left, balance_minor);
    allocations.push({ invoiceId: id, amountMinor });
    left -= amountMinor;
  }
  return typedOfAllocations(allocations, style);
}

/**
 * The error of one row, or null. @param balanceMinor the most that can be applied to it; undefined if it is not open
 */
export function errorOfRow(text: string, balanceMinor: number | undefined, style: AmountStyle): string | null {
  if (text.trim() === "") return null;
  const minor = parseMoney(text, style);
  if (minor === null) return moneyProblem(text, style);
  if (balanceMinor === undefined) return "This invoice is no longer open. Clear the amount.";
  if (minor > balanceMinor) return `The balance is only ${money(balanceMinor, style.currency, style.locale)}.`;
  return null;
}

/** The errors of all rows. */
export function errorsOfRows(
  typed: TypedAllocations,
  open: readonly Pick<OpenInvoice, "id" | "balance_minor">[],
  style: AmountStyle,
): FieldError[] {
  const balances = new Map(open.map(({ id, balance_minor }) => [id, balance_minor]));
  return Object.entries(typed).flatMap(([id, text]) => {
    const message = errorOfRow(text, balances.get(Number(id)), style);
    return message === null ? [] : [{ field: fieldOfInvoice(Number(id)), message }];
  });
}

/** The row on the screen for a path in the sent input, such as `allocations.3.amountMinor`. */
export function fieldOfPath(place: string, sent: readonly Allocation[]): string {
  const [, n = ""] = /^allocations\.(\d+)(?:\.\w+)?$/.exec(place) ?? [];
  const allocation = n === "" ? undefined : sent[Number(n)];
  return allocation ? fieldOfInvoice(allocation.invoiceId) : place;
}
