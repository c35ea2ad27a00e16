/** Fields for the elements of a list in a form. The caller holds their values. */
import type { ComponentChild } from "preact";
import { Field, type FieldsForm } from "./fields.tsx";
import { LengthLeft, lengthAttribute } from "./length-left.tsx";

interface CellProps {
  form: FieldsForm;
  /** The path in the command, such as `lines.3.price6`. */
  at: string;
  label: string;
  hideLabel?: boolean;
  value: string;
  onInput: (value: string) => void;
}

interface TextCellProps extends CellProps {
  inputMode?: "decimal" | "numeric";
  maxLength?: number;
  placeholder?: string;
  hint?: string | null;
}

export function TextCell(props: TextCellProps): ComponentChild {
  const { form, at, label, hideLabel = false, value, onInput, hint, maxLength, ...rest } = props;
  return (
    <Field form={form} at={at} label={label} hideLabel={hideLabel} hint={hint}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            {...rest}
            {...lengthAttribute(maxLength)}
            type="text"
            autocomplete="off"
            class={rest.inputMode ? "number" : undefined}
            value={value}
            onFocus={({ currentTarget }) => currentTarget.select()}
            onInput={({ currentTarget }) => onInput(currentTarget.value)}
          />
          <LengthLeft value={value} max={maxLength} />
        </>
      )}
    </Field>
  );
}

interface SelectCellProps extends CellProps {
  options: readonly (readonly [value: string, label: string])[];
}

export function SelectCell({
  form,
  at,
  label,
  hideLabel = false,
  value,
  onInput,
  options,
}: SelectCellProps): ComponentChild {
  return (
    <Field form={form} at={at} label={label} hideLabel={hideLabel}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={({ currentTarget }) => onInput(currentTarget.value)}>
          {options.map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
