/** What settles an invoice: payments, credit and write-offs. For a client's credit: the invoices that it settles. */
import type { ComponentChild } from "preact";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import type { Figure } from "../../parts/figure-address.ts";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { methodName } from "../../text/codes.ts";
import { amount, day } from "../../text/format.ts";
import { documentName } from "../../text/invoice-name.ts";
import { isCredit } from "../../text/invoice-status.ts";

interface SettlementRow {
  key: string;
  /** Null: it has no page of its own. */
  href: string | null;
  name: string;
  /** The day since when it settles it. */
  on: string | null;
  how: string;
  minor: number;
  /** What it is the sum of. */
  figure: Figure;
}

export function Settlement({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const rows = settlementRows(invoice);
  const { currency } = invoice;
  const credit = isCredit(invoice);
  return (
    <section class="panel">
      <h2>{credit ? "Applied to" : "Payments and credit"}</h2>
      {rows.length === 0 ? (
        <p class="detail">{credit ? "Not applied yet." : "None yet."}</p>
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{credit ? "Document" : "Settled by"}</th>
              <th scope="col">Date</th>
              <th scope="col" class="number">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, href, name, on, how, minor, figure }) => (
              <tr key={key}>
                <td>
                  {href === null ? name : <a href={href}>{name}</a>}
                  {how !== "" && <div class="detail">{how}</div>}
                </td>
                <td>{day(on, locale.value)}</td>
                <td class="number">
                  <Why figure={figure}>
                    {amount(minor, currency, locale.value)} {currency}
                  </Why>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function settlementRows(invoice: InvoiceDetail): SettlementRow[] {
  const { id, payments, credits, credit_allocations, settles, written_off_minor, written_off_on } = invoice;
  return [
    ...payments.map(({ payment_id, amount_minor, allocated_on, method, reference }) => ({
      key: `payment ${payment_id}`,
      href: `#/payments/${payment_id}`,
      name: "Payment",
      on: allocated_on,
      how: [methodName(method), reference].filter((text) => text !== null).join(", "),
      minor: amount_minor,
      figure: { figure: "settled_by" as const, id, source: payment_id },
    })),
    ...credits.map(({ credit_note_id, kind, number, allocated_on, amount_minor }) => ({
      key: `credit ${credit_note_id}`,
      href: `#/invoices/${credit_note_id}`,
      name: `${kind === "invoice" ? "Invoice" : "Credit note"} ${number}`,
      on: allocated_on,
      how: "",
      minor: amount_minor,
      figure: { figure: "settled_by" as const, id, source: credit_note_id },
    })),
    ...credit_allocations.map(({ n, invoice_id, amount_minor, allocated_on: on }) => {
      const invoice = settles.find((one) => one.id === invoice_id);
      const name = invoice ? documentName(invoice) : `Invoice ${invoice_id}`;
      const figure = { figure: "settled_by" as const, id: invoice_id, source: id };
      return { key: `for ${n}`, href: `#/invoices/${invoice_id}`, name, on, how: "", minor: amount_minor, figure };
    }),
    ...(written_off_minor === 0
      ? []
      : [
          {
            ...{ key: "write-off", href: null, name: "Written off", on: written_off_on, how: "" },
            minor: written_off_minor,
            figure: { figure: "document_written_off" as const, id },
          },
        ]),
  ];
}
