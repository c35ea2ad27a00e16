/** A filter with a few options, stored in the address. */
import type { ComponentChild } from "preact";
import { setWords, word } from "../state/address.ts";

interface ChoiceProps {
  label: string;
  /** Its name in the address. */
  name: string;
  /** The words and their labels. The empty word is left out of the address. */
  options: readonly (readonly [word: string, label: string])[];
  /** The chosen word; default: the one in the address. */
  value?: string;
}

export function Choice({ label, name, options, value: chosen = word(name) }: ChoiceProps): ComponentChild {
  return (
    <label class="choice">
      {label}
      <select value={chosen} onChange={({ currentTarget }) => setWords({ [name]: currentTarget.value })}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A filter by day, stored in the address. */
export function DayChoice({ label, name }: { label: string; name: string }): ComponentChild {
  return (
    <label class="choice">
      {label}
      <input
        type="date"
        value={word(name)}
        onChange={({ currentTarget }) => setWords({ [name]: currentTarget.value })}
      />
    </label>
  );
}
