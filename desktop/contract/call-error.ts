/** Failures of calls: errors in the worker, plain data on a channel. */
import type { Obstacle } from "../../events/errors.ts";

/** Why a call failed. The code is for programs, the message for people. */
export interface Failure {
  code: string;
  message: string;
  /** The path of the invalid field in the argument. */
  field?: string;
  /** The values that a rule compared before it refused. */
  values?: Readonly<Record<string, string | number | null>>;
  /** All invalid fields, if there can be several. */
  errors?: readonly FieldError[];
  /** What stands between this device and the server. */
  obstacle?: Obstacle;
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
  readonly obstacle: Obstacle | undefined;

  constructor(code: string, message: string, field?: string, errors?: readonly FieldError[], obstacle?: Obstacle) {
    super(message);
    this.code = code;
    this.field = field;
    this.errors = errors;
    this.obstacle = obstacle;
  }
}

/** The message of an error, whatever was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
