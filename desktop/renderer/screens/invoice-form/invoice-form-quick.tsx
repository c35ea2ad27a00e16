/** What an invoice needs and is not there yet, made on the way: a client, or an item. */
import type { ComponentChild } from "preact";
import type { FieldError } from "../../../contract/call-error.ts";
import type { Described } from "../../fields/conflict.tsx";
import { TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { NamedField } from "../../fields/named-field.tsx";
import { useForm } from "../../form/use-form.ts";
import { Dialog } from "../../parts/action.tsx";
import { organization } from "../../state/state.ts";
import { codeOfText, countries, textOfCode } from "../../text/named-codes.ts";
import { ITEM_DESCRIBED, ItemFields, readItem, type TypedItem } from "../items/item-fields.tsx";

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
  const country = textOfCode(countries(), organization.value?.country ?? null);
  const form = useForm<TypedClient>("client/on-the-way", { value: { name, country }, version: null });
  if (!form) return null;
  const submit = async () => {
    const code = codeOfText(countries(), form.value.country);
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
        <NamedField form={form} name="country" at="address.country" label="Country" list={countries()} required />
        <p class="detail">The address and the VAT id can be filled in at the client, before the invoice is issued.</p>
      </FormFrame>
    </Dialog>
  );
}

interface QuickItemProps extends QuickProps {
  /** What the line says already. */
  like: Omit<TypedItem, "code">;
}

export function QuickItem({ name, like, onMade, onClose }: QuickItemProps): ComponentChild {
  const form = useForm<TypedItem>("item/on-the-way", { value: { ...like, code: name }, version: null });
  if (!form) return null;
  const submit = async () => {
    const { input, errors } = readItem(form.value);
    if (errors.length > 0) return form.refuse(errors);
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
        <ItemFields form={form} focus={name === "" ? "code" : "description"} />
      </FormFrame>
    </Dialog>
  );
}
