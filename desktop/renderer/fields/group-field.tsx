/** "More" of a form that is a list of fields: one of them holds all that is behind it. */
import type { ComponentChild } from "preact";
import type { MoreGroup, TypedMore, UsualCodes } from "../more/more.ts";
import { wordsOfMore } from "../more/more-words.ts";
import { locale } from "../state/state.ts";
import type { FieldsForm } from "./fields.tsx";
import { More } from "./more.tsx";
import { hasErrorIn, MoreFields } from "./more-fields.tsx";

interface GroupFieldProps {
  form: FieldsForm;
  /** Its path in the command. */
  at: string;
  group: MoreGroup;
  typed: TypedMore;
  /** What is behind it, for those who look for a field. */
  about: string;
  usual?: UsualCodes;
  onChange: (typed: TypedMore, at: string) => void;
}

export function GroupField({ form, at, group, typed, about, usual, onChange }: GroupFieldProps): ComponentChild {
  return (
    <More
      at={at}
      about={about}
      words={wordsOfMore(group, typed, locale.value)}
      hasError={hasErrorIn(form.errorAt, at, group, typed)}
    >
      {() => (
        <MoreFields
          form={form}
          at={at}
          group={group}
          typed={typed}
          {...(usual !== undefined && { usual })}
          onChange={(next, path) => onChange(next, `${at}.${path}`)}
        />
      )}
    </More>
  );
}
