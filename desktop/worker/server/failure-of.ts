/** Converts errors to failures, which are plain data and can cross a channel. */
import { z } from "zod";
import { ConnectionError, LogError, Refusal, ServerRefusal } from "../../../events/errors.ts";
import { faultsOf } from "../../../events/values/zod-words.ts";
import { CallError, type Failure } from "../../contract/call-error.ts";

/** The failure that a page sees. The details of a bug of ours go to the log, not to the page. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError) {
    const { code, message, field, errors, obstacle } = error;
    return { code, message, ...(field && { field }), ...(errors && { errors }), ...(obstacle && { obstacle }) };
  }
  if (error instanceof Refusal) {
    const { rule: code, message, field, values } = error;
    return { code, message, values, ...(field !== null && { field }) };
  }
  if (error instanceof ServerRefusal) {
    const { code, message, field, values } = error;
    return { code, message, values, ...(field !== null && { field }) };
  }
  if (error instanceof ConnectionError) return { code: error.code, message: error.message, obstacle: error.obstacle };
  if (error instanceof LogError) return { code: error.code, message: error.message };
  if (error instanceof z.ZodError) {
    const [{ field, message } = { field: "", message: "is not valid" }] = faultsOf(error.issues, 1);
    return { code: "NOT_VALID", message, ...(field !== "" && { field }) };
  }
  const { name, code, message } = (error ?? {}) as { name?: string; code?: string; message?: string };
  if (name === "CacheError" && code !== undefined) return { code, message: message ?? code };
  return { code: "INTERNAL", message: "an internal error occurred; the diagnostics have the details" };
}
