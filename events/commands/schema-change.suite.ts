/** A simulated next release, for tests: a command's input gets new optional fields, at every depth. */
import type { TestContext } from "node:test";
import { z } from "zod";
import { COMMANDS, type CommandName } from "./commands.ts";

/** Until the test ends, each object in the command's input has a new text, list and choice before its other fields. */
export function withNewFields(t: TestContext, command: CommandName): void {
  const definition = COMMANDS[command] as { input: z.ZodType };
  const { input } = definition;
  definition.input = extend(input);
  t.after(() => {
    definition.input = input;
  });
}

function extend(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault) return extend(schema.unwrap() as z.ZodType).default(schema.def.defaultValue);
  if (schema instanceof z.ZodNullable) return extend(schema.unwrap() as z.ZodType).nullable();
  if (schema instanceof z.ZodOptional) return extend(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodArray) return z.array(extend(schema.element as z.ZodType));
  if (!(schema instanceof z.ZodObject)) return schema;
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  // The top fields of a change have no defaults: an absent field keeps its value.
  const isChange = fields.length > 0 && fields.every(([, field]) => field instanceof z.ZodOptional);
  const text = z.string().nullable();
  const list = z.array(z.string());
  const choice = z.enum(["a", "b"]);
  return z.strictObject({
    newText: isChange ? text.optional() : text.default(null),
    newList: isChange ? list.optional() : list.default([]),
    newChoice: isChange ? choice.optional() : choice.default("a"),
    ...Object.fromEntries(fields.map(([name, field]) => [name, extend(field)])),
  });
}
