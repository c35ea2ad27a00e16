// biome-ignore-all lint/a11y/useSemanticElements: a list of options that is asked for while somebody types
// biome-ignore-all lint/a11y/useFocusableInteractive: the field has the focus, and names the option that is meant
// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: as the ARIA practices have it
/** A field that finds what is typed: the first few that fit are below it. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type FieldAttributes, focusOnce } from "./fields.tsx";

/** The most options that are shown. */
export const MOST_OPTIONS = 8;

export interface Option<Row> {
  id: number;
  text: string;
  detail: string | null;
  row: Row;
}

export interface ComboboxProps<Row> {
  /** What the options are, for the ear. */
  label: string;
  /** Of the field around it, which shows the label. */
  attributes: Pick<FieldAttributes, "id"> & Partial<FieldAttributes>;
  /** What is in it while nobody types. */
  text: string;
  /** A hook: what fits. @param typed null: nobody types */
  useOptions: (typed: string | null) => { options: readonly Option<Row>[]; waiting: boolean };
  onTake: (option: Option<Row>) => void;
  /** Emptied by hand. */
  onEmpty?: () => void;
  /** Any text may stay in it: told at each key. Else what is not taken goes when it is left. */
  onType?: (text: string) => void;
  /** Enter came before it was known that nothing fits. */
  onNothing?: () => void;
  /** The last option: what is not there yet is made. */
  create?: { says: (typed: string) => string; onCreate: (typed: string) => void } | undefined;
  placeholder: string;
  maxLength?: number;
  /** True: it has the focus at once. */
  focus?: boolean;
}

export function Combobox<Row>(props: ComboboxProps<Row>): ComponentChild {
  const { label, attributes, text, useOptions, onTake, onEmpty, onType, onNothing, create } = props;
  const [typed, setTyped] = useState<string | null>(null);
  /** The option that is meant; null: the first, where one fits. */
  const [chosen, setChosen] = useState<number | null>(null);
  /** Enter came before the answer to what was typed: the options on the screen are of other words. */
  const [early, setEarly] = useState(false);
  const open = typed !== null;
  const { options: all, waiting } = useOptions(typed);
  const options = open ? all : [];
  const makes = open && create !== undefined && !waiting && (options.length === 0 || typed.trim() !== "");
  const last = options.length - (makes ? 0 : 1);
  // Where any text may stay, nothing new is made unless it is meant.
  const usual = options.length > 0 || !onType ? 0 : -1;
  const at = Math.min(chosen ?? (onType && typed === "" ? -1 : usual), last);
  useEffect(() => setChosen(null), [typed]);
  useEffect(() => {
    if (!early || (open && waiting)) return;
    setEarly(false);
    if (options[0]) take(options[0]);
    else onNothing?.();
  }, [early, open, waiting]);

  const take = (option: Option<Row>) => {
    setTyped(null);
    onTake(option);
  };
  const make = () => {
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
    else if (option) take(option);
    else if (makes && at === options.length) make();
    else return setTyped(null); // the key is for the form
    event.preventDefault();
    event.stopPropagation();
  };
  const onBlur = () => {
    const same = onType && typed ? options.find((option) => sameText(option.text, typed)) : undefined;
    setTyped(null);
    setEarly(false);
    if (same) onTake(same);
    else if (typed === "" && text !== "") onEmpty?.();
  };

  const { id } = attributes;
  const shown = options.length > 0 || makes;
  const option = (n: number, name: ComponentChild, onPick: () => void) => (
    <li
      key={n}
      id={`${id}-${n}`}
      role="option"
      aria-selected={n === at}
      onPointerDown={(event) => {
        event.preventDefault(); // the focus stays where it is typed
        onPick();
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
        aria-expanded={shown}
        aria-controls={`${id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${id}-${at}` : undefined}
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
      <ul id={`${id}-options`} role="listbox" aria-label={label} hidden={!shown}>
        {options.map((one, n) =>
          option(
            n,
            <>
              {one.text} {one.detail !== null && <span class="detail">{one.detail}</span>}
            </>,
            () => take(one),
          ),
        )}
        {makes && option(options.length, <span class="makes">{create?.says(typed.trim())}</span>, make)}
      </ul>
    </div>
  );
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.trim().toLowerCase();
}
