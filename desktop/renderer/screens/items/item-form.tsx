/** An item of the catalogue: a new one, or another price for one that is there. */
import type { ComponentChild } from "preact";
import { decimalsOf } from "../../../../events/values/currency.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import { FormFrame } from "../../fields/form-frame.tsx";
import { type Start, useForm } from "../../form/use-form.ts";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { typedAmount } from "../../text/parse-amount.ts";
import { ITEM_DESCRIBED, ItemFields, readItem, type TypedItem } from "./item-fields.tsx";

const NEW: TypedItem = { code: "", description: "", unit: "C62", price: "", vatCategory: "S", vatRate: "" };

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
  start: Start<TypedItem>;
}

function ItemForm({ name, id, title, start }: ItemFormProps): ComponentChild {
  const form = useForm(name, start);
  if (!form) return null;
  const submit = async () => {
    const { input, errors } = readItem(form.value);
    if (errors.length > 0) return form.refuse(errors);
    const command = id === 0 ? "AddItem" : "ChangeItem";
    const written = await form.submit({ command, id, input, ...(form.version !== null && { ifMatch: form.version }) });
    if (written) go(`/items/${written.stream}`);
  };
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
        described={ITEM_DESCRIBED}
      >
        <section class="panel fields">
          <ItemFields form={form} focus="code" />
        </section>
      </FormFrame>
    </>
  );
}

function typedOf(item: Row<"item">): Start<TypedItem> {
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
