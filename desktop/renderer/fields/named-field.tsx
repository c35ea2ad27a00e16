/** A field for a country, a currency or a language: typing a name or a code finds it. */
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";
import type { Form } from "../form/use-form.ts";
import { codeOfText, type Named, textOfCode } from "../text/named-codes.ts";
import { Field } from "./fields.tsx";

interface NamedFieldProps<V extends object> {
  form: Form<V>;
  /** The field of the form's value: the text as it is typed. */
  name: { [K in keyof V]: V[K] extends string ? K : never }[keyof V] & string;
  /** The place in the command, where it has another name. */
  at?: string;
  label: string;
  hint?: ComponentChild;
  list: readonly Named[];
  required?: boolean;
  placeholder?: string;
}

export function NamedField<V extends object>(props: NamedFieldProps<V>): ComponentChild {
  const { form, name, at = name, label, hint, list, required, placeholder } = props;
  const id = useId();
  const change = (text: string) => form.change({ [name]: text } as unknown as Partial<V>, at);
  return (
    <Field form={form} at={at} label={label} {...(hint !== undefined && { hint })}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            type="text"
            autocomplete="off"
            list={id}
            maxLength={80}
            aria-required={required}
            placeholder={placeholder}
            value={String(form.value[name])}
            // What is there already would hide all others.
            onFocus={({ currentTarget }) => currentTarget.select()}
            onInput={({ currentTarget }) => change(currentTarget.value)}
            onBlur={({ currentTarget }) => {
              const code = codeOfText(list, currentTarget.value);
              const text = code === null ? currentTarget.value.trim() : textOfCode(list, code);
              if (text !== currentTarget.value) change(text);
            }}
          />
          <datalist id={id}>
            {list.map(([code]) => (
              <option key={code} value={textOfCode(list, code)} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
