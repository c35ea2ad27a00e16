/** Cancels an invoice: shows the credit note that will be written, and asks for its date and the reason. */
import type { ComponentChild } from "preact";
import { cancellationMinorOf } from "../../../../events/business/state-rules.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { InvoiceDetail, OrganizationRow } from "../../../contract/contract.ts";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { UniqueField } from "../../fields/unique-field.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { useForm } from "../../form/use-form.ts";
import { Dialog } from "../../parts/action.tsx";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { money } from "../../text/format.ts";
import { nameInText } from "../../text/invoice-name.ts";
import { documentStateOf } from "./invoice-offers.ts";
import { ConfirmNumber, tellPassedOver, useMakerOf, useNextNumber } from "./own-number.tsx";

interface FormValue {
  issuedOn: string;
  series: string;
  number: string;
  /** True: the number may be one that a series would make later. */
  confirmNumber: boolean;
  reason: string;
}

const FIELDS: FieldsOf<FormValue> = {
  issuedOn: { label: "Date of the credit note", input: { type: "date", required: true } },
  series: { label: "Number series" },
  number: { label: "Number", input: { maxLength: 60, required: true } },
  confirmNumber: { label: "Use the number of a series", text: (confirmed) => (confirmed ? "Yes" : "No") },
  reason: { label: "Reason", input: { maxLength: 500, required: true } },
};

interface CancelProps {
  invoice: InvoiceDetail;
  onClose: () => void;
}

export function CancelDialog({ invoice, onClose }: CancelProps): ComponentChild {
  const own = organization.value;
  return (
    <Dialog title={`Cancel ${nameInText(invoice)}`} onClose={onClose}>
      {own && <CancelForm invoice={invoice} own={own} onClose={onClose} />}
    </Dialog>
  );
}

function CancelForm({ invoice, own, onClose }: CancelProps & { own: OrganizationRow }): ComponentChild {
  const { id, version } = invoice;
  const series = own.number_series.filter(({ kind }) => kind === "credit_note" || kind === "both");
  const usual = series.find(({ is_foreign }) => is_foreign === 0) ?? series[0];
  const start = { issuedOn: own.today, series: usual?.name ?? "", number: "", confirmNumber: false, reason: "" };
  const form = useForm<FormValue>(`cancel/${id}`, FIELDS, { value: start, version });
  const { issuedOn, number, reason } = form?.value ?? start;
  const maker = useMakerOf(number, issuedOn);
  const next = useNextNumber(form?.value.series ?? start.series, issuedOn);
  if (!form) return null;
  const isForeign = series.find(({ name }) => name === form.value.series)?.is_foreign === 1;
  const send = () => {
    const errors: FieldError[] = [];
    if (issuedOn === "") errors.push({ field: "issuedOn", message: "is missing" });
    if (isForeign && number.trim() === "") errors.push({ field: "number", message: "is missing" });
    if (reason.trim() === "") errors.push({ field: "reason", message: "is missing" });
    const input = {
      ...{ issuedOn, series: form.value.series || null, number: isForeign ? number.trim() : null },
      ...{ reason: reason.trim() },
      confirmNumber: isForeign && maker !== null && form.value.confirmNumber === true,
    };
    return form.submit({ command: "CancelInvoice", id, errors, input });
  };
  return (
    <FormFrame
      form={form}
      submit="Issue credit note"
      send={send}
      onSent={({ stream }) => {
        tellPassedOver(stream);
        go(`/invoices/${stream}`);
      }}
      cancel={onClose}
    >
      <p>
        A credit note over the whole invoice is issued and applied to it. Both stay in the books. Send the credit note
        to the client.
      </p>
      <Facts facts={factsOf(invoice, next)} />
      {series.length === 0 && (
        <p class="field-error">There is no number series for credit notes. Add one in Settings.</p>
      )}
      <TextField form={form} name="reason" hint="For those who read the history" focus />
      <TextField form={form} name="issuedOn" />
      {series.length > 1 && (
        <SelectField
          form={form}
          name="series"
          options={series.map(({ name, is_foreign }) => [
            name,
            is_foreign === 1 ? `${name} (you enter the number)` : name,
          ])}
        />
      )}
      {isForeign && <UniqueField form={form} name="number" taken={{ of: "invoice", own: id }} />}
      {isForeign && maker !== null && (
        <ConfirmNumber
          maker={maker}
          confirmed={form.value.confirmNumber === true}
          disabled={form.unanswered}
          change={(confirmNumber) => form.change({ confirmNumber })}
        />
      )}
    </FormFrame>
  );
}

/** What will be written. */
function factsOf(invoice: InvoiceDetail, number: string | null): Fact[] {
  const { currency, gross_minor, net_minor, tax_minor, accounting_currency, accounting_tax_minor } = invoice;
  const text = (minor: number, code = currency) => money(minor, code, locale.value);
  const settled = cancellationMinorOf(documentStateOf(invoice));
  const rest = gross_minor - settled;
  const vat =
    accounting_currency === null || accounting_tax_minor === null
      ? text(tax_minor)
      : `${text(tax_minor)} (${text(accounting_tax_minor, accounting_currency)})`;
  return [
    ["Credit note", number],
    ["Without VAT", text(net_minor)],
    ["VAT", vat],
    ["Total", text(gross_minor)],
    [`Settles ${nameInText(invoice)}`, settled === 0 ? "Nothing: it has no balance" : text(settled)],
    ["Client’s credit", rest === 0 ? null : `${text(rest)}, which was settled before`],
  ];
}
