/** A field for a country, a currency or a language, found by name or code. */
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";
import { codeOfText, type NamedCode, textOfCode } from "../text/named-codes.ts";
import { NamedField, type NamedProps } from "./fields.tsx";

interface CodeFieldProps<V extends object> extends NamedProps<V> {
  list: readonly NamedCode[];
  placeholder?: string;
}

export function CodeField<V extends object>(props: CodeFieldProps<V>): ComponentChild {
  const { list, placeholder } = props;
  const id = useId();
  return (
    <NamedField {...props}>
      {({ attributes, input: { required }, value, change }) => (
        <>
          <input
            {...attributes}
            type="text"
            autocomplete="off"
            list={id}
            maxLength={80}
            aria-required={required}
            placeholder={placeholder}
            value={value}
            // The browser offers only options that match the text: selecting it lets the user replace it at once.
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
    </NamedField>
  );
}
