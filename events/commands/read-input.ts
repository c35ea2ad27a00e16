/** Reads the input of a command as clients send it. */
import { z } from "zod";
import { withCurrentRates } from "../values/former-rates.ts";

/** Parses JSON by the schema of an input. Rates may have their former name, in basis points, at any depth. */
export function readInput<T>(schema: z.ZodType<T>, json: unknown): z.ZodSafeParseResult<T> {
  const issues: Parameters<typeof withCurrentRates>[1] = [];
  const current = withCurrentRates(json, issues);
  if (issues.length > 0) return { success: false, error: new z.ZodError(issues) as z.ZodError<T> };
  return schema.safeParse(current);
}

/** As `readInput`. @throws ZodError */
export function parseInput<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = readInput(schema, json);
  if (!result.success) throw result.error;
  return result.data;
}
