/** Fields of forms: a label, what is typed, and what is wrong with it, said to the eye and to the ear. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useId } from "preact/hooks";
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

type TextKeys<V> = { [K in keyof V]: V[K] extends string ? K : never }[keyof V] & string;

interface TextFieldProps<V extends object> {
  form: Form<V>;
  /** The field of the form's value. */
  name: TextKeys<V>;
  /** The place in the command, where it has another name. */
  at?: string;
  label: string;
  hint?: ComponentChild;
  hideLabel?: boolean;
  type?: "text" | "email" | "tel" | "date" | "password";
  inputMode?: "decimal" | "numeric";
  required?: boolean;
  maxLength?: number;
  placeholder?: string;
  autocomplete?: string;
  focus?: boolean;
}

export function TextField<V extends object>(props: TextFieldProps<V>): ComponentChild {
  const { form, name, at = name, label, hint, hideLabel, focus, required, type = "text", ...rest } = props;
  const input = { ...rest, type };
  return (
    <Field form={form} at={at} label={label} {...(hint !== undefined && { hint })} {...(hideLabel && { hideLabel })}>
      {(attributes) => (
        <input
          {...attributes}
          autocomplete="off"
          {...(input as { type: "text" })}
          aria-required={required}
          value={String(form.value[name])}
          onInput={({ currentTarget }) => form.change({ [name]: currentTarget.value } as unknown as Partial<V>, at)}
          ref={focus ? focusOnce : null}
        />
      )}
    </Field>
  );
}

export function AreaField<V extends object>(
  props: Omit<TextFieldProps<V>, "type"> & { rows?: number },
): ComponentChild {
  const { form, name, at = name, label, hint, rows = 3, maxLength } = props;
  return (
    <Field form={form} at={at} label={label} {...(hint !== undefined && { hint })}>
      {(attributes) => (
        <textarea
          {...attributes}
          rows={rows}
          {...(maxLength !== undefined && { maxLength })}
          value={String(form.value[name])}
          onInput={({ currentTarget }) => form.change({ [name]: currentTarget.value } as unknown as Partial<V>, at)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps<V extends object> {
  form: Form<V>;
  name: TextKeys<V>;
  at?: string;
  label: string;
  hint?: ComponentChild;
  hideLabel?: boolean;
  options: readonly (readonly [value: string, says: string])[];
}

export function SelectField<V extends object>(props: SelectFieldProps<V>): ComponentChild {
  const { form, name, at = name, label, hint, hideLabel, options } = props;
  return (
    <Field form={form} at={at} label={label} {...(hint !== undefined && { hint })} {...(hideLabel && { hideLabel })}>
      {(attributes) => (
        <select
          {...attributes}
          value={String(form.value[name])}
          onChange={({ currentTarget }) => form.change({ [name]: currentTarget.value } as unknown as Partial<V>, at)}
        >
          {options.map(([value, says]) => (
            <option key={value} value={value}>
              {says}
            </option>
          ))}
        </select>
      )}
    </Field>
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
