/** Applies a credit note, or an invoice below zero, to open invoices. */
import type { ComponentChild } from "preact";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { day, money } from "../../text/format.ts";
import { documentName, nameInText } from "../../text/invoice-name.ts";
import { isCredit } from "../../text/invoice-status.ts";
import { AllocationForm } from "../payments/allocation-form.tsx";

export function ApplyCredit({ id }: { id: number }): ComponentChild {
  const { value: creditNote, failure, waiting, retry } = useCall("getInvoice", { id });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting && !creditNote) return <p class="waiting">Loading…</p>;
  if (!creditNote) return <Missing what="credit note" id={id} to="/invoices" />;
  const { status, client_id, currency, gross_minor, prepaid_minor, rounding_minor, refunded_minor } = creditNote;
  const { corrects, settles, version } = creditNote;
  const name = documentName(creditNote);
  if (!isCredit(creditNote) || status !== "issued" || client_id === null)
    return (
      <p class="empty">
        Only an issued credit note, or an issued invoice below zero, can be applied to invoices.{" "}
        <a href={`#/invoices/${id}`}>Back to {name}</a>
      </p>
    );
  const available = Math.abs(gross_minor - prepaid_minor + rounding_minor) - refunded_minor;
  const numberOf = (invoice: number) => settles.find((one) => one.id === invoice)?.number ?? `Invoice ${invoice}`;
  return (
    <AllocationForm
      name={`credit/allocations/${id}`}
      title={`Apply ${nameInText(creditNote)} to invoices`}
      facts={[
        ["Client", creditNote.buyer_name],
        ["Issued", day(creditNote.issued_on, locale.value)],
        ["Corrects", corrects && documentName(corrects)],
        ["Credit", money(available, currency, locale.value)],
        ["Refunded", refunded_minor === 0 ? null : money(refunded_minor, currency, locale.value)],
      ]}
      question={{ client: client_id, currency, credit_note: id }}
      availableMinor={available}
      former={creditNote.credit_allocations.map(({ invoice_id, amount_minor }) => ({
        invoiceId: invoice_id,
        amountMinor: amount_minor,
        number: numberOf(invoice_id),
      }))}
      version={version}
      command="ApplyCredit"
      id={id}
      back={`/invoices/${id}`}
    />
  );
}
