/** Why a call failed, as it goes over a channel. */

import { z } from "zod";
import { LogError, Refusal } from "../events/errors.ts";

/** Why a call failed: the code is for programs, the message for people. */
export interface Failure {
  code: string;
  message: string;
  /** The place in the argument that it is about. */
  field?: string;
}

export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: string;
  readonly field: string | undefined;

  constructor(code: string, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** What a page is told of a failure. What is our own mistake is for the log, not for the page. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError)
    return { code: error.code, message: error.message, ...(error.field !== undefined && { field: error.field }) };
  if (error instanceof Refusal)
    return { code: error.rule, message: error.message, ...(error.field !== null && { field: error.field }) };
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
