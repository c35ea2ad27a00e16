/** One payment: what was received, what it is applied to, and its history. */
import type { ComponentChild } from "preact";
import { ActivityList } from "../../parts/activity-list.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { methodName } from "../../text/codes.ts";
import { day, money } from "../../text/format.ts";
import { PaymentActions } from "./payment-actions.tsx";
import { leftOf } from "./payment-offers.ts";
import { PaymentBadge } from "./payments.tsx";
import { RefundsOf } from "./refunds-of.tsx";
import { reversalText } from "./reversal-form.tsx";

export function Payment({ id }: { id: number }): ComponentChild {
  const { value: payment, failure, waiting, retry } = useCall("getPayment", { id });
  const client = useCall("getClient", payment ? { id: payment.client_id } : null).value;
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting) return <p class="waiting">Loading…</p>;
  if (!payment) return <Missing what="payment" id={id} to="/payments" />;
  const { currency, amount_minor, fees_minor, refunded_minor, allocated_minor, allocations, refunds, reversed } =
    payment;
  const text = (minor: number) => money(minor, currency, locale.value);
  const why = (column: "applied" | "refunded" | "left", minor: number) => (
    <Why figure={{ figure: `credit_${column}`, id }}>{text(minor)}</Why>
  );
  return (
    <>
      <header class="page-head">
        <h1>Payment of {text(amount_minor)}</h1>
        <Why figure={{ figure: "record", table: "payment", id }}>
          <PaymentBadge row={payment} />
        </Why>
        {reversed === 0 && <PaymentActions payment={payment} />}
      </header>
      <section class="panel">
        <Facts
          facts={[
            ["Client", <a href={`#/clients/${payment.client_id}`}>{client?.name ?? `client ${payment.client_id}`}</a>],
            ["Received", day(payment.received_on, locale.value)],
            ["Method", methodName(payment.method)],
            ["Reference", payment.reference],
            [
              "Bank fees",
              fees_minor === 0 ? null : `${text(fees_minor)}, so ${text(amount_minor - fees_minor)} arrived`,
            ],
            ["Reversed", reversed === 1 ? reversalText("payment", payment.reversed_on, locale.value) : null],
          ]}
        />
      </section>
      <section class="panel">
        <h2>Applied to</h2>
        {allocations.length === 0 ? (
          <p class="detail">{reversed === 1 ? "None, because it was reversed." : "Not applied to any invoice yet."}</p>
        ) : (
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Invoice</th>
                <th scope="col" class="number">
                  Amount
                </th>
              </tr>
            </thead>
            <tbody>
              {allocations.map((allocation) => (
                <tr key={allocation.n}>
                  <td>
                    <a href={`#/invoices/${allocation.invoice_id}`}>{allocation.number}</a>
                  </td>
                  <td class="number">
                    <Why figure={{ figure: "settled_by", id: allocation.invoice_id, source: id }}>
                      {text(allocation.amount_minor)}
                    </Why>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {reversed === 0 && (
          <Facts
            facts={[
              ["Applied to invoices", why("applied", allocated_minor)],
              ["Refunded", refunded_minor === 0 ? null : why("refunded", refunded_minor)],
              ["Remaining credit", why("left", leftOf(payment))],
            ]}
          />
        )}
      </section>
      {refunds.length > 0 && <RefundsOf source={id} refunds={refunds} currency={currency} />}
      <PaymentHistory id={id} />
    </>
  );
}

/** What happened to it, and to the refunds that were paid out of it. */
function PaymentHistory({ id }: { id: number }): ComponentChild {
  const { value, failure, retry } = useCall("getPaymentHistory", { id });
  return (
    <section class="panel">
      <h2>History</h2>
      {failure && <Problem failure={failure} retry={retry} />}
      {value && <ActivityList rows={value.toReversed()} about={id} />}
    </section>
  );
}
