/**
 * Converts between values of a zod schema and the positions of a MessagePack array.
 *
 * Objects are encoded as arrays, in the order in which the schema declares their fields. `toPositions` writes a value
 * as arrays. A compiled reader reads arrays into a value, and checks every type and bound. The reader is generated
 * code, because it runs once for each event of a replay. If it refuses the positions, `explain` walks the same shape
 * slowly and names the path.
 */
import { z } from "zod";
import { MAX_INT, maxBytesOf } from "../values/schema.ts";

/** The type and the bounds of one position of an event. */
export type Shape =
  | { kind: "object"; fields: readonly { name: string; shape: Shape }[] }
  | { kind: "array"; of: Shape; max: number }
  | { kind: "string"; min: number; max: number; patterns: readonly RegExp[] }
  | { kind: "int"; min: number; max: number }
  | { kind: "boolean" }
  | { kind: "enum"; values: readonly string[] }
  | { kind: "bytes"; max: number }
  | { kind: "nullable"; of: Shape };

/**
 * Reads the shape of a schema.
 *
 * @throws TypeError if the schema uses anything but object, array, string, int, boolean, enum, bytes and nullable,
 *   or any check but bounds and regular expressions
 */
export function shapeOf(schema: z.ZodType, path = "data"): Shape {
  const maxBytes = maxBytesOf(schema);
  if (maxBytes !== undefined) return { kind: "bytes", max: maxBytes };
  const { min, max, patterns } = boundsOf(schema, path);
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => ({
      name,
      shape: shapeOf(field, `${path}.${name}`),
    }));
    return { kind: "object", fields };
  }
  if (schema instanceof z.ZodArray) {
    return { kind: "array", of: shapeOf(schema.element as z.ZodType, `${path}[]`), max };
  }
  if (schema instanceof z.ZodString) return { kind: "string", min: Math.max(min, 0), max, patterns };
  if (schema instanceof z.ZodNumber && schema.format === "safeint") {
    return { kind: "int", min: Math.max(min, -MAX_INT), max: Math.min(max, MAX_INT) };
  }
  if (schema instanceof z.ZodBoolean) return { kind: "boolean" };
  if (schema instanceof z.ZodEnum) return { kind: "enum", values: schema.options as string[] };
  if (schema instanceof z.ZodNullable) return { kind: "nullable", of: shapeOf(schema.unwrap() as z.ZodType, path) };
  throw new TypeError(`${path}: an event schema cannot use ${schema._zod.def.type}`);
}

/** The definition of a zod check, as far as it is used here. */
interface CheckDef {
  check: string;
  format?: string;
  inclusive?: boolean;
  minimum?: number;
  maximum?: number;
  value?: number;
  pattern?: RegExp;
}

/**
 * Collects the bounds and patterns of a schema. It reads the checks themselves, because zod's summary of them (`bag`)
 * is empty in some releases, and data would go unchecked if a bound or a pattern were lost.
 *
 * @throws TypeError for a check that the reader does not support
 */
function boundsOf(schema: z.ZodType, path: string): { min: number; max: number; patterns: RegExp[] } {
  let min = Number.NEGATIVE_INFINITY;
  let max = Number.POSITIVE_INFINITY;
  const patterns: RegExp[] = [];
  for (const { _zod } of schema._zod.def.checks ?? []) {
    const def: CheckDef = _zod.def;
    const isString = schema instanceof z.ZodString;
    if (def.check === "max_length") max = Math.min(max, def.maximum ?? max);
    else if (def.check === "min_length" && isString) min = Math.max(min, def.minimum ?? min);
    else if (def.check === "greater_than" && def.inclusive) min = Math.max(min, def.value ?? min);
    else if (def.check === "less_than" && def.inclusive) max = Math.min(max, def.value ?? max);
    else if (def.check === "string_format" && def.format === "regex" && def.pattern && !/[gy]/.test(def.pattern.flags))
      patterns.push(def.pattern);
    else if (def.check !== "number_format" || def.format !== "safeint")
      throw new TypeError(`${path}: an event schema cannot use the check ${def.format ?? def.check}`);
  }
  return { min, max, patterns };
}

