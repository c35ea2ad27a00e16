/** One refund: what was paid back, the credit that it was taken from, and its history. */
import type { ComponentChild } from "preact";
import { Facts } from "../../parts/facts.tsx";
import { History } from "../../parts/history.tsx";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { methodName } from "../../text/codes.ts";
import { creditHref, creditName } from "../../text/credit-name.ts";
import { day, money } from "../../text/format.ts";
import { RefundBadge } from "./refunds.tsx";
import { ReverseButton, reversalText } from "./reversal-form.tsx";

export function Refund({ id }: { id: number }): ComponentChild {
  const { value: refund, failure, waiting, retry } = useCall("getRefund", { id });
  const client = useCall("getClient", refund ? { id: refund.client_id } : null).value;
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting) return <p class="waiting">Loading…</p>;
  if (!refund) return <Missing what="refund" id={id} to="/refunds" />;
  const { currency, amount_minor, client_id, paid_on, method, reference, sources, reversed, version } = refund;
  const text = (minor: number) => money(minor, currency, locale.value);
  const name = `Refund of ${text(amount_minor)}`;
  return (
    <>
      <header class="page-head">
        <h1>{name}</h1>
        <Why figure={{ figure: "record", table: "refund", id }}>
          <RefundBadge row={refund} />
        </Why>
        {reversed === 0 && (
          <div class="actions-row">
            <ReverseButton what={{ kind: "refund", id, version, name: name.replace("R", "r"), on: paid_on }} />
          </div>
        )}
      </header>
      <section class="panel">
        <Facts
          facts={[
            ["Client", <a href={`#/clients/${client_id}`}>{client?.name ?? `client ${client_id}`}</a>],
            ["Paid", day(paid_on, locale.value)],
            ["Method", methodName(method)],
            ["Reference", reference],
            ["Reversed", reversed === 1 ? reversalText("refund", refund.reversed_on, locale.value) : null],
          ]}
        />
      </section>
      <section class="panel">
        <h2>Refunded from</h2>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Credit</th>
              <th scope="col">Date</th>
              <th scope="col" class="number">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {sources.map((source) => (
              <tr key={source.source_id}>
                <td>
                  <a href={creditHref({ kind: source.kind, id: source.source_id })}>{creditName(source)}</a>
                </td>
                <td>{day(source.on, locale.value)}</td>
                <td class="number">
                  <Why figure={{ figure: "refunded_from", id, source: source.source_id }}>
                    {text(source.amount_minor)}
                  </Why>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {reversed === 1 && <p class="detail">It was reversed, so these amounts are the client’s credit again.</p>}
      </section>
      <History stream={id} />
    </>
  );
}
