/** Fields of forms: a label, what is typed, and what is wrong with it, said to the eye and to the ear. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { InputAttributes } from "../form/form-fields.ts";
import type { Form } from "../form/use-form.ts";

export interface FieldAttributes {
  id: string;
  name: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
  disabled: boolean;
}

/** What a field needs to know of its form. */
export type FieldsForm = Pick<Form<object>, "errorAt" | "unanswered">;

interface FieldProps {
  form: FieldsForm;
  /** The place in the command, such as `address.city`: refusals name it. */
  at: string;
  label: string;
  /** Said below it. */
  hint?: ComponentChild;
  /** Only for the ear: where a column has the label. */
  hideLabel?: boolean;
  children: (attributes: FieldAttributes) => ComponentChildren;
}

/** What stands around any control. */
export function Field({ form, at, label, hint, hideLabel, children }: FieldProps): ComponentChild {
  const id = useId();
  const error = form.errorAt(at);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
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
      {error !== null && (
        <p id={`${id}-error`} class="field-error">
          {sentence(error, at, label)}
        </p>
      )}
    </div>
  );
}

/** What a field needs to know of the form whose value it is a part of. */
export type ValuesForm<V extends object> = FieldsForm & Pick<Form<V>, "fields" | "value" | "change">;

export interface NamedProps<V extends object> {
  form: ValuesForm<V>;
  /** The field of the form. */
  name: { [K in keyof V]: V[K] extends string ? K : never }[keyof V] & string;
  /** Where the screen calls it otherwise than the form's list does. */
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

/** A field of a form's value, around any control. */
export function NamedField<V extends object>(props: NamedFieldProps<V>): ComponentChild {
  const { form, name, hint, hideLabel = false, children } = props;
  const { label, at = name, input = {} } = form.fields[name];
  // A field of this name holds a text.
  const change = (value: string) => form.change({ [name]: value } as unknown as Partial<V>, at);
  return (
    <Field form={form} at={at} label={props.label ?? label} hint={hint} hideLabel={hideLabel}>
      {(attributes) => children({ attributes, input, value: String(form.value[name]), change })}
    </Field>
  );
}

interface TextFieldProps<V extends object> extends NamedProps<V> {
  placeholder?: string;
  /** Where that depends on what else is typed. */
  required?: boolean;
  /** True: typing begins here. */
  focus?: boolean;
}

export function TextField<V extends object>(props: TextFieldProps<V>): ComponentChild {
  const { placeholder, required, focus = false } = props;
  return (
    <NamedField {...props}>
      {({ attributes, input: { type = "text", autocomplete = "off", ...input }, value, change }) => (
        <input
          {...attributes}
          placeholder={placeholder}
          {...input}
          type={type as "text"}
          autocomplete={autocomplete as "off"}
          aria-required={required ?? input.required}
          value={value}
          onInput={({ currentTarget }) => change(currentTarget.value)}
          ref={focus ? focusOnce : null}
        />
      )}
    </NamedField>
  );
}

export function AreaField<V extends object>(props: NamedProps<V>): ComponentChild {
  return (
    <NamedField {...props}>
      {({ attributes, input: { maxLength }, value, change }) => (
        <textarea
          {...attributes}
          rows={3}
          maxLength={maxLength}
          value={value}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
    </NamedField>
  );
}

interface SelectFieldProps<V extends object> extends NamedProps<V> {
  options: readonly (readonly [value: string, says: string])[];
}

export function SelectField<V extends object>(props: SelectFieldProps<V>): ComponentChild {
  return (
    <NamedField {...props}>
      {({ attributes, value, change }) => (
        <select {...attributes} value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
          {props.options.map(([value, says]) => (
            <option key={value} value={value}>
              {says}
            </option>
          ))}
        </select>
      )}
    </NamedField>
  );
}

/** `email: is missing` and `is missing` both become `E-mail is missing`; a whole sentence stays. */
function sentence(error: string, at: string, label: string): string {
  const words = error.startsWith(`${at}: `) ? error.slice(at.length + 2) : error;
  return /^(?:is|are|has|have) /.test(words) ? `${label} ${words}.` : words;
}

const focused = new WeakSet<HTMLElement>();

/** For a `ref`: it gets the focus once, when it is there. */
export function focusOnce(input: HTMLInputElement | null): void {
  if (!input || focused.has(input)) return;
  focused.add(input);
  input.focus();
}
