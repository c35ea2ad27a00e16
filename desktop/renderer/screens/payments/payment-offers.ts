/** Which actions a payment offers, and why one is not possible now. The checks are those of the deciders. */
import { checkNotReversed, checkReversible } from "../../../../events/business/state-rules.ts";
import { type Offer, offerIf, passes } from "../../form/offers.ts";

/** The actions by the names of their commands. */
type PaymentAction = "ReallocatePayment" | "RefundClient" | "ReversePayment";

interface PaymentColumns {
  id: number;
  currency: string;
  reversed: number;
  amount_minor: number;
  allocated_minor: number;
  refunded_minor: number;
}

/** What is neither applied nor refunded; minor units. */
export function leftOf({
  reversed,
  amount_minor,
  allocated_minor,
  refunded_minor,
}: Omit<PaymentColumns, "id" | "currency">): number {
  return reversed === 1 ? 0 : amount_minor - allocated_minor - refunded_minor;
}

export function paymentOffers(payment: PaymentColumns, locale: string): Record<PaymentAction, Offer> {
  const { id, currency, reversed, refunded_minor: refundedMinor } = payment;
  const canChange = passes(() => checkNotReversed({ id, reversed: reversed === 1 }));
  return {
    ReallocatePayment: offerIf(canChange, [], locale),
    RefundClient: offerIf(canChange && leftOf(payment) > 0, [], locale),
    ReversePayment: offerIf(canChange, [() => checkReversible({ id, currency, refundedMinor })], locale),
  };
}
