/**
 * Defines a form as one list of its fields. The typed values, the labels, the comparison of two users' versions and the
 * sent command all follow from the list. A form that omits a part of the command, or a label, does not compile.
 */
import type { ComponentChild } from "preact";
import type { FieldError } from "../../contract/call-error.ts";
import { isSame } from "./merge.ts";

/** Attributes of a field's `<input>` element. */
export interface InputAttributes {
  type?: "text" | "email" | "tel" | "date" | "password";
  inputMode?: "decimal" | "numeric";
  required?: boolean;
  maxLength?: number;
  placeholder?: string;
  autocomplete?: string;
  spellcheck?: boolean;
}

/** One field of a form. */
export interface FieldOf<T> {
  label: string;
  /** The field's path in the command, such as `address.city`, if it differs from the name. Refusals name it. */
  at?: string;
  /** The value in words. `other` is the version beside it, so that a long text can show only the difference. */
  text?: (value: T, other: T) => ComponentChild;
  input?: InputAttributes;
}

/** The fields of a form with the state `V`. */
export type FieldsOf<V extends object> = { readonly [K in keyof V & string]-?: FieldOf<V[K]> };

/** A field that the user types as one text, and that becomes one value of the command. */
export interface TextFieldOf<Row, Value> extends FieldOf<string> {
  at: string;
  /** The text to type for the stored row. */
  typed: (row: Row) => string;
  /** The value to send. If the text is not valid, it calls `wrong`, and may return any value. */
  read: (text: string, reading: FieldReading) => Value;
  /** The initial text of a new form; empty by default. */
  begin?: string;
}

export interface FieldReading {
  /** The texts of all fields. */
  typed: Readonly<Record<string, string>>;
  /** The texts that the form started with. */
  before: Readonly<Record<string, string>>;
  /** Reports an error: a predicate such as `is missing`, or a whole sentence. */
  wrong(message: string): void;
}

/** The paths of single values in a command's input: `name`, `address.city`. */
type PathIn<Input> = {
  [K in keyof Input & string]: Input[K] extends readonly unknown[]
    ? K
    : Input[K] extends object
      ? `${K}.${PathIn<Input[K]>}`
      : K;
}[keyof Input & string];

type ValueAt<Input, Path extends string> = Path extends `${infer K}.${infer Rest}`
  ? ValueAt<Input[K & keyof Input], Rest>
  : Input[Path & keyof Input];

/** Does not compile for a list that omits paths of the command, and names them. */
type Complete<Input, Fields extends Record<string, { at: string }>> = [
  Exclude<PathIn<Input>, Fields[keyof Fields]["at"]>,
] extends [never]
  ? unknown
  : { "no field for": Exclude<PathIn<Input>, Fields[keyof Fields]["at"]> };

type Define<Input, Row> = <Path extends PathIn<Input>>(
  at: Path,
  field: Omit<TextFieldOf<Row, ValueAt<Input, Path>>, "at">,
) => TextFieldOf<Row, ValueAt<Input, Path>> & { at: Path };

/**
 * Defines the fields of a form that sends `Input` and changes a stored `Row`.
 *
 * `fieldsOf<Client, Row<"client">>()((field) => ({ name: field("name", { … }), … }))`
 */
export function fieldsOf<Input extends object, Row>() {
  return <Fields extends Record<string, TextFieldOf<Row, unknown>>>(
    list: (field: Define<Input, Row>) => Fields & Complete<Input, Fields>,
  ): TextForm<Input, Row, keyof Fields & string> => {
    const fields: Record<string, TextFieldOf<Row, unknown>> = list((at, field) => ({ ...field, at }));
    const entries = Object.entries(fields);
    const each = (value: (field: TextFieldOf<Row, unknown>) => string) =>
      Object.fromEntries(entries.map(([name, field]) => [name, value(field)]));
    const form: TextForm<Input, Row, string> = {
      fields,
      empty: () => each(({ begin = "" }) => begin),
      typedOf: (row) => each(({ typed }) => typed(row)),
      inputOf(typed, before) {
        const errors: FieldError[] = [];
        const input = {};
        for (const [name, { at, read }] of entries) {
          const wrong = (message: string) => errors.push({ field: at, message });
          put(input, at, read(typed[name] ?? "", { typed, before, wrong }));
        }
        // `Complete` has checked that the list has every path.
        return { input: input as Input, errors };
      },
    };
    return form as TextForm<Input, Row, keyof Fields & string>;
  };
}

/** A form made from a list of fields. */
interface TextForm<Input, Row, Name extends string> {
  fields: FieldsOf<Record<Name, string>>;
  /** The texts of a new form. */
  empty(): Record<Name, string>;
  /** The texts for a stored row. */
  typedOf(row: Row): Record<Name, string>;
  /** The command's input. If `errors` has any, the input must not be sent. */
  inputOf(typed: Record<Name, string>, before: Record<Name, string>): { input: Input; errors: FieldError[] };
}

/** The texts of a form. */
export type TypedIn<Form extends { empty(): object }> = ReturnType<Form["empty"]>;

function put(input: Record<string, unknown>, path: string, value: unknown): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    input[name] = value;
    return;
  }
  const part = (input[name] ?? {}) as Record<string, unknown>;
  input[name] = part;
  put(part, rest.join("."), value);
}

/** Only the changed parts, so that the command does not overwrite another user's changes. */
export function changesOf<Input extends object>(before: Input, after: Input): Partial<Input> {
  const changes: Partial<Input> = {};
  for (const name of Object.keys(after) as (keyof Input)[])
    if (!isSame(before[name], after[name])) changes[name] = after[name];
  return changes;
}

/** Reads optional text; null if it is empty. */
export function optional(text: string): string | null {
  return text.trim() || null;
}

/** Reads required text. */
export function required(text: string, { wrong }: FieldReading): string {
  if (text.trim() === "") wrong("is missing");
  return text.trim();
}
