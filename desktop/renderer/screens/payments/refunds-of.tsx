/** The refunds that were paid from a payment or a document, also those that were reversed. */
import type { ComponentChild } from "preact";
import type { RefundOfSource } from "../../../../projector/queries/refunds.ts";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { methodName } from "../../text/codes.ts";
import { day, money } from "../../text/format.ts";

interface RefundsOfProps {
  /** The payment or document. */
  source: number;
  refunds: readonly RefundOfSource[];
  currency: string;
}

export function RefundsOf({ source, refunds, currency }: RefundsOfProps): ComponentChild {
  return (
    <section class="panel">
      <h2>Refunds</h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Refund</th>
            <th scope="col">Paid</th>
            <th scope="col" class="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {refunds.map(({ refund_id, paid_on, method, reference, reversed, amount_minor }) => (
            <tr key={refund_id}>
              <td>
                <a href={`#/refunds/${refund_id}`}>{reference === null ? "Refund" : `Refund ${reference}`}</a>
                <div class="detail">
                  {methodName(method)}
                  {reversed === 1 && ", reversed"}
                </div>
              </td>
              <td>{day(paid_on, locale.value)}</td>
              <td class="number">
                <Why figure={{ figure: "refunded_from", id: refund_id, source }}>
                  <span class={reversed === 1 ? "struck" : undefined}>
                    {money(amount_minor, currency, locale.value)}
                  </span>
                </Why>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
