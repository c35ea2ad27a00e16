/** The text of the payment form, and the command's input that is read from it. */
import type { Allocation, PaymentReceived } from "../../../../events/business/payment.ts";
import type { OpenInvoices } from "../../../../projector/queries/open-invoices.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import { METHOD_NAMES } from "../../text/codes.ts";
import { money } from "../../text/format.ts";
import { sentenceOf } from "../../text/read-number.ts";
import {
  type AmountStyle,
  allocationsOf,
  fieldOfPath,
  moneyProblem,
  oldestFirst,
  parseMoney,
  readMoney,
  sumOf,
  type TypedAllocations,
  typedMoney,
} from "./typed-allocations.ts";

/** As typed. */
export interface TypedPayment {
  /** Null if none is chosen. */
  client: number | null;
  receivedOn: string;
  /** Empty: the client's currency. */
  currency: string;
  amount: string;
  /** What the bank kept of the amount; empty: nothing. */
  fees: string;
  /** True: the amount is the sum of the allocations, until the user types an amount. */
  follows: boolean;
  method: string;
  reference: string;
  allocations: TypedAllocations;
  /** True: the allocations are filled oldest first, and follow the amount until the user types one of them. */
  oldest: boolean;
}

/** The current allocations. @param open null until they are read: then none were filled */
export function allocationsNow(
  { allocations, oldest, amount }: TypedPayment,
  open: OpenInvoices | null,
  style: AmountStyle,
): TypedAllocations {
  return oldest && open ? oldestFirst(open.rows, parseMoney(amount, style) ?? 0, style) : allocations;
}

/** The form with these allocations, and the amount if it follows them. */
export function withAllocations(
  { follows }: TypedPayment,
  allocations: TypedAllocations,
  style: AmountStyle,
): Partial<TypedPayment> {
  if (!follows) return { allocations, oldest: false };
  const sum = sumOf(allocationsOf(allocations, [], style));
  return { allocations, oldest: false, amount: sum === 0 ? "" : typedMoney(sum, style) };
}

/** The command's input. If `errors` is not empty, it must not be sent. */
export function inputOf(
  typed: TypedPayment,
  open: OpenInvoices | null,
  style: AmountStyle,
): { input: PaymentReceived; errors: FieldError[] } {
  const { client, receivedOn, amount, fees, method, reference } = typed;
  const errors: FieldError[] = [];
  const amountMinor = parseMoney(amount, style);
  const order = open?.rows.map(({ id }) => id) ?? [];
  const allocations = allocationsOf(allocationsNow(typed, open, style), order, style);
  if (client === null) errors.push({ field: "clientId", message: "is missing" });
  if (receivedOn === "") errors.push({ field: "receivedOn", message: "is missing" });
  const problem = moneyProblem(amount, style);
  if (problem !== null) errors.push({ field: "amountMinor", message: problem });
  errors.push(
    ...excessErrors(allocations, amountMinor ?? 0, style).map((error) => ({ ...error, field: "amountMinor" })),
  );
  const feesProblem = feesError(fees, amountMinor, style);
  if (feesProblem !== null) errors.push({ field: "feesMinor", message: feesProblem });
  const input = {
    clientId: client ?? 0,
    receivedOn,
    currency: style.currency,
    amountMinor: amountMinor ?? 0,
    feesMinor: parseMoney(fees, style) ?? 0,
    method: methodOf(method),
    reference: reference.trim() || null,
    allocations,
  };
  return { input, errors };
}

/** Why the bank's fees cannot be these; null if they can. @param amountMinor null while it is unknown */
function feesError(fees: string, amountMinor: number | null, style: AmountStyle): string | null {
  if (fees.trim() === "") return null;
  const { value, problem } = readMoney(fees, style);
  if (value === null) return sentenceOf("Bank fees", problem);
  if (value < 0) return "Bank fees cannot be below zero.";
  return amountMinor !== null && value >= amountMinor ? "Bank fees must be less than the amount." : null;
}

/** What arrived of a payment, in words; null without fees. */
export function arrivedText({ amount, fees }: TypedPayment, style: AmountStyle): string | null {
  const [amountMinor, feesMinor] = [parseMoney(amount, style), parseMoney(fees, style)];
  if (amountMinor === null || feesMinor === null || feesMinor >= amountMinor) return null;
  return `${money(amountMinor - feesMinor, style.currency, style.locale)} arrived in your account.`;
}

export function methodOf(typed: string): PaymentReceived["method"] {
  return METHOD_NAMES.find(([method]) => method === typed)?.[0] ?? "other";
}

/** The error if more is applied to invoices than is available. */
export function excessErrors(
  allocations: readonly Allocation[],
  availableMinor: number,
  style: AmountStyle,
): FieldError[] {
  const sum = sumOf(allocations);
  if (sum <= availableMinor) return [];
  const text = money(sum, style.currency, style.locale);
  return [{ field: "allocations", message: `You applied ${text} to invoices, which is more than is available.` }];
}

/** The field on the screen for a path in the sent input. */
export function fieldOf(place: string, sent: readonly Allocation[]): string {
  return place === "allocations" || place === "currency" ? "amountMinor" : fieldOfPath(place, sent);
}
