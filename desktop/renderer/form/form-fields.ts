/**
 * Defines a form as one list of its fields. The typed values, the labels, the comparison of two users' versions and the
 * sent command all follow from the list. A form that omits a part of the command, or a label, does not compile.
 */
import type { ComponentChild } from "preact";
import type { FieldError } from "../../contract/call-error.ts";
import { type MoreGroup, NOTHING_MORE, type TypedMore, type UsualCodes } from "../more/more.ts";
import { readMore, typedMore } from "../more/read-more.ts";
import { locale } from "../state/state.ts";
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
  /** Set if the value is what is typed behind "More". */
  group?: MoreGroup;
}

/** The fields of a form with the state `V`. */
export type FieldsOf<V extends object> = { readonly [K in keyof V & string]-?: FieldOf<V[K]> };

/** A field that the user types as one text, and that becomes one value of the command. */
export interface TextFieldOf<Row, Value> extends FieldOf<string> {
  group?: never;
  at: string;
  /** The text to type for the stored row. */
  typed: (row: Row) => string;
  /** The value to send. If the text is not valid, it calls `wrong`, and may return any value. */
  read: (text: string, reading: FieldReading) => Value;
  /** The initial text of a new form; empty by default. */
  begin?: string;
}

/** What stands behind the form's "More": many optional fields, typed as texts by path, that become one value. */
export interface GroupFieldOf<Row, Value> extends FieldOf<TypedMore> {
  at: string;
  group: MoreGroup;
  stored: (row: Row) => Value;
  /** The codes that empty fields stand for. @param typed the texts of all fields */
  usual?: (typed: Readonly<Record<string, string>>) => UsualCodes;
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

type DefineGroup<Input, Row> = <Path extends PathIn<Input>>(
  at: Path,
  field: Omit<GroupFieldOf<Row, ValueAt<Input, Path>>, "at">,
) => GroupFieldOf<Row, ValueAt<Input, Path>> & { at: Path };

type AnyField<Row> = TextFieldOf<Row, unknown> | GroupFieldOf<Row, unknown>;

/** What a form holds of its fields. */
type TypedOf<Fields> = { [K in keyof Fields & string]: Fields[K] extends { group: MoreGroup } ? TypedMore : string };

/**
 * Defines the fields of a form that sends `Input` and changes a stored `Row`.
 *
 * `fieldsOf<Client, Row<"client">>()((field) => ({ name: field("name", { … }), … }))`
 */
export function fieldsOf<Input extends object, Row>() {
  return <Fields extends Record<string, AnyField<Row>>>(
    list: (field: Define<Input, Row>, group: DefineGroup<Input, Row>) => Fields & Complete<Input, Fields>,
  ): TextForm<Input, Row, TypedOf<Fields>> => {
    const fields: Record<string, AnyField<Row>> = list(
      (at, field) => ({ ...field, at }),
      (at, field) => ({ ...field, at }),
    );
    const entries = Object.entries(fields);
    const each = (value: (field: AnyField<Row>) => string | TypedMore) =>
      Object.fromEntries(entries.map(([name, field]) => [name, value(field)]));
    const form: TextForm<Input, Row, Record<string, string | TypedMore>> = {
      fields: fields as FieldsOf<Record<string, string | TypedMore>>,
      empty: () => each((field) => (field.group ? NOTHING_MORE : (field.begin ?? ""))),
      typedOf: (row) => each((field) => (field.group ? typedGroup(field, row) : field.typed(row))),
      inputOf(typed, before) {
        const errors: FieldError[] = [];
        const input = {};
        const texts = { typed: textsIn(typed), before: textsIn(before) };
        for (const [name, field] of entries) {
          const { at } = field;
          const wrong = (message: string) => errors.push({ field: at, message });
          const value = typed[name];
          if (field.group) {
            const read = readGroup(field, typeof value === "object" ? value : NOTHING_MORE, texts.typed);
            errors.push(...read.errors);
            put(input, at, read.value);
          } else put(input, at, field.read(typeof value === "string" ? value : "", { ...texts, wrong }));
        }
        // `Complete` has checked that the list has every path.
        return { input: input as Input, errors };
      },
    };
    return form as unknown as TextForm<Input, Row, TypedOf<Fields>>;
  };
}

/** No field behind "More" of these forms is an amount, so the currency is of no consequence. */
const readingNow = () => ({ locale: locale.value, currency: "" });

function typedGroup<Row>({ group, stored }: GroupFieldOf<Row, unknown>, row: Row): TypedMore {
  return typedMore(group, stored(row) as object | null, readingNow());
}

function readGroup<Row>(
  { at, group, usual }: GroupFieldOf<Row, unknown>,
  typed: TypedMore,
  texts: Readonly<Record<string, string>>,
): { value: unknown; errors: FieldError[] } {
  const { value, errors } = readMore(group, typed, { ...readingNow(), ...(usual && { usual: usual(texts) }) });
  return { value, errors: errors.map(({ field, message }) => ({ field: `${at}.${field}`, message })) };
}

function textsIn(typed: Readonly<Record<string, string | TypedMore>>): Record<string, string> {
  return Object.fromEntries(Object.entries(typed).filter((one): one is [string, string] => typeof one[1] === "string"));
}

/** A form made from a list of fields. */
interface TextForm<Input, Row, Typed extends object> {
  fields: FieldsOf<Typed>;
  /** The texts of a new form. */
  empty(): Typed;
  /** The texts for a stored row. */
  typedOf(row: Row): Typed;
  /** The command's input. If `errors` has any, the input must not be sent. */
  inputOf(typed: Typed, before: Typed): { input: Input; errors: FieldError[] };
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
