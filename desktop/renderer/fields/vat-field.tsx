/** Picks a VAT rate by its name. A rate that is not in the list can be typed. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { vatCategoryIn } from "../form/read-vat.ts";
import { hasRate, type TypedVat } from "../form/typed-invoice.ts";
import { isSameVat, typedVatOf, type VatRate, type VatRates, vatRateText, vatTyped } from "../form/vat-rates.ts";
import { locale } from "../state/state.ts";
import { VAT_NAMES } from "../text/codes.ts";
import { SelectCell, TextCell } from "./cell-fields.tsx";
import { Field, type FieldsForm } from "./fields.tsx";

const OTHER = "other";
/** The current rate, if the lists lack it. */
const OWN = "own";

interface VatFieldProps {
  form: FieldsForm;
  /** The path of category and rate in the command, such as `lines.3`; empty at the top. */
  at: string;
  vat: TypedVat;
  /** The document's reason for this category, which distinguishes two exemptions. */
  reason?: string | undefined;
  rates: VatRates;
  hideLabel?: boolean;
  /** @param rate the picked rate; null if it was typed */
  onChange: (vat: TypedVat, field: "vatCategory" | "vatRate3", rate: VatRate | null) => void;
  /** Offers to save a typed rate. */
  onSave?: ((vat: TypedVat) => void) | undefined;
}

export function VatField(props: VatFieldProps): ComponentChild {
  const { form, at, vat, reason, rates, hideLabel = false, onChange } = props;
  const language = locale.value;
  const path = (field: string) => (at === "" ? field : `${at}.${field}`);
  const typed = vatTyped(vat, language);
  // While the fields for another rate are open, they show what was typed there. A rate from an item closes them.
  const [other, setOther] = useState<TypedVat | null>(null);
  const isOther = typed === null || (other?.vatCategory === vat.vatCategory && other.vatRate === vat.vatRate);
  const all = [...rates.saved, ...rates.used];
  const fits = typed === null ? [] : all.filter((one) => isSameVat(one, typed));
  const current = fits.find((one) => reason !== undefined && one.reason === reason) ?? fits[0];
  const value = isOther ? OTHER : current ? String(all.indexOf(current)) : OWN;
  const pick = (choice: string) => {
    if (choice === OTHER) return setOther(vat);
    const rate = all[Number(choice)];
    setOther(null);
    if (rate) onChange(typedVatOf(rate, language), "vatCategory", rate);
  };
  const option = (rate: VatRate) => (
    <option key={all.indexOf(rate)} value={all.indexOf(rate)}>
      {vatRateText(rate, language)}
    </option>
  );
  const another = (
    <OtherVat
      {...props}
      path={path}
      onChange={(part, field) => {
        const next = { ...vat, ...part };
        setOther(next);
        onChange(next, field, null);
      }}
    />
  );
  if (isOther && all.length === 0) return another;
  return (
    <>
      <Field form={form} at={path(isOther ? "vat" : "vatCategory")} label="VAT" hideLabel={hideLabel}>
        {(attributes) => (
          <select
            {...attributes}
            title={current && vatRateText(current, language)}
            value={value}
            onChange={({ currentTarget }) => pick(currentTarget.value)}
          >
            {rates.saved.map(option)}
            {rates.used.length > 0 &&
              (rates.saved.length > 0 ? (
                <optgroup label="Used before">{rates.used.map(option)}</optgroup>
              ) : (
                rates.used.map(option)
              ))}
            {value === OWN && typed && (
              <option value={OWN}>{vatRateText({ ...typed, name: null, reason: null }, language)}</option>
            )}
            <option value={OTHER}>Other…</option>
          </select>
        )}
      </Field>
      {isOther && another}
    </>
  );
}

interface OtherVatProps extends Omit<VatFieldProps, "onChange"> {
  path: (field: string) => string;
  onChange: (part: Partial<TypedVat>, field: "vatCategory" | "vatRate3") => void;
}

/** The fields for a rate that is not in the list. */
function OtherVat({ form, vat, path, rates, onChange, onSave }: OtherVatProps): ComponentChild {
  const typed = vatTyped(vat, locale.value);
  const isNew = typed !== null && !rates.saved.some((one) => isSameVat(one, typed));
  return (
    <div class="vat-other">
      <SelectCell
        form={form}
        at={path("vatCategory")}
        label="VAT category"
        value={vat.vatCategory}
        onInput={(category) => onChange({ vatCategory: vatCategoryIn(category) ?? vat.vatCategory }, "vatCategory")}
        options={VAT_NAMES}
      />
      {hasRate(vat.vatCategory) && (
        <TextCell
          form={form}
          at={path("vatRate3")}
          label="VAT rate in %"
          inputMode="decimal"
          value={vat.vatRate}
          onInput={(vatRate) => onChange({ vatRate }, "vatRate3")}
        />
      )}
      {isNew && onSave && (
        <button type="button" class="link" onClick={() => onSave(vat)}>
          Save this rate…
        </button>
      )}
    </div>
  );
}
