/** A field whose text is kept nowhere, such as a password: a label, what is typed, and what is wrong with it. */
import type { ComponentChild, RefObject } from "preact";
import { useId } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";

interface PlainFieldProps {
  label: string;
  name: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChild;
  error?: string | null;
  type?: "text" | "email" | "password";
  autocomplete?: string;
  spellcheck?: boolean;
  disabled?: boolean;
  field?: RefObject<HTMLInputElement | null>;
}

export function PlainField(props: PlainFieldProps): ComponentChild {
  const {
    label,
    name,
    value,
    onInput,
    hint,
    error = null,
    field,
    type = "text",
    autocomplete = "off",
    ...rest
  } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, error !== null && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...rest}
        id={id}
        name={name}
        type={type as "text"}
        autocomplete={autocomplete as "off"}
        value={value}
        aria-invalid={error !== null}
        aria-describedby={described || undefined}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        ref={field ?? null}
      />
      {hint && (
        <p id={`${id}-hint`} class="detail">
          {hint}
        </p>
      )}
      {error !== null && (
        <p id={`${id}-error`} class="field-error">
          {/^(?:is|are|has) /.test(error) ? `${label} ${error}.` : error}
        </p>
      )}
    </div>
  );
}

/** What a failure says of each field, by its name. */
export function errorsIn(failure: Failure | null): ReadonlyMap<string, string> {
  const places =
    failure?.errors ?? (failure?.field === undefined ? [] : [{ field: failure.field, message: failure.message }]);
  return new Map(places.map(({ field, message }) => [field, withoutPlace(message, field)]));
}

/** `password: is too short` is `is too short` at its field. */
function withoutPlace(message: string, field: string): string {
  return message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
}

/** Shortest password that anybody may choose, in letters: as the server has it. */
export const SHORTEST_PASSWORD = 10;

/** What is wrong with a password that somebody chooses, typed twice; null: nothing. */
export function passwordProblem(
  password: string,
  again: string,
): { field: "password" | "again"; message: string } | null {
  if (password.length < SHORTEST_PASSWORD)
    return { field: "password", message: `is too short: at least ${SHORTEST_PASSWORD} letters` };
  if (password !== again) return { field: "again", message: "is not the same as above" };
  return null;
}
