/** Errors as failures that go over a channel. */
import { z } from "zod";
import { LogError, Refusal, ServerRefusal } from "../../../events/errors.ts";
import { CallError, type Failure } from "../../contract/call-error.ts";

/** What a page is told of a failure. What is our own mistake is for the log, not for the page. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError) {
    const { code, message, field, errors } = error;
    return { code, message, ...(field !== undefined && { field }), ...(errors !== undefined && { errors }) };
  }
  if (error instanceof Refusal) {
    const { rule: code, message, field, values } = error;
    return { code, message, values, ...(field !== null && { field }) };
  }
  if (error instanceof ServerRefusal) {
    const { code, message, field, values } = error;
    return { code, message, values, ...(field !== null && { field }) };
  }
  if (error instanceof LogError) return { code: error.code, message: error.message };
  if (error instanceof z.ZodError) {
    const { path, message } = error.issues[0] ?? { path: [], message: "not valid" };
    return { code: "NOT_VALID", message, ...(path.length > 0 && { field: path.join(".") }) };
  }
  const { name, code, message } = (error ?? {}) as { name?: string; code?: string; message?: string };
  if (name === "CacheError" && code !== undefined) return { code, message: message ?? code };
  return { code: "INTERNAL", message: "something went wrong inside; the diagnostics have the details" };
}
