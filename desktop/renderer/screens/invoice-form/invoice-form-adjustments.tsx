/** Allowances and charges on a line or on the whole document. */
import type { ComponentChild } from "preact";
import { VAT_CATEGORIES } from "../../../../events/values/money.ts";
import { SelectCell, TextCell } from "../../fields/cell-fields.tsx";
import type { FieldsForm } from "../../fields/fields.tsx";
import { baseOfDocument, shareText } from "../../form/read-adjustment.ts";
import { readVat, vatCategoryIn } from "../../form/read-vat.ts";
import {
  hasRate,
  isBlank,
  type TypedAdjustment,
  type TypedDocumentAdjustment,
  type TypedInvoice,
  type TypedVat,
} from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { locale } from "../../state/state.ts";
import { vatName } from "../../text/codes.ts";
import { readableLines } from "./invoice-form-input.ts";

const KINDS = [
  ["allowance", "Allowance"],
  ["charge", "Charge"],
] as const;

export const NEW_ADJUSTMENT: TypedAdjustment = { kind: "allowance", reason: "", amount: "" };

const VAT_OPTIONS = VAT_CATEGORIES.map((one) => [one, vatName(one)] as const);

interface AdjustmentProps {
  form: FieldsForm;
  /** Its path in the input, such as `lines.3.adjustments.0`. */
  at: string;
  adjustment: TypedAdjustment;
  currency: string;
  /** The amount of a typed percentage. */
  share: string | null;
  /** @param field the field within it that was typed into */
  onChange: (part: Partial<TypedAdjustment>, field: string) => void;
  onRemove: () => void;
  children?: ComponentChild;
}

export function AdjustmentFields(props: AdjustmentProps): ComponentChild {
  const { form, at, adjustment, currency, share, onChange, onRemove, children } = props;
  return (
    <div class="adjustment">
      <SelectCell
        form={form}
        at={`${at}.kind`}
        label="Kind"
        value={adjustment.kind}
        onInput={(kind) => onChange({ kind: kind === "charge" ? "charge" : "allowance" }, "kind")}
        options={KINDS}
      />
      <TextCell
        form={form}
        at={`${at}.reason`}
        label="Reason"
        maxLength={200}
        value={adjustment.reason}
        onInput={(reason) => onChange({ reason }, "reason")}
      />
      <TextCell
        form={form}
        at={`${at}.amountMinor`}
        label={`Amount, ${currency}`}
        inputMode="decimal"
        placeholder="or %"
        hint={share}
        value={adjustment.amount}
        onInput={(amount) => onChange({ amount }, "amountMinor")}
      />
      {children}
      <button type="button" class="plain remove" disabled={form.unanswered} onClick={onRemove}>
        Remove
      </button>
    </div>
  );
}

interface VatFieldsProps {
  form: FieldsForm;
  /** The path of both fields in the input, such as `lines.3`. */
  at: string;
  vat: TypedVat;
  hideLabel?: boolean;
  onChange: (part: Partial<TypedVat>, field: string) => void;
}

/** A VAT category, and its rate if it has one. */
export function VatFields({ form, at, vat, hideLabel = false, onChange }: VatFieldsProps): ComponentChild {
  return (
    <>
      <SelectCell
        form={form}
        at={`${at}.vatCategory`}
        label="VAT"
        hideLabel={hideLabel}
        value={vat.vatCategory}
        onInput={(category) => onChange({ vatCategory: vatCategoryIn(category) ?? vat.vatCategory }, "vatCategory")}
        options={VAT_OPTIONS}
      />
      {hasRate(vat.vatCategory) ? (
        <TextCell
          form={form}
          at={`${at}.vatRateBp`}
          label="VAT rate in %"
          hideLabel={hideLabel}
          inputMode="decimal"
          value={vat.vatRate}
          onInput={(vatRate) => onChange({ vatRate }, "vatRateBp")}
        />
      ) : (
        <div class="field" />
      )}
    </>
  );
}

/** Allowances and charges on the whole document. */
export function DocumentAdjustments({
  form,
  currency,
}: {
  form: Form<TypedInvoice>;
  currency: string;
}): ComponentChild {
  const { adjustments, lines } = form.value;
  const change = (n: number, part: Partial<TypedDocumentAdjustment>, field: string) =>
    form.change(
      { adjustments: adjustments.map((one, at) => (at === n ? { ...one, ...part } : one)) },
      `adjustments.${n}.${field}`,
    );
  const shareOf = (adjustment: TypedDocumentAdjustment) => {
    const reading = { currency, locale: locale.value };
    const { value: vat, errors } = readVat(adjustment, reading.locale);
    const readable = readableLines(lines, reading);
    const base = errors.length > 0 ? null : baseOfDocument(readable, vat, currency);
    const all = readable.every((line) => line.vatCategory === vat.vatCategory && line.vatRateBp === vat.vatRateBp);
    return shareText(adjustment, reading, base, all ? "" : ", the lines with this VAT");
  };
  const add = () => {
    const { vatCategory, vatRate } = lines.find((line) => !isBlank(line)) ?? { vatCategory: "S" as const, vatRate: "" };
    form.change({ adjustments: [...adjustments, { ...NEW_ADJUSTMENT, vatCategory, vatRate }] });
  };
  return (
    <section class="panel" aria-label="Allowances and charges on the document">
      <h2>Allowances and charges on the document</h2>
      {adjustments.map((adjustment, n) => (
        <AdjustmentFields
          key={n}
          form={form}
          at={`adjustments.${n}`}
          adjustment={adjustment}
          currency={currency}
          share={shareOf(adjustment)}
          onChange={(part, field) => change(n, part, field)}
          onRemove={() => form.change({ adjustments: adjustments.filter((_, at) => at !== n) })}
        >
          <VatFields
            form={form}
            at={`adjustments.${n}`}
            vat={adjustment}
            onChange={(part, field) => change(n, part, field)}
          />
        </AdjustmentFields>
      ))}
      <button type="button" class="plain" disabled={form.unanswered} onClick={add}>
        Add allowance or charge
      </button>
    </section>
  );
}
