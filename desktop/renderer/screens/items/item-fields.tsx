/** The fields of an item, in its own form and in the dialog of the invoice form. */
import type { ComponentChild } from "preact";
import { VAT_CATEGORIES } from "../../../../events/values/money.ts";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { hasRate } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { organization } from "../../state/state.ts";
import { UNIT_NAMES, vatName } from "../../text/codes.ts";
import { type TypedItem, vatCategoryOf } from "./item-form-fields.ts";

interface ItemFieldsProps {
  form: Form<TypedItem>;
  /** The field that gets the focus first. */
  focus: "code" | "description";
}

export function ItemFields({ form, focus }: ItemFieldsProps): ComponentChild {
  const { unit, vatCategory } = form.value;
  const known = UNIT_NAMES.some(([code]) => code === unit);
  const units: readonly (readonly [string, string])[] = known ? UNIT_NAMES : [...UNIT_NAMES, [unit, unit]];
  return (
    <>
      <TextField form={form} name="code" focus={focus === "code"} />
      <TextField form={form} name="description" focus={focus === "description"} />
      <SelectField form={form} name="unit" options={units} />
      <TextField form={form} name="price" label={`Price in ${organization.value?.currency ?? ""}, without VAT`} />
      <SelectField form={form} name="vatCategory" options={VAT_CATEGORIES.map((one) => [one, vatName(one)] as const)} />
      {hasRate(vatCategoryOf(vatCategory)) && <TextField form={form} name="vatRate" label="VAT rate in %" />}
    </>
  );
}
