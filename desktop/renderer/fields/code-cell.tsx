/** A field for a code of a list, found by its words. The form holds the code, and the field shows its words. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import "../more/load-code-lists.ts";
import { codeOfText, matchesOf, type NamedCode, textOfCode } from "../text/named-codes.ts";
import { Combobox, MOST_OPTIONS } from "./combobox.tsx";
import { Field, type FieldsForm } from "./fields.tsx";

interface CodeCellProps {
  form: FieldsForm;
  at: string;
  label: string;
  hideLabel?: boolean;
  hint?: string | null;
  list: readonly NamedCode[];
  placeholder?: string;
  /** A code, or what is being typed. */
  value: string;
  onInput: (value: string) => void;
}

export function CodeCell(props: CodeCellProps): ComponentChild {
  const { form, at, label, hideLabel = false, hint = null, list, placeholder = "", value, onInput } = props;
  // While the user types, a code that is the beginning of another stays as it is.
  const [typing, setTyping] = useState(false);
  const useOptions = (typed: string | null) => ({
    options:
      typed === null
        ? []
        : matchesOf(list, typed, MOST_OPTIONS).map((row) => ({
            id: list.indexOf(row),
            text: textOfCode(list, row[0]),
            detail: null,
            row,
          })),
    waiting: false,
  });
  return (
    <Field form={form} at={at} label={label} hideLabel={hideLabel} hint={hint}>
      {(attributes) => (
        <Combobox
          label="Suggestions"
          attributes={attributes}
          text={typing ? value : textOfCode(list, value)}
          useOptions={useOptions}
          onSelect={({ row: [code] }) => {
            setTyping(false);
            if (code !== value) onInput(code);
          }}
          onType={(text) => {
            setTyping(true);
            onInput(text);
          }}
          onLeave={(typed) => {
            setTyping(false);
            const text = codeOfText(list, typed) ?? typed.trim();
            if (text !== value) onInput(text);
          }}
          placeholder={placeholder}
          maxLength={200}
        />
      )}
    </Field>
  );
}
