/** Lets the user find an item by code or description. A code that no item has is accepted too. */
import type { ComponentChild } from "preact";
import type { ItemRow } from "../../../projector/queries/small-lists.ts";
import { useCall } from "../state/use-call.ts";
import { Combobox, MOST_OPTIONS } from "./combobox.tsx";
import type { FieldAttributes } from "./fields.tsx";

interface ItemBoxProps {
  label: string;
  attributes: FieldAttributes;
  code: string;
  onType: (code: string) => void;
  onSelect: (item: ItemRow) => void;
  /** Enter was pressed, and no item matches. */
  onNoMatch: () => void;
  onCreate: (code: string) => void;
}

export function ItemBox(props: ItemBoxProps): ComponentChild {
  const { label, attributes, code, onType, onSelect, onNoMatch, onCreate } = props;
  return (
    <Combobox
      label={label}
      attributes={attributes}
      text={code}
      useOptions={useItems}
      onSelect={({ row }) => onSelect(row)}
      onType={onType}
      onNoMatch={onNoMatch}
      create={{ label: (typed) => (typed === "" ? "New item…" : `New item “${typed}”…`), onCreate }}
      placeholder=""
      maxLength={60}
    />
  );
}

function useItems(typed: string | null) {
  const q = typed?.trim() ?? "";
  const argument = { archived: false, limit: MOST_OPTIONS, ...(q !== "" && { q }) };
  const { value, waiting } = useCall("listItems", typed === null ? null : argument);
  const options = (value?.rows ?? []).map((row) => ({ id: row.id, text: row.code, detail: row.description, row }));
  return { options, waiting };
}
