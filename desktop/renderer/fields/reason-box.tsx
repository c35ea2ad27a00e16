/** A reason in the user's own words, with the words of a code list as suggestions. A suggestion that is taken adds its code. */
import type { ComponentChild } from "preact";
import type { CodeListName } from "../../../events/einvoice/words/code-words.ts";
import { codeList } from "../more/code-lists.ts";
import "../more/load-code-lists.ts";
import { matchesOf, textOfCode } from "../text/named-codes.ts";
import { Combobox, MOST_OPTIONS } from "./combobox.tsx";
import { Field, type FieldsForm } from "./fields.tsx";
import { LengthLeft } from "./length-left.tsx";

interface ReasonBoxProps {
  form: FieldsForm;
  at: string;
  label: string;
  list: CodeListName;
  reason: string;
  /** Empty: none. */
  code: string;
  placeholder?: string;
  maxLength: number;
  onChange: (reason: string, code: string) => void;
}

export function ReasonBox(props: ReasonBoxProps): ComponentChild {
  const { form, at, label, list, reason, code, placeholder = "", maxLength, onChange } = props;
  const useOptions = (typed: string | null) => ({
    options:
      typed === null
        ? []
        : matchesOf(codeList(list), typed, MOST_OPTIONS).map((row, id) => ({ id, text: row[1], detail: row[0], row })),
    waiting: false,
  });
  const hint = code === "" ? null : `Code ${textOfCode(codeList(list), code)}`;
  return (
    <Field form={form} at={at} label={label} hint={hint}>
      {(attributes) => (
        <>
          <Combobox
            label="Suggestions"
            attributes={attributes}
            text={reason}
            useOptions={useOptions}
            onSelect={({ row: [taken, words] }) => onChange([...words].slice(0, maxLength).join(""), taken)}
            // A text that was emptied has no code either; other words for the same reason keep it.
            onType={(text) => onChange(text, text === "" ? "" : code)}
            free
            placeholder={placeholder}
          />
          <LengthLeft value={reason} max={maxLength} />
        </>
      )}
    </Field>
  );
}
