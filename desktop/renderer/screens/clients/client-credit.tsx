/** What a client's credit consists of, with links to apply it to invoices and to pay it back. */
import type { ComponentChild } from "preact";
import type { CreditSource } from "../../../../projector/queries/credit-sources.ts";
import { Why } from "../../parts/why.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { creditHref, creditName } from "../../text/credit-name.ts";
import { day, money } from "../../text/format.ts";

/** The most rows. The refund form shows more of them. */
const MOST = 20;

export function ClientCredit({ id, currency }: { id: number; currency: string }): ComponentChild {
  const { value } = useCall("getCreditSources", { client: id, currency });
  const rows = value?.rows ?? [];
  if (rows.length === 0) return null;
  const text = (minor: number) => money(minor, currency, locale.value);
  return (
    <section class="panel">
      <h2>Remaining credit</h2>
      <table class="table allocations">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Date</th>
            <th scope="col" class="number">
              Remaining
            </th>
            <th scope="col">
              <span class="for-screen-readers">Use</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((row) => (
            <tr key={row.id}>
              <td>
                <a href={creditHref(row)}>{creditName(row)}</a>
              </td>
              <td>{day(row.on, locale.value)}</td>
              <td class="number">
                <Why figure={{ figure: "credit_left", id: row.id }}>{text(row.credit_minor)}</Why>
              </td>
              <td class="number">
                <WriteLink href={useHref(row)}>Apply to invoices</WriteLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {(rows.length > MOST || value?.shortened) && <p class="detail">Showing only the oldest {MOST}.</p>}
    </section>
  );
}

function useHref({ kind, id }: CreditSource): string {
  return kind === "payment" ? `#/payments/${id}/reallocate` : `#/invoices/${id}/apply`;
}
