/** An item of the catalogue: a new one, or another price for one that is there. */
import type { ComponentChild } from "preact";
import { decimalsOf } from "../../../events/currency.ts";
import { VAT_CATEGORIES, type VatCategory } from "../../../events/money.ts";
import type { Row } from "../../../projector/tables.ts";
import type { FieldError } from "../../call-error.ts";
import { UNIT_NAMES, vatName } from "../codes.ts";
import { parseAmount, typedAmount } from "../parse-amount.ts";
import type { Described } from "../parts/conflict.tsx";
import { AreaField, SelectField, TextField } from "../parts/fields.tsx";
import { FormFrame } from "../parts/form-frame.tsx";
import { Missing } from "../parts/missing.tsx";
import { Problem } from "../parts/problem.tsx";
import { go, locale, organization } from "../state.ts";
import { useCall } from "../use-call.ts";
import { type Start, useForm } from "../use-form.ts";

/** As it is typed. */
interface Typed {
  code: string;
  description: string;
  unit: string;
  price: string;
  vatCategory: string;
  vatRate: string;
}

const NEW: Typed = { code: "", description: "", unit: "C62", price: "", vatCategory: "S", vatRate: "" };

const DESCRIBED: Described<Typed> = {
  code: { label: "Code" },
  description: { label: "Description" },
  unit: { label: "Unit" },
  price: { label: "Price" },
  vatCategory: { label: "VAT", text: (category) => vatName(category as VatCategory) },
  vatRate: { label: "VAT rate" },
};

export function NewItem(): ComponentChild {
  return <ItemForm name="item/new" id={0} title="New item" start={{ value: NEW, version: null }} />;
}

export function EditItem({ id }: { id: number }): ComponentChild {
  const { value: item, failure, waiting } = useCall("getItem", { id });
  if (failure) return <Problem failure={failure} />;
  if (waiting && !item) return <p class="waiting">Reading…</p>;
  if (!item) return <Missing what="item" to="/items" />;
  return <ItemForm name={`item/${id}`} id={id} title={`Change ${item.code}`} start={typedOf(item)} />;
}

interface ItemFormProps {
  name: string;
  /** 0: a new one. */
  id: number;
  title: string;
  start: Start<Typed>;
}

function ItemForm({ name, id, title, start }: ItemFormProps): ComponentChild {
  const form = useForm(name, start);
  if (!form) return null;
  const submit = async () => {
    const { input, errors } = inputOf(form.value);
    if (errors.length > 0) return form.refuse(errors);
    const command = id === 0 ? "AddItem" : "ChangeItem";
    const written = await form.submit({ command, id, input, ...(form.version !== null && { ifMatch: form.version }) });
    if (written) go(`/items/${written.stream}`);
  };
  const category = form.value.vatCategory as VatCategory;
  const units: readonly [string, string][] = UNIT_NAMES.some(([code]) => code === form.value.unit)
    ? UNIT_NAMES
    : [...UNIT_NAMES, [form.value.unit, form.value.unit]];
  return (
    <>
      <header class="page-head">
        <h1>{title}</h1>
      </header>
      <FormFrame
        form={form}
        submit={id === 0 ? "Add item" : "Save"}
        onSubmit={() => void submit()}
        onAnswered={(stream) => go(`/items/${stream}`)}
        cancel={id === 0 ? "/items" : `/items/${id}`}
        described={DESCRIBED}
      >
        <section class="panel fields">
          <TextField form={form} name="code" label="Code" maxLength={60} required focus />
          <AreaField form={form} name="description" label="Description" maxLength={1000} rows={2} />
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
          {hasRate(category) && (
            <TextField form={form} name="vatRate" at="vatRateBp" label="VAT rate in %" inputMode="decimal" required />
          )}
        </section>
      </FormFrame>
    </>
  );
}

/** Only these have a rate that is chosen: the others' is zero, and O has none. */
function hasRate(category: VatCategory): boolean {
  return category === "S" || category === "L" || category === "M";
}

function inputOf({ code, description, unit, price, vatCategory, vatRate }: Typed) {
  const category = vatCategory as VatCategory;
  const errors: FieldError[] = [];
  const number = (text: string, decimals: number, field: string) => {
    const parsed = parseAmount(text, decimals, locale.value);
    if (parsed === null) errors.push({ field, message: text.trim() === "" ? "is missing" : "is not a number" });
    return parsed;
  };
  const price6 = number(price, 6, "price6");
  const vatRateBp = hasRate(category) ? number(vatRate, 2, "vatRateBp") : category === "O" ? null : 0;
  return {
    input: { code: code.trim(), description: description.trim(), unit, price6, vatCategory, vatRateBp },
    errors,
  };
}

function typedOf(item: Row<"item">): Start<Typed> {
  const { code, description, unit, price6, vat_category, vat_rate_bp, version } = item;
  const decimals = decimalsOf(organization.value?.currency ?? "EUR");
  return {
    value: {
      code,
      description,
      unit,
      price: typedAmount(price6, 6, locale.value, decimals),
      vatCategory: vat_category,
      vatRate: vat_rate_bp === null ? "" : typedAmount(vat_rate_bp, 2, locale.value),
    },
    version,
  };
}
