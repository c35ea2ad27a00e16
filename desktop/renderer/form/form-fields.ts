/**
 * A form as one list of its fields. What is typed, what it is called where people read of it, what is compared where two
 * people changed it, and what is sent all follow from the list: a part of the command that no field fills does not
 * compile, and neither does a field without a label.
 */
import type { ComponentChild } from "preact";
import type { FieldError } from "../../contract/call-error.ts";
import { same } from "./merge.ts";

/** Attributes of the input that a field is typed into. */
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
  /** The place in the command, such as `address.city`, where it has another name: refusals name it. */
  at?: string;
  /** As people read it. `other`: the version beside it, so that of a long one only what differs has to be said. */
  text?: (value: T, other: T) => ComponentChild;
  input?: InputAttributes;
}

/** Every field of a form whose typed state is `V`. */
export type FieldsOf<V extends object> = { readonly [K in keyof V & string]-?: FieldOf<V[K]> };

/** A field that is typed as one text, and is one value of the command. */
export interface TextFieldOf<Row, Value> extends FieldOf<string> {
  at: string;
  /** What one would type to get what is stored. */
  typed: (row: Row) => string;
  /** What is sent. Where it cannot be read, it says what is wrong, and any value will do. */
  read: (text: string, reading: FieldReading) => Value;
  /** What a new one begins with; empty where nothing is said. */
  begin?: string;
}

export interface FieldReading {
  /** All that is typed. */
  typed: Readonly<Record<string, string>>;
  /** All that the form began with. */
  before: Readonly<Record<string, string>>;
  /** `is missing`, or a whole sentence. */
  wrong(message: string): void;
}

/** The places of single values in a command's input: `name`, `address.city`. */
export type PlaceIn<Input> = {
  [K in keyof Input & string]: Input[K] extends readonly unknown[]
    ? K
    : Input[K] extends object
      ? `${K}.${PlaceIn<Input[K]>}`
      : K;
}[keyof Input & string];

type ValueAt<Input, Place extends string> = Place extends `${infer K}.${infer Rest}`
  ? ValueAt<Input[K & keyof Input], Rest>
  : Input[Place & keyof Input];

/** Refuses a list that leaves places of the command out, and names them. */
type Complete<Input, Fields extends Record<string, { at: string }>> = [
  Exclude<PlaceIn<Input>, Fields[keyof Fields]["at"]>,
] extends [never]
  ? unknown
  : { "no field for": Exclude<PlaceIn<Input>, Fields[keyof Fields]["at"]> };

type Define<Input, Row> = <Place extends PlaceIn<Input>>(
  at: Place,
  field: Omit<TextFieldOf<Row, ValueAt<Input, Place>>, "at">,
) => TextFieldOf<Row, ValueAt<Input, Place>> & { at: Place };

/**
 * The fields of a form that sends `Input`, and that changes what is stored as `Row`.
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
        // `Complete` has held the list to every place.
        return { input: input as Input, errors };
      },
    };
    return form as TextForm<Input, Row, keyof Fields & string>;
  };
}

/** What follows from a list of fields. */
export interface TextForm<Input, Row, Name extends string> {
  fields: FieldsOf<Record<Name, string>>;
  /** What a new one begins with. */
  empty(): Record<Name, string>;
  typedOf(row: Row): Record<Name, string>;
  /** The whole input. Where something is wrong, `errors` say where, and it must not be sent. */
  inputOf(typed: Record<Name, string>, before: Record<Name, string>): { input: Input; errors: FieldError[] };
}

/** What is typed into a form. */
export type TypedIn<Form extends { empty(): object }> = ReturnType<Form["empty"]>;

function put(input: Record<string, unknown>, place: string, value: unknown): void {
  const [name = "", ...rest] = place.split(".");
  if (rest.length === 0) {
    input[name] = value;
    return;
  }
  const part = (input[name] ?? {}) as Record<string, unknown>;
  input[name] = part;
  put(part, rest.join("."), value);
}

/** Only what is other than it was: what somebody else changes meanwhile is not written over. */
export function changesOf<Input extends object>(before: Input, after: Input): Partial<Input> {
  const changes: Partial<Input> = {};
  for (const name of Object.keys(after) as (keyof Input)[])
    if (!same(before[name], after[name])) changes[name] = after[name];
  return changes;
}

/** Text that may be left out: null where it is. */
export function optional(text: string): string | null {
  return text.trim() || null;
}

/** Text that may not be left out. */
export function required(text: string, { wrong }: FieldReading): string {
  if (text.trim() === "") wrong("is missing");
  return text.trim();
}
