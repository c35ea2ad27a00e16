/** The fields of an item, in its own form and in the dialog of the invoice form. */
import type { ComponentChild } from "preact";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { UniqueField } from "../../fields/unique-field.tsx";
import { VatField } from "../../fields/vat-field.tsx";
import type { Form } from "../../form/use-form.ts";
import { useVatRates } from "../../form/use-vat-rates.ts";
import { NO_RATES } from "../../form/vat-rates.ts";
import { organization } from "../../state/state.ts";
import { UNIT_NAMES } from "../../text/codes.ts";
import { type TypedItem, vatCategoryOf } from "./item-form-fields.ts";

interface ItemFieldsProps {
  form: Form<TypedItem>;
  /** The field that gets the focus first. */
  focus: "code" | "description";
  /** The item that is changed; without it, a new one. */
  own?: number;
}

export function ItemFields({ form, focus, own }: ItemFieldsProps): ComponentChild {
  const { unit, vatCategory, vatRate } = form.value;
  const rates = useVatRates();
  const known = UNIT_NAMES.some(([code]) => code === unit);
  const units: readonly (readonly [string, string])[] = known ? UNIT_NAMES : [...UNIT_NAMES, [unit, unit]];
  return (
    <>
      <UniqueField
        form={form}
        name="code"
        focus={focus === "code"}
        taken={{ of: "item", ...(own !== undefined && { own }) }}
      />
      <TextField form={form} name="description" focus={focus === "description"} />
      <SelectField form={form} name="unit" options={units} />
      <TextField form={form} name="price" label={`Price in ${organization.value?.currency ?? ""}, without VAT`} />
      <div class="field">
        <VatField
          form={form}
          at=""
          vat={{ vatCategory: vatCategoryOf(vatCategory), vatRate }}
          rates={rates ?? NO_RATES}
          onChange={(vat, field) => form.change(vat, field)}
        />
      </div>
    </>
  );
}
