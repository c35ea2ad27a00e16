/** Allowances and charges on a line or on the whole document. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { DRAFT_LIMITS } from "../../../../events/values/size-limits.ts";
import { SelectCell, TextCell } from "../../fields/cell-fields.tsx";
import type { FieldsForm } from "../../fields/fields.tsx";
import { ReasonBox } from "../../fields/reason-box.tsx";
import { VatField } from "../../fields/vat-field.tsx";
import { baseOfDocument, REASON_LISTS, shareText } from "../../form/read-adjustment.ts";
import { readVat } from "../../form/read-vat.ts";
import {
  isBlank,
  type TypedAdjustment,
  type TypedDocumentAdjustment,
  type TypedInvoice,
} from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { typedVatOf, type VatRates } from "../../form/vat-rates.ts";
import { locale } from "../../state/state.ts";
import { isPercentage } from "../../text/read-number.ts";
import { readableLines } from "./invoice-form-input.ts";

const KINDS = [
  ["allowance", "Allowance"],
  ["charge", "Charge"],
] as const;

export const NEW_ADJUSTMENT: TypedAdjustment = { kind: "allowance", reason: "", amount: "" };

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
  const { kind, reason, reasonCode = "", amount, base = "" } = adjustment;
  const [choosesBase, setChoosesBase] = useState(false);
  const hasBase = isPercentage(amount) && (choosesBase || base !== "" || form.errorAt(`${at}.baseMinor`) !== null);
  return (
    <div class="adjustment">
      <SelectCell
        form={form}
        at={`${at}.kind`}
        label="Kind"
        value={kind}
        // The codes of allowances are not those of charges.
        onInput={(next) =>
          onChange(
            { kind: next === "charge" ? "charge" : "allowance", ...(reasonCode !== "" && { reasonCode: "" }) },
            "kind",
          )
        }
        options={KINDS}
      />
      <ReasonBox
        form={form}
        at={`${at}.reason`}
        label="Reason"
        list={REASON_LISTS[kind]}
        maxLength={DRAFT_LIMITS.reason}
        reason={reason}
        code={reasonCode}
        onChange={(text, code) =>
          onChange({ reason: text, ...(code !== reasonCode && { reasonCode: code }) }, "reason")
        }
      />
      <div class="adjustment-amount">
        <TextCell
          form={form}
          at={`${at}.amountMinor`}
          label={`Amount, ${currency}`}
          inputMode="decimal"
          placeholder="or %"
          hint={share}
          value={amount}
          onInput={(next) => onChange({ amount: next }, "amountMinor")}
        />
        {hasBase && (
          <TextCell
            form={form}
            at={`${at}.baseMinor`}
            label={`Percentage of, ${currency}`}
            inputMode="decimal"
            placeholder="What it applies to"
            value={base}
            onInput={(next) => onChange({ base: next }, "baseMinor")}
          />
        )}
        {isPercentage(amount) && !hasBase && (
          <button type="button" class="link" disabled={form.unanswered} onClick={() => setChoosesBase(true)}>
            Of another amount
          </button>
        )}
      </div>
      {children}
      <button type="button" class="plain remove" disabled={form.unanswered} onClick={onRemove}>
        Remove
      </button>
    </div>
  );
}

/** Allowances and charges on the whole document. */
export function DocumentAdjustments({
  form,
  currency,
  rates,
}: {
  form: Form<TypedInvoice>;
  currency: string;
  rates: VatRates;
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
    const all = readable.every((line) => line.vatCategory === vat.vatCategory && line.vatRate3 === vat.vatRate3);
    return shareText(adjustment, reading, base, all ? "" : ", the lines with this VAT");
  };
  const add = () => {
    const usual = rates.usual ? typedVatOf(rates.usual, locale.value) : { vatCategory: "S" as const, vatRate: "" };
    const { vatCategory, vatRate } = lines.find((line) => !isBlank(line)) ?? usual;
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
          <div class="field">
            <VatField
              form={form}
              at={`adjustments.${n}`}
              vat={adjustment}
              rates={rates}
              onChange={(vat, field) => change(n, vat, field)}
            />
          </div>
        </AdjustmentFields>
      ))}
      <button
        type="button"
        class="plain"
        disabled={form.unanswered || adjustments.length >= DRAFT_LIMITS.adjustments}
        onClick={add}
      >
        Add allowance or charge
      </button>
      {adjustments.length >= DRAFT_LIMITS.adjustments && (
        <p class="detail">{`A document has at most ${DRAFT_LIMITS.adjustments} allowances and charges.`}</p>
      )}
    </section>
  );
}
