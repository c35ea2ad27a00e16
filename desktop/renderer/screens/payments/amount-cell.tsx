/** Amounts in the rows of a table: a typed one, or all that the row has by a key. */
import type { ComponentChild } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { focusOnce } from "../../fields/fields.tsx";

interface AmountCellProps {
  /** The name of the field, on the screen and in errors. */
  name: string;
  /** For screen readers: what it is the amount of. */
  label: string;
  /** What the key for the whole amount takes. */
  all: string;
  text: string;
  /** The error of this row, by the screen or the server. */
  error: string | null;
  locked: boolean;
  focus: boolean;
  onInput: (text: string) => void;
  /** Takes all that the row has, or what is available of it. */
  onAll: () => void;
}

export function AmountCell(props: AmountCellProps): ComponentChild {
  const { name, label, all, text, error, locked, focus, onInput, onAll } = props;
  const errorId = `${name}-error`;
  return (
    <td class="number">
      <input
        name={name}
        aria-label={label}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : errorId}
        aria-keyshortcuts="Alt+A"
        title={`Alt+A: ${all}`}
        inputMode="decimal"
        autocomplete="off"
        maxLength={30}
        disabled={locked}
        value={text}
        ref={focus ? focusOnce : null}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        onKeyDown={(event) => {
          if (!event.altKey || event.code !== "KeyA") return;
          event.preventDefault();
          onAll();
        }}
      />
      {error !== null && (
        <p id={errorId} class="field-error">
          {error}
        </p>
      )}
    </td>
  );
}

/** A button, and the same by Alt+O on the whole screen, that fills the rows oldest first. */
export function OldestFirst({ disabled, onPress }: { disabled: boolean; onPress: () => void }): ComponentChild {
  // The latest input: a quick key can come before the effects of a render.
  const latest = useRef(onPress);
  latest.current = onPress;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.code !== "KeyO") return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <button type="button" class="plain" disabled={disabled} aria-keyshortcuts="Alt+O" onClick={onPress}>
      Oldest first <kbd>Alt+O</kbd>
    </button>
  );
}

/** Up and Down move through the amounts. Enter moves to the next one and does not send a half-typed form. */
export function moveBetweenRows(event: KeyboardEvent): void {
  const { key, target, currentTarget } = event;
  const step = key === "ArrowDown" || key === "Enter" ? 1 : key === "ArrowUp" ? -1 : 0;
  if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || !(target instanceof HTMLInputElement)) return;
  event.preventDefault();
  const inputs = [...(currentTarget as HTMLElement).querySelectorAll("input")];
  inputs[inputs.indexOf(target) + step]?.focus();
}
