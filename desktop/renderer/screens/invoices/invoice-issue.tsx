/** Issues a draft: its date, its due date, and its number series. */
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";
import { taxInHome } from "../../../../events/values/money.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { InvoiceDetail, OrganizationRow, WriteResult } from "../../../contract/contract.ts";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { UniqueField } from "../../fields/unique-field.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { type Form, useForm } from "../../form/use-form.ts";
import { Dialog } from "../../parts/action.tsx";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { day, money } from "../../text/format.ts";
import { documentName } from "../../text/invoice-name.ts";
import { balanceOf } from "../../text/invoice-status.ts";
import { readNumber } from "../../text/read-number.ts";
import { applyAtIssue, usualCreditMinor } from "./apply-at-issue.ts";
import { InvoiceGaps, useGaps } from "./invoice-gaps.tsx";
import { ConfirmNumber, NextNumber, tellPassedOver, useMakerOf } from "./own-number.tsx";

interface FormValue {
  issuedOn: string;
  dueOn: string;
  series: string;
  number: string;
  exchangeRate: string;
  /** The number that the user wants to use although a series would make it later. Another number must be confirmed again. */
  confirmNumber: string;
  /** True: a credit note is applied to the invoice that it corrects. */
  apply: boolean;
}

const FIELDS: FieldsOf<FormValue> = {
  issuedOn: { label: "Issued on", input: { type: "date", required: true } },
  dueOn: { label: "Due on", input: { type: "date" } },
  series: { label: "Number series" },
  number: { label: "Number", input: { maxLength: 60, required: true } },
  exchangeRate: { label: "Exchange rate", at: "exchangeRate6", input: { inputMode: "decimal" } },
  confirmNumber: { label: "Use the number of a series", text: (confirmed) => confirmed || "No" },
  apply: { label: "Apply to the invoice", text: (apply) => (apply ? "Yes" : "No") },
};

interface IssueProps {
  invoice: InvoiceDetail;
  onIssued: () => void;
  onClose: () => void;
}

export function IssueDialog({ invoice, onIssued, onClose }: IssueProps): ComponentChild {
  const own = organization.value;
  return (
    <Dialog title={invoice.kind === "invoice" ? "Issue this invoice" : "Issue this credit note"} onClose={onClose}>
      {own && <IssueForm invoice={invoice} own={own} onIssued={onIssued} onClose={onClose} />}
    </Dialog>
  );
}

function IssueForm({ invoice, own, onIssued, onClose }: IssueProps & { own: OrganizationRow }): ComponentChild {
  const { id, version, kind, currency, gross_minor, tax_minor, client_id, corrects_id } = invoice;
  const { value: corrected } = useCall("getInvoice", corrects_id === null ? null : { id: corrects_id });
  const { value: client } = useCall("getClient", client_id === null ? null : { id: client_id });
  const series = own.number_series.filter((one) => one.kind === kind || one.kind === "both");
  const usual = series.find((one) => one.is_foreign === 0) ?? series[0];
  const form = useForm<FormValue>(`issue/${id}`, FIELDS, {
    value: {
      ...{ issuedOn: own.today, dueOn: "", series: usual?.name ?? "", number: "", exchangeRate: "" },
      ...{ confirmNumber: "", apply: true },
    },
    version,
  });
  const maker = useMakerOf(form?.value.number ?? "", form?.value.issuedOn ?? own.today);
  const gaps = useGaps(invoice, own, client);
  if (!form) return null;
  const { issuedOn, dueOn, number, exchangeRate } = form.value;
  const isForeign = series.find(({ name }) => name === form.value.series)?.is_foreign === 1;
  const isConfirmed = form.value.confirmNumber !== "" && form.value.confirmNumber === number.trim();
  const needsRate = currency !== own.currency;
  const days = invoice.terms_days ?? client?.terms_days ?? own.terms_days;
  const creditMinor = corrected ? usualCreditMinor(invoice, corrected) : 0;
  const onSent = (result: WriteResult) => {
    tellPassedOver(id);
    onIssued();
    if (!corrected || creditMinor === 0 || !form.value.apply) return;
    const creditNote = { id, version: result.version, currency };
    void applyAtIssue({ creditNote, invoiceId: corrected.id, amountMinor: creditMinor, on: form.value.issuedOn });
  };
  const send = () => {
    const errors: FieldError[] = [];
    if (issuedOn === "") errors.push({ field: "issuedOn", message: "is missing" });
    if (isForeign && number.trim() === "") errors.push({ field: "number", message: "is missing" });
    const { value: rate, problem } = readRate(exchangeRate, own.currency);
    const isOptional = exchangeRate.trim() === "" && tax_minor === 0;
    if (needsRate && !isOptional && (rate === null || rate < 1))
      errors.push({ field: "exchangeRate6", message: problem ?? "must be above zero" });
    return form.submit({
      command: "IssueInvoice",
      id,
      errors,
      input: {
        issuedOn,
        dueOn: dueOn || null,
        series: form.value.series || null,
        number: isForeign ? number.trim() : null,
        exchangeRate6: needsRate ? rate : null,
        confirmNumber: isForeign && maker !== null && isConfirmed,
      },
    });
  };
  return (
    <FormFrame
      form={form}
      submit="Issue"
      send={send}
      onSent={onSent}
      cancel={onClose}
      ready={corrects_id === null || corrected !== null}
      over={gaps.some(({ refused }) => refused)}
    >
      <p>
        {`${money(gross_minor, currency, locale.value)}${invoice.buyer_name === null ? ", no client yet" : ` to ${invoice.buyer_name}`}. `}
        <span class="detail">It is given a number and can no longer be changed.</span>
        {!isForeign && <NextNumber series={form.value.series} issuedOn={issuedOn} />}
      </p>
      <InvoiceGaps id={id} gaps={gaps} />
      <TextField form={form} name="issuedOn" focus />
      <TextField
        form={form}
        name="dueOn"
        hint={`If empty: ${day(later(issuedOn, days), locale.value)}, ${days} days after issue`}
      />
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
          confirmed={isConfirmed}
          disabled={form.unanswered}
          change={(yes) => form.change({ confirmNumber: yes ? number.trim() : "" })}
        />
      )}
      {needsRate && <RateField form={form} invoice={invoice} home={own.currency} />}
      {corrected && <ApplyChoice form={form} invoice={invoice} corrected={corrected} creditMinor={creditMinor} />}
    </FormFrame>
  );
}

