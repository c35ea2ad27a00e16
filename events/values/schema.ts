/**
 * The field types of event schemas and command schemas. Event schemas use only object, array, string, int, boolean,
 * enum, bytes and nullable; `shape.ts` refuses the rest.
 */
import { z } from "zod";
import { DATE } from "./date.ts";
import { LANGUAGE, MAX_LANGUAGE } from "./language.ts";

/** 2⁵³ − 1: every integer in an event is exact as a JavaScript number. */
export const MAX_INT = Number.MAX_SAFE_INTEGER;

// Cc: control characters. Cs: lone surrogates, which UTF-8 cannot encode.
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
const MANY_LINES = /^(?:[^\p{Cc}\p{Cs}]|[\n\t])*$/u;

/**
 * The kind of a text. Events hold any text that fits its schema; input must also keep the rules of its kind
 * (`commands/new-input.ts`), which may become stricter without making a log unreadable.
 */
export type TextKind = "text" | "email" | "country" | "unit" | CodeList;

/** The lists of codes in documents, besides countries, currencies, units and the reasons of allowances and charges. */
export const CODE_LISTS = [
  "uncl1001",
  "uncl1153",
  "uncl2005",
  "uncl4451",
  "uncl4461",
  "uncl7143",
  "icd",
  "eas",
  "vatex",
] as const;
export type CodeList = (typeof CODE_LISTS)[number];

const textKinds = z.registry<{ kind: TextKind }>();

/** The kind of a text; undefined for a schema of anything else. */
export function textKindOf(schema: z.ZodType): TextKind | undefined {
  return textKinds.get(schema)?.kind;
}

/** One line of text, not empty, at most `max` Unicode code points. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(ONE_LINE, "must be one line of text, without control characters")
    .register(textKinds, { kind: "text" });

/** Text of several lines, not empty, at most `max` Unicode code points. */
export const lines = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(MANY_LINES, "must be text, without control characters other than tabs and line ends")
    .register(textKinds, { kind: "text" });

/** A code of a list, at most 40 characters. Events hold any code, because lists change. */
export const code = (list: CodeList) =>
  z
    .string()
    .min(1)
    .max(40)
    .regex(ONE_LINE, "must be a code, without control characters")
    .register(textKinds, { kind: list });

/** A whole number within bounds. */
export const int = (min: number, max: number) => z.int().min(min).max(max);

/** An amount of money in minor units of its currency (cents, pence, yen). Can be negative. */
export const minor = () => int(-MAX_INT, MAX_INT);

/** An amount of money in minor units, never negative. */
export const minorFromZero = () => int(0, MAX_INT);

/** A quantity in 10⁻⁶ of its unit. Can be negative (returned goods). */
export const quantity6 = () => int(-MAX_INT, MAX_INT);

/** A unit price in 10⁻⁶ of the currency's major unit. Never negative (EN 16931, BR-27). */
export const price6 = () => int(0, MAX_INT);

/** A percentage in thousandths of a per cent: 20,000 is 20 %. At most 100 %. */
export const rate3 = () => int(0, 100_000);

/** A reference to a stream (an invoice, client, user …): the sequence of its first event. */
export const streamId = () => int(1, MAX_INT);

/** A calendar date, `YYYY-MM-DD`, in the proleptic Gregorian calendar; `isDate` also checks that the day exists. */
export const date = () => z.string().regex(DATE, "must be a day, such as 2026-01-31");

/** A currency, ISO 4217. */
export const currency = () => z.string().regex(/^[A-Z]{3}$/, "must be a currency of ISO 4217, such as EUR");

/** A unit of quantity: a code of UN/ECE Recommendation 20, such as C62 (one) or HUR (hour). */
export const unit = () =>
  z
    .string()
    .regex(/^[A-Z0-9]{1,3}$/, "must be a unit of UN/ECE Recommendation 20, such as C62 or HUR")
    .register(textKinds, { kind: "unit" });

/** A country, ISO 3166-1 alpha-2; `ZZ` (user-assigned) if an import does not know it. */
export const country = () =>
  z
    .string()
    .regex(/^[A-Z]{2}$/, "must be a country of ISO 3166-1, such as FR")
    .register(textKinds, { kind: "country" });

/** A language, BCP 47, such as `en` or `en-GB`. */
export const language = () => z.string().regex(LANGUAGE, "must be a language, such as en or de-CH").max(MAX_LANGUAGE);

/** An e-mail address in lower case. Only its form is checked. */
export const email = () =>
  z
    .string()
    .max(254)
    .regex(/^[^\s@\p{Lu}\p{Cc}\p{Cs}]+@[^\s@\p{Lu}\p{Cc}\p{Cs}]+$/u, "must be an e-mail address")
    .register(textKinds, { kind: "email" });

/** A time zone's IANA name, such as `Europe/Paris`. */
export const timeZone = () => z.string().regex(/^[A-Za-z0-9_+\-/]{1,64}$/, "must be a time zone, such as Europe/Paris");

const byteLimits = z.registry<{ maxBytes: number }>();

/** Bytes, at most `maxBytes`. A description that is added later would make a schema whose limit nobody knows. */
export function bytes(maxBytes: number, description = "Bytes.") {
  const any = z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length <= maxBytes,
    `at most ${maxBytes} bytes`,
  );
  const schema = any.describe(description);
  schema.register(byteLimits, { maxBytes });
  return schema;
}

/** The limit of a schema made by `bytes()`; undefined for every other schema. */
export function maxBytesOf(schema: z.ZodType): number | undefined {
  return byteLimits.get(schema)?.maxBytes;
}
