/** Lets the user find a client by typing. */
import type { ComponentChild } from "preact";
import { useId, useState } from "preact/hooks";
import type { ClientWithBalances } from "../../../projector/queries/clients.ts";
import { useCall } from "../state/use-call.ts";
import { Combobox, MOST_OPTIONS } from "./combobox.tsx";
import type { FieldAttributes } from "./fields.tsx";

interface ClientPickerProps {
  label: string;
  /** The client's id; null if none is chosen. */
  client: number | null;
  /** @param row the client's row; null if none is chosen */
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
  /** From the surrounding field, which shows the label. */
  attributes: Pick<FieldAttributes, "id"> & Partial<FieldAttributes>;
  placeholder: string;
  /** True: offers active clients only. */
  active?: boolean;
  /** True: it has the focus at first. */
  focus?: boolean;
  /** Set where the user can create a client without leaving the form. */
  onCreate?: (name: string) => void;
}

/** The control and its options, without a visible label. */
export function ClientBox(props: ClientBoxProps): ComponentChild {
  const { label, client, onChoose, attributes, placeholder, active = false, focus = false, onCreate } = props;
  const { value: current } = useCall("getClient", client === null ? null : { id: client });
  // The field shows the picked client at once, before its current row has been read in place of the previous client's.
  const [picked, setPicked] = useState<{ id: number; name: string } | null>(null);
  const shown = [current, picked].find((row) => row?.id === client);
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
      text={shown?.name ?? ""}
      useOptions={useOptions}
      onSelect={({ id, row }) => {
        setPicked(row);
        if (id !== client) onChoose(id, row);
      }}
      onEmpty={() => onChoose(null, null)}
      create={onCreate && { label: (typed) => (typed === "" ? "New client…" : `New client “${typed}”…`), onCreate }}
      placeholder={placeholder}
      focus={focus}
    />
  );
}

/** Before anything is typed, lists the first clients by name. */
function searchFor(typed: string) {
  return typed.trim() === "" ? { limit: MOST_OPTIONS } : { q: typed, limit: MOST_OPTIONS };
}
