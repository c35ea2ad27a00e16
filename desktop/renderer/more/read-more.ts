/** What is typed behind "More" becomes a group of the command, and a stored group becomes what is typed. */
import { isCountry } from "../../../events/values/country-codes.ts";
import { decimalsOf } from "../../../events/values/currency.ts";
import type { FieldError } from "../../contract/call-error.ts";
import { bicProblem, ibanProblem, normalizeAccount } from "../text/bank-account.ts";
import { codeOfText, countries } from "../text/named-codes.ts";
import { readNumber } from "../text/read-number.ts";
import { typedAmount } from "../text/typed-amount.ts";
import { codeIn } from "./code-lists.ts";
import { FORMAT_WORDS } from "./format-words.ts";
import {
  entriesAt,
  fieldsOfGroup,
  isBlankEntry,
  listsOfGroup,
  type MoreField,
  type MoreGroup,
  NOTHING_MORE,
  type TypedEntry,
  type TypedMore,
  textAt,
  type UsualCodes,
  withMore,
} from "./more.ts";
import type { Reading, ReadResult } from "./reading.ts";

type Group = { [name: string]: unknown };

/**
 * The group of the command; null if nothing is filled in. A part of it that is empty is null too.
 *
 * @returns errors with paths within the group. What cannot be read is null
 */
export function readMore<Value>(
  group: MoreGroup,
  typed: TypedMore,
  { usual = {}, ...reading }: Reading & { usual?: UsualCodes },
): ReadResult<Value | null> {
  const errors: FieldError[] = [];
  const whole: Group = {};
  for (const [path, field] of fieldsOfGroup(group)) {
    const wrong = (message: string) => errors.push({ field: path, message });
    const around = aroundIn(typed, field);
    put(whole, path, readField(field, textAt(typed, path), { ...reading, wrong, around, usual: usual[path] ?? null }));
  }
  for (const [path, { fields }] of listsOfGroup(group)) {
    const sent = [...entriesAt(typed, path).entries()].filter(([, entry]) => !isBlankEntry(entry));
    const values = sent.map(([n, entry]) => {
      const value: Group = {};
      for (const [name, field] of Object.entries(fields)) {
        const wrong = (message: string) => errors.push({ field: `${path}.${n}.${name}`, message });
        put(value, name, readField(field, entry[name] ?? "", { ...reading, wrong, around: entry, usual: null }));
      }
      return value;
    });
    put(whole, path, values);
  }
  // The fields are those of the command: a test compares them with its schema.
  return { value: withoutEmpty(whole) as Value | null, errors };
}

/** What is typed in the part that cannot be without the field; null: it can, or nothing is. */
function aroundIn(typed: TypedMore, { requiredIn }: MoreField): TypedMore | null {
  const isThere = Object.entries(typed).some(
    ([path, value]) =>
      requiredIn !== undefined &&
      (requiredIn === "" || path.startsWith(`${requiredIn}.`)) &&
      (typeof value === "string" ? value.trim() !== "" : !value.every(isBlankEntry)),
  );
  return isThere ? typed : null;
}

interface FieldReading extends Reading {
  wrong: (message: string) => void;
  /** What else is typed in the part that cannot be without the field; null: it may be empty. */
  around: TypedMore | TypedEntry | null;
  /** The code that an empty field stands for, beside the field's own. */
  usual: string | null;
}

function readField(field: MoreField, typed: string, reading: FieldReading): string | number | null {
  const text = typed.trim();
  if (text !== "") return readText(field, text, reading);
  if (field.requiredIn === undefined || reading.around === null) return null;
  const usual = reading.usual ?? field.usual?.(reading.around) ?? null;
  if (usual === null) reading.wrong("is missing");
  return usual;
}

function readText(field: MoreField, text: string, { locale, currency, wrong }: FieldReading): string | number | null {
  const { kind = "line", list, label } = field;
  if (kind === "quantity6" || kind === "price6") {
    const { value, problem } = readNumber(text, { locale, decimals: 6, ...(kind === "price6" && { currency }) });
    if (value === null) wrong(problem);
    else if (value < 0) wrong("is below zero");
    return value;
  }
  if (kind === "country" || (kind === "code" && list !== undefined)) {
    const code = kind === "country" ? countryIn(text) : list === undefined ? null : codeIn(list, text);
    if (code === null) wrong(`“${text}” is not a known ${label.toLowerCase()}. Pick one from the list.`);
    return code;
  }
  if (kind === "format") return FORMAT_WORDS.find(([one]) => one === text)?.[0] ?? null;
  if (kind === "email") return text.toLowerCase();
  if (kind === "colour") {
    if (!/^#[0-9a-f]{6}$/i.test(text)) wrong("is not a colour, such as #1a73e8");
    return text.toLowerCase();
  }
  if (kind === "account") return readAccount(text, wrong);
  if (kind === "bic") {
    const problem = bicProblem(normalizeAccount(text));
    if (problem !== null) wrong(problem);
    return normalizeAccount(text);
  }
  return text;
}

function countryIn(text: string): string | null {
  return codeOfText(countries(), text) ?? (isCountry(text) ? text : null);
}

/** An account is an IBAN, or what a bank outside its countries uses. Only of an IBAN, a slip can be noticed. */
function readAccount(text: string, wrong: (message: string) => void): string {
  const iban = normalizeAccount(text);
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{8}/.test(iban)) return text;
  const problem = ibanProblem(iban);
  if (problem !== null) wrong(problem);
  return iban;
}

function put(group: Group, path: string, value: unknown): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    group[name] = value;
    return;
  }
  const part = (group[name] ?? {}) as Group;
  group[name] = part;
  put(part, rest.join("."), value);
}

/** Null in place of each part that has nothing. */
function withoutEmpty(group: Group): Group | null {
  const parts = Object.entries(group).map(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? [name, withoutEmpty(value as Group)]
      : [name, value],
  );
  const isEmpty = parts.every(([, value]) => value === null || (Array.isArray(value) && value.length === 0));
  return isEmpty ? null : Object.fromEntries(parts);
}

/** The texts to type for a stored group. */
export function typedMore(group: MoreGroup, value: object | null | undefined, reading: Reading): TypedMore {
  if (!value) return NOTHING_MORE;
  let typed = NOTHING_MORE;
  for (const [path, field] of fieldsOfGroup(group))
    typed = withMore(typed, path, textOf(field, valueAt(value, path), reading));
  for (const [path, { fields }] of listsOfGroup(group)) {
    const entries = (valueAt(value, path) ?? []) as object[];
    const texts = entries.map((entry) =>
      Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, textOf(field, valueAt(entry, name), reading)]),
      ),
    );
    typed = withMore(typed, path, texts);
  }
  return typed;
}

function textOf({ kind }: MoreField, value: unknown, { locale, currency }: Reading): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return String(value);
  return typedAmount(value, 6, locale, kind === "price6" ? decimalsOf(currency) : 0);
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((part, name) => (part as Group | null | undefined)?.[name] ?? null, value);
}
