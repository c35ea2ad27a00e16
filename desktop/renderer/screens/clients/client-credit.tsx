/** The remaining credit of a client's payments and credit notes, with links to apply it to invoices. */
import type { ComponentChild } from "preact";
import { WriteLink } from "../../parts/write-button.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { day, money } from "../../text/format.ts";
import { balanceOf } from "../../text/invoice-status.ts";

/** The most rows of each kind. The lists of payments and invoices show the rest. */
const MOST = 20;

interface Credit {
  key: string;
  href: string;
  name: string;
  on: string | null;
  leftMinor: number;
  use: string;
}

export function ClientCredit({ id, currency }: { id: number; currency: string }): ComponentChild {
  const payments = useCall("listPayments", { client: id, currency, unallocated: true, limit: MOST }).value?.rows ?? [];
  const creditNotes =
    useCall("listInvoices", {
      client: id,
      currency,
      kind: "credit_note",
      status: "issued",
      open: true,
      sort: "-issued_on",
      limit: MOST,
    }).value?.rows ?? [];
  const rows: Credit[] = [
    ...payments.map((row) => ({
      key: `payment ${row.id}`,
      href: `#/payments/${row.id}`,
      name: row.reference === null ? "Payment" : `Payment ${row.reference}`,
      on: row.received_on,
      leftMinor: row.amount_minor - row.allocated_minor,
      use: `#/payments/${row.id}/reallocate`,
    })),
    ...creditNotes.map((row) => ({
      key: `note ${row.id}`,
      href: `#/invoices/${row.id}`,
      name: `Credit note ${row.number}`,
      on: row.issued_on,
      leftMinor: balanceOf(row),
      use: `#/invoices/${row.id}/apply`,
    })),
  ].sort((a, b) => ((a.on ?? "") < (b.on ?? "") ? -1 : 1));
  if (rows.length === 0) return null;
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
          {rows.map(({ key, href, name, on, leftMinor, use }) => (
            <tr key={key}>
              <td>
                <a href={href}>{name}</a>
              </td>
              <td>{day(on, locale.value)}</td>
              <td class="number">{money(leftMinor, currency, locale.value)}</td>
              <td class="number">
                <WriteLink href={use}>Apply to invoices</WriteLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