function readRate(typed: string, home: string): ReturnType<typeof readNumber> {
  return readNumber(typed, { locale: locale.value, currency: home, decimals: 6 });
}

interface RateFieldProps {
  form: Form<FormValue>;
  invoice: Pick<InvoiceDetail, "currency" | "tax_minor">;
  /** The organization's currency. */
  home: string;
}

/** Shows the VAT that a rate results in: `1.085` is a thousand times as much in German as in English. */
function RateField({ form, invoice, home }: RateFieldProps): ComponentChild {
  const { currency, tax_minor } = invoice;
  const { value: rate6 } = readRate(form.value.exchangeRate, home);
  const vat = tax_minor === 0 || rate6 === null || rate6 < 1 ? null : vatInWords(invoice, { home, rate6 });
  return (
    <TextField
      form={form}
      name="exchangeRate"
      label={`${home} for 1 ${currency}`}
      hint={vat ?? `VAT is also stated in ${home}.`}
      required={tax_minor !== 0}
    />
  );
}

function vatInWords(
  { currency, tax_minor }: RateFieldProps["invoice"],
  to: { home: string; rate6: number },
): string | null {
  try {
    const home = money(taxInHome(tax_minor, currency, to), to.home, locale.value);
    return `VAT is also stated in ${to.home}: ${money(tax_minor, currency, locale.value)} is ${home}.`;
  } catch {
    return null; // too large: said when it is sent
  }
}

interface ApplyChoiceProps {
  form: Form<FormValue>;
  invoice: InvoiceDetail;
  corrected: InvoiceDetail;
  /** What is applied by default, minor units. */
  creditMinor: number;
}

/** Says what happens to the credit, before the credit note is issued. */
function ApplyChoice({ form, invoice, corrected, creditMinor }: ApplyChoiceProps): ComponentChild {
  const id = useId();
  const text = (minor: number) => money(minor, invoice.currency, locale.value);
  const name = documentName(corrected);
  const credit = balanceOf(invoice);
  if (creditMinor === 0)
    return (
      credit > 0 && <p class="detail">{`${name} has no balance, so ${text(credit)} becomes the client’s credit.`}</p>
    );
  const rest = credit - (form.value.apply ? creditMinor : 0);
  return (
    <div class="field">
      <label class="choice">
        <input
          type="checkbox"
          name="apply"
          checked={form.value.apply}
          disabled={form.unanswered}
          aria-describedby={id}
          onChange={({ currentTarget }) => form.change({ apply: currentTarget.checked })}
        />
        <span>{`Apply ${text(creditMinor)} to ${name}`}</span>
      </label>
      <p id={id} class="detail" role="status">
        {rest === 0
          ? `Its balance becomes ${text(balanceOf(corrected) - creditMinor)}.`
          : `${text(rest)} becomes the client’s credit, which you can apply to other invoices later.`}
      </p>
    </div>
  );
}

/** The date a number of days later; null if the date is invalid. */
function later(date: string, days: number): string | null {
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) ? null : new Date(time + days * 86_400_000).toISOString().slice(0, 10);
}
