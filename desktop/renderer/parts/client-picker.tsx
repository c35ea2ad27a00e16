// biome-ignore-all lint/a11y/useSemanticElements: a list of options that is asked for while somebody types
// biome-ignore-all lint/a11y/useFocusableInteractive: the field has the focus, and names the option that is meant
// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: as the ARIA practices have it
/** A client, found by typing: a combobox with the first few that fit. */
import type { ComponentChild } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { useCall } from "../use-call.ts";
import { type FieldAttributes, focusOnce } from "./fields.tsx";

const MOST = 8;

interface ClientPickerProps {
  label: string;
  /** The client's id; null: none is chosen. */
  client: number | null;
  onChoose: (client: number | null) => void;
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
}

/** The field and its options, without a label to see. */
export function ClientBox(props: ClientBoxProps): ComponentChild {
  const { label, client, onChoose, attributes, placeholder, active = false, focus = false } = props;
  const { value: chosen } = useCall("getClient", client === null ? null : { id: client });
  const name = client === null ? "" : (chosen?.name ?? "");
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  /** Enter came before the answer to what was typed: the options on the screen are of other words. */
  const [early, setEarly] = useState(false);
  const open = typed !== null;
  const asked = open ? { ...searchFor(typed), ...(active && { archived: false }) } : null;
  const { value: found, waiting } = useCall("listClients", asked);
  const options = open ? (found?.rows ?? []) : [];
  useEffect(() => setAt(0), [typed]);
  useEffect(() => {
    if (!early || (open && waiting)) return;
    setEarly(false);
    if (options[0]) take(options[0].id);
  }, [early, open, waiting]);

  const take = (id: number | null) => {
    setTyped(null);
    if (id !== client) onChoose(id);
  };
  const onKey = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === "ArrowDown" && !open) setTyped("");
    else if (key === "ArrowDown") setAt(Math.min(at + 1, options.length - 1));
    else if (key === "ArrowUp" && open) setAt(Math.max(at - 1, 0));
    else if (key === "Enter" && typed === "" && client !== null) take(null);
    else if (key === "Enter" && open && waiting) setEarly(true);
    else if (key === "Enter" && options[at]) take(options[at].id);
    else if (key === "Escape" && open) setTyped(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="picker">
      <input
        {...attributes}
        type="text"
        role="combobox"
        autocomplete="off"
        placeholder={placeholder}
        aria-expanded={options.length > 0}
        aria-controls="picker-options"
        aria-autocomplete="list"
        aria-activedescendant={options[at] ? `option-${options[at].id}` : undefined}
        value={typed ?? name}
        onInput={(event) => {
          setEarly(false);
          setTyped(event.currentTarget.value);
        }}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={() => (typed === "" && client !== null ? take(null) : setTyped(null))}
        onKeyDown={onKey}
        ref={focus ? focusOnce : null}
      />
      <ul id="picker-options" role="listbox" aria-label={label} hidden={options.length === 0}>
        {options.map(({ id, name: found, city }, n) => (
          <li
            key={id}
            id={`option-${id}`}
            role="option"
            aria-selected={n === at}
            onPointerDown={(event) => {
              event.preventDefault(); // the focus stays where it is typed
              take(id);
            }}
          >
            {found} {city !== null && <span class="detail">{city}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Words are looked for once there are two letters; before, the first by name. */
function searchFor(typed: string) {
  return typed.trim().length < 2 ? { limit: MOST } : { q: typed, limit: MOST };
}
