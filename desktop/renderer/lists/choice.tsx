/** A filter with a few answers, kept in the address. */
import type { ComponentChild } from "preact";
import { setWords, word } from "../state/address.ts";

interface ChoiceProps {
  label: string;
  /** Its word in the address. */
  name: string;
  /** What the word may be, and what that says; the empty word is the one that is not in the address. */
  options: readonly (readonly [word: string, says: string])[];
}

export function Choice({ label, name, options }: ChoiceProps): ComponentChild {
  return (
    <label class="choice">
      {label}
      <select value={word(name)} onChange={({ currentTarget }) => setWords({ [name]: currentTarget.value })}>
        {options.map(([value, says]) => (
          <option key={value} value={value}>
            {says}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A day, kept in the address. */
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
