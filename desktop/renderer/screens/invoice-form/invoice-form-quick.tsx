/** Dialogs of the invoice form that create a client or an item. */
import type { ComponentChild } from "preact";
import { OWNER } from "../../../../events/business/roles.ts";
import { CodeField } from "../../fields/code-field.tsx";
import { TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import type { TypedVat } from "../../form/typed-invoice.ts";
import { useForm } from "../../form/use-form.ts";
import { vatRateText, vatTyped } from "../../form/vat-rates.ts";
import { Dialog } from "../../parts/action.tsx";
import { locale, organization } from "../../state/state.ts";
import { countries, textOfCode } from "../../text/named-codes.ts";
import { CLIENT_FORM } from "../clients/client-form-fields.ts";
import { ItemFields } from "../items/item-fields.tsx";
import { ITEM_FORM, type TypedItem } from "../items/item-form-fields.ts";

interface QuickProps {
  /** What was typed in the search. */
  name: string;
  /** @param id of the new client or item */
  onCreated: (id: number) => void;
  onClose: () => void;
}

export function QuickClient({ name, onCreated, onClose }: QuickProps): ComponentChild {
  const country = textOfCode(countries(), organization.value?.country ?? null);
  const start = { ...CLIENT_FORM.empty(), name, country };
  const form = useForm("client/on-the-way", CLIENT_FORM.fields, { value: start, version: null });
  if (!form) return null;
  const send = () => form.submit({ command: "RegisterClient", ...CLIENT_FORM.inputOf(form.value, start) });
  return (
    <Dialog title="New client" onClose={onClose}>
      <FormFrame
        form={form}
        submit="Add client"
        send={send}
        onSent={({ stream }) => onCreated(stream)}
        cancel={onClose}
      >
        <TextField form={form} name="name" focus />
        <CodeField form={form} name="country" list={countries()} />
        <p class="detail">You can add the address and VAT ID on the client’s page before you issue the invoice.</p>
      </FormFrame>
    </Dialog>
  );
}

interface QuickItemProps extends QuickProps {
  /** What the line already contains. */
  like: Omit<TypedItem, "code">;
}

export function QuickItem({ name, like, onCreated, onClose }: QuickItemProps): ComponentChild {
  const start = { ...like, code: name };
  const form = useForm("item/on-the-way", ITEM_FORM.fields, { value: start, version: null });
  if (!form) return null;
  const send = () => form.submit({ command: "AddItem", ...ITEM_FORM.inputOf(form.value, start) });
  return (
    <Dialog title="New item" onClose={onClose}>
      <FormFrame form={form} submit="Add item" send={send} onSent={({ stream }) => onCreated(stream)} cancel={onClose}>
        <ItemFields form={form} focus={name === "" ? "code" : "description"} />
      </FormFrame>
    </Dialog>
  );
}

const RATE_FIELDS: FieldsOf<{ name: string }> = {
  name: { label: "Name", at: "name", input: { maxLength: 60, required: true } },
};

/** Saves a VAT rate that was typed on a line, behind those that the organization has. */
export function QuickVatRate({ vat, onCreated, onClose }: Omit<QuickProps, "name"> & { vat: TypedVat }) {
  const own = organization.value;
  const rate = vatTyped(vat, locale.value);
  const text = rate ? vatRateText({ ...rate, name: null, reason: null }, locale.value) : "";
  const form = useForm("vat-rate/on-the-way", RATE_FIELDS, { value: { name: text }, version: null });
  if (!form || !own || !rate) return null;
  const send = () => {
    const name = form.value.name.trim();
    const saved = own.vat_rates.map(({ name, vat_category: vatCategory, vat_rate3: vatRate3, reason }) => {
      return { name, vatCategory, vatRate3, reason };
    });
    const errors = name === "" ? [{ field: "name", message: "is missing" }] : [];
    const input = { vatRates: [...saved, { name, ...rate, reason: null }] };
    return form.submit({ command: "ChangeProfile", input, errors });
  };
  return (
    <Dialog title={`Save ${text}`} onClose={onClose}>
      <FormFrame
        form={form}
        submit="Save rate"
        send={send}
        onSent={({ stream }) => onCreated(stream)}
        cancel={onClose}
        roles={OWNER}
      >
        <TextField form={form} name="name" hint="What you pick it by, such as Standard." focus />
      </FormFrame>
    </Dialog>
  );
}