/** Describes the shape in one line of text, for the golden list. If the text changes, the schema version must too. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case "object":
      return `{${shape.fields.map(({ name, shape }) => `${name}: ${describeShape(shape)}`).join(", ")}}`;
    case "array":
      return `[${describeShape(shape.of)}; ${shape.max}]`;
    case "string":
      return `string(${shape.min}..${shape.max}${shape.patterns.map((pattern) => ` ${pattern}`).join("")})`;
    case "int":
      return `int(${shape.min}..${shape.max})`;
    case "enum":
      return `enum(${shape.values.join("|")})`;
    case "bytes":
      return `bytes(..${shape.max})`;
    case "nullable":
      return `${describeShape(shape.of)}?`;
    case "boolean":
      return "boolean";
  }
}

/**
 * Converts a value of this shape to MessagePack's types: objects become arrays, absent becomes nil. It checks nothing:
 * a misfit comes out unchanged, and the reader refuses it.
 */
export function toPositions(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "object": {
      if (typeof value !== "object" || value === null) return value;
      if (Array.isArray(value)) return undefined; // an array has no names, and would pass as positions
      const object = value as Record<string, unknown>;
      return shape.fields.map((field) => toPositions(field.shape, object[field.name]));
    }
    case "array":
      return Array.isArray(value) ? value.map((element) => toPositions(shape.of, element)) : value;
    case "nullable":
      return value === null || value === undefined ? null : toPositions(shape.of, value);
    case "bytes":
      // msgpackr writes a Buffer as bin, but any other Uint8Array as an extension.
      return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length) : value;
    default:
      return value;
  }
}

/** Explains where and why positions do not fit a shape, such as `data.lines[3].quantity6: a string, not an integer`. */
export function explain(shape: Shape, value: unknown, path: string): string | null {
  switch (shape.kind) {
    case "nullable":
      return value === null ? null : explain(shape.of, value, path);
    case "object": {
      if (!Array.isArray(value)) return `${path}: ${nameOf(value)}, not an array of ${shape.fields.length}`;
      if (value.length !== shape.fields.length)
        return `${path}: ${value.length} positions, not ${shape.fields.length} (${shape.fields.map((f) => f.name).join(", ")})`;
      for (const [n, field] of shape.fields.entries()) {
        const problem = explain(field.shape, value[n], `${path}.${field.name}`);
        if (problem) return problem;
      }
      return null;
    }
    case "array": {
      if (!Array.isArray(value)) return `${path}: ${nameOf(value)}, not an array`;
      if (value.length > shape.max) return `${path}: ${value.length} elements, at most ${shape.max}`;
      for (let n = 0; n < value.length; n++) {
        const problem = explain(shape.of, value[n], `${path}[${n}]`);
        if (problem) return problem;
      }
      return null;
    }
    case "string": {
      if (typeof value !== "string") return `${path}: ${nameOf(value)}, not a string`;
      if (codePoints(value) < shape.min) return `${path}: ${codePoints(value)} characters, at least ${shape.min}`;
      if (codePoints(value) > shape.max) return `${path}: ${codePoints(value)} characters, at most ${shape.max}`;
      const broken = shape.patterns.find((pattern) => !pattern.test(value));
      return broken ? `${path}: ${JSON.stringify(value)} does not match ${broken}` : null;
    }
    case "int":
      if (typeof value !== "number" || !Number.isSafeInteger(value)) return `${path}: ${nameOf(value)}, not an integer`;
      return value < shape.min || value > shape.max
        ? `${path}: ${value} is not within ${shape.min} to ${shape.max}`
        : null;
    case "boolean":
      return typeof value === "boolean" ? null : `${path}: ${nameOf(value)}, not true or false`;
    case "enum":
      return typeof value === "string" && shape.values.includes(value)
        ? null
        : `${path}: ${JSON.stringify(value)} is none of ${shape.values.join(", ")}`;
    case "bytes":
      if (!(value instanceof Uint8Array)) return `${path}: ${nameOf(value)}, not bytes`;
      return value.length > shape.max ? `${path}: ${value.length} bytes, at most ${shape.max}` : null;
  }
}

