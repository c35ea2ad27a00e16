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
  type?: "text" | "date";
}

export function TextCell(props: TextCellProps): ComponentChild {
  const { form, at, label, hideLabel = false, value, onInput, hint, maxLength, type = "text", ...rest } = props;
  return (
    <Field form={form} at={at} label={label} hideLabel={hideLabel} hint={hint}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            {...rest}
            {...lengthAttribute(maxLength)}
            type={type as "text"}
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

interface AreaCellProps extends CellProps {
  maxLength?: number;
  hint?: string | null;
  /** True: over the whole width of its row. */
  wide?: boolean;
}

export function AreaCell(props: AreaCellProps): ComponentChild {
  const { form, at, label, hideLabel = false, value, onInput, hint, maxLength, wide = false } = props;
  return (
    <div class={wide ? "wide" : undefined}>
      <Field form={form} at={at} label={label} hideLabel={hideLabel} hint={hint}>
        {(attributes) => (
          <>
            <textarea
              {...attributes}
              rows={2}
              {...lengthAttribute(maxLength)}
              value={value}
              onInput={({ currentTarget }) => onInput(currentTarget.value)}
            />
            <LengthLeft value={value} max={maxLength} />
          </>
        )}
      </Field>
    </div>
  );
}

interface SelectCellProps extends CellProps {
  hint?: string | null;
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
  hint,
}: SelectCellProps): ComponentChild {
  return (
    <Field form={form} at={at} label={label} hideLabel={hideLabel} hint={hint}>
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
