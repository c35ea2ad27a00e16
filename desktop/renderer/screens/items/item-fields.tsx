/** What is typed of an item, in its own form and in the one on the way of an invoice. */
import type { ComponentChild } from "preact";
import { VAT_CATEGORIES, type VatCategory } from "../../../../events/values/money.ts";
import type { FieldError } from "../../../contract/call-error.ts";
import type { Described } from "../../fields/conflict.tsx";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { readVat } from "../../form/read-vat.ts";
import { hasRate } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { locale, organization } from "../../state/state.ts";
import { UNIT_NAMES, vatName } from "../../text/codes.ts";
import { parseAmount } from "../../text/parse-amount.ts";

export interface TypedItem {
  code: string;
  description: string;
  unit: string;
  price: string;
  vatCategory: string;
  vatRate: string;
}

export const ITEM_DESCRIBED: Described<TypedItem> = {
  code: { label: "Code" },
  description: { label: "Description" },
  unit: { label: "Unit" },
  price: { label: "Price" },
  vatCategory: { label: "VAT", text: (category) => vatName(category as VatCategory) },
  vatRate: { label: "VAT rate" },
};

interface ItemFieldsProps {
  form: Form<TypedItem>;
  /** Where one begins to type. */
  focus: "code" | "description";
}

export function ItemFields({ form, focus }: ItemFieldsProps): ComponentChild {
  const { unit, vatCategory } = form.value;
  const known = UNIT_NAMES.some(([code]) => code === unit);
  const units: readonly (readonly [string, string])[] = known ? UNIT_NAMES : [...UNIT_NAMES, [unit, unit]];
  return (
    <>
      <TextField form={form} name="code" label="Code" maxLength={60} required focus={focus === "code"} />
      <TextField
        form={form}
        name="description"
        label="Description"
        maxLength={1000}
        required
        focus={focus === "description"}
      />
      <SelectField form={form} name="unit" label="Unit" options={units} />
      <TextField
        form={form}
        name="price"
        at="price6"
        label={`Price in ${organization.value?.currency ?? ""}, without VAT`}
        inputMode="decimal"
        required
      />
      <SelectField
        form={form}
        name="vatCategory"
        label="VAT"
        options={VAT_CATEGORIES.map((one) => [one, vatName(one)] as const)}
      />
      {hasRate(vatCategory as VatCategory) && (
        <TextField form={form} name="vatRate" at="vatRateBp" label="VAT rate in %" inputMode="decimal" required />
      )}
    </>
  );
}

/** What is sent of it, and what is wrong. */
export function readItem({ code, description, unit, price, ...typed }: TypedItem) {
  const vat = readVat({ vatCategory: typed.vatCategory as VatCategory, vatRate: typed.vatRate }, locale.value);
  const errors: FieldError[] = [];
  const price6 = parseAmount(price, 6, locale.value);
  if (code.trim() === "") errors.push({ field: "code", message: "is missing" });
  if (description.trim() === "") errors.push({ field: "description", message: "is missing" });
  if (price6 === null)
    errors.push({ field: "price6", message: price.trim() === "" ? "is missing" : "is not a number" });
  else if (price6 < 0) errors.push({ field: "price6", message: "is below zero" });
  const input = { code: code.trim(), description: description.trim(), unit, price6, ...vat.value };
  return { input, errors: [...errors, ...vat.errors] };
}