function nameOf(value: unknown): string {
  if (value === null) return "nil";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "number" || typeof value === "bigint") return `the number ${value}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The length of a text as zod, JSON Schema and SQLite count it: in Unicode code points, of one or two UTF-16 units. */
function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Reads positions into a value; undefined if they do not fit (`explain` says why). */
export type Reader<T> = (positions: unknown) => T | undefined;

const BAD = Symbol("does not fit");

/**
 * Compiles the reader of a shape: one generated function for each object and array. Every object that it makes is a
 * literal with its fields in order, so there is one hidden class and no keyed store.
 */
export function compileReader<T>(shape: Shape): Reader<T> {
  const constants: unknown[] = [BAD, codePoints];
  const functions: string[] = [];
  const constant = (value: unknown) => `c[${constants.push(value) - 1}]`;

  // A code point is one or two UTF-16 units. Code points are counted only if the number of units does not decide.
  function length({ min, max }: { min: number; max: number }, value: string): string {
    const least =
      min <= 1 ? `${value}.length >= ${min}` : `(${value}.length >= ${2 * min} || c[1](${value}) >= ${min})`;
    return ` && ${least}${max === Number.POSITIVE_INFINITY ? "" : ` && (${value}.length <= ${max} || c[1](${value}) <= ${max})`}`;
  }

  function check(shape: Shape, value: string): string {
    const fail = "bad()";
    switch (shape.kind) {
      case "nullable":
        return `(${value} === null ? null : ${check(shape.of, value)})`;
      case "int":
        return `(Number.isSafeInteger(${value}) && ${value} >= ${shape.min} && ${value} <= ${shape.max} ? ${value} : ${fail})`;
      case "boolean":
        return `(typeof ${value} === "boolean" ? ${value} : ${fail})`;
      case "enum":
        return `(${constant(new Set(shape.values))}.has(${value}) ? ${value} : ${fail})`;
      case "bytes":
        return `(${value} instanceof Uint8Array && ${value}.length <= ${shape.max} ? ${value} : ${fail})`;
      case "string": {
        const patterns = shape.patterns.map((pattern) => ` && ${constant(pattern)}.test(${value})`).join("");
        return `(typeof ${value} === "string"${length(shape, value)}${patterns} ? ${value} : ${fail})`;
      }
      case "array": {
        const element = check(shape.of, "x");
        const name = `f${functions.length}`;
        functions.push(
          `function ${name}(v) { if (!Array.isArray(v) || v.length > ${shape.max}) bad(); const out = []; for (let i = 0; i < v.length; i++) { const x = v[i]; out.push(${element}); } return out; }`,
        );
        return `${name}(${value})`;
      }
      case "object": {
        const fields = shape.fields.map(
          (field, n) => `${JSON.stringify(field.name)}: ${check(field.shape, `v[${n}]`)}`,
        );
        const name = `f${functions.length}`;
        functions.push(
          `function ${name}(v) { if (!Array.isArray(v) || v.length !== ${shape.fields.length}) bad(); return { ${fields.join(", ")} }; }`,
        );
        return `${name}(${value})`;
      }
    }
  }

  const body = check(shape, "p");
  const source = `"use strict"; function bad() { throw c[0]; } ${functions.join("\n")}
    return (p) => { try { return ${body}; } catch (error) { if (error === c[0]) return undefined; throw error; } };`;
  return new Function("c", source)(constants) as Reader<T>;
}
