// biome-ignore-all lint/a11y/useSemanticElements: the options change while the user types
// biome-ignore-all lint/a11y/useFocusableInteractive: the field has the focus, and names the active option
// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: as in the ARIA Authoring Practices
/** A text field with the first few matches listed below it. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { uniqueKey } from "../../../events/values/unique-key.ts";
import { type FieldAttributes, focusOnce } from "./fields.tsx";

/** How many options are shown at most. */
export const MOST_OPTIONS = 8;

interface Option<Row> {
  id: number;
  text: string;
  detail: string | null;
  row: Row;
}

interface ComboboxProps<Row> {
  /** Names the options, for screen readers. */
  label: string;
  /** From the surrounding field, which shows the label. */
  attributes: Pick<FieldAttributes, "id"> & Partial<FieldAttributes>;
  /** The text while the user is not typing. */
  text: string;
  /** A hook that finds the matches. @param typed null while the user is not typing */
  useOptions: (typed: string | null) => { options: readonly Option<Row>[]; waiting: boolean };
  onSelect: (option: Option<Row>) => void;
  /** The user emptied the field. */
  onEmpty?: () => void;
  /** True: the options are only suggestions for a text of the user's own, so Enter takes none that was not chosen. */
  free?: boolean;
  /** Called at each key stroke. If it is set, any text is accepted; else text without a selected option is discarded. */
  onType?: (text: string) => void;
  /** The user leaves the field with this text, and has not selected an option. */
  onLeave?: (typed: string) => void;
  /** Enter was pressed before the matches arrived, and then there were none. */
  onNoMatch?: () => void;
  /** Adds a last option, which creates something new. */
  create?: { label: (typed: string) => string; onCreate: (typed: string) => void } | undefined;
  placeholder: string;
  maxLength?: number;
  required?: boolean;
  /** True: it has the focus at first. */
  focus?: boolean;
}

export function Combobox<Row>(props: ComboboxProps<Row>): ComponentChild {
  const { label, attributes, text, useOptions, onSelect, onEmpty, onType, onLeave, onNoMatch, create } = props;
  const { free = false } = props;
  const [typed, setTyped] = useState<string | null>(null);
  /** Index of the option chosen with the arrow keys; null: the first match, if any. */
  const [chosen, setChosen] = useState<number | null>(null);
  /** True if Enter was pressed while the options on the screen still belonged to an earlier text. */
  const [early, setEarly] = useState(false);
  const open = typed !== null;
  const { options: all, waiting } = useOptions(typed);
  const options = open ? all : [];
  const canCreate = open && create !== undefined && !waiting && (options.length === 0 || typed.trim() !== "");
  const last = options.length - (canCreate ? 0 : 1);
  // Where any text is accepted, something new is created only if the user chooses that option.
  const initial = !free && (options.length > 0 || !onType) ? 0 : -1;
  const at = Math.min(chosen ?? (onType && typed === "" ? -1 : initial), last);
  useEffect(() => setChosen(null), [typed]);
  useEffect(() => {
    if (!early || (open && waiting)) return;
    setEarly(false);
    if (options[0]) select(options[0]);
    else onNoMatch?.();
  }, [early, open, waiting]);

  const select = (option: Option<Row>) => {
    setTyped(null);
    onSelect(option);
  };
  const createNew = () => {
    const name = typed ?? "";
    setTyped(null);
    create?.onCreate(name.trim());
  };
  const onKey = (event: KeyboardEvent) => {
    const { key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const option = options[at];
    if (key === "ArrowDown" && !open) setTyped(onType ? text : "");
    else if (key === "ArrowDown") setChosen(Math.min(at + 1, last));
    else if (key === "ArrowUp" && open) setChosen(Math.max(at - 1, 0));
    else if (key === "Escape" && open) setTyped(null);
    else if (key !== "Enter" || !open) return;
    else if (typed === "" && chosen === null && onEmpty && text !== "") {
      setTyped(null);
      onEmpty();
    } else if (waiting) setEarly(true);
    else if (option) select(option);
    else if (canCreate && at === options.length) createNew();
    else {
      setTyped(null);
      // A text that is accepted as it is: this Enter is the form's. Otherwise it has closed the list, and does no more.
      if (onType) return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onBlur = () => {
    const same =
      onType && typed && !free ? options.find((option) => uniqueKey(option.text) === uniqueKey(typed)) : undefined;
    setTyped(null);
    setEarly(false);
    if (same) onSelect(same);
    else if (typed === "" && text !== "") onEmpty?.();
    else if (typed !== null) onLeave?.(typed);
  };

  const { id } = attributes;
  const expanded = options.length > 0 || canCreate;
  const option = (n: number, name: ComponentChild, onPick: () => void) => (
    <li
      key={n}
      id={`${id}-${n}`}
      role="option"
      aria-selected={n === at}
      onPointerDown={(event) => {
        event.preventDefault(); // keeps the focus in the field
        if (event.button === 0) onPick();
      }}
    >
      {name}
    </li>
  );
  return (
    <div class="picker">
      <input
        {...attributes}
        type="text"
        role="combobox"
        autocomplete="off"
        placeholder={props.placeholder}
        {...(props.maxLength !== undefined && { maxLength: props.maxLength })}
        aria-required={props.required}
        aria-expanded={expanded}
        aria-controls={`${id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={expanded && at >= 0 ? `${id}-${at}` : undefined}
        value={onType ? text : (typed ?? text)}
        onInput={({ currentTarget: { value } }) => {
          setEarly(false);
          setTyped(value);
          onType?.(value);
        }}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={onBlur}
        onKeyDown={onKey}
        ref={props.focus ? focusOnce : null}
      />
      <ul id={`${id}-options`} role="listbox" aria-label={label} hidden={!expanded}>
        {options.map((one, n) =>
          option(
            n,
            <>
              {one.text} {one.detail !== null && <span class="detail">{one.detail}</span>}
            </>,
            () => select(one),
          ),
        )}
        {canCreate && option(options.length, <span class="makes">{create?.label(typed.trim())}</span>, createNew)}
      </ul>
    </div>
  );
}
