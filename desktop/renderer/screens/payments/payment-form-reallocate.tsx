/** Applies a recorded payment to other or further invoices. */
import type { ComponentChild } from "preact";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { methodName } from "../../text/codes.ts";
import { day, money } from "../../text/format.ts";
import { AllocationForm } from "./allocation-form.tsx";
import { paymentOffers } from "./payment-offers.ts";

export function ReallocatePayment({ id }: { id: number }): ComponentChild {
  const { value: payment, failure, waiting, retry } = useCall("getPayment", { id });
  const client = useCall("getClient", payment ? { id: payment.client_id } : null).value;
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting && !payment) return <p class="waiting">Loading…</p>;
  if (!payment) return <Missing what="payment" id={id} to="/payments" />;
  const { currency, amount_minor, refunded_minor, client_id, received_on, method, reference, allocations } = payment;
  if (paymentOffers(payment, locale.value).ReallocatePayment === null)
    return (
      <p class="empty">
        This payment was reversed, so it cannot be applied to invoices.{" "}
        <a href={`#/payments/${id}`}>Back to the payment</a>
      </p>
    );
  const amount = money(amount_minor, currency, locale.value);
  return (
    <AllocationForm
      name={`payment/allocations/${id}`}
      title={`Apply ${amount} to invoices`}
      facts={[
        ["Client", client?.name ?? `client ${client_id}`],
        ["Received", day(received_on, locale.value)],
        ["Method", methodName(method)],
        ["Reference", reference],
        ["Amount", amount],
        ["Refunded", refunded_minor === 0 ? null : money(refunded_minor, currency, locale.value)],
      ]}
      question={{ client: client_id, currency, payment: id }}
      availableMinor={amount_minor - refunded_minor}
      former={allocations.map((row) => ({
        invoiceId: row.invoice_id,
        amountMinor: row.amount_minor,
        number: row.number ?? `Invoice ${row.invoice_id}`,
      }))}
      version={payment.version}
      command="ReallocatePayment"
      id={id}
      back={`/payments/${id}`}
    />
  );
}
