/** The errors of a row of narrow fields, below it and over its whole width. */
import type { ComponentChild } from "preact";
import { type FieldsForm, sentence } from "./fields.tsx";

interface RowErrorsProps {
  /** The path of the row, such as `lines.3`. */
  at: string;
  /** Its fields, with their labels. */
  fields: readonly (readonly [name: string, label: string])[];
  errorAt: FieldsForm["errorAt"];
}

/** For the `errorIdOf` of the fields' form, so that they point to the errors here and do not show them themselves. */
export function errorIdInRow(at: string): string {
  return `${at}-error`;
}

export function RowErrors({ at, fields, errorAt }: RowErrorsProps): ComponentChild {
  const errors = fields.flatMap(([field, label]) => {
    const path = `${at}.${field}`;
    const error = errorAt(path);
    return error === null ? [] : [{ path, text: sentence(error, path, label) }];
  });
  return (
    errors.length > 0 && (
      <div class="row-errors">
        {errors.map(({ path, text }) => (
          <p key={path} id={errorIdInRow(path)} class="field-error">
            {text}
          </p>
        ))}
      </div>
    )
  );
}
