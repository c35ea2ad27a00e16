/** A client, found by typing. */
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";
import type { ClientWithBalances } from "../../../projector/queries/clients.ts";
import { useCall } from "../state/use-call.ts";
import { Combobox, MOST_OPTIONS } from "./combobox.tsx";
import type { FieldAttributes } from "./fields.tsx";

interface ClientPickerProps {
  label: string;
  /** The client's id; null: none is chosen. */
  client: number | null;
  /** @param row what is known of the client, where one is chosen */
  onChoose: (client: number | null, row: ClientWithBalances | null) => void;
}

export function ClientPicker(props: ClientPickerProps): ComponentChild {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <ClientBox {...props} attributes={{ id }} placeholder="Any" />
    </div>
  );
}

interface ClientBoxProps extends ClientPickerProps {
  /** Of the field around it, which shows the label. */
  attributes: Pick<FieldAttributes, "id"> & Partial<FieldAttributes>;
  placeholder: string;
  /** True: only those that something can be written for. */
  active?: boolean;
  /** True: it has the focus at once. */
  focus?: boolean;
  /** Where a client can be made on the way. */
  onCreate?: (name: string) => void;
}

/** The field and its options, without a label to see. */
export function ClientBox(props: ClientBoxProps): ComponentChild {
  const { label, client, onChoose, attributes, placeholder, active = false, focus = false, onCreate } = props;
  const { value: chosen } = useCall("getClient", client === null ? null : { id: client });
  const useOptions = (typed: string | null) => {
    const argument = typed === null ? null : { ...searchFor(typed), ...(active && { archived: false }) };
    const { value, waiting } = useCall("listClients", argument);
    const options = (value?.rows ?? []).map((row) => ({ id: row.id, text: row.name, detail: row.city, row }));
    return { options, waiting };
  };
  return (
    <Combobox
      label={label}
      attributes={attributes}
      text={client === null ? "" : (chosen?.name ?? "")}
      useOptions={useOptions}
      onTake={({ id, row }) => id !== client && onChoose(id, row)}
      onEmpty={() => onChoose(null, null)}
      create={onCreate && { says: (typed) => (typed === "" ? "New client…" : `New client “${typed}”…`), onCreate }}
      placeholder={placeholder}
      focus={focus}
    />
  );
}

/** Words are looked for once there are two letters; before, the first by name. */
function searchFor(typed: string) {
  return typed.trim().length < 2 ? { limit: MOST_OPTIONS } : { q: typed, limit: MOST_OPTIONS };
}
