/** For tests that compare forms with the schemas of commands. */
import { z } from "zod";

/** The schemas of all single values, by path; `notes[].text` for one of each entry. */
export function leavesOf(schema: unknown, path = ""): [path: string, schema: z.ZodType][] {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return leavesOf(schema.unwrap(), path);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, part]) =>
      leavesOf(part, path === "" ? name : `${path}.${name}`),
    );
  if (schema instanceof z.ZodArray) return leavesOf(schema.element, `${path}[]`);
  return [[path, schema as z.ZodType]];
}

/** The paths that a value states, as `leavesOf` writes them. */
export function statedIn(value: unknown, path = ""): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((one) => statedIn(one, `${path}[]`));
  if (typeof value !== "object") return [path];
  return Object.entries(value).flatMap(([name, one]) => statedIn(one, path === "" ? name : `${path}.${name}`));
}
