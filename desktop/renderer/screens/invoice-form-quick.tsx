/** What an invoice needs and is not there yet, made on the way: a client, or an item. */
import type { ComponentChild } from "preact";
import { VAT_CATEGORIES, type VatCategory } from "../../../events/money.ts";
import type { FieldError } from "../../call-error.ts";
import { UNIT_NAMES, vatName } from "../codes.ts";
import { COUNTRIES, codeOfText, textOfCode } from "../named-codes.ts";
import { parseAmount } from "../parse-amount.ts";
import { Dialog } from "../parts/action.tsx";
import type { Described } from "../parts/conflict.tsx";
import { SelectField, TextField } from "../parts/fields.tsx";
import { FormFrame } from "../parts/form-frame.tsx";
import { NamedField } from "../parts/named-field.tsx";
import { locale, organization } from "../state.ts";
import { useForm } from "../use-form.ts";
import { readVat } from "./invoice-form-input.ts";
import { hasRate } from "./invoice-form-typed.ts";

interface QuickProps {
  /** What was typed where it was looked for. */
  name: string;
  /** @param id of what was made */
  onMade: (id: number) => void;
  onClose: () => void;
}

interface TypedClient {
  name: string;
  country: string;
}

const CLIENT_DESCRIBED: Described<TypedClient> = { name: { label: "Name" }, country: { label: "Country" } };

export function QuickClient({ name, onMade, onClose }: QuickProps): ComponentChild {
  const country = textOfCode(COUNTRIES, organization.value?.country ?? null);
  const form = useForm<TypedClient>("client/on-the-way", { value: { name, country }, version: null });
  if (!form) return null;
  const submit = async () => {
    const code = codeOfText(COUNTRIES, form.value.country);
    const errors: FieldError[] = [];
    if (form.value.name.trim() === "") errors.push({ field: "name", message: "is missing" });
    if (code === null) errors.push({ field: "address.country", message: "is not known" });
    if (errors.length > 0) return form.refuse(errors);
    const input = { name: form.value.name.trim(), address: { country: code } };
    const written = await form.submit({ command: "RegisterClient", input });
    if (written) onMade(written.stream);
  };
  return (
    <Dialog title="New client" onClose={onClose}>
      <FormFrame
        form={form}
        submit="Add client"
        onSubmit={() => void submit()}
        onAnswered={onMade}
        cancel={onClose}
        described={CLIENT_DESCRIBED}
      >
        <TextField form={form} name="name" label="Name" maxLength={200} required focus />
        <NamedField form={form} name="country" at="address.country" label="Country" list={COUNTRIES} required />
        <p class="detail">The address and the VAT id can be filled in at the client, before the invoice is issued.</p>
      </FormFrame>
    </Dialog>
  );
}

interface TypedItem {
  code: string;
  description: string;
  unit: string;
  price: string;
  vatCategory: string;
  vatRate: string;
}

const ITEM_DESCRIBED: Described<TypedItem> = {
  code: { label: "Code" },
  description: { label: "Description" },
  unit: { label: "Unit" },
  price: { label: "Price" },
  vatCategory: { label: "VAT" },
  vatRate: { label: "VAT rate" },
};

interface QuickItemProps extends QuickProps {
  /** What the line says already. */
  like: Omit<TypedItem, "code">;
}

export function QuickItem({ name, like, onMade, onClose }: QuickItemProps): ComponentChild {
  const form = useForm<TypedItem>("item/on-the-way", { value: { ...like, code: name }, version: null });
  if (!form) return null;
  const { code, description, unit, price, vatRate } = form.value;
  const vatCategory = form.value.vatCategory as VatCategory;
  const submit = async () => {
    const price6 = parseAmount(price, 6, locale.value);
    const vat = readVat({ vatCategory, vatRate }, locale.value);
    const errors: FieldError[] = [...vat.errors];
    if (code.trim() === "") errors.push({ field: "code", message: "is missing" });
    if (description.trim() === "") errors.push({ field: "description", message: "is missing" });
    if (price6 === null || price6 < 0) errors.push({ field: "price6", message: "is not a price" });
    if (errors.length > 0) return form.refuse(errors);
    const input = { code: code.trim(), description: description.trim(), unit, price6, ...vat.value };
    const written = await form.submit({ command: "AddItem", input });
    if (written) onMade(written.stream);
  };
  return (
    <Dialog title="New item" onClose={onClose}>
      <FormFrame
        form={form}
        submit="Add item"
        onSubmit={() => void submit()}
        onAnswered={onMade}
        cancel={onClose}
        described={ITEM_DESCRIBED}
      >
        <TextField form={form} name="code" label="Code" maxLength={60} required focus={name === ""} />
        <TextField form={form} name="description" label="Description" maxLength={1000} required focus={name !== ""} />
        <SelectField form={form} name="unit" label="Unit" options={UNIT_NAMES} />
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
        {hasRate(vatCategory) && (
          <TextField form={form} name="vatRate" at="vatRateBp" label="VAT rate in %" inputMode="decimal" required />
        )}
      </FormFrame>
    </Dialog>
  );
}
