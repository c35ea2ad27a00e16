/**
 * Rules for new text: what people can see, and codes of the lists. They are checked when a command is decided, not when
 * its input is parsed, so that a retry of an earlier request still gets its first response. Events, imports of earlier
 * documents, and texts that the record already has are not checked.
 */
import { z } from "zod";
import { isCode } from "../einvoice/code-lists/code-lists.ts";
import { listName } from "../einvoice/code-lists/list-names.ts";
import { type Refusal, refusal } from "../errors.ts";
import type { Rule } from "../rules.ts";
import { isCountry } from "../values/country-codes.ts";
import { brokenDomain } from "../values/email.ts";
import { CODE_LISTS, type CodeList, type TextKind, textKindOf } from "../values/schema.ts";
import { isUnit } from "../values/unit-codes.ts";
import { hiddenCharacter, hiddenInAddress, isBlank } from "../values/visible-text.ts";

/**
 * Checks every text of an input.
 *
 * @param before returns what the input changes or copies: its texts may stay
 * @throws Refusal BLANK_TEXT, HIDDEN_CHARACTER, EMAIL_DOMAIN_NOT_VALID, UNKNOWN_COUNTRY, UNKNOWN_UNIT, UNKNOWN_CODE, with the
 *   path of the field
 */
export function checkNewInput(schema: z.ZodType, input: unknown, before: () => unknown = () => null): void {
  let former: ReadonlySet<string> | null = null;
  const isFormer = (text: string) => {
    former ??= new Set(textsIn(before()));
    return former.has(text);
  };
  const fault = checkerOf(schema)?.(input, isFormer);
  if (fault) throw fault.refuse(fault.path.join("."));
}

/** The rules that can refuse a text of this input. */
export function rulesOfInput(schema: z.ZodType): Rule[] {
  return [...new Set(kindsIn(schema).flatMap((kind) => RULES_OF[kind]))];
}

const TEXT_RULES: readonly Rule[] = ["BLANK_TEXT", "HIDDEN_CHARACTER"];

const RULES_OF: Readonly<Record<TextKind, readonly Rule[]>> = {
  ...ofCodeLists((): readonly Rule[] => ["UNKNOWN_CODE"]),
  text: TEXT_RULES,
  email: ["HIDDEN_CHARACTER", "EMAIL_DOMAIN_NOT_VALID"],
  country: ["UNKNOWN_COUNTRY"],
  unit: ["UNKNOWN_UNIT"],
};

/** Makes the refusal, for the path of its field. */
type Refuse = (field: string) => Refusal;
type Check = (text: string) => Refuse | null;

function ofCodeLists<T>(each: (list: CodeList) => T): Record<CodeList, T> {
  return Object.fromEntries(CODE_LISTS.map((list) => [list, each(list)])) as Record<CodeList, T>;
}

const checkText: Check = (text) => {
  if (isBlank(text))
    return (field) => refusal("BLANK_TEXT", `${field}: has no visible character`, { field, values: {} });
  return refuseHidden(hiddenCharacter(text));
};

const CHECKS: Readonly<Record<TextKind, Check>> = {
  ...ofCodeLists((list) => (code: string) => {
    if (isCode(list, code)) return null;
    return (field) =>
      refusal("UNKNOWN_CODE", `${field}: ${code} is not a code of ${listName(list)}`, {
        field,
        values: { list, code },
      });
  }),
  text: checkText,
  email: (address) => refuseHidden(hiddenInAddress(address)) ?? refuseDomain(brokenDomain(address)),
  country: (country) =>
    isCountry(country)
      ? null
      : (field) =>
          refusal("UNKNOWN_COUNTRY", `${field}: ${country} is not a country of ISO 3166-1`, {
            field,
            values: { country },
          }),
  unit: (unit) =>
    isUnit(unit)
      ? null
      : (field) =>
          refusal("UNKNOWN_UNIT", `${field}: ${unit} is not a unit of UN/ECE Recommendation 20 or 21`, {
            field,
            values: { unit },
          }),
};

function refuseHidden(character: string | null): Refuse | null {
  if (character === null) return null;
  return (field) =>
    refusal("HIDDEN_CHARACTER", `${field}: contains the hidden character ${character}`, {
      field,
      values: { character },
    });
}

function refuseDomain(domain: string | null): Refuse | null {
  if (domain === null) return null;
  return (field) =>
    refusal("EMAIL_DOMAIN_NOT_VALID", `${field}: no mail can be sent to ${domain}`, { field, values: { domain } });
}

interface Fault {
  path: (string | number)[];
  refuse: Refuse;
}

type Checker = (value: unknown, isFormer: (text: string) => boolean) => Fault | null;

const checkers = new WeakMap<z.ZodType, { check: Checker | null }>();

/** The checker of a schema, made once; null if it has no text to check. */
function checkerOf(schema: z.ZodType): Checker | null {
  let checker = checkers.get(schema);
  if (!checker) {
    checker = { check: makeChecker(schema) };
    checkers.set(schema, checker);
  }
  return checker.check;
}

function makeChecker(schema: z.ZodType): Checker | null {
  const kind = textKindOf(schema);
  if (kind !== undefined) {
    const check = CHECKS[kind];
    return (text, isFormer) => {
      const refuse = typeof text === "string" ? check(text) : null;
      return refuse && !isFormer(text as string) ? { path: [], refuse } : null;
    };
  }
  const inner = innerOf(schema);
  if (inner) return checkerOf(inner);
  if (schema instanceof z.ZodArray) {
    const check = checkerOf(schema.element as z.ZodType);
    return (
      check &&
      ((list, isFormer) => firstFault((list as unknown[] | null | undefined)?.entries() ?? [], () => check, isFormer))
    );
  }
  if (!(schema instanceof z.ZodObject)) return null;
  const fields = new Map<string, Checker>();
  for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    const check = checkerOf(field);
    if (check) fields.set(name, check);
  }
  if (fields.size === 0) return null;
  return (object, isFormer) => firstFault(Object.entries(object ?? {}), (name) => fields.get(name), isFormer);
}

function firstFault<Key extends string | number>(
  entries: Iterable<readonly [Key, unknown]>,
  checkOf: (key: Key) => Checker | undefined,
  isFormer: (text: string) => boolean,
): Fault | null {
  for (const [key, value] of entries) {
    const fault = checkOf(key)?.(value, isFormer);
    if (fault) return { ...fault, path: [key, ...fault.path] };
  }
  return null;
}

/** The schema inside one that adds a default, null, or a conversion; undefined for the others. */
function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return schema.unwrap() as z.ZodType;
  return schema instanceof z.ZodPipe ? (schema.out as z.ZodType) : undefined;
}

function kindsIn(schema: z.ZodType): TextKind[] {
  const kind = textKindOf(schema);
  if (kind !== undefined) return [kind];
  const inner = innerOf(schema);
  if (inner) return kindsIn(inner);
  if (schema instanceof z.ZodArray) return kindsIn(schema.element as z.ZodType);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.values(schema.shape as Record<string, z.ZodType>).flatMap(kindsIn);
}

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array))
    for (const one of Object.values(value)) yield* textsIn(one);
}
