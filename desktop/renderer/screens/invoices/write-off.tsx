/** Writes off what an invoice still has open and will never be paid, and takes that back. */
import type { ComponentChild } from "preact";
import { dueMinorOf } from "../../../../events/business/state-rules.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { useForm } from "../../form/use-form.ts";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { locale, organization } from "../../state/state.ts";
import { money } from "../../text/format.ts";
import { nameInText } from "../../text/invoice-name.ts";
import { type AmountStyle, moneyProblem, parseMoney, typedMoney } from "../payments/typed-allocations.ts";
import { documentStateOf } from "./invoice-offers.ts";

interface WriteOffValue {
  amount: string;
  on: string;
  reason: string;
}

const WRITE_OFF_FIELDS: FieldsOf<WriteOffValue> = {
  amount: { label: "Amount", at: "amountMinor", input: { inputMode: "decimal", maxLength: 30, required: true } },
  on: { label: "Written off on", input: { type: "date", required: true } },
  reason: { label: "Reason", input: { maxLength: 500, required: true } },
};

const REVERSAL_FIELDS: FieldsOf<Omit<WriteOffValue, "amount">> = {
  on: { label: "Owed again from", input: { type: "date", required: true } },
  reason: { label: "Reason", input: { maxLength: 500, required: true } },
};

interface WriteOffProps {
  invoice: InvoiceDetail;
}

interface FormProps extends WriteOffProps {
  today: string;
  onClose: () => void;
}

export function WriteOff({ invoice }: WriteOffProps): ComponentChild {
  const own = organization.value;
  return (
    <DialogButton
      name="Write off…"
      title={`Write off ${nameInText(invoice)}`}
      page={`/invoices/${invoice.id}`}
      opener="write-off"
    >
      {(close) => own && <WriteOffForm invoice={invoice} today={own.today} onClose={close} />}
    </DialogButton>
  );
}

function WriteOffForm({ invoice, today, onClose }: FormProps): ComponentChild {
  const { id, version, currency } = invoice;
  const style = { currency, locale: locale.value };
  const dueMinor = dueMinorOf(documentStateOf(invoice));
  const form = useForm<WriteOffValue>(`write-off/${id}`, WRITE_OFF_FIELDS, {
    value: { amount: typedMoney(dueMinor, style), on: today, reason: "" },
    version,
  });
  if (!form) return null;
  const { amount, on, reason } = form.value;
  const send = () => {
    const problem = amountError(amount, dueMinor, style);
    const errors = [
      ...(problem === null ? [] : [{ field: "amountMinor", message: problem }]),
      ...missing({ on, reason }),
    ];
    const input = { amountMinor: parseMoney(amount, style) ?? 0, on, reason: reason.trim() };
    return form.submit({ command: "WriteOffInvoice", id, input, errors });
  };
  return (
    <FormFrame form={form} submit="Write off" send={send} onSent={onClose} cancel={onClose}>
      <p>
        What you write off is no longer owed. Revenue and VAT stay as they are: to correct them as well, issue a credit
        note instead.
      </p>
      <TextField form={form} name="amount" hint={restText(amount, dueMinor, style)} focus />
      <TextField form={form} name="on" hint="Until that day, it still counts as owed." />
      <TextField form={form} name="reason" hint="Such as “insolvent” or “not worth a reminder”" />
    </FormFrame>
  );
}

function amountError(amount: string, dueMinor: number, style: AmountStyle): string | null {
  const minor = parseMoney(amount, style);
  if (minor === null) return moneyProblem(amount, style);
  return minor > dueMinor ? `Only ${money(dueMinor, style.currency, style.locale)} is owed.` : null;
}

/** What is owed after the write-off. */
function restText(amount: string, dueMinor: number, style: AmountStyle): string {
  const minor = parseMoney(amount, style) ?? 0;
  const text = (value: number) => money(value, style.currency, style.locale);
  if (minor > dueMinor || minor === 0) return `${text(dueMinor)} is owed.`;
  return minor === dueMinor ? "Nothing is owed any more." : `${text(dueMinor - minor)} is still owed.`;
}

/** Takes back all that is written off. */
export function WriteOffReversal({ invoice }: WriteOffProps): ComponentChild {
  const own = organization.value;
  return (
    <DialogButton
      name="Reverse write-off…"
      title={`Reverse the write-off of ${nameInText(invoice)}`}
      page={`/invoices/${invoice.id}`}
      opener="reverse-write-off"
    >
      {(close) => own && <WriteOffReversalForm invoice={invoice} today={own.today} onClose={close} />}
    </DialogButton>
  );
}

function WriteOffReversalForm({ invoice, today, onClose }: FormProps): ComponentChild {
  const { id, version, currency, written_off_minor } = invoice;
  const start = { value: { on: today, reason: "" }, version };
  const form = useForm<Omit<WriteOffValue, "amount">>(`write-off/reversal/${id}`, REVERSAL_FIELDS, start);
  if (!form) return null;
  const { on, reason } = form.value;
  const send = () => {
    const input = { on, reason: reason.trim() };
    return form.submit({ command: "ReverseWriteOff", id, input, errors: missing(form.value) });
  };
  return (
    <FormFrame form={form} submit="Reverse write-off" send={send} onSent={onClose} cancel={onClose}>
      <p>{`All of it, ${money(written_off_minor, currency, locale.value)}, is owed again from the day below.`}</p>
      <TextField form={form} name="on" />
      <TextField form={form} name="reason" hint="Such as “paid after all”" focus />
    </FormFrame>
  );
}

function missing({ on, reason }: { on: string; reason: string }): FieldError[] {
  return [
    ...(on === "" ? [{ field: "on", message: "is missing" }] : []),
    ...(reason.trim() === "" ? [{ field: "reason", message: "is missing" }] : []),
  ];
}
