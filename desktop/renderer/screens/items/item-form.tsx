/** Creates an item of the catalogue, or changes one. */
import type { ComponentChild } from "preact";
import { FormFrame } from "../../fields/form-frame.tsx";
import { GroupField } from "../../fields/group-field.tsx";
import type { Start } from "../../form/stored-input.ts";
import { useForm } from "../../form/use-form.ts";
import { useVatRates } from "../../form/use-vat-rates.ts";
import { typedVatOf } from "../../form/vat-rates.ts";
import { ITEM_MORE } from "../../more/more-of-document.ts";
import { Action } from "../../parts/action.tsx";
import { Archived } from "../../parts/archived.tsx";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { go } from "../../state/navigation.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { ItemFields } from "./item-fields.tsx";
import { ITEM_FORM, type TypedItem } from "./item-form-fields.ts";

export function NewItem(): ComponentChild {
  const rates = useVatRates();
  if (!rates) return <p class="waiting">Loading…</p>;
  const value = { ...ITEM_FORM.empty(), ...(rates.usual && typedVatOf(rates.usual, locale.value)) };
  return <ItemForm name="item/new" id={0} title="New item" start={{ value, version: null }} />;
}

export function EditItem({ id }: { id: number }): ComponentChild {
  const { value: item, failure, waiting } = useCall("getItem", { id });
  if (failure) return <Problem failure={failure} />;
  if (waiting && !item) return <p class="waiting">Loading…</p>;
  if (!item) return <Missing what="item" id={id} to="/items" />;
  const { code, archived, version } = item;
  const start = { value: ITEM_FORM.typedOf(item), version };
  return (
    <ItemForm name={`item/${id}`} id={id} title={`Edit ${code}`} start={start} over={archived === 1}>
      {archived === 1 && (
        <Archived what="item">
          <Action name="Restore" command={() => ({ command: "RestoreItem", id, ifMatch: version })} />
        </Archived>
      )}
    </ItemForm>
  );
}

interface ItemFormProps {
  name: string;
  /** 0 for a new one. */
  id: number;
  title: string;
  start: Start<TypedItem>;
  /** True: it cannot be sent now, and the children say why. */
  over?: boolean;
  children?: ComponentChild;
}

function ItemForm({ name, id, title, start, over = false, children }: ItemFormProps): ComponentChild {
  const form = useForm(name, ITEM_FORM.fields, start);
  if (!form) return null;
  const send = () => {
    const { input, errors } = ITEM_FORM.inputOf(form.value, start.value);
    return form.submit(id === 0 ? { command: "AddItem", input, errors } : { command: "ChangeItem", id, input, errors });
  };
  return (
    <>
      <header class="page-head">
        <h1>{title}</h1>
      </header>
      {children}
      <FormFrame
        form={form}
        over={over}
        submit={id === 0 ? "Add item" : "Save"}
        send={send}
        onSent={({ stream }) => go(`/items/${stream}`)}
        cancel={id === 0 ? "/items" : `/items/${id}`}
      >
        <section class="panel fields">
          <ItemFields form={form} focus="code" {...(id !== 0 && { own: id })} />
        </section>
        <GroupField
          form={form}
          at="more"
          group={ITEM_MORE}
          typed={form.value.more}
          about="Description, standard number, classifications, origin and attributes"
          onChange={(more, at) => form.change({ more }, at)}
        />
      </FormFrame>
    </>
  );
}
