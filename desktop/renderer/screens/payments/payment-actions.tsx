/** The actions on a payment that is not reversed. */
import type { ComponentChild } from "preact";
import type { PaymentWithAllocations } from "../../../../projector/queries/payments.ts";
import { Action } from "../../parts/action.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { locale } from "../../state/state.ts";
import { money } from "../../text/format.ts";

export function PaymentActions({ payment }: { payment: PaymentWithAllocations }): ComponentChild {
  const { id, version, amount_minor, currency, allocations } = payment;
  const numbers = allocations.map(({ number, invoice_id }) => number ?? `Invoice ${invoice_id}`);
  const amount = money(amount_minor, currency, locale.value);
  return (
    <div class="actions-row">
      <WriteLink href={`#/payments/${id}/reallocate`}>Apply to invoices</WriteLink>
      <Action
        name="Reverse"
        command={(reason) => ({
          command: "ReversePayment",
          id,
          ifMatch: version,
          input: { reason, kind: "mistake", on: null },
        })}
        ask={{
          title: `Reverse the payment of ${amount}?`,
          text: `${openAgain(numbers)} This cannot be undone.`,
          reason: "Reason, such as “returned by the bank”",
          yes: "Reverse",
          danger: true,
        }}
      />
    </div>
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
