/** Why a call failed, as it goes over a channel. */

import { z } from "zod";
import { LogError, Refusal, ServerRefusal } from "../../events/errors.ts";

/** Why a call failed: the code is for programs, the message for people. */
export interface Failure {
  code: string;
  message: string;
  /** The place in the argument that it is about. */
  field?: string;
  /** What was compared, by a rule that said no. */
  values?: Readonly<Record<string, string | number | null>>;
  /** Every place that is not valid, where there may be several. */
  errors?: readonly FieldError[];
}

export interface FieldError {
  field: string;
  message: string;
}

export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: string;
  readonly field: string | undefined;
  readonly errors: readonly FieldError[] | undefined;

  constructor(code: string, message: string, field?: string, errors?: readonly FieldError[]) {
    super(message);
    this.code = code;
    this.field = field;
    this.errors = errors;
  }
}

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

/** For a place where only some words fit. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
