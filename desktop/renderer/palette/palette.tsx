// biome-ignore-all lint/a11y/useSemanticElements: the options change while the user types
// biome-ignore-all lint/a11y/useFocusableInteractive: the field has the focus, and names the active option
/**
 * The command palette: one field that finds records and commands. Arrow keys choose, Enter runs, Escape closes, and the
 * focus returns to where it was.
 */
import type { ComponentChild } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isPressed } from "../parts/shortcuts.ts";
import { commandsNow, matching, type Option } from "./commands.ts";
import { openDialog } from "./open-dialog.ts";
import { recentRecords } from "./recent.ts";
import { Keys } from "./shortcuts-dialog.tsx";
import { useFound } from "./use-found.ts";

export function Palette(): ComponentChild {
  return openDialog.value === "palette" ? <PaletteDialog /> : null;
}

function PaletteDialog(): ComponentChild {
  const dialog = useRef<HTMLDialogElement>(null);
  const [returnFocus] = useState(rememberFocus);
  const [commands] = useState(commandsNow);
  const [typed, setTyped] = useState("");
  /** The option chosen with the arrow keys or the mouse; null: the first. */
  const [chosen, setChosen] = useState<string | null>(null);
  /** True if Enter was pressed before the options of the typed text arrived. */
  const [early, setEarly] = useState(false);
  const { options, waiting, problem } = useOptions(commands, typed);
  const place = options.findIndex(({ id }) => id === chosen);
  const at = Math.max(0, place);
  const close = () => {
    dialog.current?.close();
    openDialog.value = null;
    returnFocus();
  };
  const run = (option: Option) => {
    close();
    option.run();
  };
  // Before the next key: what is typed at once must not go to the screen behind.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    if (!early || waiting) return;
    setEarly(false);
    if (options[0]) run(options[0]);
  }, [early, waiting]);
  useEffect(() => document.getElementById(optionId(at))?.scrollIntoView({ block: "nearest" }), [at, options.length]);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation(); // keys must not reach the screen behind
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = options[at];
    if (isPressed(event, "palette")) close();
    else if (step !== undefined && options.length > 0)
      setChosen(options[(at + step + options.length) % options.length]?.id ?? null);
    else if (event.key !== "Enter") return;
    else if (chosen === null && waiting) setEarly(true);
    else if (option) run(option);
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Find, create or go to anything"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onKeyDown={onKeyDown}
      // A click beside it is a click on the dialog itself.
      onClick={(event) => event.target === dialog.current && close()}
    >
      <PaletteField
        typed={typed}
        active={options.length > 0 ? optionId(at) : undefined}
        onType={(text) => {
          setTyped(text);
          setChosen(null);
          setEarly(false);
        }}
      />
      <Options options={options} at={at} waiting={waiting} choose={setChosen} run={run} />
      <PaletteEnd problem={problem} found={typed.trim() === "" ? "" : statusText(options.length, waiting)} />
    </dialog>
  );
}

interface PaletteFieldProps {
  typed: string;
  /** The id of the active option's element. */
  active: string | undefined;
  onType: (text: string) => void;
}

function PaletteField({ typed, active, onType }: PaletteFieldProps): ComponentChild {
  return (
    <input
      type="text"
      role="combobox"
      autocomplete="off"
      spellcheck={false}
      aria-label="Find, create or go to anything"
      aria-expanded={active !== undefined}
      aria-controls="palette-options"
      aria-autocomplete="list"
      aria-activedescendant={active}
      placeholder="Number, client, or what you want to do…"
      value={typed}
      onInput={({ currentTarget }) => onType(currentTarget.value)}
    />
  );
}

/** @param props.problem why the search failed; null if it did not @param props.found how much it found, in words */
function PaletteEnd({ problem, found }: { problem: string | null; found: string }): ComponentChild {
  return (
    <>
      <p class="palette-end detail" role="status">
        {problem === null ? found : `The search failed: ${problem}`}
      </p>
      <p class="palette-keys detail" aria-hidden="true">
        <Keys keys="ArrowUp" /> <Keys keys="ArrowDown" /> choose <Keys keys="Enter" /> open <Keys keys="Escape" /> close
      </p>
    </>
  );
}

/**
 * Remembers the focused element and its selection. Some fields select all their text when they get the focus: the next key
 * would replace what the user was typing.
 *
 * @returns a function that restores both
 */
function rememberFocus(): () => void {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement)) return () => {};
  const field = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element : null;
  const { selectionStart = null, selectionEnd = null, selectionDirection = null } = field ?? {};
  return () => {
    element.focus({ preventScroll: true });
    // Null for fields without a selection, such as dates.
    if (selectionStart !== null) field?.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? "none");
  };
}

/** What is typed decides: recent records and all commands, or what matches. */
function useOptions(commands: readonly Option[], typed: string) {
  const [recent, setRecent] = useState<readonly Option[]>([]);
  const found = useFound(typed);
  useEffect(() => {
    let isWanted = true;
    void recentRecords().then((records) => isWanted && setRecent(records));
    return () => {
      isWanted = false;
    };
  }, []);
  if (typed.trim() === "") return { ...found, waiting: false, options: [...recent, ...commands] };
  const matched = matching(commands, typed);
  return { ...found, options: found.isNamed ? [...found.options, ...matched] : [...matched, ...found.options] };
}

function statusText(count: number, waiting: boolean): string {
  if (count > 0) return `${count} ${count === 1 ? "result" : "results"}`;
  return waiting ? "Searching…" : "Nothing found.";
}

function optionId(n: number): string {
  return `palette-option-${n}`;
}

interface OptionsProps {
  options: readonly Option[];
  at: number;
  waiting: boolean;
  choose: (id: string) => void;
  run: (option: Option) => void;
}

function Options({ options, at, waiting, choose, run }: OptionsProps): ComponentChild {
  const groups = Map.groupBy(options.entries(), ([, { group }]) => group);
  return (
    <div id="palette-options" role="listbox" aria-label="Results" aria-busy={waiting}>
      {[...groups].map(([group, members]) => (
        <div key={group} role="group" aria-label={group}>
          <p class="palette-group" aria-hidden="true">
            {group}
          </p>
          {members.map(([n, option]) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
            <div
              key={option.id}
              id={optionId(n)}
              role="option"
              class="palette-option"
              aria-selected={n === at}
              onPointerMove={() => n !== at && choose(option.id)}
              onPointerDown={(event) => event.preventDefault()} // keeps the focus in the field
              onClick={() => run(option)}
            >
              <span class="palette-name">{option.name}</span>
              {option.detail !== undefined && option.detail !== "" && <span class="detail">{option.detail}</span>}
              {option.keys !== undefined && (
                <span class="palette-shortcut" aria-hidden="true">
                  <Keys keys={option.keys} />
                </span>
              )}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
