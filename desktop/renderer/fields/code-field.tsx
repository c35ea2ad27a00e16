/** A field for a country, a currency or a language, found by name or code. */
import type { ComponentChild } from "preact";
import { codeOfText, matchesOf, type NamedCode, textOfCode } from "../text/named-codes.ts";
import { Combobox, MOST_OPTIONS } from "./combobox.tsx";
import { NamedField, type NamedProps } from "./fields.tsx";

interface CodeFieldProps<V extends object> extends NamedProps<V> {
  list: readonly NamedCode[];
  placeholder?: string;
}

export function CodeField<V extends object>(props: CodeFieldProps<V>): ComponentChild {
  const { list, placeholder = "" } = props;
  const useOptions = (typed: string | null) => ({
    options: typed === null ? [] : optionsOf(list, typed),
    waiting: false,
  });
  return (
    <NamedField {...props}>
      {({ attributes, input: { required }, value, change }) => (
        <Combobox
          label="Suggestions"
          attributes={attributes}
          required={required === true}
          text={value}
          useOptions={useOptions}
          onSelect={({ text }) => text !== value && change(text)}
          onType={change}
          onLeave={(typed) => {
            const code = codeOfText(list, typed);
            const text = code === null ? typed.trim() : textOfCode(list, code);
            if (text !== value) change(text);
          }}
          placeholder={placeholder}
          maxLength={80}
        />
      )}
    </NamedField>
  );
}

function optionsOf(list: readonly NamedCode[], typed: string) {
  return matchesOf(list, typed, MOST_OPTIONS).map((row) => ({
    id: list.indexOf(row),
    text: textOfCode(list, row[0]),
    detail: null,
    row,
  }));
}
