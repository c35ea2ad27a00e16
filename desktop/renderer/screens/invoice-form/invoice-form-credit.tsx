/** What a credit note may credit of its invoice, while the user types: in all, and by line where it can be told. */
import type { ComponentChild } from "preact";
import { checkCreditable, refusalOf } from "../../../../events/business/state-rules.ts";
import { foldText } from "../../../../events/values/fold-text.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { inWords } from "../../form/refusal-words.ts";
import type { TypedInvoice } from "../../form/typed-invoice.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { money } from "../../text/format.ts";
import { documentName } from "../../text/invoice-name.ts";
import type { Sums } from "./invoice-form-sums.ts";

interface CreditLimitProps {
  /** The invoice that is corrected. */
  invoiceId: number;
  typed: TypedInvoice;
  sums: Sums;
}

export function CreditLimit({ invoiceId, typed, sums }: CreditLimitProps): ComponentChild {
  const { value: invoice } = useCall("getInvoice", { id: invoiceId });
  if (!invoice) return null;
  const { gross_minor, credited_minor, currency } = invoice;
  const text = (minor: number) => money(minor, currency, locale.value);
  const excess = [...excessOf(invoice, sums), ...excessByLine(invoice, typed, sums)];
  return (
    <>
      <p class="banner quiet">
        <span>
          {`${documentName(invoice)} totals ${text(gross_minor)}. `}
          {credited_minor === 0
            ? "Nothing has been credited yet. "
            : `${text(credited_minor)} has already been credited, so ${text(gross_minor - credited_minor)} is left to credit. `}
          To credit only part of it, delete lines or lower their quantities.
        </span>
      </p>
      {/* Always there, so that screen readers announce what appears in it. */}
      <div role="status">
        {excess.length > 0 && (
          <ul class="banner warning credit-excess">
            {excess.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

/** The rule that would refuse to issue it, in words. */
function excessOf(invoice: InvoiceDetail, { content }: Sums): string[] {
  if (!content) return [];
  const { id, kind, status, number, currency, gross_minor, prepaid_minor, rounding_minor, credited_minor } = invoice;
  const corrected = {
    ...{ id, kind: kind as "invoice", status: status as "issued", number, currency, creditedMinor: credited_minor },
    totals: {
      grossMinor: gross_minor,
      payableMinor: gross_minor - prepaid_minor + rounding_minor,
      roundingMinor: rounding_minor,
    },
  };
  const refusal = refusalOf(() => checkCreditable(corrected, content.totals.grossMinor));
  if (refusal === null) return [];
  const { rule: code, message, values } = refusal;
  return [inWords({ code, message, values }, locale.value).message];
}

/** Lines are told apart by their description. A line that the invoice does not have cannot be compared. */
function excessByLine({ lines, currency }: InvoiceDetail, typed: TypedInvoice, { netMinor }: Sums): string[] {
  const nameOf = (description: string) => foldText(description.trim());
  const invoiced = new Map<string, number>();
  for (const { description, net_minor } of lines)
    invoiced.set(nameOf(description), (invoiced.get(nameOf(description)) ?? 0) + net_minor);
  const credited = new Map<string, { description: string; minor: number }>();
  for (const [n, { description }] of typed.lines.entries()) {
    const before = credited.get(nameOf(description))?.minor ?? 0;
    credited.set(nameOf(description), { description: description.trim(), minor: before + (netMinor[n] ?? 0) });
  }
  const text = (minor: number) => money(minor, currency, locale.value);
  return [...credited].flatMap(([name, { description, minor }]) => {
    const most = invoiced.get(name);
    if (most === undefined || (most < 0 ? minor >= most : minor <= most)) return [];
    return [`“${description}”: ${text(minor)} without VAT is credited, but the invoice has only ${text(most)}.`];
  });
}
