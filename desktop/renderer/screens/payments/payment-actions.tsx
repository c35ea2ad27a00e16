/** The actions on a payment that is not reversed. */
import type { ComponentChild } from "preact";
import type { PaymentWithAllocations } from "../../../../projector/queries/payments.ts";
import { BlockedAction, BlockedReasons } from "../../parts/blocked-action.tsx";
import { mayWrite, WriteLink } from "../../parts/write-button.tsx";
import { locale } from "../../state/state.ts";
import { money } from "../../text/format.ts";
import { paymentOffers } from "./payment-offers.ts";
import { ReverseButton } from "./reversal-form.tsx";

export function PaymentActions({ payment }: { payment: PaymentWithAllocations }): ComponentChild {
  const { id, version, amount_minor, currency, received_on, allocations } = payment;
  const { ReallocatePayment, RefundClient, ReversePayment } = paymentOffers(payment, locale.value);
  if (!mayWrite()) return null;
  const numbers = allocations.map(({ number, invoice_id }) => number ?? `Invoice ${invoice_id}`);
  const name = `payment of ${money(amount_minor, currency, locale.value)}`;
  return (
    <>
      <div class="actions-row">
        {ReallocatePayment && <WriteLink href={`#/payments/${id}/reallocate`}>Apply to invoices</WriteLink>}
        {RefundClient && <WriteLink href={`#/refunds/new?payment=${id}`}>Refund…</WriteLink>}
        {ReversePayment &&
          (ReversePayment.reason === null ? (
            <ReverseButton what={{ kind: "payment", id, version, name, on: received_on, effect: openAgain(numbers) }} />
          ) : (
            <BlockedAction name="Reverse…" />
          ))}
      </div>
      {ReversePayment?.reason && <BlockedReasons actions={[{ name: "Reverse…", reason: ReversePayment.reason }]} />}
    </>
  );
}

/** The most invoices to name; the rest are counted. */
const MOST_NAMED = 5;

function openAgain(numbers: readonly string[]): string {
  if (numbers.length === 0) return "It is not applied to any invoice.";
  if (numbers.length === 1) return `${numbers[0]} becomes open again.`;
  const named = numbers.slice(0, MOST_NAMED).join(", ");
  const left = numbers.length - MOST_NAMED;
  return `${named}${left > 0 ? ` and ${left} more` : ""} become open again.`;
}
