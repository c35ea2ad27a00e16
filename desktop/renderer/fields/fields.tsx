/** Form fields: a label, a control, a hint and an error, all accessible to screen readers. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { InputAttributes } from "../form/form-fields.ts";
import type { Form } from "../form/use-form.ts";
import { LengthLeft, lengthAttribute } from "./length-left.tsx";

export interface FieldAttributes {
  id: string;
  name: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
  disabled: boolean;
}

/** What a field needs from its form. */
export type FieldsForm = Pick<Form<object>, "errorAt" | "unanswered"> & {
  /** Set if the caller shows the errors itself, where they have room: the id of the element with a field's error. */
  errorIdOf?: (at: string) => string;
};

interface FieldProps {
  form: FieldsForm;
  /** The path in the command, such as `address.city`. Refusals name it. */
  at: string;
  label: string;
  /** Shown below the control. */
  hint?: ComponentChild;
  /** True: the label is for screen readers only, because a column's head shows it. */
  hideLabel?: boolean;
  children: (attributes: FieldAttributes) => ComponentChildren;
}

/** The label, hint and error around any control. */
export function Field({ form, at, label, hint, hideLabel, children }: FieldProps): ComponentChild {
  const id = useId();
  const error = form.errorAt(at);
  const errorId = form.errorIdOf?.(at) ?? `${id}-error`;
  const described = [hint && `${id}-hint`, error && errorId].filter(Boolean).join(" ");
  const attributes = {
    id,
    name: at,
    "aria-invalid": error !== null,
    "aria-describedby": described || undefined,
    disabled: form.unanswered,
  };
  return (
    <div class="field">
      <label for={id} class={hideLabel ? "for-screen-readers" : undefined}>
        {label}
      </label>
      {children(attributes)}
      {hint && (
        <p id={`${id}-hint`} class="detail">
          {hint}
        </p>
      )}
      {error !== null && !form.errorIdOf && (
        <p id={errorId} class="field-error">
          {sentence(error, at, label)}
        </p>
      )}
    </div>
  );
}

/** What a field needs from a form that holds its value. */
type ValuesForm<V extends object> = FieldsForm & Pick<Form<V>, "fields" | "value" | "change">;

export interface NamedProps<V extends object> {
  form: ValuesForm<V>;
  /** The field of the form. */
  name: { [K in keyof V]: V[K] extends string ? K : never }[keyof V] & string;
  /** Replaces the label of the form's list. */
  label?: string;
  hint?: ComponentChild;
  hideLabel?: boolean;
}

interface NamedFieldProps<V extends object> extends NamedProps<V> {
  children: (field: {
    attributes: FieldAttributes;
    input: InputAttributes;
    value: string;
    change: (value: string) => void;
  }) => ComponentChildren;
}

/** A field whose value the form holds, around any control. */
export function NamedField<V extends object>(props: NamedFieldProps<V>): ComponentChild {
  const { form, name, hint, hideLabel = false, children } = props;
  const { label, at = name, input = {} } = form.fields[name];
  // `name` is restricted to fields that hold a text.
  const change = (value: string) => form.change({ [name]: value } as unknown as Partial<V>, at);
  return (
    <Field form={form} at={at} label={props.label ?? label} hint={hint} hideLabel={hideLabel}>
      {(attributes) => children({ attributes, input, value: String(form.value[name]), change })}
    </Field>
  );
}

export interface TextFieldProps<V extends object> extends NamedProps<V> {
  placeholder?: string;
  /** Overrides the form's list, if it depends on other fields. */
  required?: boolean;
  /** True: this field has the focus at first. */
  focus?: boolean;
}

export function TextField<V extends object>(props: TextFieldProps<V>): ComponentChild {
  const { placeholder, required, focus = false } = props;
  return (
    <NamedField {...props}>
      {({ attributes, input: { type = "text", autocomplete = "off", maxLength, ...input }, value, change }) => (
        <>
          <input
            {...attributes}
            placeholder={placeholder}
            {...input}
            {...lengthAttribute(maxLength)}
            type={type as "text"}
            autocomplete={autocomplete as "off"}
            aria-required={required ?? input.required}
            value={value}
            onInput={({ currentTarget }) => change(currentTarget.value)}
            ref={focus ? focusOnce : null}
          />
          <LengthLeft value={value} max={maxLength} />
        </>
      )}
    </NamedField>
  );
}

export function AreaField<V extends object>(props: NamedProps<V>): ComponentChild {
  return (
    <NamedField {...props}>
      {({ attributes, input: { maxLength }, value, change }) => (
        <>
          <textarea
            {...attributes}
            rows={3}
            {...lengthAttribute(maxLength)}
            value={value}
            onInput={({ currentTarget }) => change(currentTarget.value)}
          />
          <LengthLeft value={value} max={maxLength} />
        </>
      )}
    </NamedField>
  );
}

interface SelectFieldProps<V extends object> extends NamedProps<V> {
  options: readonly (readonly [value: string, label: string])[];
}

export function SelectField<V extends object>(props: SelectFieldProps<V>): ComponentChild {
  return (
    <NamedField {...props}>
      {({ attributes, value, change }) => (
        <select {...attributes} value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
          {props.options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </NamedField>
  );
}

/** Turns `email: is missing` and `is missing` into `E-mail is missing.` A whole sentence is unchanged. */
export function sentence(error: string, at: string, label: string): string {
  const words = error.startsWith(`${at}: `) ? error.slice(at.length + 2) : error;
  return /^(?:is|are|has|have|must|can|cannot) /.test(words) ? `${label} ${words}.` : words;
}

const focused = new WeakSet<HTMLElement>();

/** For a `ref`: focuses the element once, when it is mounted. */
export function focusOnce(input: HTMLInputElement | null): void {
  if (!input || focused.has(input)) return;
  focused.add(input);
  input.focus();
}
